"""The yearly review: read it, choose answers on this machine, and queue them under keys that stay.

Nothing here says that a right is kept or ended until the server has said so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import AnswerReview
from comptexpert_desktop.domain.documents import read_delegation, understood
from comptexpert_desktop.domain.outbox_rules import UNKNOWN_CODE, is_replaceable
from comptexpert_desktop.domain.review import Answer, Chosen, current_of, why_not
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.store import review_pages
from comptexpert_desktop.store import reviews as store
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.review import ReviewItem, ReviewPage
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ServerError
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.usecases.ports import Gateways, Stores


@dataclass(frozen=True, slots=True)
class Fetched:
    """A firm and the review to show of it; None when it never had one."""

    firm: FirmPage
    review: ReviewPage | None


@dataclass(frozen=True, slots=True)
class InFlight:
    """How far the answers of a review are."""

    waiting: int
    """Queued, and not answered by the server."""
    refused: int
    chosen: int
    """Not queued: a person has still to send them."""
    code: str
    """Why what waits has not been answered; empty while it is on its way."""


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Who is signed in, the firms for which they grant, and what is known here of the review of one."""

    me: Me | None
    firms: tuple[Firm, ...]
    firm_id: str
    catalogue: Catalogue | None
    page: ReviewPage | None
    read_at: datetime | None
    """When the server last told the page, or that there is none; None when it never did."""
    chosen: Mapping[str, Chosen]
    network: str
    """Why the last turn reached nobody; empty when it did, or before the first."""

    @property
    def account_id(self) -> str:
        """Who is signed in."""
        return self.me.account.account_id if self.me else ""


def desk(stores: Stores, *, firm_id: str) -> ReviewDesk:
    """Read what this machine knows; without `firm_id`, of the first firm with an open review, else of the first."""
    me = session.current(stores)
    grants = me is not None and me.account.may_grant
    firms = tuple(one for one in me.firms if one.role == "grantor") if me is not None and grants else ()
    asked = firm_id if any(one.id == firm_id for one in firms) else ""
    busy = next((one.firm_id for one in me.reviews), "") if me is not None else ""
    requested = asked or busy or (firms[0].id if firms else "")
    page, read_at = (
        review_pages.known(stores.account, firm_id=requested) if stores.account and requested else (None, None)
    )
    chosen = store.every(stores.account, review_id=page.summary.id) if stores.account and page else {}
    return ReviewDesk(
        me=me,
        firms=firms,
        firm_id=requested,
        catalogue=catalogue.current(stores),
        page=page,
        read_at=read_at,
        chosen=chosen,
        network=stores.heard.network_code or "",
    )


def known_ids(file: PrivateFile) -> frozenset[str]:
    """Give the reviews whose page was read on this machine."""
    pages = (review_pages.known(file, firm_id=firm_id)[0] for firm_id in review_pages.firms(file))
    return frozenset(page.summary.id for page in pages if page is not None)


def fetch(gateways: Gateways, *, firm_id: str, account_id: str) -> Fetched:
    """Ask the server for the review of a firm: the open one, else the latest."""
    page = firm.fetch(gateways, firm_id=firm_id, account_id=account_id)
    requested = current_of(page.reviews)
    if requested is None:
        return Fetched(page, None)
    review = gateways.session.call(
        gateways.browser.refresh,
        lambda token: gateways.server.review(firm_id, requested.id, token=token),
        account_id=account_id,
    )
    return Fetched(page, review)


def keep(stores: Stores, *, fetched: Fetched, account_id: str, now: datetime) -> Topics:
    """Keep what the server told, sealed; answers that are settled or no longer wanted go."""
    file = stores.account
    if file is None or file.account != account_id:
        return NOTHING
    firm.keep(stores, page=fetched.firm, account_id=account_id, now=now)
    with file.database.transaction():
        review_pages.keep(file, firm_id=fetched.firm.id, page=fetched.review, now=now)
        if fetched.review is not None:
            _delete_settled(file, page=fetched.review)
    return frozenset({Topic.REVIEWS, Topic.FIRM})


