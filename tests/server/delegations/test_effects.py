"""« Après ce geste »: what is shown before a gesture is what happens after it, day by day (BR-30)."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations.access import access_of
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Membership
from comptexpert_server.web import rates
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db

HORIZON = 50
BATCH = 50
"""Cabinets whose days pass together in a long run: the job of a day looks at all of them at once."""
RIGHTS = ("prepare", "seal")
ACTIONS = ("revoke", "revoke", "suspend", "relinquish", "renew", "transfer", "narrow", "broaden", "edit", "prolong")


def day(number: int) -> str:
    return (today() + timedelta(days=number)).isoformat()


class Cabinet:
    """Two experts of one firm and a collaborateur, without a right yet."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.agathe = desk.expert(self.firm)
        self.bruno = desk.expert(self.firm, surname="Ferrand")
        self.lea = desk.staff(self.firm)
        for person in (self.agathe, self.bruno, self.lea):
            person.token = desk.mint(person.account, minutes=1_000_000)
        self.agathe.post(f"/firms/{self.firm.pk}/terms", {"service": "jesignexpert"})

    def grant(self, who: Desk, *, rights: list[str], start: int, until: int) -> Any:
        body = self.grant_body(rights=rights, start=start, until=until)
        return who.post("/delegations", body)

    def grant_body(self, *, rights: list[str], start: int, until: int) -> dict[str, Any]:
        return {
            "service": "jesignexpert",
            "rights": rights,
            "grantee": str(self.lea.account.pk),
            "valid_from": day(start),
            "valid_until": day(until),
        }

    def by_day(self, *, is_each: bool = True) -> dict[int, frozenset[str]]:
        """Live fifty days, then undo them: the rights that work on each."""
        return by_day([self], is_each=is_each)[0]

    def turning_days(self) -> set[int]:
        """Return the days on which what works may change; between two of them nothing begins and nothing ends."""
        dates = {one.valid_from for one in Delegation.objects.filter(firm=self.firm)}
        dates |= {one.valid_until + timedelta(days=1) for one in Delegation.objects.filter(firm=self.firm)}
        leaving = Membership.objects.filter(firm=self.firm).exclude(leaves_on=None)
        dates |= {one + timedelta(days=1) for one in leaving.values_list("leaves_on", flat=True) if one}
        return {0, *(number for number in ((one - today()).days for one in dates) if 0 < number < HORIZON)}

    def rights_on(self, number: int) -> frozenset[str]:
        found = access_of(self.lea.account, today=today() + timedelta(days=number))
        return frozenset(next(one.rights for one in found if one.id == "jesignexpert"))


def by_day(cabinets: Sequence[Cabinet], *, is_each: bool = True) -> list[dict[int, frozenset[str]]]:
    """Live fifty days with all of these cabinets at once, then undo them: the rights that work on each day.

    Time passes by the worker's own job, a day after the other. Who may what is asked every day, or on those days alone
    on which a right of the cabinet begins or has ended.
    """
    found: list[dict[int, frozenset[str]]] = [{} for _one in cabinets]
    turning = [set(range(HORIZON)) if is_each else one.turning_days() for one in cabinets]
    with transaction.atomic():
        for number in sorted(set().union(*turning)):
            run_due(timezone.now() + timedelta(days=number))
            for cabinet, days, rights in zip(cabinets, turning, found, strict=True):
                if number in days:
                    rights[number] = cabinet.rights_on(number)
        transaction.set_rollback(True)
    return [
        {number: rights[max(day for day in rights if day <= number)] for number in range(HORIZON)} for rights in found
    ]


def effects(who: Desk, *gestures: dict[str, Any]) -> Answer:
    return who.post("/delegations/effects", {"gestures": list(gestures)})


def days_of(shown: list[dict[str, Any]]) -> dict[int, frozenset[str]]:
    """Return the rights of a list of effects, on each of fifty days."""
    found: dict[int, set[str]] = {number: set() for number in range(HORIZON)}
    for one in shown:
        first, last = date.fromisoformat(one["from"]), date.fromisoformat(one["until"] or "9999-12-31")
        for number, rights in found.items():
            if first <= today() + timedelta(days=number) <= last:
                rights.add(one["right"])
    return {number: frozenset(rights) for number, rights in found.items()}


