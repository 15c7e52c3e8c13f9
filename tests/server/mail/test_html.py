"""Every other mail that a person receives has an HTML part made from its text, and at most one link there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts import mails
from comptexpert_server.mail import gathering
from comptexpert_server.mail.django_backend import QueueingBackend
from comptexpert_server.mail.recipient_limits import gather
from comptexpert_server.mail.wording import as_html
from tests.server import desk
from tests.server.mail.cabinet import TRAP
from tests.server.mail.reading import Html, assert_html_says_the_text

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
TOKEN = "t" * 43
HOURS = timedelta(hours=24)
MAILS: dict[str, tuple[Callable[[desk.Desk], object], str]] = {
    "activation": (lambda one: mails.send_activation(one.account, token=TOKEN), "/activation/"),
    "reset": (lambda one: mails.send_reset(one.account), "/compte/password/reset/key/"),
    "failed_check": (lambda one: mails.send_failed_check(_entry(one), to="a@x.example", when=timezone.now()), ""),
    "entry_changed": (
        lambda one: mails.send_entry_changed(
            _entry(one), to="a@x.example", when=timezone.now(), what=TRAP, ended=2,
            values={"login_id": "p1", "list_name": "Stagiaire", "opens": TRAP, "council": "le Conseil", "moved": 1},
        ),
        "",
    ),
    "notice": (lambda one: mails.send_notice(one.account, what=f"Une chose. {TRAP}"), "/compte/password/reset/"),
    "address_new": (
        lambda one: mails.send_address_new(one.account, to="a@x.example", token=TOKEN, lifetime=HOURS), "/adresse/",
    ),
    "address_old": (
        lambda one: mails.send_address_old(one.account, masked="a…@x.example", token=TOKEN, until=timezone.now()),
        "/adresse/",
    ),
    "closed": (lambda one: mails.send_closed(one.account, when=timezone.now()), ""),
    "gathered": (lambda one: gather(one.account.email, now=timezone.now()), ""),
    "library": (
        lambda _: QueueingBackend().send_messages([EmailMessage("Sujet", f"Bonjour,\n\n{TRAP}", to=["a@x.example"])]),
        "",
    ),
}  # fmt: skip
"""Each mail that is about no right and no cabinet: what sends it, and where its one link leads, if it has one."""


def _entry(person: desk.Desk) -> desk.RegistryEntry:
    return desk.grantor_of(person)


def test_every_text_of_an_account_is_looked_at() -> None:
    assert set(mails.SUBJECTS) - {"already"} <= set(MAILS)


@pytest.mark.parametrize("name", MAILS)
def test_the_html_says_what_the_text_says(name: str) -> None:
    send, path = MAILS[name]
    person = desk.expert(desk.firm())
    person.account.said_given_name = TRAP[:60]
    send(person)
    gathering.run_due(timezone.now() + timedelta(hours=2))
    mail = Email.objects.get()
    read = Html(mail.html_message)
    assert read.words == mail.message.split()
    assert len(read.links) == bool(path)
    assert all(link.startswith(f"{settings.PUBLIC_URL}{path}") for link in read.links)
    assert "script" not in read.tags


def test_who_has_an_account_already_reads_one_link_too() -> None:
    word = mails.word_again(
        text="already", to="a@x.example", name="Agathe", about="", until=None, values={"login_id": "agathe"}
    )
    (mail,) = word
    (link,) = assert_html_says_the_text(mail.text, mail.html)
    assert link.endswith("/compte/password/reset/")


def test_an_address_that_somebody_wrote_is_no_link() -> None:
    text = "Bonjour,\n\nhttps://hameconnage.example/x\n\n\n\nhttps://comptexpert.example/a\n"
    assert Html(as_html(text)).links == []
    read = Html(as_html(text, link="https://comptexpert.example/a"))
    assert read.links == ["https://comptexpert.example/a"]
    assert read.words == text.split()
