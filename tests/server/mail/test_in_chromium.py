"""Every mail about a right or a cabinet in a real Chromium, narrow and wide: it shows its text, its link opens its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from comptexpert_server.delegations import mails
from comptexpert_server.delegations.models import Status
from tests.chromedriver import running_chromium
from tests.server.delegations.test_mail_recipients import World
from tests.server.mail.cabinet import EVENTS, Cabinet, happen
from tests.server.mail.reading import links_of
from tests.server.mail.test_cabinet_mails import assert_link_opens, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

    from comptexpert_server.mail.outgoing import Mail

READ = """
return {text: document.body.innerText, title: document.title, language: document.documentElement.lang,
  wider: document.documentElement.scrollWidth - innerWidth, links: [...document.links].map(one => one.href),
  others: document.querySelectorAll('script,img,iframe,object,form,link,style').length};
"""


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Chrome]:
    with running_chromium(tmp_path / "chromium") as running:
        yield running


def every_mail() -> list[Mail]:
    """Word each event in each state, for each of those whom it is told to."""
    world, found = World(), {}
    named = world.people["named"].account.pk
    delegation = world.lay(Status.PENDING, is_away=False, first="")
    for status in Status.values:
        delegation.status = status
        delegation.save(update_fields=["status"])
        for action in mails.EVENTS:
            for mail in mails.word_again(delegation=str(delegation.pk), action=action, stand_in="", actor=str(named)):
                found[mail.to, mail.text] = mail
    return list(found.values())


def plain(text: str) -> list[str]:
    return " ".join(text.split()).split(" ")


def shown(browser: Chrome, html: str, *, folder: Path, width: int) -> Any:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    (folder / "mail.html").write_text(html, encoding="utf-8")
    browser.get((folder / "mail.html").as_uri())
    return browser.execute_script(READ)


def assert_shown(browser: Chrome, *, text: str, html: str, folder: Path, width: int) -> list[str]:
    """Compare what a mail shows to its text; return its links."""
    seen, links = shown(browser, html, folder=folder, width=width), links_of(text)
    assert seen["links"] == links, text
    assert (seen["language"], seen["others"], seen["wider"]) == ("fr", 0, 0), (text, seen)
    assert seen["title"]
    words = [word for word in plain(text) if not word.startswith("http")]
    read = iter(plain(seen["text"]))
    assert all(word in read for word in words), f"{text}\n-- is read as --\n{seen['text']}"
    return links


@pytest.mark.campaign
@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_every_mail_shows_its_text_and_one_link_to_its_case(chromium: Chrome, tmp_path: Path) -> None:
    mails_told = every_mail()
    assert len(mails_told) > 50
    for number, mail in enumerate(mails_told):
        width = (380, 1200)[number % 2]
        (link,) = assert_shown(chromium, text=mail.text, html=mail.html, folder=tmp_path, width=width)
        match = resolve(urlsplit(link).path)
        assert match.kwargs, link
        asked = Client().get(urlsplit(link).path)
        assert asked.status_code == 302, "who is not signed in is asked to, and led back"
        assert asked.headers["Location"].endswith(f"next={urlsplit(link).path}")


@pytest.mark.campaign
@pytest.mark.timeout(600)
@pytest.mark.django_db
@pytest.mark.parametrize("is_hostile", [False, True], ids=["usual", "hostile"])
def test_every_mail_about_a_cabinet_shows_its_text_and_a_link_to_its_page(
    chromium: Chrome, tmp_path: Path, is_hostile: bool
) -> None:
    for event in EVENTS:
        with transaction.atomic():
            cabinet = Cabinet(is_hostile=is_hostile)
            for number, (reader, mail) in enumerate(told(cabinet, happen(event, cabinet)).items()):
                width = (380, 1200)[number % 2]
                links = assert_shown(chromium, text=mail.message, html=mail.html_message, folder=tmp_path, width=width)
                for link in links:
                    assert_link_opens(cabinet, reader, link)
            transaction.set_rollback(True)  # the calendar of the next event would move this cabinet too
