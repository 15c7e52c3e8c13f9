"""In a small window, and with large letters, no text is wider than its room and everything can be brought into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from tests.desktop.ui.fits import HUGE, View, dress, look, misfits
from tests.desktop.ui.gallery import Gallery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def show(tmp_path: Path, qapp: QApplication) -> Iterator[Callable[[View], Gallery]]:
    """Give a window with long names, dressed for a view; end its workers, and dress as usual, afterwards."""
    hung: list[Gallery] = []

    def hang(view: View) -> Gallery:
        dress(qapp, view)
        made = Gallery(tmp_path)
        hung.append(made)
        made.hang()
        return made

    yield hang
    for made in hung:
        made.close()
    dress(qapp, View("laptop"))


SMALL = (
    "delegations",
    "rights",
    "renewals",
    "case",
    "table",
    "outbox",
    "home",
    "approve",
    "bulk",
    "account",
    "closing",
    "live",
    "refused sign-up",
    "move",
)
NARROW = (
    "delegations",
    "case",
    "grant form",
    "departure",
    "why",
    "move",
    "step identity",
    "firm tab 0",
    "import",
    "outbox",
    "services",
    "trouble",
    "nobody refused start",
    "grant words",
    "handover",
)
LARGE_LETTERS = ("delegations", "case", "revoke", "step login", "settings")


@pytest.mark.parametrize(
    ("view", "stop"),
    [
        *((View("small"), stop) for stop in SMALL),
        *((View("1280 at 200"), stop) for stop in NARROW),
        *((View("1280", scale=HUGE), stop) for stop in LARGE_LETTERS),
        (View("laptop at 200", "contrast dark"), "case"),
        (View("laptop at 150"), "refused sign-up"),
    ],
    ids=str,
)
def test_everything_fits(show: Callable[[View], Gallery], qtbot: object, view: View, stop: str) -> None:
    """The other screens, sizes, letters and colours are walked by the campaign of the same name."""
    assert look(show(view), qtbot, stop=stop, view=view) == []


def test_a_right_with_many_acts_leaves_the_list_its_share(show: Callable[[View], Gallery], qtbot: object) -> None:
    """Names must stay whole beside it."""
    made = show(View("laptop"))
    assert look(made, qtbot, stop="live", view=View("laptop")) == []
    split = made.window.stack.current().review.laid_out.split
    listed, case = split.sizes()
    assert listed > case, "the first share of the list is the larger one"


# -- What does not fit is seen --------------------------------------------------------------------


def page(qtbot: object, *parts: QWidget, scrolls: bool = True) -> QWidget:
    """Show parts in a column of 300 by 200 points."""
    root, area, inner = QWidget(), QScrollArea(), QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(inner)
    for part in parts:
        column.addWidget(part)
    area.setWidgetResizable(True)
    area.setWidget(inner)
    whole = QVBoxLayout(root)
    whole.addWidget(area if scrolls else inner)
    root.resize(300, 200)
    root.show()
    return root


def faults(root: QWidget) -> set[str]:
    return {found.partition(":")[0] for found in misfits(root, room=QSize(300, 200))}


def test_a_page_that_fits_has_no_fault(qtbot: object) -> None:
    assert faults(page(qtbot, PlainLabel("Trois mots courts."), QPushButton("Fermer"), QLineEdit())) == set()


def test_words_wider_than_their_room_are_seen(qtbot: object) -> None:
    narrow = QPushButton("Révoquer toutes ces délégations")
    narrow.setFixedWidth(60)
    assert faults(page(qtbot, narrow)) == {"cut"}


def test_a_page_that_is_pushed_sideways_is_seen(qtbot: object) -> None:
    wide = QLabel("court")
    wide.setMinimumWidth(600)
    assert "sideways" in faults(page(qtbot, wide))


def test_a_button_that_nobody_can_bring_in_sight_is_seen(qtbot: object) -> None:
    root = page(qtbot, QLabel("court"))
    lost = QPushButton("Envoyer", root)
    lost.move(260, 180)
    lost.show()
    assert faults(root) == {"outside"}


def test_what_a_layout_without_room_puts_over_its_neighbour_is_seen(qtbot: object) -> None:
    lists = QListWidget(), QListWidget()
    for one in lists:
        one.setMinimumHeight(150)
    root = page(qtbot, *lists, scrolls=False)
    root.setFixedHeight(200)
    QApplication.processEvents()
    assert faults(root) == {"over each other"}


def test_a_dialog_larger_than_its_screen_is_seen(qtbot: object) -> None:
    root = page(qtbot, QLabel("court"))
    root.resize(500, 200)
    assert faults(root) == {"larger than the screen"}
