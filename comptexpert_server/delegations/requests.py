"""A delegation begins: a collaborateur asks, an expert-comptable grants or invites."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db.models import Q

from comptexpert_server.accounts.models import Account, is_same_address, is_same_person
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.base.typed_values import clean_email
from comptexpert_server.catalogue.catalogue import Service, catalogue
from comptexpert_server.delegations import dates, rules, succession, transitions
from comptexpert_server.delegations.conflicts import active_conflict, duplicate, needs_second, supersede
from comptexpert_server.delegations.entitlement import access_for
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import find, grantee_is_ready
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.services import ensure_staff
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.sessions.step_up import require_step_up
from comptexpert_server.web.limits import Limit, consume_items
from comptexpert_server.web.policy import StepUp
from comptexpert_server.web.problems import ProblemError, invalid, too_many

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from comptexpert_server.delegations.schemas import DelegationIn
    from comptexpert_server.registry.models import Firm
    from comptexpert_server.sessions.step_up import SignedIn
    from comptexpert_server.web.codes import Refusal, RefusalCode

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
BEGIN_CODES: Final[tuple[RefusalCode, ...]] = (
    "DEL_DUPLICATE",
    "DEL_NOT_GRANTOR",
    "DEL_NO_ACCOUNT",
    "DEL_RIGHT_NOT_DELEGABLE",
    "DEL_SELF",
    "DEL_TOO_MANY",
    "DEL_WRONG_FIRM",
)
"""With what a request or a grant is refused."""
INVITED = Limit(name="invited", count=300, window=timedelta(days=1))
"""Different addresses that one person invites: each gets a mail, and a line of the register says who sent it."""


TAKEN = (*OPEN, Status.SCHEDULED, Status.ACTIVE)
_ENTRY = CompiledQuery(lambda entry: RegistryEntry.objects.filter(firms.STANDING, pk=entry), entry=UUID)
_OWNER = CompiledQuery(lambda entry: Account.objects.filter(entry=entry).select_related("entry"), entry=UUID)
_OPEN = CompiledQuery(
    lambda account: Delegation.objects.filter(grantee=account, status__in=OPEN).values_list("pk", flat=True),
    account=UUID,
)
_SAME = CompiledQuery(
    lambda firm, grantor, grantee, service: Delegation.objects.filter(
        firm=firm, grantor=grantor, grantee=grantee, invited_email="", service=service, status__in=TAKEN
    ).order_by("pk"),
    firm=UUID,
    grantor=UUID,
    grantee=UUID,
    service=str,
)


@dataclass(frozen=True, kw_only=True)
class Grantee:
    """Who will have the right: an account, or the address of an invitation."""

    account: Account | None
    email: str


Parties = tuple[UUID, UUID | None, str, str]
"""The firm, the grantee or the address of an invitation, and the service."""
NONE: Final[Mapping[Parties, Delegation]] = MappingProxyType({})


def begin(
    account: Account,
    *,
    requested: DelegationIn,
    signed_in: SignedIn,
    now: datetime,
    today: date,
    origin: str = "direct",
    number: UUID | None = None,
) -> Delegation:
    """Ask for a right (`grantor` named) or grant one (`grantee` named), and give the new one; inside a transaction.

    `number` comes from the key of the request: after a restore, what is asked again has the number that it had, and
    what was decided about it still finds it.
    """
    service = _requested_service(requested)
    if requested.grantor is None:
        check_may_grant(account, service=service)  # before the lock: who may not grant holds up nobody
    transitions.lock_writer()
    number = number or uuid4()
    known = find(number)
    if known is not None:
        raise duplicate(known)
    planned = plan(
        account, requested=requested, signed_in=signed_in, now=now, today=today, origin=origin, number=number
    )
    if requested.grantor is not None:
        return transitions.create(planned, action="request", actor=account.pk, at=now)
    return carry_out(account, planned=planned, now=now)


def plan(
    account: Account,
    *,
    requested: DelegationIn,
    signed_in: SignedIn,
    now: datetime,
    today: date,
    origin: str = "direct",
    number: UUID | None = None,
    before: Mapping[Parties, Delegation] = NONE,
) -> Delegation:
    """Return the delegation that this would make, without writing or locking anything; raise why it cannot be.

    `before` are others that are planned with it, by their parties.
    """
    service = _requested_service(requested)
    number = number or uuid4()
    if requested.grantor is not None:
        return _ask(
            account, number, requested=requested, grantor_id=requested.grantor, service=service, now=now, today=today
        )
    entry = check_may_grant(account, service=service)
    high_risk = rules.is_high_risk(service, rights=requested.rights)
    require_step_up(account, StepUp.FRESH if high_risk else StepUp.FACTOR, signed_in=signed_in, now=now)
    return _grant(
        account,
        number,
        entry=entry,
        requested=requested,
        service=service,
        origin=origin,
        now=now,
        today=today,
        before=before,
    )


def parties_of(planned: Delegation) -> Parties:
    """Name those between whom a planned delegation is, and for what."""
    return planned.firm_id, planned.grantee_id, planned.invited_email, planned.service


def check_may_grant(account: Account, *, service: Service | None = None) -> RegistryEntry:
    """Return the entry under which an account grants, here this service; refuse whoever does not."""
    entry = account.entry
    if entry is None or not firms.may_grant(account):
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTOR", detail="Only an expert-comptable grants.")
    if service is not None and access_for(account, service) != "direct":
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTOR", detail="Nobody grants what they do not have.")
    return entry


def _requested_service(requested: DelegationIn) -> Service:
    if (requested.grantor is None) == (not requested.grantee):
        raise invalid(grantor="ONE_PARTY")
    service = catalogue().service(requested.service)
    if service is None or not service.enabled:
        raise invalid(service="UNKNOWN")
    if refusal := rules.wrong_rights(service, rights=requested.rights):
        raise rights_problem(refusal)
    return service


def number_of(account: Account, *, key: UUID) -> UUID:
    """Give the number of what an account asks under a key: the same each time, and nobody else's."""
    return uuid5(account.pk, str(key))


