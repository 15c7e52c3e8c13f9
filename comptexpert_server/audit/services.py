"""Add lines to the register, inside the transaction of what they tell (BR-18)."""

from __future__ import annotations

import logging
import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from comptexpert_server.audit.chain import link, sealed_text
from comptexpert_server.audit.models import AuditEvent, ChainHead, SaidText
from comptexpert_server.audit.seals import is_signed, sign
from comptexpert_server.audit.verification import broken_link, read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

logger = logging.getLogger(__name__)
RESTORED = "register.restored"
"""The act of a line that says that the database went back in time."""
PEOPLE = ("grantor", "grantee", "previous_grantor", "asked_by", "absent", "cover", "stand_in")
"""Members of a line's data that hold the id of a person."""
NAMES = (*PEOPLE, "actor", "acting_for", "member")
"""Texts beside a line that are the name of a person."""


class Said(NamedTuple):
    """A text that a line says without holding it, and the person with whose data it is erased."""

    text: str
    about: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a line of the register holds besides its place in the chain."""

    actor: UUID | None
    """None for the server's own acts."""
    action: str
    object_id: str
    object_version: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    """Codes and identifiers, no names."""
    acting_for: UUID | None = None
    said: Mapping[str, Said] = field(default_factory=dict)


def record(
    *,
    firm_id: UUID | None,
    at: datetime,
    actor: UUID | None,
    action: str,
    object_id: str,
    object_version: int | None = None,
    data: Mapping[str, object] | None = None,
    acting_for: UUID | None = None,
    said: Mapping[str, Said] | None = None,
    is_trusted: bool = False,
) -> AuditEvent:
    """Add one line, as `record_many` does."""
    line = Line(
        actor=actor,
        action=action,
        object_id=object_id,
        object_version=object_version,
        data=data or {},
        acting_for=acting_for,
        said=said or {},
    )
    return record_many([line], firm_id=firm_id, at=at, is_trusted=is_trusted)[0]


def record_many(
    lines: Sequence[Line], *, firm_id: UUID | None, at: datetime, is_trusted: bool = False
) -> list[AuditEvent]:
    """Add lines to one register in their order, each signed, with as many queries as one takes.

    The names that their people have now, and the texts of `said`, stand beside a line; it holds their salted digests.

    Nothing is signed on top of a head that the server did not sign, unless the caller vouches for it (`is_trusted`).
    """
    chain = "" if firm_id is None else str(firm_id)
    texts = [_texts(one) for one in (_with_people(lines) if firm_id is not None else [line.said for line in lines])]
    with nullcontext() if connection.in_atomic_block else transaction.atomic():  # an error undoes the whole change
        heads = ChainHead.objects.select_for_update().filter(chain=chain)
        if not (found := list(heads)):
            ChainHead.objects.get_or_create(chain=chain)
            found = list(heads.all())
        (head,) = found
        signs = is_trusted or is_signed(head)
        if not signs:  # the decision stands, and this register is no longer handed out
            logger.error("the head of the register %s is not the server's: its lines are no longer signed", chain)
        events = []
        for line, said in zip(lines, texts, strict=True):
            event = _linked(line, said=said, head=head, firm_id=firm_id, at=at)
            if signs:
                event.signature = sign(firm=chain, count=event.number, head=event.digest)
            head.number, head.digest, head.signature = event.number, event.digest, event.signature
            events.append(event)
        AuditEvent.objects.bulk_create(events)
        SaidText.objects.bulk_create(text for said in texts for text in said)
        head.save(update_fields=["number", "digest", "signature"])
    return events


def _texts(said: Mapping[str, Said]) -> list[SaidText]:
    return [
        SaidText(name=name, about=one.about, salt=secrets.token_hex(16), text=one.text)
        for name, one in sorted(said.items())
    ]


def _linked(line: Line, *, said: list[SaidText], head: ChainHead, firm_id: UUID | None, at: datetime) -> AuditEvent:
    """Make the event of a line behind the head of its chain, and put its texts beside it."""
    digests = {one.name: sealed_text(one.salt, one.text) for one in said}
    event = AuditEvent(
        firm_id=firm_id,
        number=head.number + 1,
        at=at.astimezone(UTC),
        actor=line.actor,
        acting_for=line.acting_for,
        action=line.action,
        object_id=line.object_id,
        object_version=line.object_version,
        data={**line.data, **({"said": digests} if digests else {})},
        previous=head.digest,
    )
    event.digest = link(event)
    for one in said:
        one.event = event
    return event


def mark_restored(epoch: str, *, at: datetime, has_other_key: bool, former: Collection[str] = ()) -> int:
    """Write in each register that the database went back in time; return how many did not hold and stay so.

    A client that knew a later head tells a restoration, which the server signs, from a register that somebody cut.
    What one of the `former` keys signed is signed anew. Under another key all chains are, as far as their links hold.
    """
    broken = 0
    for head in ChainHead.objects.filter(number__gt=0).order_by("chain"):
        is_whole = has_other_key and broken_link(read(head.chain).events) is None
        is_whole = is_whole or is_signed(head, former=former)
        broken += not is_whole
        record(
            firm_id=UUID(head.chain) if head.chain else None,
            at=at,
            actor=None,
            action=RESTORED,
            object_id=head.chain,
            data={"epoch": epoch},
            is_trusted=is_whole,
        )
    return broken


def texts_of(firm_id: UUID) -> dict[str, dict[str, dict[str, str]]]:
    """Return what stands beside the lines of a firm, by their numbers."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    rows = SaidText.objects.filter(event__firm=firm_id).values_list("event__number", "name", "salt", "text")
    for number, name, salt, text in rows.order_by("event__number", "name"):
        found.setdefault(str(number), {})[name] = {"salt": salt, "text": text}
    return found


def erase_texts(*, about: Collection[UUID]) -> int:
    """Erase what lines say of these accounts and entries, and return how many texts; every chain still holds."""
    return SaidText.objects.filter(about__in=about).delete()[0]


def free_texts() -> QuerySet[SaidText]:
    """Return what people wrote, beside the lines of every register; who names somebody there erases it whole.

    A text cannot be changed: its line holds the digest of it.
    """
    return SaidText.objects.exclude(name__in=NAMES)


def _with_people(lines: Sequence[Line]) -> list[dict[str, Said]]:
    """Return what each line says, with the names of its people as they are now, read together."""
    people = [_people(line) for line in lines]
    numbers = {number for one in people for number in one.values()}
    names: Mapping[UUID, str] = import_string(settings.REGISTER_NAMES)(numbers)
    return [
        {place: Said(names[number], number) for place, number in one.items() if names.get(number)} | {**line.said}
        for line, one in zip(lines, people, strict=True)
    ]


def _people(line: Line) -> dict[str, UUID]:
    """Return who a line is about, by what they are to it."""
    places: dict[str, object] = {name: line.data.get(name) for name in PEOPLE}
    places |= {"actor": line.actor, "acting_for": line.acting_for}
    if line.action.startswith("member."):
        places["member"] = line.object_id
    return {place: UUID(str(value)) for place, value in places.items() if value}
