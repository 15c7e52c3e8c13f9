"""What does not fit in a window: words wider than their room, what nobody can bring in sight, pages that scroll sideways."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QScrollArea,
    QStackedLayout,
    QTabBar,
    QToolButton,
    QWidget,
)

from comptexpert_desktop.presentation.delegations import effect_words
from comptexpert_desktop.ui.look import display, theme
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from tests.desktop.ui.gallery_stops import STOPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desktop.ui.gallery import Gallery

SIZES = {
    "small": (960, 540),
    "older": (1024, 700),
    "laptop": (1366, 698),
    "large": (1920, 1010),
    "laptop at 150": (910, 465),
    "laptop at 200": (683, 384),
    "1280": (1280, 740),
    "1280 at 150": (853, 493),
    "1280 at 200": (640, 360),
    "narrowest": (680, 380),
}
"""In points: a screen of 1366 by 768 is 683 by 384 where a point is two pixels; the others are less their bars."""
BIG, HUGE = 1.5, 24 / theme.BODY
"""The letters of a system that was asked for large ones, and letters of 24 points."""


TURNS, TURN_MS = 10, 50
"""How often, and how many milliseconds apart, a window is looked at again before what does not fit is a fault."""


class View(NamedTuple):
    """How a screen is looked at: its size, the scheme or the palette of high contrast, the letters."""

    size: str
    colours: str = "light"
    scale: float = 1.0

    def __str__(self) -> str:
        letters = "" if self.scale == 1 else f" {theme.BODY * self.scale:.0f}pt"
        return f"{self.size} {self.colours}{letters}"


def high_contrast(*, is_dark: bool) -> QPalette:
    """Make the palette that Windows gives in high contrast."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    paper, ink, lit, on_lit, faint = (
        ("#000000", "#ffffff", "#1aebff", "#000000", "#3ff23f")
        if is_dark
        else ("#ffffff", "#000000", "#37006e", "#ffffff", "#600000")
    )
    palette = QPalette(QColor(paper))
    for where, colour in (
        (role.Window, paper),
        (role.WindowText, ink),
        (role.Highlight, lit),
        (role.HighlightedText, on_lit),
    ):
        palette.setColor(where, QColor(colour))
    palette.setColor(group.Disabled, role.WindowText, QColor(faint))
    return palette


def dress(application: QApplication, view: View) -> None:
    """Show the colours and the letters that people see."""
    is_dark = view.colours.endswith("dark")
    colours = display.contrasted(high_contrast(is_dark=is_dark)) if view.colours.startswith("contrast") else None
    scheme = theme.Scheme.DARK if is_dark else theme.Scheme.LIGHT
    theme.apply(application, scheme, shown_by=theme.Display(scale=view.scale, contrasted=colours))


@contextmanager
def screen_of(size: tuple[int, int]) -> Iterator[None]:
    """Let what opens over the window find a screen of this size: that of the tests has one of its own."""
    before = screen_room.available
    screen_room.available = lambda _widget: QRect(QPoint(0, 0), QSize(*size))
    try:
        yield
    finally:
        screen_room.available = before


def look(made: Gallery, qtbot: object, *, stop: str, view: View, pictures: Path | None = None) -> list[str]:
    """Open one thing in one view, keep its picture where it is wanted, and list what does not fit."""
    made.window.resize(*SIZES[view.size])
    with screen_of(SIZES[view.size]):
        shown = STOPS[stop](made, qtbot)
        made.settle(qtbot)
        qtbot.waitUntil(lambda: not _is_asking(shown))
        QApplication.processEvents()
        if pictures is not None:
            shown.grab().save(str(pictures / f"{stop}-{view}.png".replace(" ", "-")))
        room = QSize(*SIZES[view.size])
        for _ in range(TURNS):  # what has just been answered makes a question grow within a few turns
            if not misfits(shown, room=room):
                break
            qtbot.wait(TURN_MS)
        return misfits(shown, room=room)


def _is_asking(shown: QWidget) -> bool:
    """Tell whether a question still waits for what it would change: its answer makes it grow."""
    return any(one.isVisible() and one.text() == effect_words.WAITING for one in shown.findChildren(PlainLabel))


def misfits(root: QWidget, *, room: QSize) -> list[str]:
    """List what is cut, what nobody can bring into the window, and what scrolls sideways."""
    visible = [one for one in root.findChildren(QWidget) if one.isVisibleTo(root) and one.window() is root.window()]
    too_large = root.width() > room.width() or root.height() > room.height()
    return [
        *([f"larger than the screen: {_name(root)}"] if too_large else []),
        *(f"cut: {_name(one)}" for one in visible if _is_cut(one)),
        *(f"sideways: {_name(one)} by {one.horizontalScrollBar().maximum()}" for one in visible if _is_sideways(one)),
        *(f"outside: {_name(one)}" for one in visible if _says_something(one) and not _is_reached(one, root)),
        *(f"over each other: {_name(one)}, {_name(other)}" for one, other in _overlaps([root, *visible])),
    ]


def _overlaps(widgets: list[QWidget]) -> Iterator[tuple[QWidget, QWidget]]:
    """List what a layout without room puts over its neighbour."""
    for parent in widgets:
        layout = parent.layout()
        if layout is None or isinstance(layout, QStackedLayout):
            continue
        placed = [
            (child, child.geometry().adjusted(EDGE, EDGE, -EDGE, -EDGE))
            for child in parent.children()
            if isinstance(child, QWidget) and child.isVisibleTo(parent) and layout.indexOf(child) >= 0
        ]
        yield from ((one, other) for (one, its), (other, place) in combinations(placed, 2) if its.intersects(place))