def _ask(
    account: Account,
    number: UUID,
    *,
    requested: DelegationIn,
    grantor_id: UUID,
    service: Service,
    now: datetime,
    today: date,
) -> Delegation:
    entry = _ENTRY.first(entry=grantor_id)
    if entry is None or service.access_for(profile=entry.list, kind="") != "direct":
        raise ProblemError(UNPROCESSABLE, "DEL_NOT_GRANTOR", detail="This person cannot grant this service.")
    owner = _OWNER.first(entry=entry.pk)
    is_mine = is_same_address(entry.email, account.email) if owner is None else is_same_person(owner, account)
    if entry.pk == account.entry_id or is_mine:
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody decides on their own rights.")
    if len(requested.reason) < rules.MIN_REASON:
        raise invalid(reason="TOO_SHORT")
    firm = _firm_among(firms.listed_firms(entry.pk), requested=requested.firm)
    _check_profile(account, service=service)
    _check_period(requested, service=service, today=today)
    starts = rules.start(requested.valid_from, today=today)
    refuse_flood(account)
    rights = _rights_beyond(
        requested, firm=firm, grantor=entry, grantee=Grantee(account=account, email=""), service=service, before=NONE
    )
    return Delegation(
        id=number,
        firm=firm,
        service=service.id,
        rights=rights,
        grantor=entry,
        grantee=account,
        reason=requested.reason,
        valid_from=starts,
        valid_until=requested.valid_until,
        requested_at=now,
    )


def refuse_flood(account: Account) -> None:
    """Refuse one more request of whoever has many that wait."""
    if len(_OPEN.rows(account=account.pk)) >= rules.OPEN_REQUESTS:
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, "DEL_TOO_MANY", detail="Too many open requests.")


def _grant(
    account: Account,
    number: UUID,
    *,
    entry: RegistryEntry,
    requested: DelegationIn,
    service: Service,
    origin: str,
    now: datetime,
    today: date,
    before: Mapping[Parties, Delegation],
) -> Delegation:
    firm = _firm_among(list(firms.granted_firms(account).order_by("name", "pk")), requested=requested.firm)
    grantee = _find_grantee(requested.grantee, grantor=account, firm=firm)
    if grantee.account is not None:
        if is_same_person(grantee.account, account):
            raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody decides on their own rights.")
        _check_profile(grantee.account, service=service)
    elif is_same_address(grantee.email, account.email):
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody invites themselves.")
    start, end = _check_period(requested, service=service, today=today)
    rights = _rights_beyond(requested, firm=firm, grantor=entry, grantee=grantee, service=service, before=before)
    ready = grantee_is_ready(grantee.account)
    status = rules.first_status(starts=start, today=today, grantee_ready=ready)
    second = needs_second(firm, service=service, rights=rights)
    delegation = Delegation(
        id=number,
        firm=firm,
        service=service.id,
        rights=rights,
        grantor=entry,
        grantee=grantee.account,
        invited_email=grantee.email,
        origin=origin,
        reason=requested.reason,
        valid_from=start,
        valid_until=end,
        requested_at=now,
        decided_at=now,
        status=Status.PENDING_SECOND if second else status,
        first_approver=account if second else None,
    )
    if delegation.status == Status.ACTIVE:
        delegation.supersedes = active_conflict(delegation)
    return delegation


