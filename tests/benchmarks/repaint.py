"""From the answer of a search to the painted list: it must fit in one frame of 16.7 ms, and the search be lost in it.

The real field and its search on the real directory, in a window of the usual size; the answer is delivered at once,
so that only showing it is timed: rows, layout, paint.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from tests.benchmarks import people
from tests.benchmarks.figure import Figure, percentile

ENTRIES = 30_000
FRAME = 16.7


class Instant:
    """Stands in for the tasks: searches at once and notes when the answer was there."""

    def __init__(self, stores):
        self._stores = stores
        self.answered_at = 0.0
        self.searches = []

    def read(self, _owner, work, done, *, failed=None, channel=None):
        started = time.perf_counter()
        answer = work(self._stores)
        self.answered_at = time.perf_counter()
        self.searches.append((self.answered_at - started) * 1000)
        done(answer)


def measure() -> list[Figure]:
    """Type many beginnings of names and time each list."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

    from comptexpert_desktop.domain.profile import Profile
    from comptexpert_desktop.store.registry_snapshot import Directory
    from comptexpert_desktop.ui.look import theme
    from comptexpert_desktop.ui.look.theme_tokens import Scheme
    from comptexpert_desktop.ui.registry.name_search import NameSearch
    from comptexpert_desktop.ui.widgets.typeahead_edit import TypeaheadEdit

    application = QApplication.instance() or QApplication([])
    theme.apply(application, Scheme.LIGHT)
    lines = people.rows(ENTRIES)
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        directory = Directory(Path(folder) / "registry.db")
        directory.replace(rows=lines, version=1, generated_at="2026-01-01T00:00:00Z", server="bench")
        instant = Instant(SimpleNamespace(directory=directory, snapshot_refusal=""))
        window = QWidget()
        window.resize(1200, 780)
        field = TypeaheadEdit(edit_name="nameEdit", list_name="nameSuggestions")
        QVBoxLayout(window).addWidget(field)
        search = NameSearch(field, instant, channel="bench")
        search.use_profile(Profile.EXPERT_COMPTABLE)
        window.show()
        for text in dict.fromkeys(people.keystrokes(lines, count=130)):
            field.queried.emit(text)
            application.processEvents()
            window.repaint()
            if len(instant.searches) > len(samples):  # one letter is not searched for
                samples.append((time.perf_counter() - instant.answered_at) * 1000)
        directory.close()
        window.close()
    assert len(samples) > 100, "the lists were searched for"
    share = 100 * statistics.median(instant.searches) / statistics.median(samples)
    detail = f"median {statistics.median(samples):.1f} ms, {len(samples)} lists, offscreen"
    return [
        Figure("answer to painted list, p95", percentile(samples, 0.95), FRAME, "ms", detail),
        Figure(
            "search ÷ showing its list, p50", share, 10, "%", f"search {statistics.median(instant.searches):.2f} ms"
        ),
    ]
