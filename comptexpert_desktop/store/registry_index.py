"""How people stand in the copy of the public lists: each under every key by which they are found."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from comptexpert_desktop.domain.name_search import FOLD_VERSION, fold_number, keys
from comptexpert_desktop.domain.profile import PUBLIC_LISTS, Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from comptexpert_desktop.store.database import Database

    Progress = Callable[[float], object]
    """Called with the share that is done, from 0 to 1."""

T = TypeVar("T")
BANDS: dict[Profile | None, int] = {None: 0} | {
    profile: 2 * rank for rank, profile in enumerate((*PUBLIC_LISTS, Profile.AGC_HEAD), 1)
}
"""Every key stands twice, in the band of all lists and in that of its own: a scan then reads nothing in vain."""
_LIST_BANDS = {profile.value: band for profile, band in BANDS.items() if profile}
FIELDS = "entry_id, surname, given_name, town, council, list, registration_number"
_READING = 0.4
"""The share of the building of a file that goes into reading its lines."""
_STEP = 500
_BATCH = 20_000
"""People added at once: some forty megabytes."""
_ADD_PEOPLE = "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_KEYS = "INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_NUMBERS = "INSERT OR REPLACE INTO number VALUES (?, ?)"


def insert(
    database: Database, rows: Iterable[Mapping[str, Any]], *, total: int = 0, progress: Progress | None = None
) -> None:
    """Add people a batch at a time: a batch is sorted, so that tables fill in their order; memory holds one."""
    given, done = iter(rows), 0
    while batch := list(islice(given, _BATCH)):
        _insert_batch(database, batch, tell=_teller(progress, done=done, count=len(batch), total=total))
        done += len(batch)
    if progress is not None:
        progress(1.0)


def _insert_batch(database: Database, rows: list[Mapping[str, Any]], *, tell: Progress | None) -> None:
    people: list[tuple[str, ...]] = []
    tokens: list[tuple[Any, ...]] = []
    numbers: list[tuple[str, str]] = []
    for row in _with_progress(rows, progress=tell, first=0.0, share=_READING):
        entry = RegistryEntry(
            entry_id=EntryId(str(row["entry_id"])),
            surname=str(row["surname"]),
            given_name=str(row["given_name"]),
            town=str(row.get("town") or ""),
            council=str(row.get("council") or ""),
            list=str(row["list"]),
            registration_number=str(row.get("registration_number") or ""),
        )
        people.append((*entry, str(row.get("postal_code") or "")))
        tokens.extend(tokens_of(entry))
        if entry.registration_number:
            numbers.append((fold_number(entry.registration_number), entry.entry_id))
    tokens.sort(key=lambda token: token[:3])
    database.execute_many(_ADD_PEOPLE, sorted(people))
    database.execute_many(_ADD_KEYS, _with_progress(tokens, progress=tell, first=_READING, share=1 - _READING))
    database.execute_many(_ADD_NUMBERS, sorted(numbers))
    _widen_alphabet(database, tokens)


def _teller(progress: Progress | None, *, done: int, count: int, total: int) -> Progress | None:
    """Return what is called with the share of one batch, and calls on with the share of the whole."""
    if progress is None:
        return None
    whole = max(total, done + count)
    return lambda share: progress((done + share * count) / whole)


def _with_progress(items: list[T], *, progress: Progress | None, first: float, share: float) -> Iterable[T]:
    """Return the items, which report how far they are as they are read."""
    return items if progress is None else _each_with_progress(items, progress=progress, first=first, share=share)


def _each_with_progress(items: list[T], *, progress: Progress, first: float, share: float) -> Iterator[T]:
    for number, item in enumerate(items):
        if number % _STEP == 0:
            progress(first + share * number / len(items))
        yield item
    progress(first + share)


def tokens_of(entry: RegistryEntry) -> Iterator[tuple[Any, ...]]:
    """Yield every key of a person, with the person beside it."""
    bands = {0, _LIST_BANDS.get(entry.list, 0)}
    best: dict[str, int] = {}
    for key in keys(surname=entry.surname, given_name=entry.given_name):
        best.setdefault(key.text, key.tier)
    for text, tier in best.items():
        for band in bands:
            yield (band + tier, text, *entry)


def _widen_alphabet(database: Database, tokens: list[tuple[Any, ...]]) -> None:
    row = database.one("SELECT value FROM meta WHERE name = 'alphabet'")
    letters = set(row["value"] if row else "")
    for token in tokens:
        letters.update(token[1])
    letters.discard(" ")
    database.execute("INSERT OR REPLACE INTO meta VALUES ('alphabet', :value)", {"value": "".join(sorted(letters))})


def stamp(database: Database, *, version: int, generated_at: str, server: str) -> None:
    """Write which snapshot the file holds, and how its names are folded."""
    values = {
        "version": str(version),
        "generated_at": generated_at,
        "fold_version": str(FOLD_VERSION),
        "server": server,
    }
    database.execute_many("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
