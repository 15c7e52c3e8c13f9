"""Each event of a cabinet: exactly those whom it concerns are told, text and HTML say the same, the link opens its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from tests.server.canaries.reading import page_texts
from tests.server.mail.cabinet import COUNCIL, EVENTS, NO_PAGE, Cabinet, happen, told_of
from tests.server.mail.reading import assert_html_says_the_text

if TYPE_CHECKING:
    from post_office.models import Email

pytestmark = pytest.mark.django_db


def told(cabinet: Cabinet, mails: list[Email]) -> dict[str, Email]:
    """Name who reads each mail; nobody reads two."""
    names = cabinet.names()
    found = {names[address]: mail for mail in mails for address in mail.to}
    assert len(found) == len(mails)
    return found


def opened(cabinet: Cabinet, reader: str, link: str) -> Any:
    """Open the link of a mail as the person who reads it."""
    browser = Client()
    browser.force_login(cabinet.operator if reader == COUNCIL else cabinet.people[reader].account)
    return browser.get(urlsplit(link).path)


def assert_link_opens(cabinet: Cabinet, reader: str, link: str) -> bytes:
    """Follow a link as a stranger, who is asked to sign in and led back, and as its reader, who sees the page."""
    path = urlsplit(link).path
    asked = Client().get(path)
    assert asked.status_code == 302
    while "next=" not in asked.headers["Location"]:
        asked = Client().get(asked.headers["Location"])
    assert asked.headers["Location"].endswith(f"next={path}")
    shown = opened(cabinet, reader, link)
    assert shown.status_code == 200, (reader, link)
    if reader != COUNCIL:
        assert path == f"/cabinet/{cabinet.firm.pk}/"
        assert f'href="comptexpert:cabinet/{cabinet.firm.pk}"' in shown.content.decode()
    return bytes(shown.content)


@pytest.mark.parametrize("is_hostile", [False, True], ids=["usual", "hostile"])
@pytest.mark.parametrize("event", EVENTS)
def test_each_event_is_told_to_whom_it_concerns_with_a_link_to_its_page(event: str, is_hostile: bool) -> None:
    cabinet = Cabinet(is_hostile=is_hostile)
    found = told(cabinet, happen(event, cabinet))
    assert set(found) == told_of(event)
    for reader, mail in found.items():
        links = assert_html_says_the_text(mail.message, mail.html_message)
        assert all(link.startswith(settings.PUBLIC_URL) for link in links)
        assert "Delorme" not in mail.subject
        assert bool(links) == ((event, reader) not in NO_PAGE)
        for link in links:
            texts = page_texts(assert_link_opens(cabinet, reader, link))
            assert reader == COUNCIL or not [text for text in texts if "\u202e" in text]
        assert "\u202e" not in mail.message + mail.html_message
        if is_hostile and "Motif" in mail.message:
            assert "<script>alert(1)</script><b>{{ 41|add:1 }}</b>" in mail.message
            assert "\n> https://hameconnage.example/x" in mail.message


ACTED = {
    "absence asked": "BRUNO", "absence named": "AGATHE", "absence named for later": "AGATHE", "absence objected": "CHLOE", "absence withdrawn": "BRUNO",
    "absence ended": "CHLOE", "departure planned": "AGATHE", "departure cancelled": "AGATHE", "setting agreed": "BRUNO",
    "setting kept": "CHLOE", "setting strengthened": "BRUNO",
}  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
def test_a_mail_names_who_acted_and_nobody_where_time_did(event: str) -> None:
    cabinet = Cabinet()
    mails = happen(event, cabinet)
    named = {found for mail in mails for found in re.findall("Fait par\u00a0: (.*)", mail.message)}
    actor = cabinet.people[ACTED[event].lower()].account if event in ACTED else None
    assert named == (set() if actor is None else {f"{actor.given_name} {actor.surname.upper()}"})


SAYS = {
    "absence asked": ("Sans opposition, elle commence le",),
    "absence named": ("Le suppléant décide à la place de l’absent jusqu’au",),
    "absence named for later": ("Elle commence le",),
    "absence objected": ("La suppléance n’a pas lieu.",),
    "absence withdrawn": ("annulée avant d’avoir commencé", "Personne ne décide plus"),
    "absence started": ("Le suppléant décide à la place de l’absent jusqu’au",),
    "absence ended": ("Personne ne décide plus à la place de l’absent.",),
    "absence over": ("Personne ne décide plus à la place de l’absent.",),
    "absence without its cover": ("n’exerce plus au cabinet ou à l’Ordre", "Personne ne décide plus"),
    "setting asked": ("Demandé\u00a0: un seul accord", "Sans opposition, ce réglage change le"),
    "setting agreed": ("est allégé", "En vigueur\u00a0: un seul accord"),
    "setting by the notice": ("est allégé", "En vigueur\u00a0: un seul accord"),
    "setting kept": ("reste comme il est", "En vigueur\u00a0: deux accords"),
    "setting strengthened": ("est renforcé", "En vigueur\u00a0: le "),
}


@pytest.mark.parametrize("event", SAYS)
def test_the_words_follow_the_state_that_was_reached(event: str) -> None:
    mails = happen(event, Cabinet())
    assert mails
    assert {all(words in mail.message for words in SAYS[event]) for mail in mails} == {True}


STEPS = {
    ("absence asked", "agathe"): "Vous pouvez vous y opposer",
    ("absence asked", "bruno"): "Vous pouvez y renoncer",
    ("absence asked", "chloe"): "Vous pouvez vous y opposer",
    ("absence named for later", "agathe"): "Vous pouvez l’annuler",
    ("absence named for later", "bruno"): "Vous pouvez y renoncer",
    ("absence named for later", "chloe"): "Vous pouvez vous y opposer",
    ("absence started", "agathe"): "Vous pouvez y mettre fin à tout moment",
    ("absence ended", "agathe"): "Vous n’avez rien à faire.",
}


@pytest.mark.parametrize("event", sorted({event for event, _reader in STEPS}))
def test_each_reads_what_they_themselves_can_do(event: str) -> None:
    cabinet = Cabinet()
    found = told(cabinet, happen(event, cabinet))
    for (one, reader), words in STEPS.items():
        if one == event:
            assert words in found[reader].message, found[reader].message