def _says_something(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.text().strip())
    return isinstance(widget, QAbstractButton | QLineEdit | QComboBox) and widget.width() > 0


def _is_sideways(widget: QWidget) -> bool:
    """Tell whether a page or a list must be pushed sideways to be read; a table of columns may."""
    reads_down = isinstance(widget, QScrollArea | QListView)
    return reads_down and widget.horizontalScrollBar().maximum() > 0


def _is_cut(widget: QWidget) -> bool:
    """Tell whether the words of a widget are wider or higher than their room."""
    for kinds, is_cut in _WAYS_TO_BE_CUT:
        if isinstance(widget, kinds):
            return is_cut(widget)
    return False


def _words_are_cut(widget: QLabel | QAbstractButton) -> bool:
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
        return False
    if isinstance(widget, PlainLabel) and widget.wordWrap():
        return _lines_are_cut(widget)
    if isinstance(widget, Check):
        return widget.minimumSizeHint().width() > widget.width() or widget.heightForWidth(widget.width()) > (
            widget.height() + 1
        )
    hint = widget.sizeHint()
    return bool(widget.text()) and (hint.width() > widget.width() + 1 or hint.height() > widget.height() + 1)


def _lines_are_cut(label: PlainLabel) -> bool:
    words = re.split(r"(?<=-)|[ \n\u200b]", QLabel.text(label))
    longest = max((QFontMetrics(label.font()).horizontalAdvance(word) for word in words), default=0)
    return longest > label.width() + 1 or label.heightForWidth(label.width()) > label.height() + 1


def _choice_is_cut(choice: QComboBox) -> bool:
    needed = QFontMetrics(choice.font()).horizontalAdvance(choice.currentText())
    return needed > choice.width() - 2 * PADDING and not choice.toolTip()


def _input_is_cut(edit: QLineEdit) -> bool:
    is_empty = not edit.text() and bool(edit.placeholderText())
    needed = QFontMetrics(edit.font()).horizontalAdvance(edit.placeholderText())
    return edit.height() < edit.sizeHint().height() - 1 or (is_empty and needed > edit.width())


def _tabs_are_cut(bar: QTabBar) -> bool:
    return any(_tab_is_cut(bar, tab) for tab in range(bar.count()))


def _headings_are_cut(header: QHeaderView) -> bool:
    is_above = header.orientation() is Qt.Orientation.Horizontal
    return is_above and any(_heading_is_cut(header, section) for section in range(header.count()))


PADDING, HEADING_PADDING = 10, 8
"""Of an input and of a heading of a table, as the style sheet has them."""


def _tab_is_cut(bar: QTabBar, tab: int) -> bool:
    said = bar.tabText(tab).replace("&", "")
    return bar.isTabVisible(tab) and QFontMetrics(bar.font()).horizontalAdvance(said) > bar.tabRect(tab).width()


def _heading_is_cut(header: QHeaderView, section: int) -> bool:
    if header.isSectionHidden(section) or header.model() is None:
        return False
    said = str(header.model().headerData(section, Qt.Orientation.Horizontal) or "")
    font = QFont(header.font())
    font.setPointSizeF(theme.points(theme.SMALL))
    font.setWeight(QFont.Weight.DemiBold)
    needed = max(QFontMetrics(font).horizontalAdvance(line) for line in said.split("\n"))
    return needed + 2 * HEADING_PADDING > header.sectionSize(section) + 1


def _is_reached(widget: QWidget, root: QWidget) -> bool:
    """Scroll every area round a widget to it, and look whether all of it is in sight."""
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent, QAbstractItemView):
            return True  # a part of a view scrolls with its rows
        if isinstance(parent, QScrollArea):
            _scroll_to(widget, area=parent)
        parent = parent.parentWidget()
    place = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
    sight, parent = QRect(root.rect()), widget.parentWidget()
    while parent is not None and parent is not root:
        sight &= QRect(parent.mapTo(root, QPoint(0, 0)), parent.size())
        parent = parent.parentWidget()
    seen = sight & place
    tall = min(place.height(), max(MIN_SIGHT, _height_of_the_area(widget) - 4))
    return seen.height() >= tall and (seen.width() >= place.width() or _scrolls_sideways(widget))


def _scroll_to(widget: QWidget, *, area: QScrollArea) -> None:
    """Bring the middle of a widget in sight, with as much round it as there is room for."""
    room = area.viewport().size()
    middle = widget.mapTo(area.widget(), widget.rect().center())
    area.ensureVisible(
        middle.x(),
        middle.y(),
        min(widget.width() // 2 + 1, room.width() // 2),
        min(widget.height() // 2 + 1, room.height() // 2),
    )


EDGE = 2
"""How far neighbours may reach into each other, in points: shadows and frames do."""
MIN_SIGHT = 8
"""At least so much of a text that is higher than what it scrolls in, in points."""


def _height_of_the_area(widget: QWidget) -> int:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return parent.viewport().height()
        parent = parent.parentWidget()
    return widget.height()


def _scrolls_sideways(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea) and parent.horizontalScrollBar().maximum() > 0:
            return parent.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        parent = parent.parentWidget()
    return False


def _name(widget: QWidget) -> str:
    said = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    return f"{type(widget).__name__} {widget.objectName()} {said[:60]!r} {widget.width()}×{widget.height()}"


_WAYS_TO_BE_CUT = (
    ((QLabel, QAbstractButton), _words_are_cut),
    (QComboBox, _choice_is_cut),
    (QLineEdit, _input_is_cut),
    (QTabBar, _tabs_are_cut),
    (QHeaderView, _headings_are_cut),
)
