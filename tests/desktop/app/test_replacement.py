"""Another version installed under the window: who leaves the place to whom, and what holds the window back."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit

from comptexpert_desktop.desktop import installation, replacement
from comptexpert_desktop.desktop.installation import Installation
from comptexpert_desktop.desktop.replacement import Replacement
from comptexpert_desktop.desktop.single_instance import LEAVES, SIGN_UP, Request, Seat, read_request
from comptexpert_desktop.desktop.single_instance_socket import InstanceSocket
from comptexpert_desktop.settings import Settings
from comptexpert_desktop.ui.delegations.request_form import RequestForm
from comptexpert_desktop.ui.session.sign_in import SignInState
from comptexpert_desktop.ui.widgets.page import Page, begun_form
from tests.desktop.ui.window_kit import SERVER, WindowKit

if TYPE_CHECKING:
    from pathlib import Path

HERE, THERE, BEFORE = "1.1.0+aaaa", "1.2.0+bbbb", "1.0.0+cccc"
links_only = pytest.mark.skipif(sys.platform == "win32", reason="a link that is replaced in one step")


@pytest.fixture
def root(tmp_path):
    for version in (HERE, THERE, BEFORE):
        (tmp_path / "lib" / "versions" / version).mkdir(parents=True)
    name(tmp_path / "lib", HERE)
    return tmp_path / "lib"


def name(root: Path, version: str) -> None:
    (root / "new").symlink_to(f"versions/{version}")
    (root / "new").rename(root / "current")


def of(root: Path, version: str = HERE) -> Installation:
    return Installation(root / "versions" / version, version, ("{folder}/comptexpert-desktop",))


class Window:
    """A window of one version, whose link the tests replace."""

    def __init__(self, kit: WindowKit, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kit, self.root = kit, root
        self.started: list[list[str]] = []
        self.can_start = True
        monkeypatch.setattr(QProcess, "startDetached", self._start)
        self.running: Any = type("Running", (), {"tasks": kit.tasks, "keep": self._keep})()
        self.running.settings = Settings(server_url=SERVER, data_dir=kit.folder, server_source="argument")
        self.is_kept = True
        self.kept = 0
        self.made = Replacement(self.running, kit.window, installation=of(root), parent=kit.window)

    def _keep(self, *, seconds: float) -> bool:
        self.kept += 1
        assert seconds == replacement.KEEP_SECONDS
        return self.is_kept

    def _start(self, program: str, arguments: list[str]) -> tuple[bool, int]:
        self.started.append([program, *arguments])
        return self.can_start, 1

    def text(self) -> str:
        return self.made.banner.text() if self.made.banner is not None else ""

    def name(self, version: str, qtbot: Any) -> None:
        name(self.root, version)
        qtbot.waitUntil(lambda: self.made._next == version)


@pytest.fixture
def window(tmp_path, root, qtbot, monkeypatch):
    kit = WindowKit(tmp_path)
    kit.show()
    yield Window(kit, root, monkeypatch)
    kit.close()


@links_only
def test_a_newer_version_is_said_and_the_button_starts_it(window, qtbot):
    window.name(THERE, qtbot)
    assert window.text() == "La version 1.2.0 est installée. Vos brouillons et votre boîte d’envoi sont gardés."
    assert window.made.banner.action_button.text() == "Redémarrer pour terminer la mise à jour"
    window.made.banner.action_button.click()
    program = str(window.root / "current" / "comptexpert-desktop")
    default_folder = ["--data-dir", str(window.kit.folder)]
    assert window.started == [[program, "--server", SERVER, *default_folder]]


@links_only
def test_an_older_version_is_a_way_back_and_the_same_one_is_nothing(window, qtbot):
    window.name(BEFORE, qtbot)
    assert "La version 1.0.0 a été remise en place." in window.text()
    assert window.made.banner.action_button.text() == "Redémarrer en version 1.0.0"
    window.name(HERE, qtbot)
    assert window.text() == ""


@links_only
def test_a_version_that_cannot_be_started_leaves_the_window_where_it_is(window, qtbot):
    window.can_start = False
    window.name(THERE, qtbot)
    window.made.restart()
    assert "Fermez Comptexpert, puis ouvrez-le de nouveau." in window.text()


@links_only
@pytest.mark.parametrize(
    ("asking", "installed", "leaves"),
    [
        (THERE, HERE, True),  # newer, and the link was not seen yet
        (THERE, THERE, True),
        (BEFORE, HERE, False),  # an older program that somebody kept
        (BEFORE, BEFORE, True),  # a way back
        (HERE, HERE, False),
        (HERE, THERE, False),  # this very version, started by its folder
        ("1.1.0+dddd", HERE, False),
        ("1.10.0", HERE, True),
    ],
)
def test_the_place_is_left_to_what_is_newer_or_installed(window, qtbot, asking, installed, leaves):
    if installed != HERE:
        window.name(installed, qtbot)
    assert window.made.may_leave(Request(version=asking)) is leaves
    assert window.kept == leaves


@links_only
def test_what_cannot_be_written_in_time_keeps_the_window(window):
    window.is_kept = False
    assert not window.made.may_leave(Request(version=THERE))


@links_only
@pytest.mark.parametrize("entered", ["dialog", "form", "sign-in"])
def test_what_is_entered_and_nobody_writes_down_holds_the_window_and_is_said(window, qtbot, entered):
    window.name(THERE, qtbot)
    content = window.kit.window
    if entered == "dialog":
        dialog = QDialog(content)
        dialog.open()
        said, end = replacement.IN_A_DIALOG, dialog.close
    elif entered == "sign-in":
        content.sign_in_flow.state = SignInState.WAITING
        said, end = replacement.IN_A_SIGN_IN, lambda: setattr(content.sign_in_flow, "state", SignInState.IDLE)
    else:
        form = Form(content)
        form.edit.setText("d")
        said, end = "«\u00a0Demander\u00a0» n’est pas envoyé", form.edit.clear
    assert not window.made.may_leave(Request(version=THERE))
    window.made.restart()
    assert window.started == []
    assert said in window.text()
    assert window.made.banner.action_button.isVisible()
    end()
    assert window.made.may_leave(Request(version=THERE))
    window.made.restart()
    assert len(window.started) == 1


class Form(Page):
    keeps_entries = False

    def __init__(self, parent: Any) -> None:
        super().__init__("Demander", parent=parent)
        self.edit, self.area = QLineEdit(), QPlainTextEdit()
        self.body.addWidget(self.edit)
        self.body.addWidget(self.area)


def test_a_form_is_begun_by_text_of_any_kind_and_only_where_nobody_keeps_it(qtbot):
    outer = Page("Une page")
    qtbot.addWidget(outer)
    form = Form(outer)
    assert begun_form(outer) == ""
    form.area.setPlainText(" \n")
    assert begun_form(outer) == ""
    form.area.setPlainText("un motif")
    assert begun_form(outer) == "Demander"
    assert RequestForm.keeps_entries is False


def test_a_program_knows_its_folder_its_version_and_how_the_next_one_starts(root, monkeypatch):
    here = of(root)
    assert (here.root, here.next_version()) == (root, HERE)
    assert here.command() == (str(root / "current" / "comptexpert-desktop"),)
    name(root, THERE)
    assert here.next_version() == THERE
    (root / "current").unlink()
    assert here.next_version() == HERE
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program = root / "versions" / HERE / "comptexpert-desktop"
    program.touch()
    name(root, HERE)
    monkeypatch.setattr(sys, "executable", str(root / "current" / "comptexpert-desktop"))
    assert Installation.running() == of(root)


def test_a_source_tree_is_the_only_version_of_itself():
    here = Installation.running()
    assert (here.root, here.next_version()) == (None, here.version)
    assert here.command() == (sys.executable, "-m", "comptexpert_desktop")


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [("1.2.0", "1.1.9", True), ("1.2", "1.2.0+a", False), ("1.2.0+b", "1.2.0+a", False), ("1.10", "1.9", True)],
)
def test_builds_of_one_version_have_no_order(version, than, newer):
    assert installation.is_newer(version, than=than) is newer


@pytest.mark.parametrize("version", ["1.2.0", "0.1.0+4f0c2a91"])
def test_a_request_says_its_version(version):
    assert read_request(Request(SIGN_UP, "t", version).line()) == Request(SIGN_UP, "t", version)


@pytest.mark.parametrize("line", [b"raise - - v1\n", b"raise - - 1 2\n", b"raise - - 1;x\n", b"raise - - " + b"1" * 70])
def test_what_is_no_version_is_no_request(line):
    assert read_request(line) is None


@links_only
def test_a_start_takes_the_place_once_it_is_left(tmp_path_factory, monkeypatch, qtbot, qapp):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    folder = tmp_path_factory.mktemp("d")
    first, second = Seat(folder), Seat(folder)
    assert first.take()
    socket_name = InstanceSocket(first.socket_name, may_leave=lambda request: request.version == THERE)
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(second.ask(Request(version=THERE))))
    with qtbot.waitSignal(socket_name.left):
        asking.start()
    socket_name.close()
    assert answers == []
    first.release()
    qtbot.waitUntil(lambda: answers == [False])
    assert not first.take()
    second.release()


@links_only
def test_a_window_of_before_is_asked_in_its_own_words(tmp_path_factory, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    seat = Seat(tmp_path_factory.mktemp("d"))
    asked: list[bytes] = []

    def exchange(_door: str, line: bytes, *, seconds: float) -> bytes:
        asked.append(line)
        return b"" if line.count(b" ") > 2 else b"ok\n"

    monkeypatch.setattr("comptexpert_desktop.desktop.single_instance._exchange", exchange)
    assert seat.ask(Request(version=THERE))
    assert asked == [b"raise - - 1.2.0+bbbb\n", b"raise - -\n"]
    assert len(LEAVES) == len(b"ok\n"), "both answers are read at once"