def test_the_renewal_that_waits_goes_with_the_right_and_another_grantor_s_stays() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.agathe, rights=["prepare", "seal"], start=0, until=20).body
    cabinet.agathe.decide(head, "renew", valid_until=day(60))
    cabinet.grant(cabinet.bruno, rights=["prepare"], start=0, until=30)
    shown = effects(cabinet.agathe, {"id": head["id"], "action": "revoke"})
    assert shown.status == 200, shown.body
    firm = {"id": str(cabinet.firm.pk), "siren": cabinet.firm.siren, "name": cabinet.firm.name}
    common = {"service": "jesignexpert", "firm": firm, "missing": [], "holder": "Léa QUÉMENER"}
    assert shown.body == {
        "gestures": [{"status": "REVOKED", "code": ""}],
        "keeps": [{**common, "right": "prepare", "from": day(0), "until": day(30), "by": "Agathe Ferrand"}],
        "loses": [
            {**common, "right": "prepare", "from": day(31), "until": day(60), "by": "Agathe Delorme"},
            {**common, "right": "seal", "from": day(0), "until": day(60), "by": "Agathe Delorme"},
        ],
        "gains": [],
    }


def test_a_renewal_that_a_shorter_right_replaces_is_shown_to_go_on_behind_it() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.agathe, rights=["seal"], start=0, until=9).body
    cabinet.agathe.decide(head, "renew", valid_until=day(48))
    cabinet.grant(cabinet.agathe, rights=["prepare", "seal"], start=12, until=24)
    other = cabinet.grant(cabinet.bruno, rights=["seal"], start=5, until=10).body
    shown = effects(cabinet.bruno, {"id": other["id"], "action": "revoke"}).body
    assert [(one["right"], one["from"], one["until"]) for one in shown["keeps"]] == [
        ("prepare", day(12), day(24)),
        ("seal", day(0), day(48)),
    ]
    assert days_of(shown["keeps"]) == cabinet.by_day()


def test_a_grant_and_an_approval_say_what_is_gained_and_what_is_missing() -> None:
    cabinet = Cabinet()
    body = cabinet.grant_body(rights=["prepare", "sign"], start=3, until=40)
    gained = effects(cabinet.agathe, body).body["gains"]
    assert [(one["right"], one["from"], one["until"]) for one in gained] == [
        ("prepare", day(3), day(40)),
        ("sign", day(3), day(40)),
    ]
    assert {tuple(one["missing"]) for one in gained} == {("DEL_CERT_REQUIRED",)}
    asked = desk.pending(cabinet.lea, cabinet.agathe, service="jesignexpert", rights=["seal"])
    approved = effects(cabinet.agathe, {"id": asked["id"], "action": "approve"}).body
    assert [one["right"] for one in approved["gains"]] == ["seal"]
    refused = effects(cabinet.agathe, {"id": asked["id"], "action": "refuse"}).body
    assert refused == {"gestures": [{"status": "REFUSED", "code": ""}], "keeps": [], "loses": [], "gains": []}


def test_nothing_is_written_and_no_mail_leaves() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.agathe, rights=["prepare"], start=0, until=20).body
    before = list(Delegation.objects.values()), AuditEvent.objects.count(), Email.objects.count()
    for action in ("revoke", "suspend", "renew"):
        assert effects(cabinet.agathe, {"id": head["id"], "action": action}).status == 200
    grant = cabinet.grant_body(rights=["seal"], start=0, until=9)
    assert effects(cabinet.agathe, grant).status == 200
    assert (list(Delegation.objects.values()), AuditEvent.objects.count(), Email.objects.count()) == before


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("lea", {"action": "revoke"}, 403, "DEL_SELF"),
        ("agathe", {"action": "approve"}, 409, "DEL_WRONG_STATUS"),
        ("agathe", {"action": "revoke", "version": 9}, 412, "DEL_STALE"),
        ("stranger", {"action": "revoke"}, 404, "NOT_FOUND"),
    ],
)
def test_it_refuses_what_the_gesture_would_be_refused(who: str, body: dict[str, Any], status: int, code: str) -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.agathe, rights=["prepare"], start=0, until=20).body
    people = {"lea": cabinet.lea, "agathe": cabinet.agathe, "stranger": desk.expert(desk.firm("Autre"))}
    answer = effects(people[who], {"id": head["id"], **body})
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize("body", [{}, {"action": "revoke"}, {"service": "bibliordre"}, {"member": str(uuid.uuid4())}])
def test_a_body_that_is_no_gesture_is_refused(body: dict[str, Any]) -> None:
    assert effects(desk.expert(desk.firm()), body).status == 422


