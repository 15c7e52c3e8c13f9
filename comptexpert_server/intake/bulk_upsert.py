"""Adding and changing entries by the thousand, with their keys, their cabinets and what follows from a change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.delegations import transitions
from comptexpert_server.delegations.registry_changes import SAID, STANDING, Former, follow, former_of
from comptexpert_server.desk.services import entry_amended
from comptexpert_server.firms.vacancies import end_stand_ins, stand_in_links
from comptexpert_server.registry.models import EntryKey, Firm, RegistryEntry
from comptexpert_server.registry.name_folding import name_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.registry.import_lines import Line

PLAIN = (
    "surname",
    "given_name",
    "date_of_birth",
    "birth_precision",
    "email",
    "list",
    "status",
    "council",
    "town",
    "postal_code",
)
SEARCHED = {"surname", "given_name", "list"}


def upsert(lines: Sequence[Line], *, note: Callable[[str, Sequence[str]], None] | None = None) -> dict[str, int]:
    """Add or change the entries of these lines, no number twice; return how many of each.

    `note` is told the number of each that changes, and the members; none for one that is new.
    """
    firms = _firms(lines)
    numbers = [line.registration_number for line in lines]
    known = {
        entry.registration_number: entry for entry in RegistryEntry.objects.filter(registration_number__in=numbers)
    }
    known_ids = [entry.pk for entry in known.values()]
    stand_ins = stand_in_links(known_ids)  # who stands in for a while is linked by a council, and no import undoes it
    at_home = stand_ins & _listed(lines, known=known, firms=firms)
    stand_ins -= at_home
    linked = _linked(known_ids)
    for entry_id, firm_id in stand_ins:
        linked.get(entry_id, set()).discard(firm_id)
    moment = now()
    added: list[RegistryEntry] = []
    changes: dict[RegistryEntry, set[str]] = {}
    formers: dict[RegistryEntry, Former] = {}
    links: dict[UUID, set[UUID]] = {}
    for line in lines:
        entry = known.get(line.registration_number)
        expected = {firms[siren].pk for siren, _name in line.firms}
        if entry is None:
            entry = RegistryEntry(registration_number=line.registration_number, **_plain(line))
            added.append(entry)
            links[entry.pk] = expected
            continue
        changed = {name for name in PLAIN if getattr(entry, name) != getattr(line, name)}
        if linked.get(entry.pk, set()) != expected:
            changed.add("firms")
            links[entry.pk] = expected | {firm for entry_id, firm in stand_ins if entry_id == entry.pk}
        if changed:
            formers[entry] = former_of(entry)
            for name in changed - {"firms"}:
                setattr(entry, name, getattr(line, name))
            entry.changed_at = moment
            changes[entry] = changed
    _write(added, changes=changes, links=links, at_home=at_home)
    _follow(changes, formers=formers, at=moment)
    if note is not None:
        for entry in added:
            note(entry.registration_number, ())
        for entry, changed in changes.items():
            note(entry.registration_number, sorted(changed))
    return Counter(added=len(added), changed=len(changes), unchanged=len(lines) - len(added) - len(changes))


def _write(
    added: list[RegistryEntry],
    *,
    changes: dict[RegistryEntry, set[str]],
    links: dict[UUID, set[UUID]],
    at_home: set[tuple[UUID, UUID]],
) -> None:
    if changes or at_home:
        transitions.lock_writer()  # the first lock of every writer: those of entries come after it
    end_stand_ins(at_home)
    RegistryEntry.objects.bulk_create(added)
    RegistryEntry.objects.bulk_update(list(changes), [*PLAIN, "changed_at"], batch_size=200)
    _lay_firms(links, replaced=[entry.pk for entry, changed in changes.items() if "firms" in changed])
    renamed = [entry for entry, changed in changes.items() if SEARCHED & changed]
    _lay_keys([*added, *renamed], replaced=[entry.pk for entry in renamed])


def _listed(
    lines: Iterable[Line], *, known: dict[str, RegistryEntry], firms: dict[str, Firm]
) -> set[tuple[UUID, UUID]]:
    """Return the links of known entries to firms that these lines name."""
    rows = [line for line in lines if line.registration_number in known]
    return {(known[line.registration_number].pk, firms[siren].pk) for line in rows for siren, _name in line.firms}


def _plain(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in PLAIN}


def _firms(lines: Iterable[Line]) -> dict[str, Firm]:
    """Give the cabinets by SIREN, made where they are new; the last name given wins."""
    names = {siren: name for line in lines for siren, name in line.firms}
    found = {firm.siren: firm for firm in Firm.objects.filter(siren__in=list(names))}
    new = [Firm(siren=siren, name=name) for siren, name in names.items() if siren not in found]
    renamed = [firm for firm in found.values() if firm.name != names[firm.siren]]
    for firm in renamed:
        firm.name = names[firm.siren]
    Firm.objects.bulk_create(new)
    if renamed:
        transitions.lock_writer()  # as in `_write`: those of cabinets come after it
    Firm.objects.bulk_update(renamed, ["name"], batch_size=200)
    return found | {firm.siren: firm for firm in new}


def _linked(entry_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Give the cabinets of each entry, in one query."""
    found: dict[UUID, set[UUID]] = {}
    members = RegistryEntry.firms.through.objects.filter(registryentry_id__in=list(entry_ids))
    for entry_id, firm_id in members.values_list("registryentry_id", "firm_id"):
        found.setdefault(entry_id, set()).add(firm_id)
    return found


def _lay_firms(links: dict[UUID, set[UUID]], *, replaced: list[UUID]) -> None:
    members = RegistryEntry.firms.through
    members.objects.filter(registryentry_id__in=replaced).delete()
    members.objects.bulk_create(
        members(registryentry_id=entry_id, firm_id=firm_id)
        for entry_id, firm_ids in links.items()
        for firm_id in sorted(firm_ids)
    )


def _lay_keys(entries: list[RegistryEntry], *, replaced: list[UUID]) -> None:
    EntryKey.objects.filter(entry_id__in=replaced).delete()
    EntryKey.objects.bulk_create(
        EntryKey(entry=entry, tier=tier, key=key[:260], list=entry.list)
        for entry in entries
        for tier, key in name_keys(entry.surname, given_name=entry.given_name)
    )


def _follow(changes: dict[RegistryEntry, set[str]], *, formers: dict[RegistryEntry, Former], at: datetime) -> None:
    """Let accounts and rights follow their entries, and close the files that waited for a change."""
    with_account = set(Account.objects.filter(entry__in=list(changes)).values_list("entry_id", flat=True))
    for entry, changed in changes.items():
        if STANDING & changed or (entry.pk in with_account and SAID.keys() & changed):
            follow(entry, members=changed, former=formers[entry], at=at)
        amended = changed & {"email", "date_of_birth"} | ({"date_of_birth"} if "birth_precision" in changed else set())
        if amended:
            entry_amended(entry, members=changed | amended, at=at)
