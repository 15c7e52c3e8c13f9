"""Read a cabinet, keep its last page for when there is no network, and say what a change of it sends.

A change is online only: the server answers with the whole page. Its key is made when the person acts, so that an
answer that was lost can be asked for again without doing the thing twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.clock import from_text, to_text
from comptexpert_desktop.domain.delegation import Action, Decision, DelegationQuery, NewRequest, Role, Status
from comptexpert_desktop.domain.delegation_rules import LIVE, OPEN
from comptexpert_desktop.domain.exchange import Call
from comptexpert_desktop.domain.firm import TemplateGrant
from comptexpert_desktop.domain.firm_documents import read_firm_page, write_firm_page, write_templates
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import NotAllowed, StoreDamaged, VaultError
from comptexpert_desktop.usecases import catalogue, delegations, session

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import DelegationRow, Firm
    from comptexpert_desktop.domain.firm import FirmPage, Template
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.usecases.ports import Doors, Stores

CANCELLED_NOTE = "Invitation annulée"
"""What the register reads of an invitation that was cancelled."""
_PREFIX = "firm/"
_MOST = 1000


Rights = Mapping[str, tuple[TemplateGrant, ...]]


@dataclass(frozen=True, slots=True)
class KnownPage:
    """The page of a cabinet as it was last read on this machine."""

    page: FirmPage
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Cabinets:
    """Who is signed in, the cabinets for which he grants, and what is known here of one of them."""

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
    wanted = next((firm.id for firm in firms if firm.id == firm_id), firms[0].id if firms else "")
    found = known(stores, firm_id=wanted) if wanted else None
    return Cabinets(
        me=me,
        firms=firms,
        catalogue=catalogue.current(stores),
        known=found,
        network=stores.network_code or "",
        cancelled=_cancelled(stores, page=found.page) if found else frozenset(),
        rights=_rights(stores, firm_id=wanted) if wanted else {},
    )


def _rights(stores: Stores, *, firm_id: str) -> Rights:
    """Tell what is active in a cabinet, by account; nothing rather than a part when there is too much."""
    query = DelegationQuery(role=Role.GRANTOR, statuses=frozenset({Status.ACTIVE}), sort="service")
    if delegations.count_by_status(stores, query=query).get(Status.ACTIVE, 0) > _MOST:
        return {}
    rows = delegations.stretch(stores, query=query, limit=_MOST, offset=0)
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
    starts_later = before.valid_from is not None and before.valid_from > now.date()
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
    """Find a right or a request of a collaborateur in a cabinet that is not over; None when he has none."""
    query = DelegationQuery(role=Role.GRANTOR, text=name, statuses=LIVE | OPEN)
    found = delegations.stretch(stores, query=query, limit=_MOST, offset=0)
    mine = (
        row for row in found if (row.delegation.firm.id, row.delegation.grantee.account_id) == (firm_id, account_id)
    )
    return next(mine, None)


def known(stores: Stores, *, firm_id: str) -> KnownPage | None:
    """Read the page that was kept; None when there is none, or none that can be read now."""
    if stores.account is None:
        return None
    try:
        kept = stores.account.secret(f"{_PREFIX}{firm_id}")
        if not kept:
            return None
        document = json.loads(kept)
        return KnownPage(page=read_firm_page(document["page"]), read_at=from_text(document["read_at"]))
    except (VaultError, StoreDamaged, KeyError, TypeError, ValueError):
        return None


def fetch(doors: Doors, *, firm_id: str, account_id: str) -> FirmPage:
    """Ask the server for the page of a cabinet, as this account sees it."""
    return doors.session.call(doors, lambda token: doors.server.firm(firm_id, token=token), account_id=account_id)


def change(doors: Doors, *, call: Call, account_id: str) -> FirmPage:
    """Send one change; raises Stale when the cabinet changed since it was read."""
    return doors.session.call(doors, lambda token: doors.server.change_firm(call, token=token), account_id=account_id)


def keep(stores: Stores, *, page: FirmPage, account_id: str, now: datetime) -> Topics:
    """Keep a page, sealed in the file of the account that read it; nothing while the vault is out of reach."""
    if stores.account is None or stores.account.account != account_id:
        return NOTHING
    before = known(stores, firm_id=page.id)
    document = {"read_at": to_text(now), "page": write_firm_page(page)}
    with suppress(VaultError):
        stores.account.set_secret(f"{_PREFIX}{page.id}", json.dumps(document, ensure_ascii=False))
    return NOTHING if before is not None and before.page == page else frozenset({Topic.FIRM})


def demand_two_approvers(page: FirmPage, *, demanded: bool, key: str) -> Call:
    """Ask, or no longer ask, for two approvers of high-risk rights (BR-12)."""
    return _patch(page, {"two_approvers": demanded}, key=key)


def choose_review_day(page: FirmPage, *, review_on: str, key: str) -> Call:
    """Choose the day of the yearly review, « MM-DD »; empty for none (BR-19)."""
    return _patch(page, {"review_on": review_on}, key=key)


def change_template(page: FirmPage, *, template: Template, key: str) -> Call:
    """Replace one template by another of the same code; those of the page that it was read from stay."""
    changed = tuple(template if one.code == template.code else one for one in page.templates)
    return _patch(page, {"templates": write_templates(changed)}, key=key)


def restore_templates(page: FirmPage, *, key: str) -> Call:
    """Bring back the usual templates."""
    return _patch(page, {"templates": []}, key=key)


def accept_terms(page: FirmPage, *, service: str, key: str) -> Call:
    """Accept the terms of a service for the cabinet (BR-05)."""
    return _post(page, "terms", {"service": service}, key=key)


def ask_to_cover(page: FirmPage, *, absent: str, ends_on: date, reason: str, key: str) -> Call:
    """Ask to decide for a colleague: he has 48 hours to object (BR-24)."""
    return _post(page, "absences", {"absent": absent, **_absence(ends_on, reason)}, key=key)


def name_cover(page: FirmPage, *, cover: str, ends_on: date, reason: str, key: str) -> Call:
    """Name the colleague who decides in one's own absence, from now on."""
    return _post(page, "absences", {"cover": cover, **_absence(ends_on, reason)}, key=key)


def object_to_absence(page: FirmPage, *, absence_id: str, key: str) -> Call:
    """Object to a cover that has not begun."""
    return _post(page, f"absences/{absence_id}/object", {}, key=key)


def end_absence(page: FirmPage, *, absence_id: str, key: str) -> Call:
    """End a cover before its day."""
    return _post(page, f"absences/{absence_id}/end", {}, key=key)


def end_membership(page: FirmPage, *, account_id: str, key: str) -> Call:
    """End at once what somebody may do in the cabinet, and his place there (BR-23)."""
    return Call("DELETE", f"/firms/{page.id}/members/{account_id}", {}, key)


def _absence(ends_on: date, reason: str) -> dict[str, object]:
    return {"ends_on": ends_on.isoformat(), "reason": reason.strip()}


def _patch(page: FirmPage, body: dict[str, object], *, key: str) -> Call:
    return Call("PATCH", f"/firms/{page.id}", body, key, if_match=page.version)


def _post(page: FirmPage, path: str, body: dict[str, object], *, key: str) -> Call:
    return Call("POST", f"/firms/{page.id}/{path}", body, key)
