"""Whether a register still is what the server wrote: nothing is handed out of one that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_server.audit.chain import link, sealed_text
from comptexpert_server.audit.models import AuditEvent, ChainHead
from comptexpert_server.audit.seals import is_signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comptexpert_server.audit.chain import Texts

MAX_READS = 5
"""How often a register is read again because somebody wrote meanwhile."""


class Fault(NamedTuple):
    """The first thing that does not hold: the line, or 0 for the end, and what it is."""

    line: int
    kind: str
    """`changed`, `missing`, `count`, `head`, `signature`, `untold` or `text`."""


class Register(NamedTuple):
    """The lines of a chain and its head, read at one moment."""

    events: Sequence[AuditEvent]
    head: ChainHead


def read(chain: str) -> Register:
    """Read a chain; one that is written to meanwhile is read again."""
    head = _head(chain)
    events: list[AuditEvent] = []
    lines = AuditEvent.objects.filter(firm_id=chain) if chain else AuditEvent.objects.filter(firm=None)
    for _read in range(MAX_READS):
        events = list(lines.order_by("number", "pk"))
        later = _head(chain)
        if (later.number, later.digest) == (head.number, head.digest):
            break
        head = later
    return Register(events, head)


def fault_of(register: Register, *, expected: Mapping[str, int] | None = None) -> Fault | None:
    """Return the first thing that does not hold of links, count, head and signature; None when all do.

    `expected` are the objects of the firm with the version that a line must have told of each.
    """
    events, head = register
    found = broken_link(events)
    if found is not None:
        return found
    if head.number != len(events):
        return Fault(0, "count")
    if events and (head.digest, head.signature) != (events[-1].digest, events[-1].signature):
        return Fault(0, "head")
    if not is_signed(head):
        return Fault(0, "signature")
    return _missing_version(events, expected=expected or {})


def broken_link(events: Iterable[AuditEvent]) -> Fault | None:
    """Return the first line that was changed, moved, added or taken away."""
    previous = ""
    for place, event in enumerate(events, start=1):
        if event.digest != link(event):
            return Fault(place, "changed")
        if event.number != place or event.previous != previous:
            return Fault(place, "missing")
        previous = event.digest
    return None


def changed_text(events: Iterable[AuditEvent], *, texts: Texts) -> Fault | None:
    """Return the first line beside which stands another text than the one that it says; an erased one is none."""
    for event in events:
        digests = event.data.get("said", {})
        for name, one in texts.get(str(event.number), {}).items():
            if digests.get(name) != sealed_text(one["salt"], one["text"]):
                return Fault(event.number, "text")
    return None


def _missing_version(events: Iterable[AuditEvent], *, expected: Mapping[str, int]) -> Fault | None:
    """Find an object whose present version no line tells of: lines were cut, and the head with them."""
    versions: dict[str, int] = {}
    for event in events:
        if event.object_version is not None:
            versions[event.object_id] = max(versions.get(event.object_id, 0), event.object_version)
    is_whole = all(versions.get(number, 0) >= version for number, version in expected.items())
    return None if is_whole else Fault(0, "untold")


def _head(chain: str) -> ChainHead:
    return ChainHead.objects.filter(chain=chain).first() or ChainHead(chain=chain)
