"""No sequence of allowed moves makes a right effective that the direct rule would have refused."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import F
from django.utils import timezone

from comptexpert_server.delegations import rules
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.rules import Action, Role
from comptexpert_server.firms import setting_rules
from comptexpert_server.firms.models import Absence, SettingChange
from comptexpert_server.firms.setting_rules import NOTICE, Verdict
from tests.server import desk
from tests.server.delegations import small_firm
from tests.server.delegations.small_firm import GRANTEE, GRANTORS, Move, State, after, asked, moves, nothing, unsound

if TYPE_CHECKING:
    from collections.abc import Callable

STARTS: dict[str, State] = {
    "a request": asked(two=False),
    "a request where two approve": asked(two=True),
    "a grant": nothing(two=False),
    "a grant where two approve": nothing(two=True),
}
HIGH = {"service": "jesignexpert", "rights": ["seal"]}
SEEDS = range(24)
STEPS = 7


@pytest.mark.parametrize("start", STARTS)
def test_no_way_of_five_moves_leads_round_the_rules(start: str) -> None:
    assert unsound(STARTS[start]) is None


def _open_table(patch: pytest.MonkeyPatch) -> None:
    anyone = frozenset({Role.GRANTOR, Role.PEER, Role.COVER})
    patch.setitem(rules.TABLE, (Action.TRANSFER, Status.PENDING), anyone)


def _open_target(patch: pytest.MonkeyPatch) -> None:
    _open_table(patch)
    patch.setattr(rules, "why_not_to", lambda target, *, named, **_rest: rules._SELF if target == named else None)


def _open_settings(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(setting_rules, "verdict", lambda **_facts: Verdict.APPLY)


def _open_second(patch: pytest.MonkeyPatch) -> None:
    asks = rules.why_not
    patch.setattr(
        rules, "why_not", lambda action, *, status, roles: asks(action, status=status, roles=roles - {Role.FIRST})
    )


@pytest.mark.parametrize(
    ("open_guard", "start", "way"),
    [
        (_open_target, "a request", [Move("bruno", "transfer", "bruno"), Move("bruno", "approve")]),
        (_open_table, "a request", [Move("bruno", "transfer", "chloe"), Move("chloe", "approve")]),
        (
            _open_settings,
            "a request where two approve",
            [Move("agathe", "one approver"), Move("agathe", "approve")],
        ),
        (_open_settings, "a grant where two approve", [Move("agathe", "one approver"), Move("agathe", "grant")]),
        (_open_second, "a grant where two approve", [Move("agathe", "grant"), Move("agathe", "approve")]),
    ],
)
def test_a_guard_that_is_taken_out_is_seen(
    open_guard: Callable[[pytest.MonkeyPatch], None], start: str, way: list[Move], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_guard(monkeypatch)
    assert unsound(STARTS[start]) == way


class Firm:
    """The same firm on the server."""

    def __init__(self, start: State) -> None:
        self.firm = desk.firm()
        self.people = {name: desk.expert(self.firm, surname=name.title()) for name in GRANTORS}
        self.people[GRANTEE] = desk.staff()
        self.firm.two_approvers = start.two
        self.firm.save()
        if start.status is not None:
            desk.pending(self.people[GRANTEE], self.people[start.named], **HIGH)

    def make(self, move: Move) -> bool:
        """Make a move through the API; return whether it was allowed."""
        if move.who == "time":
            SettingChange.objects.update(asked_at=F("asked_at") - NOTICE)
            Absence.objects.update(starts_at=F("starts_at") - NOTICE)
            run_due(timezone.now())
            return True
        person = self.people[move.who]
        whom = self.people[move.whom].account.entry_id if move.whom else None
        if move.what in set(Action):
            return self._decide(person, move.what, whom)
        return self._other(person, move, whom).status in {200, 201}

    @property
    def status(self) -> str | None:
        found = Delegation.objects.first()
        return None if found is None else found.status

    def _decide(self, person: desk.Desk, what: str, whom: object) -> bool:
        found = Delegation.objects.first()
        if found is None:
            return False
        said: dict[str, Any] = {"refuse": {"note": "Non"}, "transfer": {"grantor": str(whom)}}
        seen = {"id": str(found.pk), "version": found.version}
        return person.decide(seen, what, **said.get(what, {})).status == 200

    def _other(self, person: desk.Desk, move: Move, whom: object) -> desk.Answer:
        path = f"/firms/{self.firm.pk}"
        if move.what == "grant":
            if self.status is not None:
                return desk.Answer(409, {}, {})
            return person.grant(self.people[GRANTEE].account, **HIGH)
        if move.what in {"one approver", "two approvers"}:
            self.firm.refresh_from_db()
            requested = {"two_approvers": move.what == "two approvers"}
            return person.send("PATCH", path, body=requested, version=self.firm.version)
        if move.what in {"cover", "name"}:
            end = (timezone.localdate() + timedelta(days=30)).isoformat()
            about = {"absent" if move.what == "cover" else "cover": str(whom), "ends_on": end}
            return person.post(f"{path}/absences", {**about, "reason": "Congé de paternité"})
        open_one = Absence.objects.filter(absent=whom, status__in=["waiting", "active"]).first()
        return person.post(f"{path}/absences/{open_one.pk}/{move.what}") if open_one else desk.Answer(404, {}, {})


@pytest.mark.django_db
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.one_in(4, sqlite=3)
def test_the_server_is_the_firm_that_was_searched(start: str, seed: int) -> None:
    """What the search believes of the rules is what the API does, allowed and refused."""
    chance = Random(seed)
    state = STARTS[start]
    server = Firm(state)
    for _step in range(STEPS):
        tries = list(moves(state))
        allowed = [move for move in tries if after(state, move) is not None]
        move = chance.choice(allowed if chance.random() < 0.7 else tries)
        following = after(state, move)
        assert server.make(move) is (following is not None), (seed, move, state)
        state = state if following is None else following
        assert server.status == state.status, (seed, move, state)


def test_the_search_reaches_every_state_that_a_right_may_have() -> None:
    reached = {None}
    for start in STARTS.values():
        front = {start}
        for _step in range(3):
            front |= {found for state in front for move in moves(state) if (found := after(state, move)) is not None}
        reached |= {state.status for state in front}
    assert {Status.ACTIVE, Status.PENDING_SECOND, Status.SUSPENDED, Status.REFUSED, Status.WITHDRAWN} <= reached
    assert small_firm.DEPTH == 5
