"""The fetching of the registry shows how far it is, where somebody looks, and can be cancelled."""

from __future__ import annotations

import io

from comptexpert_desktop.cli.progress_bar import ProgressBar
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.ports import Snapshot
from tests.fakes import an_entry

DONE, FAILED = 0, 1


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self):
        return True


def test_a_bar_fills_up_and_ends_its_line():
    stream = Terminal()
    bar = ProgressBar("Registry", stream=stream)
    for share in (0.0, 0.004, 0.5, 1.0, 1.0):
        bar(share)
    shown = stream.getvalue().split("\r")[1:]
    assert [line.strip()[-5:].strip() for line in shown] == ["0 %", "50 %", "100 %"]
    assert shown[1].count("#") == shown[1].count(".") == 15
    assert shown[-1].endswith("\n")


def test_a_bar_says_nothing_to_a_file():
    stream = io.StringIO()
    ProgressBar("Registry", stream=stream)(0.5)
    assert stream.getvalue() == ""


def test_a_cancelled_registry_leaves_the_copy_in_place(terminal, monkeypatch):
    terminal.server.snapshots.append(Snapshot(3, None, "2026-03-12T06:00:00Z", (an_entry()._asdict(),)))
    assert terminal.run("registry", "update") == DONE
    keep = registry.keep_snapshot

    def interrupted(stores, *, snapshot, progress):
        def stop(_share):
            raise KeyboardInterrupt

        return keep(stores, snapshot=snapshot, progress=stop)

    monkeypatch.setattr(registry, "keep_snapshot", interrupted)
    terminal.server.snapshots.append(Snapshot(4, None, "2026-03-13T06:00:00Z", (an_entry("Autre")._asdict(),)))
    assert terminal.run("registry", "update") == FAILED
    assert "cancelled" in terminal.errors
    assert [one["surname"] for one in terminal.json("search", "aub")[1]] == ["Aubier"]
