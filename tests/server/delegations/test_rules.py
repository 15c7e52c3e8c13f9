"""The table of moves, enumerated: every status, every action, every combination of roles."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain, combinations, product

import pytest

from comptexpert_server.catalogue.catalogue import Service, catalogue
from comptexpert_server.delegations import rules
from comptexpert_server.delegations.models import Status
from comptexpert_server.delegations.rules import Action, Role
from tests.server.delegations.table import cells

DAY = date(2026, 11, 24)
POSSIBLE_ROLES = [
    frozenset(roles)
    for roles in chain.from_iterable(combinations(Role, size) for size in range(1, 5))
    if not {Role.GRANTOR, Role.PEER} <= set(roles)
]

LETTERS = {Role.GRANTOR: "G", Role.PEER: "P", Role.GRANTEE: "E", Role.COVER: "C", Role.FIRST: "F"}


def _expected(action: Action, status: Status, role: Role) -> str:
    """Give the code that a person with this one role gets, or nothing when he may."""
    table = cells()
    if LETTERS[role] in table[action.value, status.value]:
        return ""
    letters = set("".join(table[action.value, one.value] for one in Status)) - {"-"}
    if role is Role.GRANTEE and (table[action.value, status.value] != "-" or "E" not in letters):
        return "DEL_SELF"
    if LETTERS[role] not in letters:
        return "DEL_NOT_GRANTEE" if letters == {"E"} else "DEL_NOT_GRANTOR"
    if table[action.value, status.value] != "-":
        return "DEL_NOT_GRANTEE" if table[action.value, status.value] == "E" else "DEL_NOT_GRANTOR"
    return "DEL_REQUEST_LAPSED" if status is Status.LAPSED else "DEL_WRONG_STATUS"


def jesignexpert() -> Service:
    service = catalogue().service("jesignexpert")
    assert service is not None
    return service


def test_every_cell_of_the_table_has_an_expectation() -> None:
    assert set(cells()) == set(product([str(one) for one in Action], Status.values))
    assert set(LETTERS) == set(Role)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("action", list(Action))
def test_one_role_may_do_what_the_table_says_and_nothing_else(action: Action, status: Status, role: Role) -> None:
    refusal = rules.why_not(action, status=status, roles={role})
    assert ("" if refusal is None else refusal.code) == _expected(action, status, role)


@pytest.mark.parametrize("action", list(Action))
def test_whom_the_rules_let_is_whom_they_refuse_nothing(action: Action) -> None:
    for status, roles in product(Status, POSSIBLE_ROLES):
        refusal = rules.why_not(action, status=status, roles=roles)
        assert rules.lets(action, status=status, roles=roles) is (refusal is None)


@pytest.mark.parametrize("role", [Role.GRANTOR, Role.PEER])
def test_who_gave_the_first_approval_gives_no_second(role: Role) -> None:
    refusal = rules.why_not(Action.APPROVE, status=Status.PENDING_SECOND, roles={role, Role.FIRST})
    assert refusal is not None
    assert refusal.code == "DEL_NOT_GRANTOR"
    assert rules.why_not(Action.REFUSE, status=Status.PENDING_SECOND, roles={role, Role.FIRST}) is None


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("action", list(Action))
def test_a_cover_acts_in_the_place_of_the_absent_where_a_peer_alone_could_not(action: Action, status: Status) -> None:
    cell = cells()[action.value, status.value]
    in_place = rules.acts_in_place(action, status=status, roles={Role.PEER, Role.COVER})
    assert in_place == ("C" in cell)
    assert rules.acts_in_place(action, status=status, roles={Role.PEER}) is False


def _is_never_the_grantee_s(action: Action) -> bool:
    return all("E" not in cells()[action.value, status.value] for status in Status)


@pytest.mark.parametrize("action", [action for action in Action if _is_never_the_grantee_s(action)])
def test_a_grantee_never_decides_on_his_own_rights(action: Action) -> None:
    for status, roles in product(Status, POSSIBLE_ROLES):
        refusal = rules.why_not(action, status=status, roles=roles | {Role.GRANTEE})
        assert refusal is not None
        assert refusal.code == "DEL_SELF"


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED])
def test_a_grantee_edits_what_they_asked_and_never_what_they_were_granted(status: Status) -> None:
    refusal = rules.why_not(Action.EDIT, status=status, roles={Role.GRANTEE})
    assert refusal is not None
    assert refusal.code == "DEL_SELF"
    assert rules.why_not(Action.EDIT, status=Status.PENDING, roles={Role.GRANTEE}) is None


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
    assert rules.max_period_days(jesignexpert(), rights=["prepare", "sign"]) == 180


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
