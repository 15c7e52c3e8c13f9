"""Somebody who clicks, types, sorts and is synchronised at random, while what is selected is compared with the rest.

The oracle reads the view as a person does: which rows (or cells) are painted as selected, and what those say. It knows
nothing of the code that follows the selection.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Space,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
)
_NONE, _CTRL, _SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_MODIFIERS = (_NONE, _NONE, _NONE, _CTRL, _SHIFT)


@dataclass
class Bench:
    """One list of the application, and how to look at what stands beside it."""

    name: str
    view: Callable[[], QAbstractItemView]
    label: Callable[[QModelIndex], str]
    """What a row (or a cell) says, which tells it from every other."""
    shown: Callable[[], str] | None
    """What the pane says of the row that it shows, empty when it shows none; None where there is no pane."""
    enabled: Callable[[], bool]
    """Whether anything that acts on a row may be done."""
    settle: Callable[[], None]
    """Wait until everything that was asked for is shown."""
    disturb: Sequence[Callable[[random.Random], object]] = ()
    """What arrives from elsewhere: it may take what is selected away, and selects nothing."""
    gestures: Sequence[Callable[[random.Random], object]] = ()
    """What a person does beside the list: another view, another column."""
    act: Callable[[random.Random], list[str] | None] | None = None
    """Do something to the selected rows; returns what the rows said that it was done to, None when nothing was."""
    steps: list[str] = field(default_factory=list)


class Mismatch(AssertionError):
    """What is shown or done is not what is selected."""


def walk(bench: Bench, *, seed: int, steps: int) -> None:
    """Take so many random steps; after each, what is shown and may be done is what is selected."""
    dice = random.Random(seed)
    bench.settle()
    for _ in range(steps):
        if bench.disturb and dice.random() < 0.15:
            _let_arrive(bench, dice, seed=seed)
        else:
            bench.steps.append(_step(bench, dice))
            bench.settle()
        _compare(bench, seed=seed)
        if bench.act is not None and dice.random() < 0.05:
            _act(bench, dice, seed=seed)
            bench.settle()
            _compare(bench, seed=seed)


def selected(view: QAbstractItemView) -> list[QModelIndex]:
    """Return what is painted as selected: the cells of a table of cells, else the first column of each row."""
    model, root = view.selectionModel(), view.rootIndex()
    if _is_of_cells(view):
        return model.selectedIndexes()
    return [view.model().index(row, 0) for row in range(view.model().rowCount()) if model.isRowSelected(row, root)]


def _is_of_cells(view: QAbstractItemView) -> bool:
    return isinstance(view, QTableView) and view.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectItems


def _any_place(view: QAbstractItemView, dice: random.Random) -> QModelIndex:
    columns = view.model().columnCount() if _is_of_cells(view) else 1
    return view.model().index(dice.randrange(view.model().rowCount()), dice.randrange(columns))


def _step(bench: Bench, dice: random.Random) -> str:
    view = bench.view()
    rows = view.model().rowCount()
    moves = [_press, _press, _select_all]
    if rows:
        moves += [_click, _click, _click, _move_the_keyboard]
    if isinstance(view, QTableView) and view.isSortingEnabled():
        moves.append(_sort)
    if bench.gestures and dice.random() < 0.1:
        gesture = dice.choice(bench.gestures)
        gesture(dice)
        return gesture.__name__
    return dice.choice(moves)(view, dice)


def _click(view: QAbstractItemView, dice: random.Random) -> str:
    index, modifier = _any_place(view, dice), dice.choice(_MODIFIERS)
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, view.visualRect(index).center())
    return f"click {index.row()} {index.column()} {modifier.name}"


def _press(view: QAbstractItemView, dice: random.Random) -> str:
    key, modifier = dice.choice(_KEYS), dice.choice(_MODIFIERS)
    view.setFocus()
    QTest.keyClick(view, key, modifier)
    return f"{key.name} {modifier.name}"


def _select_all(view: QAbstractItemView, _dice: random.Random) -> str:
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, _CTRL)
    return "select all"


def _move_the_keyboard(view: QAbstractItemView, dice: random.Random) -> str:
    index = _any_place(view, dice)
    view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
    return f"the keyboard alone to {index.row()} {index.column()}"


def _sort(view: QAbstractItemView, dice: random.Random) -> str:
    assert isinstance(view, QTableView)
    column = dice.randrange(view.model().columnCount())
    view.sortByColumn(column, dice.choice((Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder)))
    return f"sort {column}"


def _let_arrive(bench: Bench, dice: random.Random, *, seed: int) -> None:
    """Let something arrive; it selects nothing, but for the first row of a list that was empty."""
    before, was_empty = {bench.label(index) for index in selected(bench.view())}, not bench.view().model().rowCount()
    change = dice.choice(bench.disturb)
    change(dice)
    bench.steps.append(change.__name__)
    bench.settle()
    more = {bench.label(index) for index in selected(bench.view())} - before
    if more and not was_empty:
        raise Mismatch(_tell(bench, seed, f"what arrived selected {sorted(more)}"))


def _compare(bench: Bench, *, seed: int) -> None:
    rows = selected(bench.view())
    if bench.shown is not None:
        expected, shown = bench.label(rows[0]) if len(rows) == 1 else "", bench.shown()
        if shown != expected:
            raise Mismatch(_tell(bench, seed, f"shows {shown!r}, selected is {expected!r} ({len(rows)} rows)"))
    if not rows and bench.enabled():
        raise Mismatch(_tell(bench, seed, "nothing is selected and something may be done"))


def _act(bench: Bench, dice: random.Random, *, seed: int) -> None:
    rows = selected(bench.view())
    labels = {bench.label(index) for index in rows}
    assert bench.act is not None
    done = bench.act(dice)
    bench.steps.append(f"act on {done}")
    if done is not None and (not labels or not set(done) <= labels):
        raise Mismatch(_tell(bench, seed, f"was done to {done}, selected were {sorted(labels)}"))


def _tell(bench: Bench, seed: int, what: str) -> str:
    return f"{bench.name}, seed {seed}, step {len(bench.steps)}: {what}; the last steps: {bench.steps[-8:]}"


def settler(kit: Any, *, rounds: int = 3) -> Callable[[], None]:
    """Return what waits for the store worker and for the callbacks, without a pause."""

    def settle() -> None:
        for _ in range(rounds):
            got: list[bool] = []
            kit.tasks.read(kit.changes, lambda _stores: True, got.append)
            for _turn in range(100_000):
                if got:
                    break
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 2)
            assert got, "the store worker does not answer"

    return settle
