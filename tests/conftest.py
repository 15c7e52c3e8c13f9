"""What every test shares: a folder of databases made once for the run, and what the everyday run leaves to others."""

from __future__ import annotations

import gc
import os
import tempfile
from typing import Any

import pytest

from tests import everyday, made_once, shares


def pytest_configure(config: pytest.Config) -> None:
    """Name a folder for this run, unless a longer run has one already; the workers of xdist inherit the name.

    What is collected lives as long as the process: no garbage is looked for among it until the collection ends.
    """
    gc.disable()
    if made_once.VARIABLE not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="comptexpert-made-once-", ignore_cleanup_errors=True)
        os.environ[made_once.VARIABLE] = folder.name
        config.add_cleanup(folder.cleanup)


def pytest_pycollect_makeitem(collector: pytest.Collector, obj: object) -> list[pytest.Item] | None:
    """Make no items of a campaign that is not asked for: some have ten thousand cases."""
    is_left_out = everyday.is_asked(collector.config) and everyday.is_campaign(obj)
    return [] if is_left_out else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to another run what this one would only repeat, or takes a share of; put what is long first."""
    _leave_to_others(config, items)
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    if workers > 1:
        items[:] = shares.spread(items, workers=workers)


def _leave_to_others(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not everyday.is_asked(config):
        everyday.mark_what_campaigns_run(items)
        return
    on_postgresql = everyday.is_on_postgresql()
    reasons = [everyday.why_left(item, on_postgresql=on_postgresql) for item in items]
    config.stash[everyday.LEFT] = everyday.said(filter(None, reasons))
    config.hook.pytest_deselected(items=[item for item, why in zip(items, reasons, strict=True) if why])
    items[:] = [item for item, why in zip(items, reasons, strict=True) if not why]


def pytest_collection_finish() -> None:
    """Look for garbage again."""
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker of xdist left out to the process that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left"] = session.config.stash.get(everyday.LEFT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take from a worker what it left out: all workers leave out the same."""
    node.config.stash[everyday.LEFT] = getattr(node, "workeroutput", {}).get("left", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out, and why."""
    for line in config.stash.get(everyday.LEFT, []):
        terminalreporter.write_line(line)
