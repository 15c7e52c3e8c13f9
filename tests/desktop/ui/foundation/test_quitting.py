"""Nobody leaves without a word while a revocation has not left; a system that ends its session is not held up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog

from comptexpert_desktop.settings.window_state import WindowState
from comptexpert_desktop.ui.window.startup_window import BareWindow
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui.walks import words_of


@pytest.fixture
def opened(window_kit, qtbot):
    """Show the whole window, with two revocations that have not left."""
    window = BareWindow(WindowState())
    qtbot.addWidget(window)
    window_kit.show()
    window.furnish(window_kit.window)
    window.show()
    summary = window_kit.read(status.summary, qtbot)
    window.content.quitting.follow(replace(summary, unsent_revocations=2))
    return window


class Cross(QCloseEvent):
    """What a window manager sends when a person clicks on the cross."""

    def spontaneous(self) -> bool:
        return True


def is_let_close(window) -> bool:
    event = Cross()
    window.closeEvent(event)
    return event.isAccepted()


def questions(window):
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def test_a_click_on_the_cross_asks_first(opened, qtbot):
    assert not is_let_close(opened)
    (question,) = questions(opened)
    assert "Quitter sans avoir transmis 2\u00a0révocations\u00a0?" in words_of(question)
    question.reject()
    assert not is_let_close(opened)
    (again,) = questions(opened)
    again.confirm_button.click()
    qtbot.waitUntil(lambda: not opened.isVisible())


def test_nothing_is_asked_when_nothing_waits(opened, window_kit, qtbot):
    opened.content.quitting.follow(window_kit.read(status.summary, qtbot))
    assert is_let_close(opened)
    assert questions(opened) == []


def test_the_program_ends_without_a_question_when_the_system_says_so(opened):
    opened.close()
    assert questions(opened) == []
    assert not opened.isVisible()


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ({"unsent_cuts": 1, "unsent_revocations": 1}, "une révocation"),
        ({"unsent_cuts": 1}, "un retrait de droits"),
        ({"unsent_cuts": 3, "unsent_revocations": 1}, "3\u00a0retraits de droits"),
    ],
)
def test_a_suspension_or_a_departure_that_has_not_left_asks_too(opened, window_kit, qtbot, waits, said):
    opened.content.quitting.follow(replace(window_kit.read(status.summary, qtbot), **waits))
    assert not is_let_close(opened)
    (question,) = questions(opened)
    assert f"Quitter sans avoir transmis {said}\u00a0?" in words_of(question)
