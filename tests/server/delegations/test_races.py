"""Several people act at the same moment: exactly one of them wins, and the register says who."""

from __future__ import annotations

import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pydantic import BaseModel

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.delegations.closing import close_account
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import Delegation, SyncCounter
from comptexpert_server.firms.models import Membership
from comptexpert_server.inbox import services as inbox
from comptexpert_server.inbox.models import InboxRecord
from comptexpert_server.inbox.services import Answer, Kept, once_for
from comptexpert_server.intake import bulk_upsert
from comptexpert_server.intake.bulk_upsert import upsert
from comptexpert_server.registry.import_lines import Line
from comptexpert_server.web.problems import ProblemError
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_server.registry.models import RegistryEntry

pytestmark = pytest.mark.usefixtures("one_file", "transactional_db")
ROUNDS = 5


def _together(acts: Sequence[Callable[[], desk.Answer]]) -> list[desk.Answer]:
    """Start every act at the same moment, each on its own connection."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], desk.Answer]) -> desk.Answer:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _decide_at_once(threads: int) -> None:
    """Let that many decisions on one request start together, and look who won."""
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    asked = desk.pending(lea, agathe)
    kinds = [
        lambda: agathe.decide(asked, "approve"),
        lambda: agathe.decide(asked, "refuse", note="Pas ce mois-ci"),
        lambda: lea.decide(asked, "withdraw"),
    ]
    answers = _together([kinds[number % len(kinds)] for number in range(threads)])
    winners = [answer for answer in answers if answer.status == 200]
    assert len(winners) == 1, [answer.status for answer in answers]
    assert [answer.status for answer in answers if answer.status != 200] == [412] * (threads - 1)
    row = Delegation.objects.get(pk=asked["id"])
    assert (row.status, row.version) == (winners[0].body["status"], 2)
    told = AuditEvent.objects.filter(object_id=asked["id"]).order_by("number").values_list("object_version", flat=True)
    assert list(told) == [1, 2]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_eight_decisions_on_one_request_exactly_one_wins(round_: int) -> None:
    del round_
    _decide_at_once(8)


@pytest.mark.campaign
def test_of_thirty_two_decisions_on_one_request_exactly_one_wins_two_hundred_times() -> None:
    for _round in range(200):
        _decide_at_once(32)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_key_sent_eight_times_at_once_has_one_effect(round_: int) -> None:
    del round_
    agathe, lea, key = desk.expert(desk.firm()), desk.staff(), str(uuid.uuid4())
    body = {"service": "rfc", "rights": ["access"], "grantor": str(agathe.account.entry_id), "reason": desk.REASON}
    answers = _together([lambda: lea.post("/delegations", body, key=key)] * 8)
    done = [answer for answer in answers if answer.status == 201]
    told = [(answer.status, answer.code) for answer in answers if answer.status != 201]
    assert told == [(409, "KEY_IN_FLIGHT")] * (8 - len(done))
    assert [answer.headers.get("Idempotency-Replayed") for answer in done].count(None) == 1
    assert {answer.body["id"] for answer in done} == {str(Delegation.objects.get().pk)}
    assert (Delegation.objects.count(), AuditEvent.objects.count()) == (1, 1)


class Said(BaseModel):
    """An answer that says whose effect it is."""

    word: str


def _ask_while_the_first_runs() -> tuple[Kept | ProblemError, Kept | ProblemError]:
    """Hold the effect of a key open until the key was sent and answered again; give both answers."""
    key, is_running, may_end = uuid.uuid4(), threading.Event(), threading.Event()

    def hold() -> Answer:
        is_running.set()
        assert may_end.wait(timeout=30)
        return Answer(status=201, body=Said(word="first"))

    def ask(effect: Callable[[], Answer]) -> Kept | ProblemError:
        try:
            return once_for(scope="race", key=key, mark="m", effect=effect)
        except ProblemError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        try:
            first = pool.submit(ask, hold)
            assert is_running.wait(timeout=30)
            told = pool.submit(ask, lambda: Answer(status=201, body=Said(word="second"))).result(timeout=10)
        finally:
            may_end.set()
        return first.result(timeout=30), told


ON_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite runs one writer at a time")


@ON_POSTGRESQL
def test_a_key_whose_first_call_still_runs_is_refused_at_once() -> None:
    first, second = _ask_while_the_first_runs()
    assert isinstance(first, Kept)
    assert json.loads(first.text) == {"word": "first"}
    assert isinstance(second, ProblemError)
    assert second.code == "KEY_IN_FLIGHT"
    assert InboxRecord.objects.filter(scope="race").count() == 1


@ON_POSTGRESQL
def test_a_key_that_loses_the_race_for_its_row_gets_the_answer_that_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_refuse_in_flight", lambda **_names: None)
    first, second = _ask_while_the_first_runs()
    assert isinstance(first, Kept)
    assert isinstance(second, Kept)
    assert (first.replayed, second.replayed) == (True, False)
    assert first.text == second.text == '{"word":"second"}'
    assert InboxRecord.objects.filter(scope="race").count() == 1


def _wait_for_a_waiting_lock() -> None:
    """Wait until another connection waits for a lock."""
    ends = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.01)
    pytest.fail("nobody waits")


@ON_POSTGRESQL
def test_an_account_is_closed_while_the_registry_moves_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    cabinet = desk.firm()
    people = [desk.expert(cabinet, surname="Ferrand"), desk.expert(cabinet, surname="Garnier")]
    entries = [desk.grantor_of(person) for person in people]
    right = people[1].grant(desk.staff(cabinet).account).body
    has_moved, followed = threading.Event(), bulk_upsert.follow

    def follow(entry: RegistryEntry, **said: Any) -> None:
        followed(entry, **said)
        if not has_moved.is_set():  # the account is locked, and the next of the file is yet to come
            has_moved.set()
            _wait_for_a_waiting_lock()

    def import_lines() -> desk.Answer:
        kept = ("registration_number", "surname", "given_name", "date_of_birth", "email", "list", "status", "council")
        news = ({"email": "ailleurs@alba.example"}, {"status": "struck_off"})
        with transaction.atomic():
            upsert(
                [
                    Line(
                        **({name: getattr(entry, name) for name in kept} | new),
                        town="Rennes",
                        postal_code="35000",
                        firms=((cabinet.siren, cabinet.name),),
                    )
                    for entry, new in zip(entries, news, strict=True)
                ]
            )
        return desk.Answer(200, None, {})

    def close() -> desk.Answer:
        assert has_moved.wait(timeout=30)
        close_account(people[0].account, at=timezone.now(), actor=None)
        return desk.Answer(200, None, {})

    monkeypatch.setattr(bulk_upsert, "follow", follow)
    assert [answer.status for answer in _together([import_lines, close])] == [200, 200]
    assert Account.objects.get(pk=people[0].account.pk).closed_at is not None
    assert Delegation.objects.get(pk=right["id"]).status == "CEASED"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_eight_grants_of_the_same_right_leave_one_active(round_: int) -> None:
    del round_
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    answers = _together([lambda: agathe.grant(lea.account)] * 8)
    told = sorted((answer.status, "" if answer.status == 201 else answer.code) for answer in answers)
    assert told == [(201, ""), *[(409, "DEL_DUPLICATE")] * 7]
    assert Delegation.objects.filter(status="ACTIVE").count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_changes_of_many_people_are_counted_one_by_one_and_chained(round_: int) -> None:
    del round_
    cabinet = desk.firm()
    agathe, people = desk.expert(cabinet), [desk.staff() for _person in range(8)]
    listed = desk.grantor_of(agathe)
    answers = _together([lambda person=person: person.ask(listed) for person in people])  # type: ignore[misc]
    assert {answer.status for answer in answers} == {201}
    sequences = sorted(Delegation.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, 9))
    assert SyncCounter.objects.get().value == 8
    events = list(AuditEvent.objects.order_by("number"))
    assert [event.number for event in events] == list(range(1, 9))
    assert [event.previous for event in events] == ["", *(event.digest for event in events[:-1])]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_objections_and_withdrawals_of_one_absence_exactly_one_wins(round_: int) -> None:
    del round_
    cabinet = desk.firm()
    agathe, bruno = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand")
    away, cover = desk.grantor_of(agathe), desk.grantor_of(bruno)
    path = f"/firms/{cabinet.pk}/absences/{desk.absence(cabinet, absent=away, cover=cover, status='waiting').pk}"
    kinds = [lambda: agathe.post(f"{path}/object"), lambda: bruno.post(f"{path}/end")]
    answers = _together([kinds[number % 2] for number in range(8)])
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert AuditEvent.objects.count() == 1


def test_a_departure_that_two_workers_find_due_is_carried_out_once() -> None:
    cabinet = desk.firm()
    agathe, lea = desk.expert(cabinet), desk.staff()
    right = desk.active(lea, agathe)
    Membership.objects.update(leaves_on=timezone.localdate() - timedelta(days=1))

    def work() -> desk.Answer:
        return desk.Answer(run_due(timezone.now()), None, None)

    ended = [answer.status for answer in _together([work] * 4)]
    assert sorted(ended) == [0, 0, 0, 1]
    told = AuditEvent.objects.order_by("number").values_list("action", flat=True)
    assert list(told)[-2:] == ["delegation.cease", "member.ended"]
    assert Delegation.objects.get(pk=right["id"]).status == "CEASED"


def test_a_reader_never_misses_a_change_made_meanwhile() -> None:
    cabinet = desk.firm()
    agathe, people = desk.expert(cabinet), [desk.staff() for _person in range(6)]
    listed, heard = desk.grantor_of(agathe), set[str]()

    def follow() -> desk.Answer:
        answer = agathe.get("/sync")
        while len(heard) < len(people):
            if answer.status == 200:
                heard.update(one["id"] for one in answer.body["delegations"])
                cursor = answer.body["cursor"]
            answer = agathe.get("/sync", cursor=cursor)
        return answer

    _together([follow, *(lambda person=person: person.ask(listed) for person in people)])  # type: ignore[misc]
    assert heard == {str(pk) for pk in Delegation.objects.values_list("pk", flat=True)}
