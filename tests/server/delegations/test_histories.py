"""Long random histories: whatever people and time do, in any order, what must always hold holds."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations import eligibility
from comptexpert_server.delegations.access import access_of, held_by
from comptexpert_server.delegations.chain import CHAIN_ENDED
from comptexpert_server.delegations.decisions import ENDING
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation
from comptexpert_server.delegations.rules import TABLE, Action, Role
from comptexpert_server.firms.models import Absence
from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

EXPERTS = ("agathe", "bruno")
STAFF = ("lea", "noe", "tom", "zoe")
RIGHTS = ("prepare", "seal", "sign")
GIVING = (
    "delegation.approve",
    "delegation.broaden",
    "delegation.continue",
    "delegation.grant",
    "delegation.renew",
    "delegation.resume",
)
BESIDE = ("delegation.standing", "delegation.certificate_end")
"""Lines that say what is missing, and are no move."""
EXPECTED = {200, 201, 403, 404, 409, 412, 422, 429}
STEPS = 90
BATCH = 40
"""Firms for which the same time passes in a long run: the job of a day looks at all of them at once."""
LIKELY = {Action.APPROVE: 6, Action.RESUME: 3, Action.SUSPEND: 2, Action.RENEW: 2, Action.TRANSFER: 2}


class History:
    """Two experts of a firm, four collaborateurs, and an expert of another firm."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.firm = desk.firm()
        self.people = {
            "agathe": desk.expert(self.firm),
            "bruno": desk.expert(self.firm, surname="Ferrand"),
            "lea": desk.staff(),
            "noe": desk.staff(),
            "tom": desk.staff(),
            "zoe": desk.staff(),
            "stranger": desk.expert(desk.firm("Autre")),
        }
        for person in self.people.values():
            person.token = desk.mint(person.account, minutes=10_000_000)
        self.now = timezone.now()
        self.seen: Counter[str] = Counter()
        self.asks_before = False
        """Whether what a gesture would change is asked first, and compared with what becomes of it."""
        self.ended: set[UUID] = set()
        """What a gesture ended, with all that waited behind it."""
        self.held: set[UUID] = set()
        """What a suspension holds."""

    def step(self) -> None:
        acts: dict[Callable[[], None], int] = {
            self.ask: 6,
            self.grant: 2,
            self.decide_well: 10,
            self.decide_anyhow: 4,
            self.wait: 2,
            self.change_standing: 1,
            self.demand_two: 1,
            self.part: 1,
            self.stand_in: 2,
        }
        self.dice.choices(list(acts), weights=list(acts.values()))[0]()

    def ask(self) -> None:
        whom = self.people[self.dice.choice((*EXPERTS, "stranger"))]
        who = self.people[self.dice.choice((*STAFF, *STAFF, "agathe"))]
        self.expect(who.ask(desk.grantor_of(whom), service="jesignexpert", rights=self.some_rights()))

    def grant(self) -> None:
        start = today() + timedelta(days=self.dice.choice((0, 0, 3)))
        who, whom = self.dice.choice((*EXPERTS, "lea")), self.dice.choice((*STAFF, *STAFF, "bruno"))
        grantee = self.people[whom].account
        requested = {"service": "jesignexpert", "rights": self.some_rights(), "valid_from": start.isoformat()}
        self.expect(self.people[who].grant(grantee, **requested))

    def decide_well(self) -> None:
        """Let someone whom the rules name do what the case allows."""
        choices = [
            (name, row, action)
            for row in self.rows()
            for (action, status), roles in TABLE.items()
            for name in self.people
            if status == row.status and self.role_of(name, row) in roles
        ]
        if choices:
            weights = [LIKELY.get(action, 1) for _name, _row, action in choices]
            name, row, action = self.dice.choices(choices, weights=weights)[0]
            self.decide(name, row, action=action, late=False)

    def decide_anyhow(self) -> None:
        if rows := self.rows():
            name, action = self.dice.choice(list(self.people)), self.dice.choice(list(Action))
            self.decide(name, self.dice.choice(rows), action=action, late=self.dice.random() < 0.5)

    def decide(self, name: str, row: Delegation, *, action: Action, late: bool) -> None:
        body: dict[str, Any] = {"note": "Dit en passant"} if action is Action.REFUSE else {}
        if action is Action.TRANSFER:
            body = {"grantor": str(self.people[self.dice.choice((*EXPERTS, "stranger"))].account.entry_id)}
        if action in {Action.NARROW, Action.BROADEN}:
            body = {"rights": [self.dice.choice(("prepare", "seal", "sign"))]}
        if action is Action.EDIT:
            body = {"valid_until": (today() + timedelta(days=self.dice.randint(1, 60))).isoformat()}
        is_late = late and row.version > 1
        version = row.version - 1 if is_late else row.version
        chain = self.chain_of(row)
        gesture = {"id": str(row.pk), "action": action.value, "version": version, **body}
        shown = self.people[name].post("/delegations/effects", {"gestures": [gesture]}) if self.asks_before else None
        answer = self.people[name].decide({"id": str(row.pk), "version": version}, action.value, **body)
        self.expect(answer)
        if shown is not None:
            self.compare(shown, answer, gesture=gesture)
        was_ended = row.end_cause == CHAIN_ENDED and action in ENDING  # by the same gesture on what it followed
        assert not is_late or was_ended or answer.status in {404, 412}, answer.body
        self.seen[f"{action.value} {answer.status}"] += 1
        if answer.status == 200:
            self.note_end(action, row=row, chain=chain)

    def compare(self, shown: desk.Answer, answer: desk.Answer, *, gesture: dict[str, Any]) -> None:
        """See that what was said before a gesture is what became of it."""
        if 429 in {shown.status, answer.status}:
            return
        said = f"{gesture}: {shown.body} but {answer.body}"
        assert (shown.status < 300) is (answer.status < 300), said
        if answer.status == 200:
            assert shown.body["gestures"] == [{"status": answer.body["status"], "code": ""}], said
        else:
            assert shown.code == answer.code, said

    def wait(self) -> None:
        self.now += timedelta(days=self.dice.choice((0, 0, 0, 1, 4, 15)))
        run_due(self.now)

    def change_standing(self) -> None:
        listed = RegistryEntry.objects.get(pk=self.people[self.dice.choice(EXPERTS)].account.entry_id)
        for status in ("suspended", "active") if self.dice.random() < 0.5 else ("active",):
            listed.status = status
            listed.save()
            eligibility.entry_changed(listed, at=self.now)
            self.check()

    def demand_two(self) -> None:
        self.firm.refresh_from_db()
        who, body = self.people[self.dice.choice(EXPERTS)], {"two_approvers": self.dice.random() < 0.3}
        self.expect(who.send("PATCH", f"/firms/{self.firm.pk}", body=body, version=self.firm.version))

    def part(self) -> None:
        member = self.people[self.dice.choice(STAFF)].account
        who = self.people[self.dice.choice((*EXPERTS, "lea"))]
        path = f"/firms/{self.firm.pk}/members/{member.pk}"
        last = today() + timedelta(days=self.dice.choice((0, 2, 20)))
        self.expect(who.send("DELETE", self.dice.choice((path, f"{path}?on={last}", f"{path}/departure"))))

    def stand_in(self) -> None:
        """Let one expert be away and the other cover him, or be back."""
        path = f"/firms/{self.firm.pk}/absences"
        away, cover = self.dice.sample(EXPERTS, 2)
        running = Absence.objects.filter(firm=self.firm, status="active").first()
        if running is not None:
            self.expect(self.people[away].post(f"{path}/{running.pk}/end"))
            return
        ends_on = (today() + timedelta(days=self.dice.choice((3, 30)))).isoformat()
        named = {"cover": str(self.people[cover].account.entry_id), "ends_on": ends_on, "reason": desk.REASON}
        self.expect(self.people[away].post(path, named))

    def chain_of(self, row: Delegation) -> set[UUID]:
        """List a right and all that was granted or asked behind it, by the links alone."""
        same = Delegation.objects.filter(firm=row.firm_id, grantee=row.grantee_id, service=row.service)
        links = {one.pk: one.supersedes_id for one in same.filter(status__in=(*OPEN, *LIVE))}
        found = {row.pk}
        while more := {pk for pk, before in links.items() if before in found} - found:
            found |= more
        return found

    def note_end(self, action: Action, *, row: Delegation, chain: set[UUID]) -> None:
        """Remember what a gesture stopped: for good, or until somebody lets it go on."""
        if action in {Action.REVOKE, Action.RELINQUISH}:
            self.ended |= chain
        elif action is Action.SUSPEND:
            self.held |= chain
        elif action is Action.RESUME:
            self.held -= self.chain_of(row)

    def check_ended(self) -> None:
        """See that nothing works that a gesture stopped (BR-28)."""
        back = Delegation.objects.filter(pk__in=self.ended | self.held, status="ACTIVE")
        assert not back.exists(), "effective after the gesture that ended it"

    def check_people(self) -> None:
        """See that nobody is told that what was ended still works."""
        self.check_ended()
        for name in STAFF if self.ended | self.held else ():
            account = self.people[name].account
            works = {one.pk for one in held_by(account).delegations if one.status == "ACTIVE"}
            assert not works & (self.ended | self.held), "the person may still do what was ended"

    def some_rights(self) -> list[str]:
        return self.dice.sample(RIGHTS, self.dice.randint(1, 2))

    def rows(self) -> list[Delegation]:
        found = Delegation.objects.filter(firm=self.firm).select_related("grantor")
        return list(found.order_by("requested_at", "pk"))

    def role_of(self, name: str, row: Delegation) -> Role | None:
        account = self.people[name].account
        if account.pk == row.grantee_id:
            return Role.GRANTEE
        if name == "stranger" or account.entry_id is None:
            return None
        return Role.GRANTOR if account.entry_id == row.grantor_id else Role.PEER

    def expect(self, answer: desk.Answer) -> None:
        assert answer.status in EXPECTED, (answer.status, answer.body)

    def check(self) -> None:
        rows = self.rows()
        keys = [(row.grantor_id, row.grantee_id, row.service) for row in rows if row.status == "ACTIVE"]
        assert len(keys) == len(set(keys)), "two active delegations of one right"
        for row in rows:
            self.check_row(row)
        for name in STAFF:
            account = self.people[name].account
            found = next(one for one in access_of(account) if one.id == "jesignexpert")
            assert not found.is_open or any(key[1] == account.pk for key in keys), "open without a delegation"

    @staticmethod
    def check_row(row: Delegation) -> None:
        told = AuditEvent.objects.filter(object_id=str(row.pk)).exclude(action__in=BESIDE)
        lines = list(told.order_by("number"))
        assert [line.object_version for line in lines] == list(range(1, row.version + 1)), "one line a move"
        assert lines[-1].data["to"] == row.status, "the register tells another story"
        givers = {line.actor for line in lines if line.action in GIVING}
        assert row.grantee_id not in givers, "somebody gave himself a right"
        approvals = [line.actor for line in lines if line.action in {"delegation.approve_first", "delegation.approve"}]
        assert len(approvals) == len(set(approvals)), "one person gave both approvals"
        places = {(str(line.acting_for), line.data["grantor"]) for line in lines if line.acting_for is not None}
        assert all(place == grantor for place, grantor in places), "in the place of another than its grantor"
        assert row.status != "ACTIVE" or givers, "active without anybody's approval"
        assert row.status not in {*OPEN, *LIVE} or row.grantor.status == "active", "outlives its grantor"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.one_in(2)
