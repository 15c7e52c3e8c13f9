"""A delegation begins: a collaborateur asks, an expert-comptable grants or invites."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from comptexpert_server.accounts.models import Account
from comptexpert_server.catalogue.book import Service, catalogue
from comptexpert_server.config.problems import ProblemError, invalid
from comptexpert_server.delegations import moves, rules
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import grantee_is_ready
from comptexpert_server.delegations.strength import ask_strength
from comptexpert_server.delegations.twins import duplicate, needs_second, supersede
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.services import ensure_staff
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_server.delegations.schemas import DelegationIn
    from comptexpert_server.delegations.strength import SignedIn
    from comptexpert_server.firms.models import Firm

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, kw_only=True)
class Grantee:
    """Who will have the right: an account, or the address of an invitation."""

    account: Account | None
    email: str


def begin(
    account: Account,
    *,
    wanted: DelegationIn,
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
    if (wanted.grantor is None) == (not wanted.grantee):
        raise invalid(grantor="ONE_PARTY")
    service = catalogue().service(wanted.service)
    if service is None or not service.enabled:
        raise invalid(service="UNKNOWN")
    if refusal := rules.wrong_rights(service, rights=wanted.rights):
        raise _rights_problem(refusal)
    moves.take_turn()
    number = number or uuid4()
    known = Delegation.objects.filter(pk=number).first()
    if known is not None:
        raise duplicate(known)
    if wanted.grantor is not None:
        return _ask(account, number, wanted=wanted, grantor_id=wanted.grantor, service=service, now=now, today=today)
    high_risk = rules.is_high_risk(service, rights=wanted.rights)
    if firms.may_grant(account):
        ask_strength(account, high_risk=high_risk, signed_in=signed_in, now=now)
    return _grant(account, number, wanted=wanted, service=service, origin=origin, now=now, today=today)


def number_of(account: Account, *, key: UUID) -> UUID:
    """Give the number of what an account asks under a key: the same each time, and nobody else's."""
    return uuid5(account.pk, str(key))


def _ask(
    account: Account,
    number: UUID,
    *,
    wanted: DelegationIn,
    grantor_id: UUID,
    service: Service,
    now: datetime,
    today: date,
) -> Delegation:
    entry = RegistryEntry.objects.filter(firms.STANDING, pk=grantor_id).first()
    if entry is None or service.access_for(profile=entry.list, kind="") != "direct":
        raise ProblemError(UNPROCESSABLE, "DEL_NOT_GRANTOR", detail="This person cannot grant this service.")
    if entry.pk == account.entry_id:
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody decides on his own rights.")
    if len(wanted.reason) < rules.MINIMUM_REASON:
        raise invalid(reason="TOO_SHORT")
    firm = _firm_among(list(entry.firms.order_by("name", "pk")), wanted=wanted.firm)
    _check_profile(account, service=service)
    _check_period(wanted, service=service, today=today)
    if Delegation.objects.filter(grantee=account, status__in=OPEN).count() >= rules.OPEN_REQUESTS:
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, "DEL_TOO_MANY", detail="Too many open requests.")
    rights = _rights_beyond(
        wanted, firm=firm, grantor=entry, grantee=Grantee(account=account, email=""), service=service
    )
    delegation = Delegation(
        id=number,
        firm=firm,
        service=service.id,
        rights=rights,
        grantor=entry,
        grantee=account,
        reason=wanted.reason,
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        requested_at=now,
    )
    return moves.create(delegation, action="request", actor=account.pk, at=now)


