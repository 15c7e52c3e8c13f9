"""Bringing the registry up to date from a file: upsert by number, all or nothing, errors by line.

The file is read twice, so that its length never counts in memory: once to check every line, once to write. What would
strike off many people, or leave many cabinets without anybody, is undone unless it was allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q

from comptexpert_server.base.clock import now
from comptexpert_server.delegations import transitions
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.registry_changes import follow, former_of
from comptexpert_server.intake.bulk_upsert import upsert
from comptexpert_server.intake.file_lines import UnreadableFileError, raw_lines
from comptexpert_server.registry.import_lines import Faults, Line, read_line
from comptexpert_server.registry.models import EntryStatus, Firm, RegistryEntry
from comptexpert_server.registry.name_folding import fold
from comptexpert_server.registry.profiles import CONFIRMED_HEADS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from django.db.models import QuerySet

    Progress = Callable[[str, int, int], None]
    """Is told what is done, up to which line, of how many (0 while that is unknown)."""

BATCH = 2_000
MAX_SHARE = 0.05
"""Of the people in good standing, or of the cabinets, that an import ends without being asked."""


LARGE_FIRM = 10
"""People in good standing of a cabinet from which more than half leave in one import only if asked."""


class BadLinesError(Exception):
    """Some lines cannot be taken; nothing was."""

    def __init__(self, lines: dict[int, Faults]) -> None:
        super().__init__(f"{len(lines)} bad lines")
        self.lines = lines


@dataclass
class Report:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    struck_off: int = 0
    firms_closed: int = 0
    standing: int = 0
    """People in good standing before."""
    firms: int = 0
    """Cabinets with somebody in good standing before."""
    firms_halved: list[str] = field(default_factory=list)
    """The SIREN of large cabinets that more than half of their people leave."""
    changes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The numbers that are new (no member) or that change, with the members."""
    gone: list[str] = field(default_factory=list)
    """The numbers that are struck off."""
    renumbered: list[tuple[str, str]] = field(default_factory=list)
    """A number that goes and a new one of the same name, date of birth and address: perhaps one person."""

    def counts(self) -> dict[str, Any]:
        """Return the figures that are printed."""
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "struck_off": self.struck_off,
            "firms_closed": self.firms_closed,
            "firms_halved": self.firms_halved,
            "renumbered": [{"from": old, "to": new} for old, new in self.renumbered],
        }


class WideChangeError(Exception):
    """An import would strike off, or close, more than what goes without asking; nothing was done."""

    def __init__(self, report: Report) -> None:
        super().__init__("wide change")
        self.report = report


def import_file(
    path: Path,
    *,
    is_full: bool,
    progress: Progress | None = None,
    is_dry_run: bool = False,
    allowed: int = 0,
) -> Report:
    """Import a file and report.

    `allowed` is how many people may be struck off, or cabinets closed or more than half left, beyond the usual share.
    """
    tell = progress or _say_nothing
    numbers = _check(path, tell=tell)
    with transaction.atomic():
        report = Report()
        before, firms_before, people_before = _standing(), _living_firms(), _people_of_large_firms()
        report.standing, report.firms = len(before), len(firms_before)
        lines = _sound_lines(path)
        done = 0
        while batch := list(islice(lines, BATCH)):
            for outcome, number in upsert(batch, note=_noting(report)).items():
                setattr(report, outcome, getattr(report, outcome) + number)
            done += len(batch)
            tell("import", done, len(numbers))
        if is_full:
            _strike_off_absent(numbers, tell=tell)
        after = _standing()
        gone = [pk for pk in before if pk not in after]
        report.gone = sorted(_numbers_of_struck_off(gone))
        report.struck_off = len(report.gone)
        report.firms_closed = len(firms_before - _living_firms())
        report.firms_halved = _halved(people_before)
        report.renumbered = _renumbered(report)
        if is_dry_run or _is_wide(report, allowed=allowed):
            transaction.set_rollback(True)
    if not is_dry_run and _is_wide(report, allowed=allowed):
        raise WideChangeError(report)
    return report


def _is_wide(report: Report, *, allowed: int) -> bool:
    """Tell whether more ends than goes without asking."""
    return (
        (report.struck_off > allowed and report.struck_off > MAX_SHARE * report.standing)
        or (report.firms_closed > allowed and report.firms_closed > MAX_SHARE * report.firms)
        or len(report.firms_halved) > allowed
    )


def _standing() -> set[Any]:
    entries = RegistryEntry.objects.exclude(status=EntryStatus.STRUCK_OFF).exclude(list=CONFIRMED_HEADS)
    return set(entries.values_list("pk", flat=True).iterator(chunk_size=BATCH))


def _living_firms() -> set[Any]:
    return set(_living_links().values_list("firm_id", flat=True).distinct())


def _living_links() -> QuerySet[Any]:
    return RegistryEntry.firms.through.objects.exclude(registryentry__status=EntryStatus.STRUCK_OFF)


