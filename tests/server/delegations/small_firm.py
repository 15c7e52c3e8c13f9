"""A small firm as a machine: what each person may do next by the rules of the server, and a judge apart from them.

The machine asks the rules of the server (`rules`, `setting_rules`, `absence_rules`) whether a move is allowed, and makes
it. Beside it runs a ledger of its own: who may decide about the request by the word of whom it names, and how many
approvals the firm wants as long as nobody but one person said otherwise. A right is unsound when it became effective in
a way that the ledger does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from comptexpert_server.delegations import rules
from comptexpert_server.delegations.models import Status
from comptexpert_server.delegations.rules import Action, Role
from comptexpert_server.firms import absence_rules, setting_rules
from comptexpert_server.firms.absence_rules import AbsenceAction, AbsenceRole
from comptexpert_server.firms.models import AbsenceStatus
from comptexpert_server.firms.setting_rules import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

GRANTORS = ("agathe", "bruno", "chloe")
GRANTEE = "lea"
NUMBERS = {name: UUID(int=place) for place, name in enumerate((*GRANTORS, GRANTEE), start=1)}
TODAY = date(2026, 6, 10)
DEPTH = 5


class Move(NamedTuple):
    """One act: of whom, what, and about whom."""

    who: str
    what: str
    whom: str = ""


class Cover(NamedTuple):
    """Who decides in whose absence, from now or after the wait."""

    absent: str
    cover: str
    is_active: bool


@dataclass(frozen=True)
class State:
    """Where the firm stands: the right, its settings, its absences; and what the ledger says of them."""

    status: Status | None
    named: str
    first: str = ""
    two: bool = True
    off_by: str = ""
    covers: frozenset[Cover] = frozenset()
    deciders: frozenset[str] = frozenset()
    """Ledger: whom the request names, by nobody's word but theirs."""
    wants_two: bool = True
    """Ledger: the firm's wish, which one person alone does not end."""
    is_unsound: bool = False


def asked(*, two: bool) -> State:
    """Return a firm in which a request names Agathe."""
    return State(Status.PENDING, "agathe", two=two, deciders=frozenset({"agathe"}), wants_two=two)


def nothing(*, two: bool) -> State:
    """Return a firm in which nobody asked for anything."""
    return State(None, "", two=two, wants_two=two)


def moves(state: State) -> Iterator[Move]:
    """List what anybody may try."""
    yield Move("time", "72 hours")
    for who in (*GRANTORS, GRANTEE):
        for action in (Action.APPROVE, Action.REFUSE, Action.SUSPEND, Action.RESUME, Action.WITHDRAW):
            yield Move(who, action)
        yield from (Move(who, Action.TRANSFER, whom) for whom in GRANTORS)
    for who in GRANTORS:
        yield from (Move(who, "grant"), Move(who, "one approver"), Move(who, "two approvers"))
        for other in GRANTORS:
            yield from (Move(who, "cover", other), Move(who, "name", other))
        yield from (Move(who, act, one.absent) for one in state.covers for act in ("object", "end"))


def after(state: State, move: Move) -> State | None:
    """Return the firm after a move; None when the rules refuse it."""
    if move.what in set(Action):
        return _decided(state, move.who, Action(move.what), move.whom)
    return {
        "72 hours": _wait,
        "grant": _grant,
        "one approver": _turn_off,
        "two approvers": _turn_on,
        "cover": _cover,
        "name": _name,
        "object": _object,
        "end": _end,
    }[move.what](state, move)


def unsound(start: State, *, depth: int = DEPTH) -> list[Move] | None:
    """Return the shortest sequence of moves after which a right is effective that nobody could give directly."""
    known: set[State] = {start}
    front: list[tuple[State, list[Move]]] = [(start, [])]
    for _step in range(depth):
        following = []
        for state, way in front:
            for move in moves(state):
                found = after(state, move)
                if found is None or found in known:
                    continue
                if found.is_unsound:
                    return [*way, move]
                known.add(found)
                following.append((found, [*way, move]))
        front = following
    return None


def _roles(state: State, who: str) -> set[Role]:
    if who == GRANTEE:
        return {Role.GRANTEE}
    found = {Role.GRANTOR if who == state.named else Role.PEER}
    if Cover(state.named, who, is_active=True) in state.covers:
        found.add(Role.COVER)
    if state.status is Status.PENDING_SECOND and state.first == who:
        found.add(Role.FIRST)
    return found


