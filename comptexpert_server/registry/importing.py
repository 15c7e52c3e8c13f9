"""Bringing the registry up to date from a file: upsert by number, all or nothing, errors by line."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction

from comptexpert_server.config.clock import now
from comptexpert_server.delegations.standing import entry_changed
from comptexpert_server.desk.services import entry_amended
from comptexpert_server.firms.models import Firm
from comptexpert_server.registry.fold import name_keys
from comptexpert_server.registry.lines import Line, faults_of, parsed
from comptexpert_server.registry.models import EntryKey, EntryStatus, RegistryEntry
from comptexpert_server.registry.profiles import CONFIRMED_HEADS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

PLAIN = ("surname", "given_name", "date_of_birth", "email", "list", "status", "council", "town", "postal_code")


class BadLinesError(Exception):
    """Some lines cannot be taken; nothing was."""

    def __init__(self, lines: dict[int, list[dict[str, str]]]) -> None:
        super().__init__(f"{len(lines)} bad lines")
        self.lines = lines


def import_file(path: Path, *, is_full: bool) -> dict[str, int]:
    """Import a file; give how many entries were added, changed, left as they were, and struck off."""
    faults: dict[int, list[dict[str, str]]] = {}
    lines: dict[str, Line] = {}
    for place, raw in _raw_lines(path):
        problems = [{"field": "line", "code": "UNREADABLE"}] if raw is None else faults_of(raw)
        line = None if problems or raw is None else parsed(raw)
        if line is not None and line.registration_number in lines:
            problems = [{"field": "registration_number", "code": "REPEATED"}]
        if problems:
            faults[place] = problems
        elif line is not None:
            lines[line.registration_number] = line
    if faults:
        raise BadLinesError(faults)
    return _apply(lines, is_full=is_full, moment=now())


@transaction.atomic
def _apply(lines: dict[str, Line], *, is_full: bool, moment: datetime) -> dict[str, int]:
    counts = {"added": 0, "changed": 0, "unchanged": 0, "struck_off": 0}
    known = {entry.registration_number: entry for entry in RegistryEntry.objects.prefetch_related("firms")}
    firms = _firms(lines)
    for number, line in lines.items():
        wanted = [firms[siren] for siren, _name in line.firms]
        counts[_upsert(known.get(number), line=line, firms=wanted, moment=moment)] += 1
    if is_full:
        for number, entry in known.items():
            is_ours = entry.list != CONFIRMED_HEADS
            if is_ours and number not in lines and entry.status != EntryStatus.STRUCK_OFF:
                entry.status = EntryStatus.STRUCK_OFF
                entry.save(update_fields=["status", "changed_at"])
                entry_changed(entry, at=moment)
                counts["struck_off"] += 1
    return counts


def _upsert(entry: RegistryEntry | None, *, line: Line, firms: list[Firm], moment: datetime) -> str:
    """Add or change one entry, its cabinets and its keys; end what it granted and may no longer grant."""
    if entry is None:
        entry = RegistryEntry.objects.create(
            registration_number=line.registration_number, **{name: getattr(line, name) for name in PLAIN}
        )
        entry.firms.set(firms)
        _lay_keys(entry)
        return "added"
    changed = [name for name in PLAIN if getattr(entry, name) != getattr(line, name)]
    moved = {firm.pk for firm in entry.firms.all()} != {firm.pk for firm in firms}
    if not changed and not moved:
        return "unchanged"
    for name in changed:
        setattr(entry, name, getattr(line, name))
    entry.save(update_fields=[*changed, "changed_at"])
    entry.firms.set(firms)
    if {"surname", "given_name", "list"} & set(changed):
        _lay_keys(entry)
    entry_changed(entry, at=moment)
    entry_amended(entry, members=changed, at=moment)
    return "changed"


def _firms(lines: dict[str, Line]) -> dict[str, Firm]:
    """Give the cabinets by SIREN, made where they are new; the last name given wins."""
    names = {siren: name for line in lines.values() for siren, name in line.firms}
    found = {firm.siren: firm for firm in Firm.objects.filter(siren__in=list(names))}
    for siren, name in names.items():
        firm = found.setdefault(siren, Firm(siren=siren, name=name))
        if firm._state.adding or firm.name != name:  # noqa: SLF001 - Django documents it
            firm.name = name
            firm.save()
    return found


def _lay_keys(entry: RegistryEntry) -> None:
    entry.keys.all().delete()
    keys = name_keys(entry.surname, given_name=entry.given_name)
    EntryKey.objects.bulk_create(EntryKey(entry=entry, tier=tier, key=key[:260], list=entry.list) for tier, key in keys)


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
