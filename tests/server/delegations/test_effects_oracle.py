"""« Après ce geste » equals what a model apart from the server lives through, in random firms (BR-30)."""

from __future__ import annotations

import copy
import random
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.utils import timezone

from comptexpert_server.base.clock import today
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.firms.models import Membership, TermsAcceptance
from comptexpert_server.web import rates
from tests.server import desk
from tests.server.delegations.effects_oracle import (
    ALIVE,
    EXPERTS,
    INVITED,
    WAITING,
    Firm,
    Held,
    RefusedError,
    Right,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db
HORIZON = 90
BATCH = 100
ADDRESS = "invitee@nulle-part.example"
STAFF = ("lea", "tom")
RIGHTS = {"jesignexpert": ("prepare", "seal", "sign"), "rfc": ("access",)}
STATES = {
    State.ASKED: Status.PENDING,
    State.ASKED_TWICE: Status.PENDING_SECOND,
    State.LATER: Status.SCHEDULED,
    State.ACTIVE: Status.ACTIVE,
    State.SUSPENDED: Status.SUSPENDED,
    State.REPLACED: Status.SUPERSEDED,
    State.OVER: Status.EXPIRED,
    State.OVER_SUSPENDED: Status.EXPIRED,
    State.BROKEN: Status.REVOKED,
}
GESTURES = (
    "approve",
    "refuse",
    "revoke",
    "revoke at a day",
    "suspend",
    "resume",
    "renew",
    "transfer",
    "relinquish",
    "departure",
    "end of membership",
    "stay",
    "grant",
    "template",
    "import",
)


class Cabinet:
    """The people of the model, in the database; each random firm is laid over them, and undone."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.desks: dict[str, Desk] = {
            "agathe": desk.expert(self.firm),
            "bruno": desk.expert(self.firm, surname="Ferrand"),
            "lea": desk.staff(self.firm),
            "tom": desk.staff(self.firm, given_name="Tom", surname="Le Goff"),
        }
        for person in self.desks.values():
            person.token = desk.mint(person.account, minutes=1_000_000)
        self.names = {"Agathe Delorme": "agathe", "Agathe Ferrand": "bruno"}
        self.holders = {"Léa QUÉMENER": "lea", "Tom LE GOFF": "tom", ADDRESS: INVITED}
        self.zero = today()
        self.rows: dict[int, Delegation] = {}

    def lay(self, firm: Firm) -> None:
        """Write a firm of the model, as it is on its present day, which is today."""
        self.zero = today() - timedelta(days=firm.day)
        self.firm.two_approvers = firm.two_approvers
        self.firm.save(update_fields=["two_approvers"])
        if firm.has_terms:
            agathe = self.desks["agathe"].account
            TermsAcceptance.objects.create(firm=self.firm, service="jesignexpert", accepted_by=agathe)
        for name in STAFF:
            account, last = self.desks[name].account, firm.leaving.get(name)
            account.certificate_until = self.day(firm.day + 400) if name in firm.certified else None
            account.save(update_fields=["certificate_until"])
            live = Membership.objects.filter(firm=self.firm, account=account)
            live.update(leaves_on=None if last is None else self.day(last))
        self.rows = {id(one): self._row(one) for one in firm.rights}
        for one in firm.rights:
            if one.after is not None:
                self.rows[id(one)].supersedes_id = self.rows[id(one.after)].pk
        Delegation.objects.bulk_create(self.rows.values())

    def _row(self, one: Right) -> Delegation:
        account = None if one.holder == INVITED else self.desks[one.holder].account
        approver = self.desks[one.first_approver].account if one.first_approver else None
        return Delegation(
            firm=self.firm,
            service=one.service,
            rights=[right for right in RIGHTS[one.service] if right in one.rights],
            grantor=desk.grantor_of(self.desks[one.grantor]),
            grantee=account,
            invited_email=ADDRESS if account is None else "",
            origin=one.origin,
            reason=desk.REASON,
            valid_from=None if one.first is None else self.day(one.first),
            valid_until=self.day(one.last),
            status=STATES[one.state],
            end_cause="expired_suspended" if one.state is State.OVER_SUSPENDED else "",
            first_approver=approver,
            requested_at=timezone.now(),
        )

    def day(self, number: int) -> date:
        return self.zero + timedelta(days=number)

    def number_of(self, text: str) -> int:
        return (date.fromisoformat(text) - self.zero).days

    def held(self, shown: list[dict[str, Any]], *, day: int) -> set[Held]:
        return {
            Held(
                self.holders[one["holder"]],
                one["service"],
                one["right"],
                self.names[one["by"]],
                tuple(one["missing"]),
            )
            for one in shown
            if self.number_of(one["from"]) <= day and (one["until"] is None or day <= self.number_of(one["until"]))
        }


class Story:
    """A random firm, gestures about it, and both answers."""

    def __init__(self, seed: int) -> None:
        self.seed, self.dice = seed, random.Random(seed)
        dice = self.dice
        self.firm = Firm(
            two_approvers=dice.random() < 0.3,
            has_terms=dice.random() < 0.8,
            certified=frozenset(name for name in STAFF if dice.random() < 0.5),
        )
        for _ in range(dice.randint(2, 9)):
            self._live_a_little()
        self.actor, self.wanted = self._choose(dice.choice(GESTURES))

    def _live_a_little(self) -> None:
        dice, firm = self.dice, self.firm
        for _ in range(dice.choice((0, 0, 1, 4, 9))):
            firm.pass_day()
        act = dice.choice(("grant", "grant", "ask", "ask", "decide", "decide", "decide", "leave"))
        try:
            if act == "grant":
                firm.grant(dice.choice(EXPERTS), dice.choice((*STAFF, INVITED)), **self._terms(start=firm.day))
            elif act == "ask":
                terms = self._terms(start=firm.day) | ({"first": None} if dice.random() < 0.5 else {})
                firm.ask(dice.choice(STAFF), dice.choice(EXPERTS), **terms)
            elif act == "decide" and (alive := self._alive()):
                _actor, wanted = self._decision(dice.choice(GESTURES[:9]), dice.choice(alive))
                wanted[0][0](firm)
            elif act == "leave" and dice.random() < 0.3:
                firm.leave(dice.choice(STAFF), last=firm.day + dice.randint(30, 60))
        except RefusedError:
            pass

    def _terms(self, *, start: int) -> dict[str, Any]:
        service = self.dice.choice(tuple(RIGHTS))
        known = RIGHTS[service]
        first = start + self.dice.choice((0, 0, 0, 3, 12))
        rights = frozenset(self.dice.sample(known, self.dice.randint(1, len(known))))
        return {"service": service, "rights": rights, "first": first, "last": first + self.dice.randint(0, 40)}

    def _alive(self) -> list[Right]:
        return [one for one in self.firm.rights if one.state in ALIVE]

    def _choose(self, name: str) -> tuple[str, list[_Gesture]]:
        dice, actor = self.dice, self.dice.choice(EXPERTS)
        if name in {"departure", "end of membership", "stay"}:
            return actor, [self._departure(name, dice.choice(STAFF))]
        if name in {"grant", "template", "import"} or not self._alive():
            holders: dict[str, tuple[str, ...]] = {
                "template": (dice.choice(STAFF),) * 2,
                "import": (*STAFF, INVITED) * 2,
            }
            return actor, [
                self._grant(actor, holder) for holder in holders.get(name, (dice.choice((*STAFF, INVITED)),))
            ]
        return self._decision(name, dice.choice(self._fitting(name)))

    def _fitting(self, name: str) -> list[Right]:
        """Choose most often what the gesture is for."""
        states = {
            "approve": WAITING,
            "refuse": WAITING,
            "resume": {State.SUSPENDED},
            "suspend": {State.ACTIVE},
            "renew": {State.ACTIVE},
        }.get(name, ALIVE)
        fitting = [one for one in self._alive() if one.state in states]
        return fitting if fitting and self.dice.random() < 0.95 else self._alive()

    def _decision(self, name: str, one: Right) -> tuple[str, list[_Gesture]]:
        """Return who decides, the gesture of the model, and what the server is asked."""
        dice, day, place = self.dice, self.firm.day, self.firm.rights.index(one)
        actor = one.holder if name == "relinquish" and one.holder != INVITED else dice.choice((one.grantor, *EXPERTS))
        last, at, to = one.last + dice.randint(1, 30), day + dice.randint(1, 25), dice.choice(EXPERTS)
        acts: dict[str, Callable[[Firm], None]] = {
            "approve": lambda firm: firm.approve(firm.rights[place], by=actor),
            "refuse": lambda firm: firm.refuse(firm.rights[place], by=actor),
            "revoke": lambda firm: firm.revoke(firm.rights[place], by=actor),
            "revoke at a day": lambda firm: firm.revoke(firm.rights[place], by=actor, at=at),
            "suspend": lambda firm: firm.suspend(firm.rights[place], by=actor),
            "resume": lambda firm: firm.resume(firm.rights[place], by=actor),
            "renew": lambda firm: firm.renew(firm.rights[place], by=actor, last=last),
            "transfer": lambda firm: firm.transfer(firm.rights[place], by=actor, to=to),
            "relinquish": lambda firm: firm.relinquish(firm.rights[place], by=actor),
        }

        def body(cabinet: Cabinet) -> dict[str, Any]:
            asked: dict[str, Any] = {"id": str(cabinet.rows[id(one)].pk), "action": name.partition(" ")[0]}
            if name == "revoke at a day":
                asked["at"] = cabinet.day(at).isoformat()
            if name == "renew":
                asked["valid_until"] = cabinet.day(last).isoformat()
            if name == "transfer":
                asked["grantor"] = str(desk.grantor_of(cabinet.desks[to]).pk)
            return asked

        return actor, [(acts[name], body, one.holder, True)]

    def _departure(self, name: str, holder: str) -> _Gesture:
        at = self.firm.day + self.dice.randint(0, 30)

        def act(firm: Firm) -> None:
            if name == "stay":
                firm.stay(holder)
            else:
                firm.leave(holder, last=at if name == "departure" else None)

        def body(cabinet: Cabinet) -> dict[str, Any]:
            asked = {"firm": str(cabinet.firm.pk), "member": str(cabinet.desks[holder].account.pk)}
            how: dict[str, Any] = {"departure": {"at": cabinet.day(at).isoformat()}, "stay": {"stays": True}}
            return asked | how.get(name, {})

        return act, body, holder, True

    def _grant(self, actor: str, holder: str) -> _Gesture:
        terms = self._terms(start=self.firm.day)

        def body(cabinet: Cabinet) -> dict[str, Any]:
            return {
                "service": terms["service"],
                "rights": sorted(terms["rights"]),
                "grantee": ADDRESS if holder == INVITED else str(cabinet.desks[holder].account.pk),
                "valid_from": cabinet.day(terms["first"]).isoformat(),
                "valid_until": cabinet.day(terms["last"]).isoformat(),
            }

        return (lambda firm: firm.grant(actor, holder, **terms)), body, holder, False

    def compare(self, cabinet: Cabinet, seen: Counter[str]) -> None:
        before, after = copy.deepcopy(self.firm), copy.deepcopy(self.firm)
        refused, touched = [], set()
        for act, _body, holder, is_touched in self.wanted:
            try:
                act(after)
            except RefusedError:
                refused.append(True)
                touched |= {holder} if is_touched else set()
            else:
                refused.append(False)
                touched.add(holder)
        with transaction.atomic():
            cabinet.lay(self.firm)
            bodies = [body(cabinet) for _act, body, _holder, _is_touched in self.wanted]
            answer = cabinet.desks[self.actor].post("/delegations/effects", {"gestures": bodies})
            self._check(cabinet, answer, bodies=bodies, refused=refused, touched=touched, both=(before, after))
            transaction.set_rollback(True)
        seen[f"{bodies[0].get('action', 'member' if 'member' in bodies[0] else len(bodies))} {not all(refused)}"] += 1

    def _check(
        self,
        cabinet: Cabinet,
        answer: Answer,
        *,
        bodies: list[dict[str, Any]],
        refused: list[bool],
        touched: set[str],
        both: tuple[Firm, Firm],
    ) -> None:
        about = (self.seed, self.actor, bodies, answer.body)
        if refused == [True]:
            assert answer.status >= 400, about
            return
        assert answer.status == 200, about
        assert [bool(one["code"]) for one in answer.body["gestures"]] == refused, about
        before, after = both
        first = self.firm.day
        for day in range(first, first + HORIZON):
            was, becomes = before.held(touched), after.held(touched)
            had, has = ({one.what for one in held} for held in (was, becomes))
            expected = {
                "keeps": {one for one in becomes if one.what in had},
                "gains": {one for one in becomes if one.what not in had},
                "loses": {one for one in was if one.what not in has},
            }
            for name, wanted in expected.items():
                assert cabinet.held(answer.body[name], day=day) == wanted, (day - first, name, *about)
            before.pass_day()
            after.pass_day()


_Gesture = tuple["Callable[[Firm], object]", "Callable[[Cabinet], dict[str, Any]]", str, bool]
"""What it does in the model, what the server is asked, whom it touches, and whether it touches them when refused."""


def assert_equal(seeds: range, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    moments = iter(range(0, 10**9, 60))
    monkeypatch.setattr(rates.time, "monotonic", lambda: float(next(moments)))
    cabinet, seen = Cabinet(), Counter[str]()
    for seed in seeds:
        Story(seed).compare(cabinet, seen)
    return seen


def test_what_is_shown_equals_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_equal(range(60), monkeypatch)


@pytest.mark.campaign
@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(1_000, 11_000, BATCH))
def test_what_is_shown_equals_the_model_in_many_firms(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_equal(range(first, first + BATCH), monkeypatch)