def _decided(state: State, who: str, action: Action, whom: str) -> State | None:
    if state.status is None or rules.why_not(action, status=state.status, roles=_roles(state, who)) is not None:
        return None
    if action is Action.APPROVE:
        return _approved(state, who)
    if action is Action.TRANSFER:
        return _transferred(state, who, whom)
    ends = {Action.REFUSE: Status.REFUSED, Action.WITHDRAW: Status.WITHDRAWN}
    turns = {Action.SUSPEND: Status.SUSPENDED, Action.RESUME: Status.ACTIVE}
    return replace(state, status=(ends | turns)[action])


def _approved(state: State, who: str) -> State:
    if state.status is Status.PENDING_SECOND:
        return replace(state, status=Status.ACTIVE, is_unsound=who in {state.first, GRANTEE})
    may = who in state.deciders | _legitimate_covers(state)
    if state.two:
        return replace(state, status=Status.PENDING_SECOND, first=who, is_unsound=not may)
    return replace(state, status=Status.ACTIVE, is_unsound=not may or state.wants_two)


def _transferred(state: State, who: str, whom: str) -> State | None:
    assert state.status is not None
    refusal = rules.why_not_to(
        NUMBERS[whom], status=state.status, actor=NUMBERS[who], named=NUMBERS[state.named], grantee=None
    )
    if refusal is not None:
        return None
    by_word = who in state.deciders | _legitimate_covers(state) and whom != who
    deciders = frozenset({whom}) if by_word or state.status is not Status.PENDING else state.deciders
    return replace(state, named=whom, deciders=deciders)


def _legitimate_covers(state: State) -> frozenset[str]:
    return frozenset(one.cover for one in state.covers if one.is_active and one.absent in state.deciders)


def _grant(state: State, move: Move) -> State | None:
    if state.status is not None:
        return None
    given = replace(state, named=move.who, deciders=frozenset({move.who}))
    if state.two:
        return replace(given, status=Status.PENDING_SECOND, first=move.who)
    return replace(given, status=Status.ACTIVE, is_unsound=state.wants_two)


def _turn_off(state: State, move: Move) -> State:
    weaker = setting_rules.weakens("two_approvers", before=state.two, after=False, today=TODAY)
    asked_by = NUMBERS[state.off_by] if state.off_by else None
    found = setting_rules.verdict(is_weaker=weaker, has_peers=True, asked_by=asked_by, actor=NUMBERS[move.who])
    if found is Verdict.WAIT:
        return replace(state, off_by=state.off_by or move.who)
    is_second = state.off_by not in {"", move.who}
    return replace(state, two=False, off_by="", wants_two=state.wants_two and not is_second)


def _turn_on(state: State, _move: Move) -> State:
    return replace(state, two=True, off_by="", wants_two=True)


def _cover(state: State, move: Move) -> State | None:
    is_open = any(one.absent == move.whom for one in state.covers)
    if is_open or move.who == move.whom:
        return None
    return replace(state, covers=state.covers | {Cover(move.whom, move.who, is_active=False)})


def _name(state: State, move: Move) -> State | None:
    is_open = any(one.absent == move.who for one in state.covers)
    if is_open or move.who == move.whom:
        return None
    return replace(state, covers=state.covers | {Cover(move.who, move.whom, is_active=True)})


def _object(state: State, move: Move) -> State | None:
    return _stopped(state, move, AbsenceAction.OBJECT)


def _end(state: State, move: Move) -> State | None:
    return _stopped(state, move, AbsenceAction.END)


def _stopped(state: State, move: Move, action: AbsenceAction) -> State | None:
    found = next((one for one in state.covers if one.absent == move.whom), None)
    if found is None:
        return None
    others = {found.absent: AbsenceRole.ABSENT, found.cover: AbsenceRole.COVER}
    status = AbsenceStatus.ACTIVE if found.is_active else AbsenceStatus.WAITING
    roles = {others.get(move.who, AbsenceRole.PEER)}
    if absence_rules.why_not(action, status=status, roles=roles) is not None:
        return None
    return replace(state, covers=state.covers - {found})


def _wait(state: State, _move: Move) -> State:
    begun = frozenset(one._replace(is_active=True) for one in state.covers)
    if not state.off_by:
        return replace(state, covers=begun)
    return replace(state, covers=begun, two=False, off_by="", wants_two=False)