def choose(
    stores: Stores, *, firm_id: str, delegation_ids: Sequence[str], answer: Answer, new_id: Callable[[], str]
) -> Topics:
    """Choose an answer for rights of the review that is known here; raises NotAllowed for the first that may not."""
    file, page = _page(stores, firm_id=firm_id)
    with file.database.transaction():  # what is chosen already is read where it is replaced
        known = store.every(file, review_id=page.summary.id)
        chosen, replaced = _newly_chosen(file, page, known, answer=answer, delegation_ids=delegation_ids, new_id=new_id)
        for key in replaced:
            _withdraw(file, key=key)
        if chosen:
            store.choose(file, review_id=page.summary.id, chosen=chosen)
    return frozenset({Topic.REVIEWS}) if chosen else NOTHING


def _newly_chosen(
    file: PrivateFile,
    page: ReviewPage,
    known: Mapping[str, Chosen],
    *,
    answer: Answer,
    delegation_ids: Sequence[str],
    new_id: Callable[[], str],
) -> tuple[list[Chosen], list[str]]:
    """Return the answers that are new, and the keys of those whose place they take; raises NotAllowed."""
    chosen, replaced = list[Chosen](), list[str]()
    for delegation_id in delegation_ids:
        item = page.item(delegation_id)
        if item is None:
            raise NotAllowed("NOT_FOUND")
        code = why_not(item, account_id=file.account, is_closed=page.summary.status == "closed")
        if code:
            raise NotAllowed(code)
        before = known.get(delegation_id)
        if item.answer is answer and before is None:
            continue
        if before is not None and before.answer is answer and not before.code:
            continue
        if before is not None:
            replaced.append(before.key)
        chosen.append(Chosen(delegation_id, item.delegation.version, answer, new_id()))
    return chosen, replaced


def _withdraw(file: PrivateFile, *, key: str) -> None:
    """Take an earlier answer out of the outbox; raises NotAllowed when it may have left."""
    entry = outbox_store.find(file, outbox_id=key)
    if entry is None:
        return
    if not is_replaceable(entry):
        raise NotAllowed(UNKNOWN_CODE)
    outbox_store.delete(file, outbox_id=key)


def delete(stores: Stores, *, firm_id: str, delegation_ids: Sequence[str]) -> Topics:
    """Take answers back that have not left this machine; one that left stays until the server answers."""
    file, page = _page(stores, firm_id=firm_id)
    with file.database.transaction():
        known = store.every(file, review_id=page.summary.id)
        mine = [one for one in delegation_ids if one in known and not known[one].was_sent]
        for one in mine:
            _withdraw(file, key=known[one].key)
        store.delete(file, review_id=page.summary.id, delegation_ids=mine)
    return frozenset({Topic.REVIEWS}) if mine else NOTHING


def send(stores: Stores, *, firm_id: str, now: datetime) -> Topics:
    """Queue what was chosen, each answer under the key that was made with it; revocations leave first."""
    file, page = _page(stores, firm_id=firm_id)
    with file.database.transaction():
        known = store.every(file, review_id=page.summary.id).values()
        due = [one for one in known if not one.was_sent and not one.code]
        for one in due:
            command = AnswerReview(firm_id, page.summary.id, one.delegation_id, one.version, one.answer)
            _queue(file, command, key=one.key, item=page.item(one.delegation_id), now=now)
        store.mark_sent(file, keys=[one.key for one in due])
    return frozenset({Topic.REVIEWS, Topic.OUTBOX}) if due else NOTHING


def queue_sent_before(stores: Stores, *, now: datetime) -> None:
    """Queue the answers that a version before the outbox of commands had sent, and of which nobody knows the end."""
    file = stores.account
    if file is None or not file.is_open:
        return
    for firm_id in review_pages.firms(file) if store.has_any(file) else ():
        page, _ = review_pages.known(file, firm_id=firm_id)
        if page is None:
            continue
        for one in store.every(file, review_id=page.summary.id).values():
            if one.was_sent and outbox_store.find(file, outbox_id=one.key) is None:
                command = AnswerReview(firm_id, page.summary.id, one.delegation_id, one.version, one.answer)
                _queue(file, command, key=one.key, item=page.item(one.delegation_id), now=now)


