"""A grantor is away: a peer asks to cover him, or he names one; who may stop it, what the cover may decide."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.delegations import eligibility
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.firms import absence_rules
from comptexpert_server.firms.absence_rules import AbsenceAction, AbsenceRole
from comptexpert_server.firms.models import Absence, AbsenceStatus
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm

pytestmark = pytest.mark.django_db
REASON = "Congé de paternité d’Agathe"

# Written out by hand, apart from the code: absent A, cover C, any other grantor of the firm P; `-` is nobody.
MATRIX = """
        waiting  active  objected  ended
object  AP       -       -         -
end     AC       ACP     -         -
"""


def _cells() -> dict[tuple[str, str], str]:
    head, *lines = MATRIX.strip().splitlines()
    return {
        (line.split()[0], status): cell
        for line in lines
        for status, cell in zip(head.split(), line.split()[1:], strict=True)
    }


class Cabinet:
    """Agathe who is away, Bruno who covers her, Chloé their associate, Léa who asks."""

    def __init__(self) -> None:
        self.firm: Firm = desk.firm()
        self.agathe = desk.expert(self.firm)
        self.bruno = desk.expert(self.firm, surname="Ferrand")
        self.chloe = desk.expert(self.firm, surname="Garnier")
        self.lea = desk.staff()
        self.path = f"/firms/{self.firm.pk}/absences"

    def ask(self, **changes: Any) -> desk.Answer:
        """Let Bruno ask to cover Agathe."""
        body = {"absent": str(self.agathe.account.entry_id), "ends_on": _day(30), "reason": REASON}
        return self.bruno.post(self.path, body | changes)

    def name(self, **changes: Any) -> desk.Answer:
        """Let Agathe name Bruno."""
        body = {"cover": str(self.bruno.account.entry_id), "ends_on": _day(30), "reason": REASON}
        return self.agathe.post(self.path, body | changes)

    def lay(self, status: str = "active", **changes: Any) -> Absence:
        agathe, bruno = desk.grantor_of(self.agathe), desk.grantor_of(self.bruno)
        return desk.absence(self.firm, absent=agathe, cover=bruno, status=status, **changes)


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet()


def _day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _told() -> list[str]:
    found = AuditEvent.objects.filter(action__startswith="absence.").order_by("number")
    return list(found.values_list("action", flat=True))


def _errors(answer: desk.Answer) -> list[tuple[str, str]]:
    assert answer.status == 422, answer.body
    return [(one["field"].removeprefix("body."), one["code"]) for one in answer.body["errors"]]


# -- Who may stop one: action × state × person, in the rules and through the API ---------------------------------------


def test_every_cell_of_the_table_has_an_expectation() -> None:
    assert set(_cells()) == set(product([str(one) for one in AbsenceAction], AbsenceStatus.values))


@pytest.mark.parametrize("role", list(AbsenceRole))
@pytest.mark.parametrize("status", list(AbsenceStatus))
@pytest.mark.parametrize("action", list(AbsenceAction))
def test_the_rules_say_who_may_stop_an_absence(action: AbsenceAction, status: AbsenceStatus, role: AbsenceRole) -> None:
    cell = _cells()[action.value, status.value]
    refusal = absence_rules.why_not(action, status=status, roles={role})
    expected = "" if role.value[0].upper() in cell else "ABSENCE_WRONG_STATUS" if cell == "-" else "ABSENCE_NOT_YOURS"
    assert ("" if refusal is None else refusal.code) == expected


@pytest.mark.parametrize("status", list(AbsenceStatus))
@pytest.mark.parametrize("action", list(AbsenceAction))
def test_the_api_lets_in_whom_the_rules_name(cabinet: Cabinet, action: AbsenceAction, status: AbsenceStatus) -> None:
    cell = _cells()[action.value, status.value]
    people = {"A": cabinet.agathe, "C": cabinet.bruno, "P": cabinet.chloe, "-": cabinet.lea}
    for letter, person in people.items():
        Absence.objects.all().delete()
        absence = cabinet.lay(status)
        answer = person.post(f"{cabinet.path}/{absence.pk}/{action}")
        if letter == "-":
            assert (answer.status, answer.code) == (404, "NOT_FOUND")
        elif letter in cell:
            assert answer.status == 200, (letter, answer.body)
            assert answer.body["absences"][0]["status"] == ("objected" if action == "object" else "ended")
        else:
            assert answer.code == ("ABSENCE_WRONG_STATUS" if cell == "-" else "ABSENCE_NOT_YOURS"), letter


def test_an_absence_of_another_firm_is_not_found(cabinet: Cabinet) -> None:
    other = Cabinet().lay("waiting")
    assert cabinet.agathe.post(f"{cabinet.path}/{other.pk}/object").status == 404


# -- How one begins ------------------------------------------------------------------------------------------------------


def test_a_peer_asks_and_waits_two_days(cabinet: Cabinet) -> None:
    answer = cabinet.ask()
    (found,) = answer.body["absences"]
    assert (answer.status, found["status"], found["reason"]) == (200, "waiting", REASON)
    assert (found["absent"]["surname"], found["cover"]["surname"]) == ("Delorme", "Ferrand")
    absence = Absence.objects.get()
    assert absence.starts_at - absence.asked_at == timedelta(hours=48)
    assert cabinet.bruno.get("/me").body["covers"] == []
    run_due(absence.starts_at - timedelta(minutes=1))
    assert cabinet.bruno.get("/me").body["covers"] == []
    run_due(absence.starts_at)
    assert [one["absent_name"] for one in cabinet.bruno.get("/me").body["covers"]] == ["Agathe Delorme"]
    assert _told() == ["absence.asked", "absence.started"]


def test_one_who_is_away_names_his_cover_at_once(cabinet: Cabinet) -> None:
    answer = cabinet.name()
    assert [one["status"] for one in answer.body["absences"]] == ["active"]
    assert cabinet.bruno.get("/me").body["covers"] == [
        {
            "firm_id": str(cabinet.firm.pk),
            "absent_entry_id": str(cabinet.agathe.account.entry_id),
            "absent_name": "Agathe Delorme",
            "ends_on": _day(30),
        }
    ]
    assert cabinet.chloe.get("/me").body["covers"] == []


def test_both_are_told_of_each_step_and_who_may_object_of_the_first(cabinet: Cabinet) -> None:
    cabinet.ask()
    absence = Absence.objects.get()
    addresses = {cabinet.agathe.account.email, cabinet.bruno.account.email}
    may_object = {cabinet.chloe.account.email}
    assert {to for mail in Email.objects.all() for to in mail.to} == addresses | may_object
    assert all("48" not in mail.subject and "Delorme" not in mail.subject for mail in Email.objects.all())
    run_due(absence.starts_at)
    run_due(absence.starts_at + timedelta(days=40))
    assert Counter(to for mail in Email.objects.all() for to in mail.to) == dict.fromkeys(addresses, 3) | dict.fromkeys(
        may_object, 1
    )
    assert Absence.objects.get().status == "ended"


def test_an_objection_keeps_it_from_beginning(cabinet: Cabinet) -> None:
    cabinet.ask()
    absence = Absence.objects.get()
    assert cabinet.agathe.post(f"{cabinet.path}/{absence.pk}/object").status == 200
    run_due(absence.starts_at + timedelta(hours=1))
    assert Absence.objects.get().status == "objected"
    assert cabinet.ask().status == 200, "he may ask again"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ends_on": _day(1)}, [("ends_on", "BEFORE_START")]),
        ({"ends_on": _day(-1)}, [("ends_on", "BEFORE_START")]),
        ({"ends_on": _day(95)}, [("ends_on", "TOO_LONG")]),
        ({"ends_on": "2027-02-29"}, [("ends_on", "DATE_FROM_DATETIME_PARSING")]),
        ({"reason": "Congé"}, [("reason", "TOO_SHORT")]),
        ({"absent": None}, [("absent", "ONE_PARTY")]),
    ],
)
def test_a_request_to_cover_that_cannot_be_is_refused(
    cabinet: Cabinet, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert _errors(cabinet.ask(**changes)) == expected
    assert Absence.objects.count() == 0


def test_only_grantors_of_the_firm_are_covered_and_cover(cabinet: Cabinet) -> None:
    stranger = desk.expert(desk.firm("Autre"))
    nobody = desk.entry(cabinet.firm, surname="Sanscompte")
    silent = desk.entry(cabinet.firm, surname="Muet")
    silent.email = ""
    silent.save()
    assert _errors(cabinet.ask(absent=str(stranger.account.entry_id))) == [("absent", "NOT_A_GRANTOR")]
    assert _errors(cabinet.ask(absent=str(cabinet.bruno.account.entry_id))) == [("absent", "SELF")]
    assert _errors(cabinet.ask(absent=str(silent.pk))) == [("absent", "NO_ADDRESS")]
    assert _errors(cabinet.name(cover=str(cabinet.agathe.account.entry_id))) == [("cover", "SELF")]
    assert _errors(cabinet.name(cover=str(nobody.pk))) == [("cover", "NO_ACCOUNT")]
    assert _errors(cabinet.ask(cover=str(nobody.pk))) == [("absent", "ONE_PARTY")]
    assert (
        cabinet.lea.post(cabinet.path, {"absent": str(nobody.pk), "ends_on": _day(9), "reason": REASON}).status == 404
    )
    assert stranger.post(cabinet.path, {"absent": str(nobody.pk), "ends_on": _day(9), "reason": REASON}).status == 404


def test_one_absence_has_one_cover(cabinet: Cabinet) -> None:
    cabinet.name()
    again = cabinet.chloe.post(
        cabinet.path, {"absent": str(cabinet.agathe.account.entry_id), "ends_on": _day(9), "reason": REASON}
    )
    assert (again.status, again.code) == (409, "ABSENCE_DUPLICATE")


# -- Planned ahead (BR-34) ----------------------------------------------------------------------------------------------


def test_a_named_cover_decides_from_the_first_day_of_the_absence(cabinet: Cabinet) -> None:
    (planned,) = cabinet.name(starts_on=_day(10)).body["absences"]
    assert (planned["status"], planned["is_named"]) == ("waiting", True)
    absence = Absence.objects.get()
    assert timezone.localtime(absence.starts_at).strftime("%Y-%m-%d %H:%M") == f"{_day(10)} 00:00"
    assert cabinet.agathe.get("/me").body["absences"] == [], "it is her own wish: nothing to object to"
    run_due(absence.starts_at - timedelta(minutes=1))
    assert cabinet.bruno.get("/me").body["covers"] == []
    run_due(absence.starts_at)
    assert len(cabinet.bruno.get("/me").body["covers"]) == 1
    assert _told() == ["absence.named", "absence.started"]


def test_the_mails_of_a_planned_absence_say_the_first_day(cabinet: Cabinet) -> None:
    cabinet.name(starts_on=_day(10))
    first = timezone.localdate() + timedelta(days=10)
    assert {f"Elle commence le {first:%d/%m/%Y}." in mail.message for mail in Email.objects.all()} == {True}


def test_a_peer_asks_for_a_cover_that_starts_later(cabinet: Cabinet) -> None:
    cabinet.ask(starts_on=_day(10))
    absence = Absence.objects.get()
    assert timezone.localdate(absence.starts_at).isoformat() == _day(10)
    assert len(cabinet.agathe.get("/me").body["absences"]) == 1


def test_who_asks_for_today_waits_two_days_all_the_same(cabinet: Cabinet) -> None:
    cabinet.ask(starts_on=_day(0))
    absence = Absence.objects.get()
    assert absence.starts_at - absence.asked_at == timedelta(hours=48)


def test_who_named_a_cover_may_think_again_before_the_first_day(cabinet: Cabinet) -> None:
    (planned,) = cabinet.name(starts_on=_day(10)).body["absences"]
    ended = cabinet.agathe.post(f"{cabinet.path}/{planned['id']}/end")
    assert [one["status"] for one in ended.body["absences"]] == ["ended"]
    assert run_due(timezone.now() + timedelta(days=11)) == 0


@pytest.mark.parametrize(("days", "code"), [(-1, "IN_THE_PAST"), (91, "TOO_FAR")])
def test_a_first_day_that_cannot_be_is_refused(cabinet: Cabinet, days: int, code: str) -> None:
    assert _errors(cabinet.name(starts_on=_day(days), ends_on=_day(120))) == [("starts_on", code)]


# -- What the cover may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "said"), [("approve", {}), ("refuse", {"note": "Pas cette année"})])
def test_a_cover_answers_a_request_in_the_name_of_the_absent(
    cabinet: Cabinet, action: str, said: dict[str, str]
) -> None:
    asked = desk.pending(cabinet.lea, cabinet.agathe)
    refused = cabinet.bruno.decide(asked, action, **said)
    assert (refused.status, refused.code) == (403, "DEL_NOT_GRANTOR")
    cabinet.lay()
    assert cabinet.chloe.decide(asked, action, **said).status == 403
    assert cabinet.bruno.decide(asked, action, **said).status == 200
    line = AuditEvent.objects.filter(object_id=asked["id"]).latest("number")
    assert (line.actor, line.acting_for) == (cabinet.bruno.account.pk, cabinet.agathe.account.entry_id)
    assert "Agathe FERRAND" in Email.objects.latest("pk").message


def test_a_cover_renews_in_the_name_of_the_absent(cabinet: Cabinet) -> None:
    granted = desk.active(cabinet.lea, cabinet.agathe)
    cabinet.lay()
    renewed = cabinet.bruno.decide(granted, "renew")
    assert (renewed.status, renewed.body["grantor"]["surname"]) == (200, "Delorme")
    assert AuditEvent.objects.get(object_id=renewed.body["id"]).acting_for == cabinet.agathe.account.entry_id


def test_what_any_peer_may_do_is_not_done_in_the_name_of_the_absent(cabinet: Cabinet) -> None:
    granted = desk.active(cabinet.lea, cabinet.agathe)
    cabinet.lay()
    assert cabinet.bruno.decide(granted, "suspend").status == 200
    assert AuditEvent.objects.filter(object_id=granted["id"]).latest("number").acting_for is None


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "waiting"},
        {"status": "ended"},
        {"status": "objected"},
        {"ends_on": timezone.localdate() - timedelta(1)},
    ],
)
def test_before_and_after_the_absence_a_peer_is_a_peer(cabinet: Cabinet, changes: dict[str, Any]) -> None:
    asked = desk.pending(cabinet.lea, cabinet.agathe)
    cabinet.lay(**changes)
    assert cabinet.bruno.decide(asked, "approve").status == 403


def test_a_cover_decides_for_the_absent_alone_and_in_that_firm_alone(cabinet: Cabinet) -> None:
    cabinet.lay()
    assert cabinet.bruno.decide(desk.pending(cabinet.lea, cabinet.chloe), "approve").status == 403
    other = desk.firm("Autre")
    for person in (cabinet.agathe, cabinet.bruno):
        desk.grantor_of(person).firms.add(other)
    elsewhere = desk.pending(cabinet.lea, cabinet.agathe, firm=str(other.pk))
    assert cabinet.bruno.decide(elsewhere, "approve").status == 403


def test_a_cover_never_decides_on_his_own_rights(cabinet: Cabinet) -> None:
    asked = desk.pending(cabinet.lea, cabinet.agathe)
    cabinet.lay()
    trainee = desk.Desk(
        desk.account("memorialiste", "", entry=desk.entry(cabinet.firm, kind="memorialiste", surname="Ferry"))
    )
    own = desk.pending(trainee, cabinet.agathe, service="jefacture", rights=["access"])
    Absence.objects.update(cover=desk.grantor_of(trainee))
    assert trainee.decide(own, "approve").code == "DEL_SELF"
    assert trainee.decide(asked, "approve").status == 404, "no grantor, no cover"


def test_two_approvals_are_those_of_two_people(cabinet: Cabinet) -> None:
    cabinet.agathe.send("PATCH", f"/firms/{cabinet.firm.pk}", body={"two_approvers": True}, version=1)
    asked = desk.pending(cabinet.lea, cabinet.agathe, service="jesignexpert", rights=["sign"])
    cabinet.lay()
    first = cabinet.bruno.decide(asked, "approve").body
    assert first["status"] == "PENDING_SECOND"
    assert cabinet.bruno.decide(first, "approve").code == "DEL_NOT_GRANTOR"
    second = cabinet.agathe.decide(first, "approve")
    assert (second.status, second.body["status"]) == (200, "ACTIVE")


def test_a_renewal_by_the_cover_waits_for_somebody_else(cabinet: Cabinet) -> None:
    granted = desk.active(cabinet.lea, cabinet.agathe, service="jesignexpert", rights=["sign"])
    cabinet.agathe.send("PATCH", f"/firms/{cabinet.firm.pk}", body={"two_approvers": True}, version=1)
    cabinet.lay()
    renewed = cabinet.bruno.decide(granted, "renew").body
    assert renewed["status"] == "PENDING_SECOND"
    assert cabinet.bruno.decide(renewed, "approve").status == 403
    assert cabinet.chloe.decide(renewed, "approve").body["status"] == "SCHEDULED"


# -- How one ends -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["agathe", "bruno"])
@pytest.mark.parametrize("status", ["waiting", "active"])
def test_it_ends_when_either_loses_standing(cabinet: Cabinet, who: str, status: str) -> None:
    cabinet.lay(status)
    listed = desk.grantor_of(getattr(cabinet, who))
    listed.status = "struck_off"
    listed.save()
    eligibility.entry_changed(listed, at=timezone.now())
    assert (Absence.objects.get().status, _told()) == ("ended", ["absence.standing"])


@pytest.mark.parametrize("who", ["agathe", "bruno"])
def test_it_ends_when_either_leaves_the_firm(cabinet: Cabinet, who: str) -> None:
    cabinet.lay()
    listed = desk.grantor_of(getattr(cabinet, who))
    listed.firms.set([desk.firm("Autre")])
    eligibility.entry_changed(listed, at=timezone.now())
    assert Absence.objects.get().status == "ended"


@pytest.mark.parametrize("who", ["agathe", "bruno"])
def test_it_ends_when_an_account_is_closed(cabinet: Cabinet, who: str) -> None:
    cabinet.lay()
    closed = getattr(cabinet, who).account
    closed.is_active, closed.activated_at = False, timezone.now()
    closed.save()
    eligibility.account_closed(closed, at=timezone.now())
    assert Absence.objects.get().status == "ended"


def test_the_worker_ends_what_lost_a_party_unheard(cabinet: Cabinet) -> None:
    cabinet.lay()
    desk.grantor_of(cabinet.bruno).firms.clear()
    assert run_due(timezone.now()) == 1
    assert Absence.objects.get().status == "ended"
    assert run_due(timezone.now()) == 0


def test_an_absence_of_a_person_without_an_account_goes_on(cabinet: Cabinet) -> None:
    away = desk.entry(cabinet.firm, surname="Sanscompte")
    assert cabinet.ask(absent=str(away.pk)).status == 200
    run_due(timezone.now() + timedelta(days=3))
    assert Absence.objects.get().status == "active"
    assert cabinet.bruno.decide(_asked_of(cabinet, away), "approve").status == 200


def _asked_of(cabinet: Cabinet, entry: Any) -> dict[str, Any]:
    answer = cabinet.lea.ask(entry)
    assert answer.status == 201
    return dict(answer.body)


def test_a_key_that_comes_again_begins_nothing_again(cabinet: Cabinet) -> None:
    key = "9d2b7f7e-4c0c-4d0e-9f0d-0a4f7b3e8f11"
    body = {"absent": str(cabinet.agathe.account.entry_id), "ends_on": _day(30), "reason": REASON}
    first, second = (cabinet.bruno.post(cabinet.path, body, key=key) for _time in range(2))
    assert (first.status, second.status, Absence.objects.count()) == (200, 200, 1)
    assert cabinet.bruno.post(cabinet.path, body, key=None).status == 400
