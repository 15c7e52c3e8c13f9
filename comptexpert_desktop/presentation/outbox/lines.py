"""The outbox in lines: what has left and what has not, and one decision about many delegations as one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import MOVES, PRIORITY, Kind, OutboxStatus
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.outbox import words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry

_SEPARATOR = " · "
MAX_NAMED = 2
"""How many people a line of many names."""


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One entry, or what stands together of one decision about many delegations."""

    entries: tuple[OutboxEntry, ...]
    progress: str = ""
    """How far the whole decision has come; empty for a single entry."""

    @property
    def entry(self) -> OutboxEntry:
        """Return the entry that speaks for the line: one that may still be taken back comes first."""
        return next((one for one in self.entries if one.status is OutboxStatus.QUEUED), self.entries[0])

    @property
    def is_many(self) -> bool:
        """Tell whether the line stands for several entries."""
        return len(self.entries) > 1

    @property
    def id(self) -> str:
        """Return what names the line while its entries move."""
        head = self.entries[0]
        return f"{head.group}/{head.status is OutboxStatus.SENT}" if self.is_many else head.id

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of its entries."""
        return tuple(one.id for one in self.entries)


@dataclass(frozen=True, slots=True)
class OutboxLines:
    """The two lists of the screen, the newest first; what needs the person stands at the head of the first."""

    unsent: tuple[OutboxLine, ...]
    sent: tuple[OutboxLine, ...]


def lines_of(entries: Iterable[OutboxEntry]) -> OutboxLines:
    """Lay entries out as two lists. What came back stands alone, since each has its own reason."""
    found: dict[tuple[object, ...], list[OutboxEntry]] = {}
    counts: dict[str, Counter[OutboxStatus]] = {}
    for entry in entries:
        is_alone = not entry.group or entry.status is OutboxStatus.NEEDS_YOU
        key = (entry.id,) if is_alone else (entry.group, entry.status is OutboxStatus.SENT)
        found.setdefault(key, []).append(entry)
        counts.setdefault(entry.group, Counter())[entry.status] += 1
    made = [OutboxLine(tuple(one), _progress(one, counts[one[0].group])) for one in found.values()]
    unsent = sorted(
        (line for line in made if line.entry.status is not OutboxStatus.SENT),
        key=lambda line: line.entry.status is not OutboxStatus.NEEDS_YOU,
    )
    sent = sorted(
        (line for line in made if line.entry.status is OutboxStatus.SENT),
        key=lambda line: max(one.next_attempt_at for one in line.entries),
        reverse=True,
    )
    return OutboxLines(tuple(unsent), tuple(sent))


def title(line: OutboxLine) -> str:
    """Write « Révocation · Prénom NOM », or « Révocation · 8 envois »."""
    if not line.is_many:
        return words.title(line.entry)
    kind = words.MOVE if line.entry.group.startswith(MOVES) else words.KINDS[_kind(line)]
    return f"{kind}{_SEPARATOR}{wording.count(len(line.entries), 'envoi')}"


def detail(line: OutboxLine, *, now: datetime) -> str:
    """Say for whom, when it was made, and when it left or leaves."""
    when = words.when(line.entry, now=now)
    return f"{_people(line)}{_SEPARATOR}{when}" if line.is_many else when


def explanation(line: OutboxLine) -> str:
    """Say what is known of a line, and how far the decision that it is part of has come."""
    said = words.explanation(line.entry)
    return f"{line.progress}\n{said}" if line.progress else said


def _progress(entries: list[OutboxEntry], counts: Counter[OutboxStatus]) -> str:
    """Say how many of one decision left, wait and came back."""
    total = sum(counts.values())
    if not entries[0].group or total == 1:
        return ""
    sent, back = counts[OutboxStatus.SENT], counts[OutboxStatus.NEEDS_YOU]
    waiting = total - sent - back
    parts = [
        f"{wording.count(sent, 'transmis', many='transmis')}" if sent else "",
        f"{wording.number(waiting)}{wording.NBSP}en attente" if waiting else "",
        f"{wording.number(back)}{wording.NBSP}à revoir" if back else "",
    ]
    said = wording.joined([part for part in parts if part])
    return f"{wording.count(total, 'envoi')} décidés ensemble{wording.NBSP}: {said}."


def _kind(line: OutboxLine) -> Kind:
    kinds = {one.kind for one in line.entries}
    return Kind.LEAVE if Kind.LEAVE in kinds else min(kinds, key=PRIORITY.__getitem__)


def _people(line: OutboxLine) -> str:
    names = dict.fromkeys(one.subject.rpartition(_SEPARATOR)[2] for one in line.entries if one.subject)
    named, others = list(names)[:MAX_NAMED], len(names) - MAX_NAMED
    if others > 0:
        named.append(wording.count(others, "autre personne", many="autres personnes"))
    return wording.joined(named)