def _queue(file: PrivateFile, command: AnswerReview, *, key: str, item: ReviewItem | None, now: datetime) -> None:
    right = item.delegation if item is not None else None
    subject = f"{right.service} · {right.grantee.display_name}" if right is not None else ""
    outbox_store.add(file, command, outbox_id=key, subject=subject, now=now, about=about_review(command.review_id))


def in_flight(stores: Stores, *, firm_id: str) -> InFlight:
    """Count the answers of a review that were queued here, and what became of those that were refused."""
    file, page = _page(stores, firm_id=firm_id)
    known = store.every(file, review_id=page.summary.id).values()
    waiting = [one for one in known if one.was_sent]
    entries = (outbox_store.find(file, outbox_id=one.key) for one in waiting)
    codes = [entry.code for entry in entries if entry is not None and entry.code and entry.status != "sending"]
    return InFlight(
        waiting=len(waiting),
        refused=sum(bool(one.code) for one in known),
        chosen=sum(not one.was_sent and not one.code for one in known),
        code=codes[0] if codes else "",
    )


def about_review(review_id: str) -> str:
    """Name what belongs to a review in the outbox."""
    return f"review/{review_id}"


def give_up(stores: Stores, *, firm_id: str) -> Topics:
    """Take back the answers that have not left this machine; what left stays until the server answers."""
    file, page = _page(stores, firm_id=firm_id)
    about = about_review(page.summary.id)
    with file.database.transaction():
        keys = outbox_store.give_up(file, about=about)
        store.take_back(file, keys=keys)
    return frozenset({Topic.REVIEWS, Topic.OUTBOX}) if keys else NOTHING


def answered(file: PrivateFile, command: AnswerReview) -> None:
    """Forget a choice that the server took."""
    store.delete(file, review_id=command.review_id, delegation_ids=[command.delegation_id])


def refused(file: PrivateFile, *, outbox_id: str, code: str) -> None:
    """Write why the server did not take an answer."""
    store.refuse(file, key=outbox_id, code=code)


def lay_over(file: PrivateFile, *, results: Sequence[tuple[AnswerReview, Answer | ServerError]]) -> None:
    """Write in the pages that are known what the server said of answers: the answer, or the right as it is now."""
    for firm_id in {command.firm_id for command, _ in results}:
        page, _ = review_pages.known(file, firm_id=firm_id)
        if page is None:
            continue
        items = {str(item.delegation.id): item for item in page.items}
        for command, word in results:
            item = items.get(command.delegation_id)
            if item is not None and command.review_id == page.summary.id:
                items[command.delegation_id] = _changed(item, word)
        review_pages.keep(file, firm_id=firm_id, page=replace(page, items=tuple(items.values())), now=None)


def _changed(item: ReviewItem, word: Answer | ServerError) -> ReviewItem:
    if isinstance(word, Answer):
        return replace(item, answer=word)
    current = word.data.get("current")
    moved = understood(lambda: read_delegation(current)) if isinstance(current, dict) else None
    return item if moved is None else replace(item, delegation=moved)


def _page(stores: Stores, *, firm_id: str) -> tuple[PrivateFile, ReviewPage]:
    file = stores.account
    page = review_pages.known(file, firm_id=firm_id)[0] if file is not None else None
    if file is None or page is None:
        raise NotAllowed("REVIEW_CLOSED")
    return file, page


def _delete_settled(file: PrivateFile, *, page: ReviewPage) -> None:
    if page.summary.status == "closed":
        store.delete_review(file, review_id=page.summary.id)
        return
    known = store.every(file, review_id=page.summary.id)
    settled = [name for name, one in known.items() if _is_settled(page.item(name), one)]
    store.delete(file, review_id=page.summary.id, delegation_ids=settled)


def _is_settled(item: ReviewItem | None, chosen: Chosen) -> bool:
    """Tell whether the server's page says all that can be said: the answer is in, or the right is over."""
    return item is None or item.answer is chosen.answer or not item.is_live