def _people_of_large_firms() -> dict[Any, set[Any]]:
    """Return who of each large cabinet is in good standing."""
    large = _living_links().values("firm_id").annotate(people=Count("pk")).filter(people__gte=LARGE_FIRM)
    return _people_of(list(large.values_list("firm_id", flat=True)))


def _people_of(firms: Sequence[Any]) -> dict[Any, set[Any]]:
    found: dict[Any, set[Any]] = {firm: set() for firm in firms}
    for start in range(0, len(firms), BATCH):
        links = _living_links().filter(firm__in=firms[start : start + BATCH])
        for firm, entry in links.values_list("firm_id", "registryentry_id"):
            found[firm].add(entry)
    return found


def _halved(before: dict[Any, set[Any]]) -> list[str]:
    """Name the cabinets that more than half of the people of before have left."""
    after = _people_of(list(before))
    left = [firm for firm, people in before.items() if 2 * len(people - after[firm]) > len(people)]
    return sorted(Firm.objects.filter(pk__in=left).values_list("siren", flat=True))


def _numbers_of_struck_off(pks: Sequence[Any]) -> Iterator[str]:
    for start in range(0, len(pks), BATCH):
        found = RegistryEntry.objects.filter(pk__in=pks[start : start + BATCH], status=EntryStatus.STRUCK_OFF)
        yield from found.values_list("registration_number", flat=True)


def _noting(report: Report) -> Callable[[str, Sequence[str]], None]:
    def note(number: str, members: Sequence[str]) -> None:
        report.changes[number] = tuple(members)

    return note


def _renumbered(report: Report) -> list[tuple[str, str]]:
    """Pair numbers that go with new ones of the same name, date of birth and address."""
    new = [number for number, members in report.changes.items() if not members]
    if not new or not report.gone:
        return []
    gone = {_likeness(entry): entry.registration_number for entry in _entries(report.gone)}
    pairs = ((gone.get(_likeness(entry)), entry.registration_number) for entry in _entries(new))
    return sorted((old, number) for old, number in pairs if old is not None)


def _likeness(entry: RegistryEntry) -> tuple[str, ...]:
    return (*fold(f"{entry.surname} {entry.given_name}"), entry.birth, entry.email)


def _entries(numbers: Sequence[str]) -> Iterator[RegistryEntry]:
    for start in range(0, len(numbers), BATCH):
        yield from RegistryEntry.objects.filter(registration_number__in=numbers[start : start + BATCH])


def _check(path: Path, *, tell: Progress) -> set[str]:
    """Look at every line; return the numbers, or raise what is wrong."""
    faults: dict[int, Faults] = {}
    numbers: set[str] = set()
    for count, (place, found) in enumerate(_lines(path), 1):
        if not isinstance(found, Line):
            faults[place] = found
        elif found.registration_number in numbers:
            faults[place] = [{"field": "registration_number", "code": "REPEATED"}]
        else:
            numbers.add(found.registration_number)
        if count % BATCH == 0:
            tell("check", count, 0)
    if faults:
        raise BadLinesError(faults)
    if not numbers:
        raise UnreadableFileError("EMPTY")
    tell("check", len(numbers), len(numbers))
    return numbers


def _strike_off_absent(numbers: set[str], *, tell: Progress) -> None:
    """Strike off who stands on no line, and end what they granted."""
    standing = RegistryEntry.objects.exclude(status=EntryStatus.STRUCK_OFF).exclude(list=CONFIRMED_HEADS)
    pairs = standing.order_by("pk").values_list("pk", "registration_number").iterator(chunk_size=BATCH)
    absent = [pk for pk, number in pairs if number not in numbers]
    moment = now()
    if absent:
        transitions.lock_writer()  # the first lock of every writer: those of entries come after it
    for start in range(0, len(absent), BATCH):
        batch = absent[start : start + BATCH]
        RegistryEntry.objects.filter(pk__in=batch).update(status=EntryStatus.STRUCK_OFF, changed_at=moment)
        granting = Delegation.objects.filter(grantor__in=batch).values("grantor")
        concerned = RegistryEntry.objects.filter(pk__in=batch).filter(Q(pk__in=granting) | Q(account__isnull=False))
        for entry in concerned:
            follow(entry, members=["status"], former=former_of(entry), at=moment)
        tell("strike_off", start + len(batch), len(absent))


def _sound_lines(path: Path) -> Iterator[Line]:
    """Read again what was checked; the file may have changed meanwhile."""
    for place, found in _lines(path):
        if not isinstance(found, Line):
            raise BadLinesError({place: found})
        yield found


def _lines(path: Path) -> Iterator[tuple[int, Line | Faults]]:
    """Give each line with its place, or what is wrong with it."""
    for place, raw in raw_lines(path):
        yield place, [{"field": "line", "code": "UNREADABLE"}] if raw is None else read_line(raw)


def _say_nothing(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""