def test_what_must_hold_holds_in_any_order(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(seed)
    monkeypatch.setattr(timezone, "now", lambda: history.now)
    for _step in range(STEPS):
        history.step()
        history.check()
    assert len([act for act in history.seen if act.endswith(" 200")]) >= 3, "the history told too little"


class Together(History):
    """One of several firms for which the same time passes: no one of them moves the clock by itself."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.asks_before = True

    def step(self) -> None:
        if self.dice.random() < 0.15:
            self.end_a_renewed()
        else:
            super().step()

    def end_a_renewed(self) -> None:
        """Grant for some days, let a renewal wait behind it, and stop the right: the renewal must not bring it back."""
        name, whom = self.dice.choice(EXPERTS), self.people[self.dice.choice(STAFF)].account
        first, last = today(), today() + timedelta(days=self.dice.randint(5, 20))
        days = {"valid_from": first.isoformat(), "valid_until": last.isoformat()}
        made = self.people[name].grant(whom, service="jesignexpert", rights=["prepare"], **days)
        self.expect(made)
        if made.status != 201 or made.body["status"] != "ACTIVE":
            return
        until = (last + timedelta(days=60)).isoformat()
        self.expect(self.people[name].decide(made.body, "renew", valid_until=until))
        row = Delegation.objects.select_related("grantor").get(pk=made.body["id"])
        self.decide(name, row, action=self.dice.choice((Action.REVOKE, Action.SUSPEND)), late=False)

    def wait(self) -> None:
        """Leave time to `live`."""


def live(seeds: Iterable[int], *, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the people of some firms act and time pass for all of them, and see after each that what ended stays ended."""
    histories = [Together(seed) for seed in seeds]
    dice = random.Random(histories[0].dice.random())
    monkeypatch.setattr(timezone, "now", lambda: histories[0].now)
    end = histories[0].now + timedelta(days=days)
    while histories[0].now < end:
        for history in histories:
            for _act in range(history.dice.randint(1, 2)):
                history.step()
                history.check_ended()
        later = histories[0].now + timedelta(days=dice.choice((1, 4, 15, 40)))
        for history in histories:
            history.now = later
        run_due(later)
        for history in histories:
            history.check_people()
    for history in histories:
        history.check()


@pytest.mark.django_db
def test_nothing_works_after_the_gesture_that_ended_it(monkeypatch: pytest.MonkeyPatch) -> None:
    live(range(3), days=100, monkeypatch=monkeypatch)


@pytest.mark.campaign
@pytest.mark.timeout(900)
@pytest.mark.django_db
@pytest.mark.parametrize("first", range(10_000, 12_000, BATCH))
def test_over_400_days_nothing_works_after_the_gesture_that_ended_it(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(range(first, first + BATCH), days=400, monkeypatch=monkeypatch)
