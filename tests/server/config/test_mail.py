"""Mails: queued with the change, sent later, once, by one sender."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage
from django.db import connection, transaction
from post_office import mail
from post_office.models import STATUS, Email

from comptexpert_server.config.mail import MailDoor
from comptexpert_server.config.sending import send_mails, sender_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db


class Letterbox:
    """Keep what an SMTP server receives."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.received.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def letterbox(settings: Any, unused_tcp_port: int) -> Iterator[Letterbox]:
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{unused_tcp_port}"
    yield box
    controller.stop()


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def queue(number: int = 1) -> None:
    for rank in range(number):
        mail.send(recipients=[f"p{rank}@x.example"], sender="Comptexpert <a@x.example>", subject="S", message="Bonjour")


def test_a_mail_is_one_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    queue(3)
    assert send_mails() == 3
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert send_mails() == 0


def test_mails_leave_over_smtp_to_one_recipient_each(letterbox: Letterbox) -> None:
    queue(2)
    assert send_mails() == 2
    assert sorted(recipients for recipients, _content in letterbox.received) == [["p0@x.example"], ["p1@x.example"]]


def test_a_mail_that_cannot_leave_is_tried_again_and_lost_never(settings: Any, unused_tcp_port: int) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{unused_tcp_port}"
    queue()
    with pytest.MonkeyPatch.context() as quiet:
        quiet.setattr("comptexpert_server.config.sending.logger.warning", lambda *_: None)
        assert send_mails() == 0
    row = Email.objects.get()
    assert row.status == STATUS.requeued
    assert row.scheduled_time is not None


def test_a_change_that_is_undone_leaves_no_mail() -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not Email.objects.exists()


def test_a_second_sender_leaves_the_first_alone() -> None:
    def second() -> bool:
        try:
            with sender_lock() as is_mine:
                return is_mine
        finally:
            connection.close()

    with sender_lock() as first, ThreadPoolExecutor(1) as pool:
        assert first
        assert pool.submit(second).result(timeout=20) is False
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(second).result(timeout=20) is True


def test_an_unknown_scheme_is_refused(settings: Any) -> None:
    settings.EMAIL_URL = "pigeon://x"
    with pytest.raises(ValueError, match="COMPTEXPERT_EMAIL_URL"):
        MailDoor().send_messages([EmailMessage()])
