"""Add lines to the register, inside the transaction of what they tell (BR-18)."""

from __future__ import annotations

import logging
import secrets
from contextlib import nullcontext
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
    from collections.abc import Collection, Mapping
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
    """Add one line, signed; `actor` is None for the server's own acts, `data` holds codes and identifiers, no names.

    The names that its people have now, and the texts of `said`, stand beside the line; it holds their salted digests.

    Nothing is signed on top of a head that the server did not sign, unless the caller vouches for it (`is_trusted`).
    """
    chain = "" if firm_id is None else str(firm_id)
    people: dict[str, Said] = {}
    if firm_id is not None:  # the register of a firm is the one that people read
        people = _people(actor=actor, acting_for=acting_for, action=action, object_id=object_id, data=data or {})
    texts = [
        SaidText(name=name, about=one.about, salt=secrets.token_hex(16), text=one.text)
        for name, one in sorted({**people, **(said or {})}.items())
    ]
    digests = {one.name: sealed_text(one.salt, one.text) for one in texts}
    with nullcontext() if connection.in_atomic_block else transaction.atomic():  # an error undoes the whole change
        heads = ChainHead.objects.select_for_update().filter(chain=chain)
        if not (found := list(heads)):
            ChainHead.objects.get_or_create(chain=chain)
            found = list(heads.all())
        (head,) = found
        event = AuditEvent(
            firm_id=firm_id,
            number=head.number + 1,
            at=at.astimezone(UTC),
            actor=actor,
            acting_for=acting_for,
            action=action,
            object_id=object_id,
            object_version=object_version,
            data={**(data or {}), **({"said": digests} if digests else {})},
            previous=head.digest,
        )
        event.digest = link(event)
        if is_trusted or is_signed(head):
            event.signature = sign(firm=chain, count=event.number, head=event.digest)
        else:  # the decision stands, and this register is no longer handed out
            logger.error("the head of the register %s is not the server's: its lines are no longer signed", chain)
        event.save(force_insert=True)
        for one in texts:
            one.event = event
        SaidText.objects.bulk_create(texts)
        head.number, head.digest, head.signature = event.number, event.digest, event.signature
        head.save(update_fields=["number", "digest", "signature"])
    return event


def mark_restored(epoch: str, *, at: datetime, has_other_key: bool) -> int:
    """Write in each register that the database went back in time; return how many did not hold and stay so.

    A client that knew a later head tells a restoration, which the server signs, from a register that somebody cut.
    Under another key the chains are signed anew by it, as far as their links hold.
    """
    broken = 0
    for head in ChainHead.objects.filter(number__gt=0).order_by("chain"):
        is_whole = has_other_key and broken_link(read(head.chain).events) is None
        broken += not (is_whole or is_signed(head))
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


def _people(
    *, actor: UUID | None, acting_for: UUID | None, action: str, object_id: str, data: Mapping[str, object]
) -> dict[str, Said]:
    """Return the names of a line's people as they are now."""
    places: dict[str, object] = {name: data.get(name) for name in PEOPLE}
    places |= {"actor": actor, "acting_for": acting_for}
    if action.startswith("member."):
        places["member"] = object_id
    numbers = {place: UUID(str(value)) for place, value in places.items() if value}
    names: Mapping[UUID, str] = import_string(settings.REGISTER_NAMES)(set(numbers.values()))
    return {place: Said(names[number], number) for place, number in numbers.items() if names.get(number)}
