"""The review desk on 100,000 delegations, beside `QSortFilterProxyModel` on the same rows.

Each of ours is timed from the gesture to the painted table, through the worker and the file; each of theirs on rows
that already are in memory as text, which is as kind as can be. Both run in a process of their own, in turn.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from tests.benchmarks import people
from tests.benchmarks.figure import Figure, say

ROWS = 100_000
ROUNDS = 9
SEARCHES = ("marchand", "martin", "aubepines", "zzz", "jefacture", "ber", "sign", "noel", "dubois")
SORTS = (0, 1, 2, 3, 4)
MEBIBYTE = 1024 * 1024
STEPS = ("open", "filter", "sort", "select all")
AT_MOST_MS = {"open": 50, "filter": 50, "sort": 50, "select all": 50}


def measure() -> list[Figure]:
    """Return our medians, how many times theirs they are, and what the desk costs besides."""
    with tempfile.TemporaryDirectory() as name:
        say(f"writing {ROWS} delegations…")
        _fill(Path(name))
        ours, theirs = _child("ours", name), _child("theirs", name)
    figures = [
        Figure(f"desk, {step} (median)", _median(ours, step) * 1000, AT_MOST_MS[step], "ms", _beside(theirs, step))
        for step in STEPS
    ]
    sort = _median(ours, "sort") / _median(theirs, "sort")
    filters = _median(ours, "filter") / _median(theirs, "filter")
    figures += [
        Figure("desk, sort ÷ QSortFilterProxyModel", sort * 1000, 1000 / 300, "‰", f"{1 / sort:.0f} times faster"),
        Figure(
            "desk, filter ÷ QSortFilterProxyModel", filters * 1000, 1000 / 15, "‰", f"{1 / filters:.0f} times faster"
        ),
        Figure("desk, longest gap of the event loop", ours["gap"] * 1000, 50, "ms", f"theirs {theirs['gap']:.2f} s"),
        Figure("desk, memory added", ours["memory"], 40, "MB", f"theirs {theirs['memory']:.0f} MB"),
    ]
    return figures


def _median(found: dict[str, Any], step: str) -> float:
    return statistics.median(found[step])


def _beside(theirs: dict[str, Any], step: str) -> str:
    return f"theirs {_median(theirs, step) * 1000:.1f} ms, {ROWS} rows, n={len(theirs[step])}"


def _child(side: str, folder: str) -> dict[str, Any]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.desk", side, folder],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def history(rows: int) -> Any:
    """Make a firm's whole history: a few waiting, half alive, the rest ended."""
    from comptexpert_desktop.domain.delegation import Party, Status
    from tests.desktop.ui import kit

    source = random.Random(5)
    services = [service.id for service in kit.catalogue().services]
    statuses = [Status.PENDING] * 2 + [Status.ACTIVE] * 50 + [Status.EXPIRED] * 28 + [Status.REVOKED] * 20
    for number, surname in enumerate(people.surnames(rows, random_source=source)):
        yield kit.active(
            number,
            status=source.choice(statuses),
            service=source.choice(services),
            firm=source.choice((kit.HAWTHORN, kit.QUAY)),
            grantee=Party(f"acc-{number}", f"p.{number}", source.choice(people.GIVEN), surname),
            valid_until=kit.TODAY + timedelta(days=source.randrange(-400, 365)),
            requested_at=kit.NOW - timedelta(minutes=source.randrange(1_000_000)),
        )


def _fill(folder: Path) -> None:
    from tests.desktop.ui.kit import Kit

    made = Kit(folder)
    made.fill(*history(ROWS))
    made.close()