def _grant(
    account: Account, number: UUID, *, wanted: DelegationIn, service: Service, origin: str, now: datetime, today: date
) -> Delegation:
    entry = account.entry
    if entry is None or not firms.may_grant(account):
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTOR", detail="Only an expert-comptable grants.")
    if service.access_for(profile=account.profile, kind="") != "direct":
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_NOT_GRANTOR", detail="Nobody grants what he does not have.")
    firm = _firm_among(list(firms.granted_firms(account).order_by("name", "pk")), wanted=wanted.firm)
    grantee = _find_grantee(wanted.grantee)
    if grantee.account is not None:
        if grantee.account.pk == account.pk:
            raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody decides on his own rights.")
        _check_profile(grantee.account, service=service)
    start, end = _check_period(wanted, service=service, today=today)
    rights = _rights_beyond(wanted, firm=firm, grantor=entry, grantee=grantee, service=service)
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
        reason=wanted.reason,
        valid_from=start,
        valid_until=end,
        requested_at=now,
        decided_at=now,
        status=Status.PENDING_SECOND if second else status,
        first_approver=account if second else None,
    )
    if delegation.status == Status.ACTIVE:
        delegation.supersedes = supersede(delegation, actor=account.pk, at=now)
    action = "invite" if grantee.account is None else "grant"
    made = moves.create(delegation, action=action, actor=account.pk, at=now)
    if made.grantee is not None and not second:
        ensure_staff(firm, account=made.grantee, actor=account.pk, at=now)
    return made


def _find_grantee(text: str) -> Grantee:
    """Find the account of an id or an identifiant, or take an e-mail as an invitation."""
    if "@" in text:
        email = _sound_email(text)
        owners = list(Account.objects.filter(email__iexact=email, is_active=True)[:2])
        return Grantee(account=owners[0], email="") if len(owners) == 1 else Grantee(account=None, email=email)
    known = Account.objects.filter(login_id=text.lower())
    with contextlib.suppress(ValueError, ValidationError):
        known |= Account.objects.filter(pk=text)
    account = known.first()
    if account is None or not (account.is_active or account.activated_at is None):
        raise ProblemError(
            UNPROCESSABLE, "DEL_NO_ACCOUNT", detail="No account: invite by e-mail.", members={"invite": True}
        )
    return Grantee(account=account, email="")


def _sound_email(text: str) -> str:
    try:
        validate_email(text)
        text.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        raise invalid(grantee="EMAIL") from None
    return text.lower()


def _firm_among(choices: list[Firm], *, wanted: UUID | None) -> Firm:
    found = [firm for firm in choices if wanted in {None, firm.pk}]
    if len(found) != 1:
        known = [{"id": str(firm.pk), "siren": firm.siren, "name": firm.name} for firm in choices]
        raise ProblemError(
            UNPROCESSABLE, "DEL_WRONG_FIRM", detail="Not a firm of this person.", members={"firms": known}
        )
    return found[0]


def _check_profile(grantee: Account, *, service: Service) -> None:
    access = service.access_for(profile=grantee.profile, kind=grantee.kind)
    if access != "delegation":
        raise invalid(service="NOT_FOR_PROFILE" if access == "none" else "ALREADY_OPEN")


def _check_period(wanted: DelegationIn, *, service: Service, today: date) -> tuple[date, date]:
    if wanted.valid_from is not None and wanted.valid_from < today:
        raise invalid(valid_from="IN_THE_PAST")
    found = rules.period(
        today=today,
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        max_days=rules.longest(service, rights=wanted.rights),
    )
    if isinstance(found, dict):
        raise invalid(**found)
    return found


def _rights_beyond(
    wanted: DelegationIn, *, firm: Firm, grantor: RegistryEntry, grantee: Grantee, service: Service
) -> list[str]:
    """Give the rights of the new delegation, those already active included; refuse what is already there."""
    same = Delegation.objects.filter(
        firm=firm, grantor=grantor, grantee=grantee.account, invited_email=grantee.email, service=service.id
    )
    active = same.filter(status=Status.ACTIVE).first()
    rights = set(wanted.rights)
    twin = same.filter(status__in=(*OPEN, Status.SCHEDULED)).exclude(origin="renewal").first()
    if active is not None and rights <= set(active.rights):
        twin = active
    if twin is not None:
        raise duplicate(twin)
    kept = set() if active is None else set(active.rights)
    return [right.id for right in service.rights if right.id in rights | kept]


def _rights_problem(refusal: rules.Refusal) -> ProblemError:
    if refusal.code == "INVALID_INPUT":
        return invalid(rights="UNKNOWN")
    return ProblemError(refusal.status, refusal.code, detail="These rights cannot be delegated.")
