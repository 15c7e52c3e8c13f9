"""What the home screen reads in one go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.delegation import DelegationQuery, Role, Status
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.presentation.delegations.words import LIVE, SOON_DAYS
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.session import Account, Me
    from comptexpert_desktop.usecases.ports import Stores

_OPEN = frozenset({Status.PENDING, Status.PENDING_SECOND})


class HomeView(NamedTuple):
    """Who is signed in, and how much of each thing waits."""

    account: Account | None
    pending: int
    needs_you: int
    waiting: int
    drafts: int
    signups: int
    to_review: int
    review_until: date | None
    """Until when one may answer the open review; None when none is open."""
    ending: int = 0
    """Live rights that end soon."""
    not_effective: int = 0
    """What takes rights away and has not left: the rights are still open."""
    revocations: int = 0
    """How much of it are revocations."""
    missing: int = 0
    """Live rights that lack something and cannot be used."""
    unused: int = 0
    """Rights of one cabinet that nobody uses, by its page as it was last read."""
    unused_firm: str = ""
    """The first cabinet that has such rights."""
    unused_elsewhere: int = 0
    """Such rights of the other cabinets."""
    review_firm: str = ""
    """The cabinet whose review is counted: the first where something waits."""
    to_review_elsewhere: int = 0
    """What is to be reviewed in the other cabinets."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for the person."""
        sent = (self.needs_you, self.waiting, self.drafts)
        return not any((*sent, self.pending, self.to_review, self.ending, self.missing, self.unused))


def read(stores: Stores, *, today: date) -> HomeView:
    """Count what waits."""
    summary = status.summary(stores)
    me = session.current(stores)
    reviews = () if me is None else me.reviews
    pending = ending = missing = 0
    if summary.account is not None:
        role = Role.GRANTOR if summary.account.may_grant else Role.GRANTEE
        query = DelegationQuery(role=role, statuses=_OPEN)
        pending = delegations.page(stores, query=query, limit=1, offset=0).total
        soon = replace(query, statuses=LIVE, ends_from=today, ends_by=today + timedelta(days=SOON_DAYS))
        ending = delegations.page(stores, query=soon, limit=1, offset=0).total
        lacking = replace(query, statuses=LIVE, effect="missing")
        missing = delegations.page(stores, query=lacking, limit=1, offset=0).total
    unused = _unused(stores, me=me)
    unused_firm = next(iter(unused), "")
    review = next((one for one in reviews if one.waiting), reviews[0] if reviews else None)
    to_review = review.waiting if review is not None else 0
    running = [each for each in signup.progress(stores) if each.status is not SignupStatus.ACTIVATED]
    return HomeView(
        account=summary.account,
        pending=pending,
        needs_you=summary.needs_you,
        waiting=summary.waiting,
        drafts=len(signup.drafts(stores)),
        signups=len(running),
        to_review=to_review,
        review_until=None if review is None else (review.grace_until if review.status == "grace" else review.closes_on),
        review_firm=review.firm_id if review is not None else "",
        to_review_elsewhere=sum(one.waiting for one in reviews) - to_review,
        ending=ending,
        not_effective=summary.unsent_cuts,
        revocations=summary.unsent_revocations,
        missing=missing,
        unused=unused.get(unused_firm, 0),
        unused_firm=unused_firm,
        unused_elsewhere=sum(unused.values()) - unused.get(unused_firm, 0),
    )


def _unused(stores: Stores, *, me: Me | None) -> dict[str, int]:
    """Count the unused rights of each cabinet that has some, as its page was last read on this machine."""
    firms = [one.id for one in me.firms if one.role == "grantor"] if me is not None else []
    pages = {firm_id: firm.known(stores, firm_id=firm_id) for firm_id in firms}
    return {firm_id: len(found.page.unused) for firm_id, found in pages.items() if found and found.page.unused}