class Told:
    """A random cabinet, one gesture about it, and what the server said that it would change."""

    def __init__(self, seed: int) -> None:
        self.seed, self.dice = seed, random.Random(seed)
        self.cabinet = Cabinet()
        dice, cabinet = self.dice, self.cabinet
        for _ in range(dice.randint(1, 4)):
            who, rights = dice.choice((cabinet.agathe, cabinet.bruno)), dice.sample(RIGHTS, dice.randint(1, 2))
            start = dice.choice((0, 0, 5, 12))
            made = cabinet.grant(who, rights=rights, start=start, until=start + dice.randint(3, 30))
            if made.status == 201 and made.body["status"] == "ACTIVE" and dice.random() < 0.5:
                who.decide(made.body, "renew", valid_until=day(48))
        live = Delegation.objects.filter(firm=cabinet.firm, status__in=("ACTIVE", "SCHEDULED"))
        self.target = dice.choice(list(live.order_by("requested_at", "pk")))

    def ask(self) -> None:
        dice, cabinet = self.dice, self.cabinet
        self.body = gesture(dice, cabinet, self.target)
        is_lea = is_the_holder_s(self.body, dice)
        self.who = cabinet.lea if is_lea else dice.choice((cabinet.agathe, cabinet.bruno))
        self.shown = effects(self.who, self.body)

    def carry_out(self) -> None:
        done = carry_out(self.who, self.target, self.body)
        assert (self.shown.status < 300) is (done.status < 300), (self.seed, self.shown.body, done.body)

    def compare(self, before: dict[int, frozenset[str]], after: dict[int, frozenset[str]]) -> None:
        if self.shown.status != 200:
            assert before == after, self.seed
            return
        kept, lost, gained = (days_of(self.shown.body[name]) for name in ("keeps", "loses", "gains"))
        assert {number: kept[number] | gained[number] for number in after} == after, self.seed
        assert {number: kept[number] | lost[number] for number in before} == before, self.seed


def assert_the_words_equal_what_happens(seeds: Iterable[int], *, is_each: bool = True) -> None:
    told = [Told(seed) for seed in seeds]
    cabinets = [one.cabinet for one in told]
    before = by_day(cabinets, is_each=is_each)
    for one in told:
        one.ask()
    for one in told:
        one.carry_out()
    for one, was, became in zip(told, before, by_day(cabinets, is_each=is_each), strict=True):
        one.compare(was, became)


def is_the_holder_s(body: dict[str, Any], dice: random.Random) -> bool:
    return body.get("action") in {"relinquish", "prolong"} or (body.get("action") == "broaden" and dice.random() < 0.4)


def gesture(dice: random.Random, cabinet: Cabinet, target: Delegation) -> dict[str, Any]:
    if dice.random() < 0.25:
        rights = dice.sample(RIGHTS, dice.randint(1, 2))
        return cabinet.grant_body(rights=rights, start=dice.choice((0, 4)), until=dice.randint(6, 45))
    action = dice.choice(ACTIONS)
    body: dict[str, Any] = {"id": str(target.pk), "action": action}
    if action == "revoke" and dice.random() < 0.5:
        body["at"] = day(dice.randint(1, 20))
    if action in {"renew", "prolong"}:
        body["valid_until"] = day(47)
    if action == "edit":
        body["valid_until"] = day(dice.randint(1, 46))
    if action == "narrow":
        body["rights"] = [dice.choice(RIGHTS)]
    if action == "broaden":
        body |= {"rights": [dice.choice(RIGHTS)], "valid_until": day(dice.randint(1, 46))}
    if action == "transfer":
        body["grantor"] = str(desk.grantor_of(cabinet.bruno).pk)
    return body


def carry_out(who: Desk, target: Delegation, body: dict[str, Any]) -> Any:
    if "id" not in body:
        return who.post("/delegations", body)
    said = {name: value for name, value in body.items() if name not in {"id", "action"}}
    return who.post(f"/delegations/{target.pk}/{body['action']}", said, version=target.version)


def test_what_is_shown_is_what_happens() -> None:
    assert_the_words_equal_what_happens(range(4), is_each=False)


@pytest.mark.campaign
@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(1000, 11_000, BATCH))
def test_what_is_shown_is_what_happens_in_many_firms(first: int) -> None:
    assert_the_words_equal_what_happens(range(first, first + BATCH), is_each=False)


