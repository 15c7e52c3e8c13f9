"""What others, and time, did: told once, kept sealed, read when the person wants.

Notices come from the difference between what this machine knew and what the server tells, so that a change which the
person made here is none. The first synchronisation tells only what waits for a decision.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.notice import (
    LEVELS,
    About,
    Kind,
    Notice,
    Side,
    change,
    level_of,
    side_of,
    waiting,
)
from comptexpert_desktop.domain.topics import NOTHING, Topic
from comptexpert_desktop.errors import VaultError
from comptexpert_desktop.store import notices as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.usecases.ports import Stores, SyncPage

_SINCE, _DAY = "notices_since", "notices_day"
_CHANGED = frozenset({Topic.NOTICES})
_FINISHED = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.LAPSED, Status.EXPIRED, Status.REVOKED, Status.CEASED})


def every(stores: Stores) -> tuple[Notice, ...]:
    """Read the notices of the account and of the sign-ups of this machine, the newest first."""
    found = [one for file in stores.files for one in store.every(file)]
    return tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True))


def count_unread(stores: Stores) -> int:
    """Count what was not read."""
    return sum(store.count_unread(file) for file in stores.files)


def mark_read(stores: Stores, *, ids: Sequence[str] | None = None) -> Topics:
    """Mark notices read, or all of them."""
    changed = 0
    for file in stores.files:
        with file.database.transaction():
            changed += store.mark_read(file, ids=ids)
    return _CHANGED if changed else NOTHING


def take_unshown(stores: Stores) -> tuple[Kind, ...]:
    """Give what the desktop has to say now, and note that it is said."""
    kinds: list[Kind] = []
    for file in stores.files:
        with file.database.transaction():
            kinds += store.take_unshown(file)
    return tuple(kinds)


def note_page(file: PrivateFile, *, page: SyncPage, me: Me, is_first: bool, now: datetime) -> bool:
    """Tell what a page of changes brings, before it is laid over what is known; inside the turn's transaction."""
    ids = [] if is_first else [one.id for one in page.delegations]
    known = store.known(file, delegation_ids=ids)
    found = []
    for after in page.delegations:
        side = side_of(after, me=me)
        if side is None:
            continue
        before = known.get(after.id)
        kind = waiting(after, side=side) if is_first else change(before, after, side=side)
        if kind is not None:
            found.append(_of(after, kind=kind, side=side, now=now))
    return _add(file, found, is_shown=is_first)


def note_ends(file: PrivateFile, *, me: Me, today: date, now: datetime, is_first: bool) -> bool:
    """Tell which rights end in 30, 14 and 1 days: one notice a day and a side, however many they are."""
    if file.meta(_DAY) == today.isoformat() and not is_first:
        return False
    since = _since(file, today=today)
    file.set_meta(_DAY, today.isoformat())
    groups: dict[tuple[str, Side], list[Delegation]] = defaultdict(list)
    for one in store.ending(file, first=today, last=today + timedelta(days=max(LEVELS))):
        side = side_of(one, me=me)
        if side not in {Side.GRANTOR, Side.GRANTEE}:
            continue
        level = level_of(one, today=today, since=since)
        if level is not None:
            groups[f"{one.valid_until}/{level}", side].append(one)
        elif is_first:
            groups["first", side].append(one)
    found = [_of_group(f"ends/{side}/{name}", group, side=side, now=now) for (name, side), group in groups.items()]
    return _add(file, found, is_shown=is_first)


def note_me(file: PrivateFile, *, before: Me | None, me: Me, now: datetime, known_reviews: frozenset[str]) -> bool:
    """Tell of reviews that opened, of colleagues who ask to cover one's absence, of absences that one covers now."""
    firms = {firm.id: firm.name for firm in me.firms}
    found = []
    for review in me.reviews:
        in_grace = review.status == "grace"
        if not review.waiting or (review.review_id in known_reviews and not in_grace):
            continue
        kind = Kind.REVIEW_GRACE if in_grace else Kind.REVIEW_OPENED
        about = About(
            firm=firms.get(review.firm_id, ""),
            firm_id=review.firm_id,
            day=(review.grace_until if in_grace else review.closes_on).isoformat(),
            count=review.waiting,
        )
        found.append(Notice(f"review/{review.review_id}/{kind}", kind, now, about))
    for asked in me.absences:
        about = About(
            person=asked.cover_name,
            firm=firms.get(asked.firm_id, ""),
            firm_id=asked.firm_id,
            day=asked.ends_on.isoformat(),
        )
        found.append(Notice(f"absence/{asked.absence_id}", Kind.ABSENCE_ASKED, now, about))
    for cover in me.covers if before is not None else ():
        about = About(
            person=cover.absent_name,
            firm=firms.get(cover.firm_id, ""),
            firm_id=cover.firm_id,
            day=cover.ends_on.isoformat(),
        )
        name = f"cover/{cover.firm_id}/{cover.absent_entry_id}/{cover.ends_on}"
        if cover not in (before.covers if before is not None else ()):
            found.append(Notice(name, Kind.COVER_BEGAN, now, about))
    return _add(file, found, is_shown=before is None)


def note_signup(file: PrivateFile, *, outbox_id: str, kind: Kind, person: str, now: datetime) -> bool:
    """Tell that an account was activated, or that a Conseil régional answered."""
    return _add(file, [Notice(f"{kind}/{outbox_id}", kind, now, About(person=person))], is_shown=False)


def _add(file: PrivateFile, found: Iterable[Notice], *, is_shown: bool) -> bool:
    """Keep what was found; nothing while the vault is out of reach."""
    added = 0
    with suppress(VaultError):
        added = store.add(file, notices=found, is_shown=is_shown)
    return bool(added)


def _since(file: PrivateFile, *, today: date) -> date:
    """Give the day from which ends are announced one by one: that of the first synchronisation.

    One that lies further ahead was written by a clock that was wrong.
    """
    kept, tomorrow = file.meta(_SINCE), today + timedelta(days=1)
    if not kept or date.fromisoformat(kept) > tomorrow:
        file.set_meta(_SINCE, tomorrow.isoformat())
        return tomorrow
    return date.fromisoformat(kept)


def _of(delegation: Delegation, *, kind: Kind, side: Side, now: datetime) -> Notice:
    moments = {
        Kind.REQUESTED: delegation.requested_at,
        Kind.SECOND_REQUESTED: delegation.requested_at,
        Kind.APPROVED: delegation.decided_at,
        Kind.GRANTED: delegation.decided_at,
    }
    at = delegation.ended_at if delegation.status in _FINISHED else moments.get(kind)
    name = f"{delegation.id}/{delegation.version}/{kind}"
    return Notice(name, kind, min(at or now, now), _about(delegation, side=side), delegation_id=delegation.id)


def _of_group(name: str, group: Sequence[Delegation], *, side: Side, now: datetime) -> Notice:
    soonest = min(group, key=lambda one: one.valid_until or date.max)
    if len(group) == 1:
        return Notice(name, Kind.ENDING, now, _about(soonest, side=side), delegation_id=soonest.id)
    day = "" if soonest.valid_until is None else soonest.valid_until.isoformat()
    return Notice(name, Kind.ENDING, now, About(day=day, count=len(group)))


def _about(delegation: Delegation, *, side: Side) -> About:
    other = delegation.grantor if side is Side.GRANTEE else delegation.grantee
    return About(
        person=other.display_name,
        service=delegation.service,
        rights=delegation.rights,
        firm=delegation.firm.name,
        firm_id=delegation.firm.id,
        day="" if delegation.valid_until is None else delegation.valid_until.isoformat(),
    )
