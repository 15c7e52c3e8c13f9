"""How many queries each operation makes: a bound a row, so that a slow way back in is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.server.api.test_who_may import ACTIONS, CALLS, LETS_IN, said
from tests.server.api.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.desk import Answer

pytestmark = pytest.mark.django_db

MAX_QUERIES = {
    "accept_terms": 38,
    "answer_review": 62,
    "approve": 67,
    "begin_delegation": 67,
    "cancel_departure": 40,
    "broaden": 89,
    "change_firm": 32,
    "change_my_email": 42,
    "choose_my_mails": 30,
    "close_my_account": 113,
    "correct_my_name": 47,
    "cover_absence": 42,
    "decide_many": 15,
    "edit": 53,
    "end_absence": 42,
    "end_membership": 32,
    "end_session": 2,
    "follow": 16,
    "import_delegations": 21,
    "import_part": 140,
    "keep_unused": 20,
    "list_delegations": 15,
    "list_sessions": 5,
    "narrow": 52,
    "object_to_absence": 42,
    "open_review": 64,
    "prolong": 56,
    "read_attestation": 12,
    "read_delegation": 6,
    "read_firm": 12,
    "read_identity": 10,
    "read_me": 7,
    "read_my_data": 48,
    "read_my_grantors": 8,
    "read_my_profile": 7,
    "read_register": 7,
    "read_review": 54,
    "refuse": 47,
    "registry_entry": 3,
    "relinquish": 46,
    "renew": 46,
    "resume": 53,
    "revoke": 48,
    "show_effects": 54,
    "suspend": 48,
    "transfer": 58,
    "withdraw": 45,
}
"""By operation, with one case in the cabinet; a write may make three more than it does today."""
STATUS = {
    "approve": "PENDING",
    "refuse": "PENDING",
    "withdraw": "PENDING",
    "transfer": "PENDING",
    "resume": "SUSPENDED",
}


def _count(act: Callable[[], Answer]) -> int:
    """Count the queries of an act that was done once before, and leave no trace of it."""
    for _ in range(2):
        with transaction.atomic(), CaptureQueriesContext(connection) as made:
            answer = act()
            transaction.set_rollback(True)
    assert answer.status in {200, 201, 202, 204}, answer.body
    return len(made)


def test_every_operation_has_its_bound() -> None:
    assert set(MAX_QUERIES) == set(CALLS) | set(ACTIONS)


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_an_operation_makes_no_more_queries_than_it_may(operation: str) -> None:
    world = World("ACTIVE")
    person = world.person("grantee" if "grantor" not in LETS_IN[operation][0] else "grantor")
    made = _count(lambda: CALLS[operation](world, person))
    assert made <= MAX_QUERIES[operation]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_decision_makes_no_more_queries_than_it_may(action: str) -> None:
    world = World(STATUS.get(action, "ACTIVE"))
    person = world.person("grantee" if action in {"withdraw", "relinquish", "prolong"} else "grantor")
    made = _count(lambda: person.decide(world.case, action, **said(action, world)))
    assert made <= MAX_QUERIES[action]
