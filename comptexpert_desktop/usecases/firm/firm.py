"""Read a cabinet, keep its last page for when there is no network, and queue what changes it.

A change leaves through the outbox like everything else; the server answers with the whole page, which is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import (
    AcceptTerms,
    CancelDeparture,
    ChangeFirm,
    DeclareAbsence,
    EndMembership,
    KeepUnused,
    OpenReview,
    StopAbsence,
)
from comptexpert_desktop.domain.delegation import Action, Decision, DelegationQuery, NewRequest, Role, Status
from comptexpert_desktop.domain.delegation_rules import LIVE, OPEN
from comptexpert_desktop.domain.firm import Template, TemplateGrant
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.store import firm_pages
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.commands import FirmChange
    from comptexpert_desktop.domain.delegation import DelegationRow, Firm
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.firm_pages import KnownPage
    from comptexpert_desktop.usecases.ports import Gateways, Stores

CANCELLED_NOTE = "Invitation annulée"
"""What the register reads of an invitation that was cancelled."""
UNUSED_NOTE = "Droit inutilisé"
"""What the register and the person read of a right that ends because nobody used it."""
_ID_DIGITS, _USUAL_DAYS = 12, 180
_MAX_DELEGATIONS = 1000


Rights = Mapping[str, tuple[TemplateGrant, ...]]


@dataclass(frozen=True, slots=True)
class Cabinets:
    """Who is signed in, the cabinets for which they grant, and what is known here of one of them."""

    me: Me | None
    firms: tuple[Firm, ...]
    catalogue: Catalogue | None
    known: KnownPage | None
    network: str
    """Why the last turn reached nobody; empty when it did, or before the first."""
    cancelled: frozenset[str] = frozenset()
    """The invitations, by delegation, whose end was asked for here and has not left this machine."""
    rights: Rights = field(default_factory=dict)
    """What each collaborateur may do now, by account, as this machine knows it."""


def cabinets(stores: Stores, *, firm_id: str) -> Cabinets:
    """Read what this machine knows; without `firm_id`, of the first cabinet."""
    me = session.current(stores)
    grants = me is not None and me.account.may_grant
    firms = tuple(firm for firm in me.firms if firm.role == "grantor") if me is not None and grants else ()
    requested = next((firm.id for firm in firms if firm.id == firm_id), firms[0].id if firms else "")
    found = known(stores, firm_id=requested) if requested else None
    return Cabinets(
        me=me,
        firms=firms,
        catalogue=catalogue.current(stores),
        known=found,
        network=stores.heard.network_code or "",
        cancelled=_cancelled(stores, page=found.page) if found else frozenset(),
        rights=rights_in(stores, firm_id=requested) if requested else {},
    )


def rights_in(stores: Stores, *, firm_id: str) -> Rights:
    """Tell what is active in a cabinet, by account; nothing rather than a part when there is too much."""
    query = DelegationQuery(role=Role.GRANTOR, statuses=frozenset({Status.ACTIVE}), sort="service")
    if delegations.count_by_status(stores, query=query).get(Status.ACTIVE, 0) > _MAX_DELEGATIONS:
        return {}
    rows = delegations.stretch(stores, query=query, limit=_MAX_DELEGATIONS, offset=0)
    found: dict[str, dict[str, list[str]]] = {}
    for one in (row.delegation for row in rows if row.delegation.firm.id == firm_id):
        held = found.setdefault(one.grantee.account_id, {}).setdefault(one.service, [])
        held.extend(right for right in one.rights if right not in held)
    return {
        account_id: tuple(TemplateGrant(service, tuple(rights)) for service, rights in services.items())
        for account_id, services in found.items()
    }


def _cancelled(stores: Stores, *, page: FirmPage) -> frozenset[str]:
    rows = {one.delegation_id: delegations.detail(stores, delegation_id=one.delegation_id) for one in page.invitations}
    return frozenset(key for key, row in rows.items() if row and row.intent and row.intent.action is Action.REVOKE)


def cancel_invitation(stores: Stores, *, delegation_id: str, now: datetime, new_id: str) -> Topics:
    """Queue the end of a right that was promised to an address; it leaves before everything else (BR-16)."""
    decision = Decision(Action.REVOKE, note=CANCELLED_NOTE)
    return delegations.decide(stores, delegation_id=delegation_id, decision=decision, now=now, new_id=new_id)


def send_again(stores: Stores, *, delegation_id: str, now: datetime, new_ids: tuple[str, str]) -> Topics:
    """Queue the end of a promised right and the same promise anew, both or neither: the end leaves first (BR-16)."""
    row = delegations.detail(stores, delegation_id=delegation_id)
    if row is None or stores.account is None:
        raise NotAllowed("DEL_UNKNOWN")
    before = row.delegation
    starts_later = before.valid_from is not None and before.valid_from > day_in_france(now)
    request = NewRequest(
        service=before.service,
        rights=before.rights,
        grantor_entry_id="",
        grantor_name="",
        firm_id=before.firm.id,
        reason=before.reason,
        valid_from=before.valid_from if starts_later else None,
        valid_until=before.valid_until,
        grantee=before.grantee.email,
    )
    with stores.account.database.transaction():
        ended = cancel_invitation(stores, delegation_id=delegation_id, now=now, new_id=new_ids[0])
        return ended | delegations.ask(stores, request=request, now=now, new_id=new_ids[1])


def line_of(stores: Stores, *, firm_id: str, account_id: str, name: str) -> DelegationRow | None:
    """Find a right or a request of a collaborateur that is not over, in a cabinet, or in any without `firm_id`.

    Returns None when they have none.
    """
    for text in (name, ""):  # the name may have been corrected since
        query = DelegationQuery(role=Role.GRANTOR, text=text, statuses=LIVE | OPEN)
        for row in delegations.stretch(stores, query=query, limit=_MAX_DELEGATIONS, offset=0):
            if firm_id in {"", row.delegation.firm.id} and row.delegation.grantee.account_id == account_id:
                return row
    return None


def known(stores: Stores, *, firm_id: str) -> KnownPage | None:
    """Read the page that was kept; None when there is none, or none that can be read now."""
    return None if stores.account is None else firm_pages.known(stores.account, firm_id=firm_id)


def fetch(gateways: Gateways, *, firm_id: str, account_id: str) -> FirmPage:
    """Ask the server for the page of a cabinet, as this account sees it."""
    return gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.firm(firm_id, token=token), account_id=account_id
    )


def keep(stores: Stores, *, page: FirmPage, account_id: str, now: datetime) -> Topics:
    """Keep a page in the file of the account that read it; nothing once somebody else is signed in."""
    file = stores.account
    if file is None or file.account != account_id:
        return NOTHING
    return frozenset({Topic.FIRM}) if firm_pages.keep(file, page=page, now=now) else NOTHING


def queue(stores: Stores, *, change: FirmChange, subject: str, account_id: str, now: datetime, new_id: str) -> Topics:
    """Queue a change of a cabinet; raises NotAllowed once somebody else is signed in."""
    file = stores.account
    if file is None or file.account != account_id:
        raise NotAllowed(SIGN_IN_FIRST)
    file.cipher()
    outbox_store.add(file, change, outbox_id=new_id, subject=subject, now=now, about=about_firm(change.firm_id))
    return frozenset({Topic.OUTBOX})


def waiting(stores: Stores, *, firm_id: str) -> OutboxEntry | None:
    """Read the newest change of a cabinet that the server has not carried out."""
    if stores.account is None:
        return None
    return outbox_store.newest_about(stores.account, about=about_firm(firm_id))


def about_firm(firm_id: str) -> str:
    """Name what belongs to a cabinet in the outbox."""
    return f"firm/{firm_id}"


def demand_two_approvers(page: FirmPage, *, demanded: bool) -> FirmChange:
    """Ask, or no longer ask, for two approvers of high-risk rights (BR-12)."""
    return ChangeFirm(page.id, page.version, two_approvers=demanded)


def choose_review_day(page: FirmPage, *, review_on: str) -> FirmChange:
    """Choose the day of the yearly review, « MM-DD »; empty for none (BR-19)."""
    return ChangeFirm(page.id, page.version, review_on=review_on)


def change_template(page: FirmPage, *, template: Template) -> FirmChange:
    """Put a template in the place of that of its code, or add it; those of the page that it was read from stay."""
    changed = tuple(template if one.code == template.code else one for one in page.templates)
    if template not in changed:
        changed = (*changed, template)
    return ChangeFirm(page.id, page.version, templates=changed)


def blank_template(new_id: str) -> Template:
    """Begin a template that the cabinet writes itself, under a code of its own."""
    return Template(code=f"own_{new_id[-_ID_DIGITS:]}", name="", days=_USUAL_DAYS)


def restore_templates(page: FirmPage) -> FirmChange:
    """Bring back the usual templates."""
    return ChangeFirm(page.id, page.version, templates=())


def accept_terms(page: FirmPage, *, service: str) -> FirmChange:
    """Accept the terms of a service for the cabinet (BR-05)."""
    return AcceptTerms(page.id, service)


def ask_to_cover(
    page: FirmPage, *, absent: str, ends_on: date, reason: str, starts_on: date | None = None
) -> FirmChange:
    """Ask to decide for a colleague: they have 48 hours to object (BR-24)."""
    return DeclareAbsence(page.id, ends_on, reason.strip(), absent=absent, starts_on=starts_on)


def name_cover(page: FirmPage, *, cover: str, ends_on: date, reason: str, starts_on: date | None = None) -> FirmChange:
    """Name the colleague who decides in one's own absence, from now on or from a first day (BR-34)."""
    return DeclareAbsence(page.id, ends_on, reason.strip(), cover=cover, starts_on=starts_on)


