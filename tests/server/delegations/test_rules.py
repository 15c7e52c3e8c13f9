"""The table of moves, enumerated: every status, every action, every combination of roles."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain, combinations

import pytest

from comptexpert_server.catalogue.book import Service, catalogue
from comptexpert_server.delegations import rules
from comptexpert_server.delegations.models import Status
from comptexpert_server.delegations.rules import Action, Role

DAY = date(2026, 11, 24)
POSSIBLE_ROLES = [
    frozenset(roles)
    for roles in chain.from_iterable(combinations(Role, size) for size in range(1, 4))
    if not {Role.GRANTOR, Role.PEER} <= set(roles)
]

# Written out by hand, apart from the code: action, who, from which statuses.
ALLOWED = """
approve     grantor       PENDING
approve     peer          PENDING_SECOND
refuse      grantor       PENDING PENDING_SECOND
refuse      peer          PENDING_SECOND
withdraw    grantee       PENDING PENDING_SECOND
suspend     grantor peer  ACTIVE
resume      grantor peer  SUSPENDED
revoke      grantor peer  ACTIVE SUSPENDED SCHEDULED
renew       grantor       ACTIVE
transfer    grantor peer  PENDING ACTIVE SUSPENDED SCHEDULED
relinquish  grantee       ACTIVE SUSPENDED SCHEDULED
"""


def _expected() -> set[tuple[str, str, str]]:
    found = set()
    for line in ALLOWED.strip().splitlines():
        action, *words = line.split()
        roles = [word for word in words if word.islower()]
        statuses = [word for word in words if word.isupper()]
        found |= {(action, role, status) for role in roles for status in statuses}
    return found


def jesignexpert() -> Service:
    service = catalogue().service("jesignexpert")
    assert service is not None
    return service


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("action", list(Action))
def test_one_role_may_do_what_the_table_says_and_nothing_else(action: Action, status: Status, role: Role) -> None:
    allowed = rules.why_not(action, status=status, roles={role}) is None
    assert allowed == ((action.value, role.value, status.value) in _expected())


@pytest.mark.parametrize("roles", POSSIBLE_ROLES)
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("action", [action for action in Action if action not in rules.OWN])
def test_a_grantee_never_decides_on_his_own_rights(action: Action, status: Status, roles: frozenset[Role]) -> None:
    refusal = rules.why_not(action, status=status, roles=roles)
    if Role.GRANTEE in roles:
        assert refusal is not None
        assert refusal.code == "DEL_SELF"


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("status", list(Status))
def test_someone_without_a_role_does_nothing(action: Action, status: Status) -> None:
    assert rules.why_not(action, status=status, roles=()) is not None


@pytest.mark.parametrize("status", [Status.REFUSED, Status.WITHDRAWN, Status.LAPSED, Status.EXPIRED, Status.REVOKED])
@pytest.mark.parametrize("action", list(Action))
def test_what_has_ended_stays_ended(action: Action, status: Status) -> None:
    assert all(rules.why_not(action, status=status, roles={role}) is not None for role in Role)


def test_a_lapsed_request_says_so() -> None:
    refusal = rules.why_not(Action.APPROVE, status=Status.LAPSED, roles={Role.GRANTOR})
    assert refusal is not None
    assert (refusal.status, refusal.code) == (409, "DEL_REQUEST_LAPSED")


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "expected"),
    [
        (None, None, (DAY, DAY + timedelta(days=180))),
        (DAY + timedelta(days=5), None, (DAY + timedelta(days=5), DAY + timedelta(days=185))),
        (DAY - timedelta(days=5), None, (DAY, DAY + timedelta(days=180))),
        (None, DAY, (DAY, DAY)),
        (None, DAY - timedelta(days=1), {"valid_until": "BEFORE_START"}),
        (None, DAY + timedelta(days=180), (DAY, DAY + timedelta(days=180))),
        (None, DAY + timedelta(days=181), {"valid_until": "TOO_LONG"}),
    ],
)
def test_a_period_has_an_end_within_what_the_right_allows(
    valid_from: date | None, valid_until: date | None, expected: object
) -> None:
    found = rules.period(today=DAY, valid_from=valid_from, valid_until=valid_until, max_days=180)
    assert found == expected


def test_without_a_wish_a_right_lasts_twelve_months_at_most() -> None:
    assert rules.period(today=DAY, valid_from=None, valid_until=None, max_days=730) == (DAY, date(2027, 11, 24))


def test_the_shortest_right_bounds_them_all() -> None:
    assert rules.longest(jesignexpert(), rights=["prepare", "sign"]) == 180


@pytest.mark.parametrize(
    ("rights", "until", "terms", "expected"),
    [
        (["prepare"], None, True, []),
        (["prepare"], None, False, ["DEL_TERMS"]),
        (["sign"], None, True, ["DEL_CERT_REQUIRED"]),
        (["sign"], DAY - timedelta(days=1), True, ["DEL_CERT_REQUIRED"]),
        (["sign"], DAY, True, []),
        (["sign"], None, False, ["DEL_TERMS", "DEL_CERT_REQUIRED"]),
    ],
)
def test_granted_is_not_operational(rights: list[str], until: date | None, terms: object, expected: list[str]) -> None:
    found = rules.missing(jesignexpert(), rights=rights, certificate_until=until, terms_accepted=bool(terms), today=DAY)
    assert found == expected


@pytest.mark.parametrize(
    ("starts", "ready", "expected"),
    [
        (DAY, True, Status.ACTIVE),
        (DAY, False, Status.SCHEDULED),
        (DAY + timedelta(days=1), True, Status.SCHEDULED),
    ],
)
def test_a_right_waits_for_its_day_and_for_its_account(starts: date, ready: object, expected: Status) -> None:
    assert rules.first_status(starts=starts, today=DAY, grantee_ready=bool(ready)) is expected
