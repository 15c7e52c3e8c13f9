"""A delegation begins: a collaborateur asks, an expert-comptable grants or invites."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4, uuid5

from comptexpert_server.accounts.models import Account, is_same_address, is_same_person
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.base.typed_values import clean_email
from comptexpert_server.catalogue.catalogue import Service, catalogue
from comptexpert_server.delegations import dates, rules, succession, transitions
from comptexpert_server.delegations.conflicts import duplicate, supersede
from comptexpert_server.delegations.entitlement import access_for
from comptexpert_server.delegations.grant_facts import FactsOfOne, Grantee, between
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.selectors import find, grantee_is_ready
from comptexpert_server.firms import selectors as firms
from comptexpert_server.firms.services import ensure_staff, ensure_staff_many
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.web.limits import Limit, consume_items
from comptexpert_server.web.policy import StepUp
from comptexpert_server.web.problems import ProblemError, invalid, too_many

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from comptexpert_server.delegations.grant_facts import GrantFacts
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

_ENTRY = CompiledQuery(lambda entry: RegistryEntry.objects.filter(firms.STANDING, pk=entry), entry=UUID)
_OWNER = CompiledQuery(lambda entry: Account.objects.filter(entry=entry).select_related("entry"), entry=UUID)
_OPEN = CompiledQuery(
    lambda account: Delegation.objects.filter(grantee=account, status__in=OPEN).values_list("pk", flat=True),
    account=UUID,
)


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
    if requested.grantor is not None:
        asked = _ask(
            account,
            number,
            requested=requested,
            grantor_id=requested.grantor,
            service=service,
            now=now,
            today=today,
        )
        return transitions.create(asked, action="request", actor=account.pk, at=now)
    entry = check_may_grant(account, service=service)
    facts = FactsOfOne(account=account, entry=entry, signed_in=signed_in, now=now)
    planned = plan(account, requested=requested, facts=facts, now=now, today=today, origin=origin, number=number)
    return carry_out(account, planned=planned, now=now)


def plan(
    account: Account,
    *,
    requested: DelegationIn,
    facts: GrantFacts,
    now: datetime,
    today: date,
    origin: str = "direct",
    number: UUID | None = None,
) -> Delegation:
    """Return the delegation that a grant would make, without writing or locking anything; raise why it cannot be."""
    service = _requested_service(requested)
    entry = check_may_grant(account, service=service)
    high_risk = rules.is_high_risk(service, rights=requested.rights)
    facts.prove(StepUp.FRESH if high_risk else StepUp.FACTOR)
    firm = _firm_among(facts.firms(), requested=requested.firm)
    grantee = _find_grantee(requested.grantee, facts=facts, firm=firm)
    if grantee.account is not None:
        if is_same_person(grantee.account, account):
            raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody decides on their own rights.")
        _check_profile(grantee.account, service=service)
    elif is_same_address(grantee.email, account.email):
        raise ProblemError(HTTPStatus.FORBIDDEN, "DEL_SELF", detail="Nobody invites themselves.")
    start, end = _check_period(requested, service=service, today=today)
    if grantee.account is not None and start > today:
        dates.refuse_after_departure(start, last_day=facts.last_day(firm, account=grantee.account))
    same = facts.between(firm, grantee=grantee, service=service)
    parties = (firm.pk, None if grantee.account is None else grantee.account.pk, grantee.email, service.id)
    beside = facts.planned(parties)
    rights = _rights_beyond(requested, service=service, same=_still_there(same, on=start))
    if beside is not None:
        raise duplicate(beside)
    ready = grantee_is_ready(grantee.account)
    status = rules.first_status(starts=start, today=today, grantee_ready=ready)
    second = facts.needs_second(firm, service=service, rights=rights)
    delegation = Delegation(
        id=number or uuid4(),
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
    if delegation.status in {Status.ACTIVE, Status.PENDING_SECOND}:  # what waits belongs to what it broadens
        delegation.supersedes = _active_among(same)
    return delegation


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
    same = between(firm, grantor=entry, grantee=Grantee(account=account, email=""), service=service)
    rights = _rights_beyond(requested, service=service, same=same)
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


def carry_out(account: Account, *, planned: Delegation, now: datetime) -> Delegation:
    """Write a planned grant, end what it replaces, and make the person a member of the firm; inside a transaction."""
    if planned.grantee is None:
        wait = consume_items(INVITED, subject=str(account.pk), items=[planned.invited_email], now=now)
        if wait:
            raise too_many("DEL_TOO_MANY", retry_after=wait)
    if planned.supersedes is not None and planned.status == Status.ACTIVE:
        planned.supersedes = supersede(planned, actor=account.pk, at=now)
    made = transitions.create(planned, action=_action_of(planned), actor=account.pk, at=now)
    succession.settle(made, actor=account.pk, at=now)
    if made.grantee is not None and made.status != Status.PENDING_SECOND:
        ensure_staff(made.firm, account=made.grantee, actor=account.pk, at=now)
    return made


def carry_out_many(account: Account, *, planned: Sequence[Delegation], now: datetime) -> None:
    """Write planned grants, each the first between its parties, as `carry_out` does one by one; in a transaction.

    Raise ProblemError when they are too many invitations for a day.
    """
    if not planned:
        return
    invited = [one.invited_email for one in planned if one.grantee is None]
    wait = consume_items(INVITED, subject=str(account.pk), items=invited, now=now)
    if wait:
        raise too_many("DEL_TOO_MANY", retry_after=wait)
    transitions.create_many(planned, action_of=_action_of, actor=account.pk, at=now)
    joining: dict[Firm, list[Account]] = {}
    for one in planned:
        if one.grantee is not None and one.status != Status.PENDING_SECOND:
            joining.setdefault(one.firm, []).append(one.grantee)
    for firm, people in joining.items():
        ensure_staff_many(firm, accounts=people, actor=account.pk, at=now)


def _action_of(planned: Delegation) -> str:
    return "invite" if planned.grantee is None else "grant"


def _find_grantee(text: str, *, facts: GrantFacts, firm: Firm) -> Grantee:
    """Find the account of an id or an identifiant; take an e-mail as an invitation, unless its owner is of the firm.

    Whether a stranger's address has an account, and whose it is, is told by nobody but its owner, who comes.
    """
    if "@" in text:
        email = clean_email(text)
        if email is None:
            raise invalid(grantee="EMAIL")
        owner = facts.member_of(firm, email=email)
        return Grantee(account=owner, email="") if owner is not None else Grantee(account=None, email=email)
    found = facts.account_of(text)
    if found is None or not (found.is_active or found.activated_at is None):
        raise ProblemError(
            UNPROCESSABLE, "DEL_NO_ACCOUNT", detail="No account: invite by e-mail.", members={"invite": True}
        )
    return Grantee(account=found, email="")


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


def _rights_beyond(requested: DelegationIn, *, service: Service, same: list[Delegation]) -> list[str]:
    """Give the rights of the new delegation, those already active included; refuse what is already there.

    `same` is what stands between the same parties for the service.
    """
    active = _active_among(same)
    rights = set(requested.rights)
    waiting = (one for one in same if one.status != Status.ACTIVE and one.origin != "renewal")
    conflict = next(waiting, None)
    if active is not None and rights <= set(active.rights):
        conflict = active
    if conflict is not None:
        raise duplicate(conflict)
    kept = set() if active is None else set(active.rights)
    return [right.id for right in service.rights if right.id in rights | kept]


def _still_there(same: list[Delegation], *, on: date) -> list[Delegation]:
    """Leave out what is active and ends before a day: what begins then neither repeats nor goes on with it."""
    return [one for one in same if one.status != Status.ACTIVE or one.valid_until is None or one.valid_until >= on]


def _active_among(same: list[Delegation]) -> Delegation | None:
    return next((one for one in same if one.status == Status.ACTIVE), None)


def rights_problem(refusal: Refusal) -> ProblemError:
    """Word why these rights cannot be delegated."""
    if refusal.code == "INVALID_INPUT":
        return invalid(rights="UNKNOWN")
    return ProblemError(refusal.status, refusal.code, detail="These rights cannot be delegated.")