def test_the_days_of_a_planned_departure_are_counted() -> None:
    cabinet = Cabinet()
    cabinet.grant(cabinet.agathe, rights=["prepare"], start=0, until=30)
    cabinet.lea.account.memberships.update(leaves_on=today() + timedelta(days=10))
    shown = effects(cabinet.agathe, cabinet.grant_body(rights=["seal"], start=0, until=40))
    assert [one["until"] for one in shown.body["keeps"] + shown.body["gains"]] == [day(10), day(10)]


def test_of_several_gestures_each_stands_on_its_own() -> None:
    cabinet = Cabinet()
    head = cabinet.grant(cabinet.agathe, rights=["prepare"], start=0, until=20).body
    other = cabinet.grant(cabinet.bruno, rights=["seal"], start=0, until=10).body
    gestures = [
        {"id": head["id"], "action": "revoke"},
        {"id": other["id"], "action": "approve"},
        cabinet.grant_body(rights=["sign"], start=1, until=5),
    ]
    shown = effects(cabinet.agathe, *gestures).body
    assert shown["gestures"] == [
        {"status": "REVOKED", "code": ""},
        {"status": None, "code": "DEL_WRONG_STATUS"},
        {"status": "SCHEDULED", "code": ""},
    ]
    assert [(one["right"], one["until"]) for one in shown["loses"]] == [("prepare", day(20))]
    assert [(one["right"], one["from"]) for one in shown["gains"]] == [("sign", day(1))]
    assert [one["right"] for one in shown["keeps"]] == ["seal"]


@pytest.mark.parametrize("last", [None, 5])
def test_a_departure_says_what_ends_and_when(last: int | None) -> None:
    cabinet = Cabinet()
    cabinet.grant(cabinet.agathe, rights=["prepare"], start=0, until=20)
    cabinet.grant(cabinet.bruno, rights=["seal"], start=3, until=40)
    gesture = {"firm": str(cabinet.firm.pk), "member": str(cabinet.lea.account.pk)}
    gesture |= {} if last is None else {"at": day(last)}
    shown = effects(cabinet.agathe, gesture)
    assert shown.status == 200, shown.body
    first = day(0) if last is None else day(last + 1)
    assert [(one["right"], one["from"], one["until"]) for one in shown.body["loses"]] == [
        ("prepare", first, day(20)),
        ("seal", first if last else day(3), day(40)),
    ]
    path = f"/firms/{cabinet.firm.pk}/members/{cabinet.lea.account.pk}"
    before = cabinet.by_day(is_each=False)
    assert cabinet.agathe.send("DELETE", path if last is None else f"{path}?on={day(last)}").status == 200
    lost = days_of(shown.body["loses"])
    assert cabinet.by_day(is_each=False) == {number: rights - lost[number] for number, rights in before.items()}


def test_who_may_not_let_somebody_leave_is_shown_nothing() -> None:
    cabinet = Cabinet()
    gesture = {"firm": str(cabinet.firm.pk), "member": str(cabinet.lea.account.pk)}
    assert effects(desk.expert(desk.firm("Autre")), gesture).status == 404
    assert effects(cabinet.lea, gesture).status == 404


def test_two_people_are_told_apart() -> None:
    cabinet = Cabinet()
    paul = desk.staff(cabinet.firm, given_name="Paul", surname="Martin")
    bodies = [cabinet.grant_body(rights=["prepare"], start=0, until=9)]
    bodies.append(bodies[0] | {"grantee": str(paul.account.pk)})
    gained = effects(cabinet.agathe, *bodies).body["gains"]
    assert sorted(one["holder"] for one in gained) == ["Léa QUÉMENER", "Paul MARTIN"]


def test_a_gesture_that_is_shown_counts_as_one_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 0.0
    monkeypatch.setattr("comptexpert_server.web.rates.time.monotonic", lambda: moment)
    agathe = Cabinet().agathe
    fifty = {"gestures": [{"id": str(uuid.uuid4()), "action": "revoke"}] * 50}
    full = rates.WRITE.calls // 50
    assert [agathe.post("/delegations/effects", fifty).status for _ in range(full)] == [200] * full
    refused = agathe.post("/delegations/effects", fifty)
    assert (refused.status, refused.code) == (429, "TOO_MANY_REQUESTS")
    for _ in range(2):  # the wait for the call, then for its gestures
        moment += float(refused.headers["Retry-After"])
        refused = agathe.post("/delegations/effects", fifty)
    assert (refused.status, moment < 15) == (200, True)