class Watch:
    """Runs the event loop until something is painted, and notes its longest gap."""

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        self.application = QApplication.instance() or QApplication([])
        self.gap, self._last = 0.0, time.perf_counter()
        self._timer = QTimer(interval=1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gap, self._last = max(self.gap, now - self._last), now

    def start(self) -> None:
        """Count gaps from now on."""
        self.gap, self._last = 0.0, time.perf_counter()

    def timed(self, act: Any, *, until: Any = None, paint: Any) -> float:
        """Return the seconds from an act to its painted effect; `until` is the signal that shows it."""
        loop = QEventLoop()
        if until is not None:
            until.connect(loop.quit)
        started = time.perf_counter()
        act()
        if until is not None:
            loop.exec()
        paint.repaint()
        took = time.perf_counter() - started
        for _ in range(80):  # what the desk asks for besides is not counted in the next gesture
            self.application.processEvents()
            time.sleep(0.001)
        return took


def _memory() -> float:
    """Tell what this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def _ours(folder: Path) -> dict[str, Any]:
    from PySide6.QtWidgets import QLineEdit

    from comptexpert_desktop.domain.delegation import Role
    from comptexpert_desktop.ui.delegations.delegation_list import Desk
    from comptexpert_desktop.ui.look import theme
    from comptexpert_desktop.ui.look.theme_tokens import Scheme
    from tests.desktop.ui.kit import Kit

    watch = Watch()
    theme.apply(watch.application, Scheme.LIGHT)
    kit = Kit(folder)
    kit.tasks.start()

    def new_desk() -> Desk:
        made = Desk(kit.tasks, kit.changes, role=Role.GRANTOR, clock=kit.clock, new_id=kit.new_id)
        made.resize(1200, 780)
        made.show()
        return made

    before = _memory()
    desk = new_desk()
    found: dict[str, Any] = {step: [] for step in STEPS}

    def step(name: str, act: Any, *, waits: bool = True) -> None:
        took = watch.timed(act, until=desk.model.modelReset if waits else None, paint=desk.table.viewport())
        found.setdefault(name, []).append(took)

    search = desk.query_bar.filters.findChild(QLineEdit)
    step("first", desk.activate)
    watch.start()
    step("all", lambda: desk.query_bar.filters.choose("all"))
    for round_ in range(ROUNDS):
        search.setText(SEARCHES[round_])
        step("filter", desk.query_bar.filters.changed.emit)
        step("clear", search.clear)
        step("open", desk.activate)
        step("sort", lambda: desk.model.sort(SORTS[round_ % len(SORTS)]))  # noqa: B023 - called at once
        step("select all", desk.table.selectAll, waits=False)
        desk.table.clearSelection()
        step("unsort", lambda: desk.model.sort(-1))
    found["gap"], found["memory"] = watch.gap, _memory() - before
    kit.close()
    return found


def _theirs(folder: Path) -> dict[str, Any]:
    from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt
    from PySide6.QtWidgets import QTableView

    del folder
    watch = Watch()
    before = _memory()
    lines = [
        (made.grantee.display_name, made.service, made.firm.name, made.status.value, str(made.valid_until))
        for made in history(ROWS)
    ]

    class Rows(QAbstractTableModel):
        def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
            return 0 if parent.isValid() else len(lines)

        def columnCount(self, parent: Any = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
            return 0 if parent.isValid() else len(lines[0])

        def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
            return lines[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None

    rows, proxy, view = Rows(), QSortFilterProxyModel(), QTableView()
    proxy.setFilterKeyColumn(-1)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    proxy.setSourceModel(rows)
    view.resize(1200, 780)
    view.show()
    found: dict[str, Any] = {step: [] for step in STEPS}

    def step(name: str, act: Any) -> None:
        found[name].append(watch.timed(act, paint=view.viewport()))

    step("open", lambda: view.setModel(proxy))
    watch.start()
    for round_ in range(3):
        step("filter", lambda: proxy.setFilterFixedString(SEARCHES[round_]))  # noqa: B023 - called at once
        proxy.setFilterFixedString("")
        step("sort", lambda: proxy.sort(SORTS[round_]))  # noqa: B023 - called at once
        step("select all", view.selectAll)
        view.clearSelection()
        proxy.sort(-1)
    found["gap"], found["memory"] = watch.gap, _memory() - before
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"ours": _ours, "theirs": _theirs}[sys.argv[1]](Path(sys.argv[2]))) + "\n")
