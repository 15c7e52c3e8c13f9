"""Every mail about a right in a real Chromium, narrow and wide: what it shows is its text, its one link opens its case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from comptexpert_server.delegations import mails
from comptexpert_server.delegations.models import Status
from tests.chromedriver import running_chromium
from tests.server.delegations.test_mail_recipients import World

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


def shown(browser: Chrome, mail: Mail, *, folder: Path, width: int) -> Any:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    (folder / "mail.html").write_text(mail.html, encoding="utf-8")
    browser.get((folder / "mail.html").as_uri())
    return browser.execute_script(READ)


@pytest.mark.campaign
@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_every_mail_shows_its_text_and_one_link_to_its_case(chromium: Chrome, tmp_path: Path) -> None:
    told = every_mail()
    assert len(told) > 50
    for number, mail in enumerate(told):
        (link,) = [line for line in mail.text.split("\n") if line.startswith("http")]
        seen = shown(chromium, mail, folder=tmp_path, width=(380, 1200)[number % 2])
        assert seen["links"] == [link], mail.subject
        assert (seen["language"], seen["others"], seen["wider"]) == ("fr", 0, 0), (mail.subject, seen)
        assert seen["title"]
        words = [word for word in plain(mail.text) if not word.startswith("http")]
        read = iter(plain(seen["text"]))
        assert all(word in read for word in words), f"{mail.text}\n-- is read as --\n{seen['text']}"
        match = resolve(urlsplit(link).path)
        assert match.kwargs, link
        asked = Client().get(urlsplit(link).path)
        assert asked.status_code == 302, "who is not signed in is asked to, and led back"
        assert asked.headers["Location"].endswith(f"next={urlsplit(link).path}")
