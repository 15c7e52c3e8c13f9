"""Bringing the registry up to date from a file: upsert by number, all or nothing, errors by line.

The file is read twice, so that its length never counts in memory: once to check every line, once to write.
"""

from __future__ import annotations

import csv
import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction

from comptexpert_server.config.clock import now
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.standing import entry_changed
from comptexpert_server.registry.lines import Line, faults_of, parsed
from comptexpert_server.registry.models import EntryStatus, RegistryEntry
from comptexpert_server.registry.profiles import CONFIRMED_HEADS
from comptexpert_server.registry.upserting import upsert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Progress = Callable[[str, int, int], None]
    """Is told what is done, up to which line, of how many (0 while that is unknown)."""

Faults = list[dict[str, str]]
BATCH = 2_000


class BadLinesError(Exception):
    """Some lines cannot be taken; nothing was."""

    def __init__(self, lines: dict[int, Faults]) -> None:
        super().__init__(f"{len(lines)} bad lines")
        self.lines = lines


def import_file(path: Path, *, is_full: bool, progress: Progress | None = None) -> dict[str, int]:
    """Import a file; give how many entries were added, changed, left as they were, and struck off."""
    tell = progress or _say_nothing
    numbers = _check(path, tell=tell)
    counts = {"added": 0, "changed": 0, "unchanged": 0, "struck_off": 0}
    with transaction.atomic():
        done = 0
        lines = _sound_lines(path)
        while batch := list(islice(lines, BATCH)):
            for outcome, number in upsert(batch).items():
                counts[outcome] += number
            done += len(batch)
            tell("import", done, len(numbers))
        if is_full:
            counts["struck_off"] = _strike_off_absent(numbers, tell=tell)
    return counts


def _check(path: Path, *, tell: Progress) -> set[str]:
    """Look at every line; give the numbers, or raise what is wrong."""
    faults: dict[int, Faults] = {}
    numbers: set[str] = set()
    for count, (place, found) in enumerate(_lines(path), 1):
        if isinstance(found, list):
            faults[place] = found
        elif found.registration_number in numbers:
            faults[place] = [{"field": "registration_number", "code": "REPEATED"}]
        else:
            numbers.add(found.registration_number)
        if count % BATCH == 0:
            tell("check", count, 0)
    if faults:
        raise BadLinesError(faults)
    tell("check", len(numbers), len(numbers))
    return numbers


def _strike_off_absent(numbers: set[str], *, tell: Progress) -> int:
    """Strike off who stands on no line, and end what they granted."""
    standing = RegistryEntry.objects.exclude(status=EntryStatus.STRUCK_OFF).exclude(list=CONFIRMED_HEADS)
    pairs = standing.order_by("pk").values_list("pk", "registration_number").iterator(chunk_size=BATCH)
    absent = [pk for pk, number in pairs if number not in numbers]
    moment = now()
    for start in range(0, len(absent), BATCH):
        batch = absent[start : start + BATCH]
        RegistryEntry.objects.filter(pk__in=batch).update(status=EntryStatus.STRUCK_OFF, changed_at=moment)
        granting = Delegation.objects.filter(grantor__in=batch).values("grantor")
        for entry in RegistryEntry.objects.filter(pk__in=granting):
            entry_changed(entry, at=moment)
        tell("strike_off", start + len(batch), len(absent))
    return len(absent)


def _sound_lines(path: Path) -> Iterator[Line]:
    """Read again what was checked; the file may have changed meanwhile."""
    for place, found in _lines(path):
        if isinstance(found, list):
            raise BadLinesError({place: found})
        yield found


def _lines(path: Path) -> Iterator[tuple[int, Line | Faults]]:
    """Give each line with its place, or what is wrong with it."""
    for place, raw in _raw_lines(path):
        if raw is None:
            yield place, [{"field": "line", "code": "UNREADABLE"}]
        else:
            yield place, faults_of(raw) or parsed(raw)


def _raw_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Read JSON lines, or CSV where the first line names the columns; None stands for what is neither."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix.lower() == ".csv":
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                yield reader.line_num, row
            return
        for place, text in enumerate(file, 1):
            if text.strip():
                yield place, _json_object(text)


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _say_nothing(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""
