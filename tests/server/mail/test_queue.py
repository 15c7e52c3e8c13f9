"""Mails: queued with the change, sent later, one by one, each once."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import connection, transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from comptexpert_server.base.models import SetAside
from comptexpert_server.config import settings as server_settings
from comptexpert_server.mail import queue
from comptexpert_server.mail.models import Delivery, Outcome
from comptexpert_server.mail.outgoing import Kind, Mail
from comptexpert_server.mail.outgoing import queue as write
from comptexpert_server.mail.queue import send_mails, send_round
from comptexpert_server.mail.relay import RelayBackend
from tests.server.mail.relay import StubRelay, free_port, running_relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db
QUEUEING = server_settings.EMAIL_BACKEND


@pytest.fixture
def relay(settings: Any) -> Iterator[StubRelay]:
    with running_relay() as stub:
        settings.EMAIL_URL = stub.url
        yield stub


def written(number: int = 1, **changes: Any) -> None:
    for rank in range(number):
        mail = {"kind": Kind.OTHER, "to": f"p{rank}@x.example", "subject": "S", "text": "Bonjour"} | changes
        write(Mail(**mail))


def later(**delay: float) -> Any:
    """Return a clock that runs ahead."""
    return lambda: timezone.now() + timedelta(**delay)


def test_a_mail_is_one_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    written(3)
    assert send_mails() == 3
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert send_mails() == 0


def test_mails_leave_over_smtp_to_one_recipient_each_in_one_connection(relay: StubRelay) -> None:
    written(2)
    assert send_mails() == 2
    assert relay.recipients() == ["p0@x.example", "p1@x.example"]
    assert relay.connections == 1


def test_what_a_library_sends_goes_through_the_queue_as_text(settings: Any) -> None:
    settings.EMAIL_BACKEND = QUEUEING  # the tests' runner puts its own in this place
    send_mail("{{ 1|add:1 }}", "{% comment %} {{ 1|add:1 }}", "a@x.example", ["b@x.example"])
    row = Email.objects.get()
    assert (row.subject, row.message) == ("{{ 1|add:1 }}", "{% comment %} {{ 1|add:1 }}")


def test_a_subject_is_one_line() -> None:
    written(subject="Votre compte\r\nBcc: x@y.example\u2028\u202efin")
    assert Email.objects.get().subject == "Votre compte Bcc: x@y.example fin"


def test_a_relay_that_is_away_costs_a_mail_no_try_and_the_mail_keeps_its_id(settings: Any) -> None:
    port = free_port()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    written(2)
    ids = list(Email.objects.values_list("message_id", flat=True))
    for hours in range(72):
        tally = send_round(now=later(hours=hours))
        assert (tally.sent, tally.ended, tally.is_relay_away) == (0, 0, True)
    row = Email.objects.first()
    assert row is not None
    assert (row.status, row.number_of_retries) == (STATUS.queued, None)
    with running_relay(port) as stub:
        assert send_mails(now=later(hours=72)) == 2
        assert sorted(stub.message_ids()) == sorted(ids)
    assert send_mails(now=later(hours=73)) == 0


def test_a_mail_past_its_use_is_not_sent(relay: StubRelay) -> None:
    written(useful_until=timezone.now() + timedelta(hours=48))
    written(to="other@x.example")
    assert send_mails(now=later(hours=49)) == 1
    assert relay.recipients() == ["other@x.example"]
    assert Delivery.objects.get(recipient="p0@x.example").outcome == "past_use"
    assert queue.failed().count() == 0


def test_a_recipient_refused_for_good_ends_the_mail_and_is_counted(relay: StubRelay) -> None:
    relay.refuse("p0@x.example", 550)
    written(2)
    tally = send_round()
    assert (tally.sent, tally.ended) == (1, 1)
    row = Delivery.objects.get(recipient="p0@x.example")
    assert (row.outcome, row.fault) == ("refused", "SMTP 550")
    assert queue.failed().count() == 1
    assert queue.age_of_oldest(timezone.now() + timedelta(hours=2)) > 7000
    assert send_round(now=later(days=2)).sent == 0


def test_a_recipient_refused_for_now_is_tried_more_and_more_rarely_for_five_days(relay: StubRelay) -> None:
    relay.refuse("p0@x.example", 451)
    written()
    tries = []
    for minutes in (*range(0, 640, 5), *range(665, 6 * 24 * 60, 30)):  # from then on a try is due every six hours
        before = relay.offered
        send_round(now=later(minutes=minutes))
        if relay.offered > before:
            tries.append(minutes)
    gaps = [second - first for first, second in itertools.pairwise(tries)]
    assert gaps[:6] == [5, 10, 20, 40, 80, 160]
    assert max(gaps) <= 365
    assert 5 * 24 * 60 <= tries[-1] <= 5 * 24 * 60 + 365
    assert Delivery.objects.get().outcome == "given_up"


def test_what_failed_is_queued_again(relay: StubRelay) -> None:
    relay.refuse("p0@x.example", 550)
    written()
    send_round()
    relay.refused.clear()
    assert queue.queue_again(queue.failed(), now=timezone.now()) == 1
    assert send_round().sent == 1


def test_a_mail_at_which_the_relay_hangs_up_does_not_keep_the_others(relay: StubRelay) -> None:
    relay.hang_up_at.add("p0@x.example")
    written(3)
    tally = send_round()
    assert (tally.sent, tally.is_relay_away) == (2, False)
    row = Email.objects.get(to="p0@x.example")
    assert row.scheduled_time > timezone.now() + timedelta(minutes=4)
    relay.hang_up_at.clear()
    assert send_round(now=later(minutes=6)).sent == 1


def test_after_three_broken_exchanges_the_relay_is_left_alone(relay: StubRelay) -> None:
    relay.hang_up_at.update(f"p{rank}@x.example" for rank in range(9))
    written(9)
    assert send_round().is_relay_away
    assert relay.offered == 3
    assert not Delivery.objects.exclude(outcome="").exists()


def test_a_row_that_is_no_mail_is_set_aside_and_told_once(relay: StubRelay, caplog: pytest.LogCaptureFixture) -> None:
    written(3)
    Email.objects.filter(to="p1@x.example").update(to="", headers=["no", "dictionary"])
    assert send_round().sent == 2
    assert SetAside.objects.get().job == "mails"
    assert caplog.text.count("set aside") == 1
    caplog.clear()
    assert send_round(now=later(hours=2)).sent == 0
    assert SetAside.objects.get().tries == 2


def test_a_change_that_is_undone_leaves_no_mail() -> None:
    with transaction.atomic():
        written()
        transaction.set_rollback(True)
    assert not Email.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("one_file")
def test_two_workers_and_a_relay_that_hangs_send_each_mail_once(relay: StubRelay) -> None:
    written(6)
    relay.hold.clear()

    def one_worker() -> int:
        try:
            return send_mails()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(one_worker) for _ in range(2)]
        assert relay.holding.wait(20)
        relay.hold.set()
        assert sum(worker.result(timeout=60) for worker in workers) == 6
    assert sorted(relay.recipients()) == [f"p{rank}@x.example" for rank in range(6)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("one_file")
def test_a_mail_that_leaves_while_another_worker_reaches_for_it_is_not_claimed_again() -> None:
    written()
    key = Email.objects.get().pk
    ended = threading.Event()

    def other_worker() -> bool:
        try:
            ended.wait(20)
            return queue._claim(key, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(other_worker)
        with transaction.atomic():
            queue._end(key, outcome=Outcome.SENT, fault="", now=timezone.now())
            ended.set()
            assert not wait([other], timeout=0.5).done
        assert other.result(timeout=60) is False


def test_a_worker_stops_between_two_mails(relay: StubRelay) -> None:
    written(5)
    stop = threading.Event()
    relay.after = stop.set
    assert send_round(stop=stop).sent == 1
    assert queue.waiting().count() == 4
    assert not Delivery.objects.filter(claimed_until__isnull=False).exists()


def test_a_claim_of_a_worker_that_died_ends_by_itself(relay: StubRelay) -> None:
    written()
    Delivery.objects.update(claimed_until=timezone.now() + queue.CLAIM_TTL)
    assert send_round().sent == 0
    assert send_round(now=later(minutes=6)).sent == 1


def test_a_row_of_an_earlier_version_leaves_with_an_id_that_it_keeps(relay: StubRelay) -> None:
    Email.objects.create(from_email="a@x.example", to="b@x.example", message="Bonjour", status=STATUS.queued)
    assert send_round().sent == 1
    assert relay.message_ids() == [Email.objects.get().message_id]


def test_an_unknown_scheme_is_refused(settings: Any) -> None:
    settings.EMAIL_URL = "pigeon://x"
    with pytest.raises(ValueError, match="COMPTEXPERT_EMAIL_URL"):
        RelayBackend().send_messages([EmailMessage()])


def test_the_age_of_nothing_is_nothing() -> None:
    assert queue.age_of_oldest(datetime.now(timezone.get_current_timezone())) == 0