def carry_out(account: Account, *, planned: Delegation, now: datetime) -> Delegation:
    """Write a planned grant, end what it replaces, and make the person a member of the firm; inside a transaction."""
    if planned.grantee is None:
        wait = consume_items(INVITED, subject=str(account.pk), items=[planned.invited_email], now=now)
        if wait:
            raise too_many("DEL_TOO_MANY", retry_after=wait)
    if planned.supersedes is not None:
        planned.supersedes = supersede(planned, actor=account.pk, at=now)
    action = "invite" if planned.grantee is None else "grant"
    made = transitions.create(planned, action=action, actor=account.pk, at=now)
    succession.settle(made, actor=account.pk, at=now)
    if made.grantee is not None and made.status != Status.PENDING_SECOND:
        ensure_staff(made.firm, account=made.grantee, actor=account.pk, at=now)
    return made


def _find_grantee(text: str, *, grantor: Account, firm: Firm) -> Grantee:
    """Find the account of an id or an identifiant; take an e-mail as an invitation, unless its owner is of the firm.

    Whether a stranger's address has an account, and whose it is, is told by nobody but its owner, who comes.
    """
    if "@" in text:
        email = clean_email(text)
        if email is None:
            raise invalid(grantee="EMAIL")
        owner = member_of(firm, email=email, also=grantor)
        return Grantee(account=owner, email="") if owner is not None else Grantee(account=None, email=email)
    known = Account.objects.filter(login_id=text.lower())
    with contextlib.suppress(ValueError, ValidationError):
        known |= Account.objects.filter(pk=text)
    found = known.first()
    if found is None or not (found.is_active or found.activated_at is None):
        raise ProblemError(
            UNPROCESSABLE, "DEL_NO_ACCOUNT", detail="No account: invite by e-mail.", members={"invite": True}
        )
    return Grantee(account=found, email="")


def member_of(firm: Firm, *, email: str, also: Account | None = None) -> Account | None:
    """Return the one account of a firm that has an address."""
    sides = Q(memberships__firm=firm, memberships__ended_at=None)
    if also is not None:
        sides |= Q(pk=also.pk)
    owners = list(Account.objects.filter(sides, email__iexact=email, is_active=True).distinct()[:2])
    return owners[0] if len(owners) == 1 else None


def _firm_among(choices: list[Firm], *, requested: UUID | None) -> Firm:
    found = [firm for firm in choices if requested in {None, firm.pk}]
    if len(found) != 1:
        known = [{"id": str(firm.pk), "siren": firm.siren, "name": firm.name} for firm in choices]
        raise ProblemError(
            UNPROCESSABLE, "DEL_WRONG_FIRM", detail="Not a firm of this person.", members={"firms": known}
        )
    return found[0]


def _check_profile(grantee: Account, *, service: Service) -> None:
    access = access_for(grantee, service)
    if access != "delegation":
        raise invalid(service="NOT_FOR_PROFILE" if access == "none" else "ALREADY_OPEN")


def _check_period(requested: DelegationIn, *, service: Service, today: date) -> tuple[date, date]:
    start = dates.first_day(requested.valid_from, today=today)
    return dates.period(service, rights=requested.rights, start=start, end=requested.valid_until, today=today)


def _rights_beyond(
    requested: DelegationIn,
    *,
    firm: Firm,
    grantor: RegistryEntry,
    grantee: Grantee,
    service: Service,
    before: Mapping[Parties, Delegation],
) -> list[str]:
    """Give the rights of the new delegation, those already active included; refuse what is already there."""
    same = _same(firm, grantor=grantor, grantee=grantee, service=service)
    active = next((one for one in same if one.status == Status.ACTIVE), None)
    rights = set(requested.rights)
    waiting = (one for one in same if one.status != Status.ACTIVE and one.origin != "renewal")
    conflict = next(waiting, None)
    if active is not None and rights <= set(active.rights):
        conflict = active
    parties = (firm.pk, None if grantee.account is None else grantee.account.pk, grantee.email, service.id)
    conflict = conflict or before.get(parties)
    if conflict is not None:
        raise duplicate(conflict)
    kept = set() if active is None else set(active.rights)
    return [right.id for right in service.rights if right.id in rights | kept]


def _same(firm: Firm, *, grantor: RegistryEntry, grantee: Grantee, service: Service) -> list[Delegation]:
    """List what waits, will begin or is active between the same parties for a service."""
    parties = {"firm": firm.pk, "grantor": grantor.pk, "service": service.id}
    if grantee.account is not None:
        return _SAME.rows(grantee=grantee.account.pk, **parties)
    invited = Delegation.objects.filter(grantee=None, invited_email=grantee.email, status__in=TAKEN, **parties)
    return list(invited.order_by("pk"))


def rights_problem(refusal: Refusal) -> ProblemError:
    """Word why these rights cannot be delegated."""
    if refusal.code == "INVALID_INPUT":
        return invalid(rights="UNKNOWN")
    return ProblemError(refusal.status, refusal.code, detail="These rights cannot be delegated.")