def object_to_absence(page: FirmPage, *, absence_id: str) -> FirmChange:
    """Object to a cover that has not begun."""
    return StopAbsence(page.id, absence_id, objects=True)


def end_absence(page: FirmPage, *, absence_id: str) -> FirmChange:
    """End a cover before its day."""
    return StopAbsence(page.id, absence_id)


def end_membership(page: FirmPage, *, account_id: str) -> FirmChange:
    """End at once what somebody may do in the cabinet, and their place there (BR-23)."""
    return EndMembership(page.id, account_id)


def cancel_departure(page: FirmPage, *, account_id: str) -> FirmChange:
    """Let somebody stay whose departure was planned (BR-34)."""
    return CancelDeparture(page.id, account_id)


def keep_unused(page: FirmPage, *, delegation_id: str) -> FirmChange:
    """Keep a right though nobody uses it (BR-36)."""
    return KeepUnused(page.id, delegation_id)


def end_unused(stores: Stores, *, delegation_id: str, now: datetime, new_id: str) -> Topics:
    """Queue the end of a right that nobody uses; it leaves before everything else (BR-16)."""
    decision = Decision(Action.REVOKE, note=UNUSED_NOTE)
    return delegations.decide(stores, delegation_id=delegation_id, decision=decision, now=now, new_id=new_id)


def open_review(page: FirmPage, *, closes_on: date) -> FirmChange:
    """Open a review of every right that lives in the cabinet; refused while another is open."""
    return OpenReview(page.id, closes_on)
