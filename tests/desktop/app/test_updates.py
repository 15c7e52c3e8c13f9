"""The notice of a newer version: calm, only when everything agrees, and off when the policy says so."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from comptexpert_desktop.adapters import updates as socket_name
from comptexpert_desktop.app import wiring
from comptexpert_desktop.desktop import updates
from comptexpert_desktop.desktop.updates import UpdateNotice
from comptexpert_desktop.domain.release import Release
from comptexpert_desktop.errors import UnexpectedReply
from comptexpert_desktop.settings import Resolved, Settings
from comptexpert_desktop.ui.widgets.links import Links
from tests.desktop.ui.window_kit import SERVER, WindowKit

ADDRESS = "https://comptexpert.example/manifest.json"
PAGE = "https://comptexpert.example/nouveautes"
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.fixture
def kit(tmp_path, qtbot):
    made = WindowKit(tmp_path)
    made.show()
    yield made
    made.close()


class Notices:
    """What the publisher says, and the notice in a window."""

    def __init__(self, kit: WindowKit, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kit = kit
        self.asked: list[str] = []
        self.answer: Any = None
        monkeypatch.setattr(socket_name, "fetch", self._fetch)

    def make(self, *, url: str = ADDRESS, is_on: bool = True, key: str = KEY) -> UpdateNotice:
        told = {"updates_url": Resolved(url, "policy"), "update_notice": Resolved(is_on, "policy")}
        running: Any = type("Running", (), {"tasks": self.kit.tasks})()
        running.settings = Settings(server_url=SERVER, data_dir=self.kit.folder, resolved=told)
        return UpdateNotice(running, self.kit.window, version="0.1.0", key=key, parent=self.kit.window)

    def says(self, version: str, *, url: str = PAGE) -> None:
        self.answer = Release(version=version, released_on=date(2026, 11, 20), url=url, notes="")

    def _fetch(self, address: str, *, key: bytes, network: object, access: object) -> Any:
        self.asked.append(address)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def notices(kit, monkeypatch):
    return Notices(kit, monkeypatch)


def shown(kit: WindowKit) -> str:
    banners = [each for each in kit.window.findChildren(QWidget, "updateBanner") if each.isVisible()]
    return banners[0].text() if banners else ""


def test_a_newer_version_is_told_calmly(kit, notices, qtbot, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(Links, "open", lambda _self, address: opened.append(address) or True)
    notice = notices.make()
    notices.says("0.2.0")
    notice.look()
    qtbot.waitUntil(lambda: shown(kit) != "")
    assert shown(kit) == "La version 0.2.0 est disponible. Votre service informatique peut l’installer."
    assert notice.banner is not None
    notice.banner.action_button.click()
    assert opened == [PAGE]


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/setup", "", "https://comptexpert.example@elsewhere.example"]
)
def test_a_page_elsewhere_is_not_offered(kit, notices, url, qtbot):
    notice = notices.make()
    notices.says("0.2.0", url=url)
    notice.look()
    qtbot.waitUntil(lambda: shown(kit) != "")
    assert notice.banner is not None
    assert not notice.banner.action_button.isVisible()


def test_a_person_puts_it_away_and_is_told_of_the_next_one_only(kit, notices, qtbot):
    notice = notices.make()
    notices.says("0.2.0")
    notice.look()
    qtbot.waitUntil(lambda: shown(kit) != "")
    assert notice.banner is not None
    notice.banner.close_button.click()
    assert shown(kit) == ""
    notice._compare(notices.answer)
    assert shown(kit) == ""
    notices.says("0.3.0")
    notice._compare(notices.answer)
    assert "0.3.0" in shown(kit)


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9"])
def test_the_same_and_an_older_version_are_met_with_silence(kit, notices, version, caplog, qtbot):
    caplog.set_level(logging.INFO, logger=updates.__name__)
    notice = notices.make()
    notices.says(version)
    notice.look()
    qtbot.waitUntil(lambda: "nothing newer" in caplog.text)
    assert shown(kit) == ""


@pytest.mark.parametrize("code", [socket_name.UNTRUSTED, socket_name.UNREADABLE, "REPLY_TOO_LARGE"])
def test_what_cannot_be_believed_is_met_with_silence_and_a_line_in_the_log(kit, notices, code, caplog, qtbot):
    caplog.set_level(logging.INFO, logger=updates.__name__)
    notice = notices.make()
    notices.answer = UnexpectedReply(code)
    notice.look()
    qtbot.waitUntil(lambda: code in caplog.text)
    assert shown(kit) == ""
    assert kit.window.status.trouble.text() == ""


def test_without_the_publishers_key_nothing_is_asked(kit, notices, caplog, qtbot):
    caplog.set_level(logging.INFO, logger=wiring.__name__)
    notice = notices.make(key="# no key yet\n")
    notice.look()
    qtbot.waitUntil(lambda: "no key" in caplog.text)
    assert notices.asked == []


@pytest.mark.parametrize("requested", [{"url": ""}, {"is_on": False}])
def test_without_an_address_or_with_the_policy_against_it_nothing_is_asked(kit, notices, requested, monkeypatch, qtbot):
    monkeypatch.setattr(updates, "FIRST_MS", 0)
    notice = notices.make(**requested)
    assert not notice.is_looking
    kit.read(lambda _stores: 1, qtbot)
    assert notices.asked == []


def test_it_is_asked_for_after_the_start(kit, notices, monkeypatch, qtbot):
    monkeypatch.setattr(updates, "FIRST_MS", 0)
    notices.says("0.2.0")
    notice = notices.make()
    assert notice.is_looking
    qtbot.waitUntil(lambda: notices.asked == [ADDRESS])


def test_the_cross_has_a_name_and_is_reached_by_the_keyboard(kit, notices, qtbot):
    notice = notices.make()
    notices.says("0.2.0")
    notice._compare(notices.answer)
    assert notice.banner is not None
    assert notice.banner.close_button.accessibleName() == "Masquer cet avis"
    notice.banner.close_button.setFocus()
    assert notice.banner.close_button.hasFocus()
