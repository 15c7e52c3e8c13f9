"""The window of the rehearsal: dressed like the main one, and beside it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QRect, QSize, Qt

from comptexpert_desktop.app import wiring
from comptexpert_desktop.desktop.window import build
from comptexpert_desktop.rehearsal import demo
from comptexpert_desktop.rehearsal.companion import side_by_side
from comptexpert_desktop.settings import Settings
from tests.desktop.ui.walks import words_of
from tests.fakes import FakeVault, fake_gateways

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

MAIN, OWN, MIN, FRAME = QSize(1200, 780), QSize(460, 780), QSize(900, 600), QSize(2, 30)
PERSON = {
    "case": "ec",
    "given_name": "Claire",
    "surname": "Delaunay",
    "login_id": "claire.delaunay",
    "password": "une phrase de passe",
    "date_of_birth": "",
}


class Server(SimpleNamespace):
    """An embedded server that is up at once."""

    def prepare(self) -> None: ...
    def start(self) -> None: ...
    def wait_until_ready(self) -> None: ...
    def people(self) -> list[dict[str, str]]:
        return [PERSON]


@pytest.fixture
def running(tmp_path, monkeypatch, qapp, qtbot) -> Any:
    vault = FakeVault()
    monkeypatch.setattr(wiring, "open_vault", lambda: vault)
    monkeypatch.setattr(wiring, "open_gateways", lambda _settings, *, vault, in_store: fake_gateways(vault=vault))
    made = build(Settings(server_url="http://127.0.0.1:9", data_dir=tmp_path))
    yield made
    made.close()


def test_the_companion_comes_after_the_first_frame_in_the_same_type(running, tmp_path, qtbot):
    opened: list[QWidget] = []
    server: Any = Server(mails=tmp_path)
    running.afterwards.append(lambda _content: opened.append(demo.open_companion(running, server=server)))
    running.show()
    assert not opened
    qtbot.waitUntil(lambda: bool(opened) and "Claire DELAUNAY" in words_of(opened[0]))
    assert opened[0].font().families() == running.window.content.font().families()
    assert opened[0].font().pointSizeF() == running.window.content.font().pointSizeF()
    assert not opened[0].testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
    opened[0].deleteLater()


@pytest.mark.parametrize("width", [1366, 1440, 1920, 3840])
def test_both_windows_stand_apart_and_on_the_screen(width):
    screen = QRect(0, 24, width, 1000)
    main, own = side_by_side(screen, main=MAIN, own=OWN, minimum=MIN, frame=FRAME)
    assert not main.intersects(own)
    assert screen.contains(main)
    assert screen.contains(own)
    assert main.width() >= MIN.width()
    assert main.left() - screen.left() == pytest.approx(screen.right() - own.right(), abs=4)


def test_on_a_small_screen_the_main_window_keeps_its_least_size():
    screen = QRect(0, 0, 1024, 600)
    main, own = side_by_side(screen, main=MAIN, own=OWN, minimum=MIN, frame=FRAME)
    assert main.width() == MIN.width()
    assert own.right() <= screen.right()
    assert main.bottom() <= screen.bottom()
