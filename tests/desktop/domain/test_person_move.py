"""A move keeps what the new role has, ends the rest on the day, and leaves nobody without what they keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptexpert_desktop.domain import person_move
from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.firm import TemplateGrant
from comptexpert_desktop.domain.person_move import Change, Role
from tests.desktop.ui import kit

ME = kit.EXPERT.account_id
TODAY = kit.TODAY
RIGHTS = ("prepare", "seal", "sign")
SERVICES = ("jesignexpert", "jefacture")
LONGEST = 180


def days_of(_service, _rights):
    return LONGEST


def moved(rows, roles, *, last_day=None, agreed=None, why_not=None):
    first = TODAY if last_day is None else last_day + timedelta(days=1)
    lines = person_move.difference(rows, roles, first_day=first, me=ME, why_not=why_not or {})
    return person_move.steps(
        lines,
        agreed={line.id for line in lines} if agreed is None else agreed,
        roles=roles,
        last_day=last_day,
        today=TODAY,
        account_id=kit.STAFF.account_id,
        note="Mutation",
        max_days=days_of,
    )


def role(firm, **grants):
    return Role(firm, tuple(TemplateGrant(service, rights) for service, rights in grants.items()), days=365)


def test_a_right_of_the_new_role_is_kept_untouched():
    rows = [kit.row(kit.active(1, rights=("prepare",)))]
    steps = moved(rows, [role(kit.HAWTHORN, jesignexpert=("prepare",))])
    assert steps.size == 0


def test_what_is_kept_in_part_is_narrowed_at_once():
    rows = [kit.row(kit.active(1, rights=("prepare", "sign")))]
    ((_row, decision),) = moved(rows, [role(kit.HAWTHORN, jesignexpert=("prepare",))]).decisions
    assert (decision.action, decision.rights) == (Action.NARROW, ("prepare",))


def test_at_a_date_the_part_that_stays_is_granted_from_the_day_after():
    rows = [kit.row(kit.active(1, rights=("prepare", "sign")))]
    last = TODAY + timedelta(days=10)
    steps = moved(rows, [role(kit.HAWTHORN, jesignexpert=("prepare", "seal"))], last_day=last)
    ((_row, decision),) = steps.decisions
    assert (decision.action, decision.at) == (Action.REVOKE, last)
    (new,) = steps.new
    assert (new.rights, new.valid_from) == (("prepare", "seal"), last + timedelta(days=1))


def test_whoever_leaves_a_cabinet_at_a_date_leaves_it_in_one_decision():
    rows = [kit.row(kit.active(number, service=service)) for number, service in enumerate(SERVICES)]
    last = TODAY + timedelta(days=10)
    steps = moved(rows, [Role(kit.HAWTHORN), role(kit.QUAY, rfc=("access",))], last_day=last)
    assert (len(steps.decisions), len(steps.departures), len(steps.new)) == (0, 1, 1)
    assert steps.departures[0].last_day == last


def test_a_line_that_is_left_out_keeps_the_person_in_the_cabinet():
    rows = [kit.row(kit.active(number, service=service)) for number, service in enumerate(SERVICES)]
    steps = moved(rows, [Role(kit.HAWTHORN)], agreed={"firm-1/del-000000"})
    assert ([row.delegation.id for row, _decision in steps.decisions], steps.departures) == (["del-000000"], ())


def test_a_request_in_the_cabinet_that_is_left_is_refused_and_stays_elsewhere():
    rows = [kit.row(kit.delegation(1)), kit.row(kit.delegation(2, firm=kit.QUAY))]
    ((row, decision),) = moved(rows, [Role(kit.HAWTHORN)]).decisions
    assert (row.delegation.id, decision.action) == ("del-000001", Action.REFUSE)


@pytest.mark.parametrize(
    "waiting",
    [kit.delegation(1), kit.active(1, status=Status.SCHEDULED, valid_from=TODAY + timedelta(days=4))],
    ids=["a request", "a right to come"],
)
def test_nothing_is_granted_beside_what_waits_for_the_same_service(waiting):
    waiting = replace(waiting, grantor=kit.EXPERT, rights=("prepare",))
    roles = [role(kit.HAWTHORN, jesignexpert=("prepare", "seal"))]
    lines = person_move.difference([kit.row(waiting)], roles, first_day=TODAY, me=ME, why_not={})
    assert [line.why_not for line in lines if line.change is Change.GETS] == [person_move.WAITS]


def test_what_this_person_may_not_decide_stays_and_is_not_granted_twice():
    rows = [kit.row(kit.active(1, rights=("prepare", "sign")))]
    why_not = {"del-000001": "OUTBOX_UNKNOWN"}
    steps = moved(rows, [role(kit.HAWTHORN, jesignexpert=("sign",))], why_not=why_not)
    assert steps.size == 0


@pytest.mark.parametrize(("ends", "starts"), [(40, None), (20, None), (60, 41)])
def test_what_stays_of_a_colleagues_right_is_not_given_again_beside_ones_own(ends, starts):
    own = kit.active(1, grantor=kit.EXPERT, rights=("prepare", "sign"), valid_until=day(40))
    other = kit.active(2, grantor=kit.EXPERT_OF_PORT, rights=("prepare", "seal"), valid_until=day(ends))
    roles = [role(kit.HAWTHORN, jesignexpert=("prepare", "sign"))]
    steps = moved([kit.row(own), kit.row(other)], roles, last_day=day(10))
    assert [decision.action for _row, decision in steps.decisions] == [Action.REVOKE]
    given = [(new.rights, new.valid_from, new.valid_until) for new in steps.new]
    assert given == ([] if starts is None else [(("prepare",), day(starts), day(ends))])


# Any move, lived through day by day on a model of the server.


@dataclass
class Held:
    grantor: str
    service: str
    rights: set[str]
    first: int
    last: int


def day(number):
    return TODAY + timedelta(days=number)


def live(rows, steps):
    """Do what leaves in the order of the outbox; return what is held."""
    held = {}
    for row in rows:
        one = row.delegation
        first = (one.valid_from - TODAY).days
        held[one.id] = Held(one.grantor.account_id, one.service, set(one.rights), first, (one.valid_until - TODAY).days)
    order = {Action.REVOKE: 0, Action.NARROW: 1}
    for row, decision in sorted(steps.decisions, key=lambda one: order[one[1].action]):
        one = held[row.delegation.id]
        if decision.action is Action.NARROW:
            one.rights &= set(decision.rights)
        else:
            one.last = min(one.last, -1 if decision.at is None else (decision.at - TODAY).days)
    for leave in steps.departures:
        for one in held.values():
            one.last = min(one.last, -1 if leave.last_day is None else (leave.last_day - TODAY).days)
    for number, new in enumerate(steps.new):
        grant(held, number, new)
    return held.values()


def grant(held, number, new):
    first = 0 if new.valid_from is None else (new.valid_from - TODAY).days
    same = [one for one in held.values() if (one.grantor, one.service) == (ME, new.service) and one.last >= first]
    assert not [one for one in same if one.first > 0], "the server refuses: something waits"
    assert not [one for one in same if set(new.rights) <= one.rights], "the server refuses: it is there"
    rights, last = set(new.rights).union(*(one.rights for one in same)), (new.valid_until - TODAY).days
    for place, one in enumerate(same):
        if one.last > last:  # what the new right does not reach goes on behind it
            held[f"behind-{number}-{place}"] = replace(one, first=last + 1)
        one.last = first - 1
    held[f"new-{number}"] = Held(ME, new.service, rights, first, last)


def can(held, on):
    return {(one.service, right) for one in held if one.first <= on <= one.last for right in one.rights}


RIGHTS_OF = st.sets(st.sampled_from(RIGHTS), min_size=1).map(lambda found: tuple(sorted(found)))
ROLES = st.dictionaries(st.sampled_from(SERVICES), RIGHTS_OF, max_size=2)


@st.composite
def holdings(draw):
    """Make what somebody holds: at most one active right a grantor and service, as on the server."""
    made = []
    for number, (grantor, service) in enumerate((g, s) for g in (kit.EXPERT, kit.EXPERT_OF_PORT) for s in SERVICES):
        if draw(st.booleans()):
            made.append(
                kit.row(
                    kit.active(
                        number,
                        grantor=grantor,
                        service=service,
                        rights=draw(RIGHTS_OF),
                        valid_until=day(draw(st.integers(0, 170))),
                    )
                )
            )
    return made


@settings(max_examples=400, deadline=None)
@given(holdings(), ROLES, st.none() | st.integers(1, 89))
def test_any_move_ends_in_the_new_role_and_interrupts_nothing(rows, wanted, later):
    last_day = None if later is None else day(later)
    steps = moved(rows, [role(kit.HAWTHORN, **wanted)], last_day=last_day)
    before, start = live(rows, moved([], [])), 0 if later is None else later + 1
    after = list(live(rows, steps))
    asked = {(service, right) for service, rights in wanted.items() for right in rights}
    for number in range(start):
        assert can(after, number) == can(before, number), "nothing changes before the day"
    assert can(after, start) == asked
    for number in range(start, 180):
        assert can(after, number) <= asked
        kept = can(before, number) & can(before, start) & asked
        assert kept <= can(after, number), "what is kept goes on as long as it would have"


@settings(max_examples=100, deadline=None)
@given(holdings(), ROLES, st.data())
def test_a_line_that_is_left_out_changes_nothing_of_its_own(rows, wanted, data):
    roles = [role(kit.HAWTHORN, **wanted)]
    lines = person_move.difference(rows, roles, first_day=TODAY, me=ME, why_not={})
    agreed = data.draw(st.sets(st.sampled_from([line.id for line in lines]))) if lines else set()
    steps = moved(rows, roles, agreed=agreed)
    touched = {row.delegation.id for row, _decision in steps.decisions}
    assert touched <= {line.row.delegation.id for line in lines if line.row is not None and line.id in agreed}
    assert len({line.id for line in lines}) == len(lines)
