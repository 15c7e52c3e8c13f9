"""Adding and changing entries by the thousand, with their keys, their cabinets and what follows from a change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from comptexpert_server.config.clock import now
from comptexpert_server.delegations.standing import entry_changed
from comptexpert_server.desk.services import entry_amended
from comptexpert_server.firms.models import Firm
from comptexpert_server.registry.fold import name_keys
from comptexpert_server.registry.models import EntryKey, RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.registry.lines import Line

PLAIN = ("surname", "given_name", "date_of_birth", "email", "list", "status", "council", "town", "postal_code")
SEARCHED = {"surname", "given_name", "list"}
STANDING = {"list", "status", "firms"}
"""What decides whether somebody may grant, and for which cabinets."""


def upsert(lines: Sequence[Line]) -> dict[str, int]:
    """Add or change the entries of these lines, no number twice; give how many of each."""
    firms = _firms(lines)
    numbers = [line.registration_number for line in lines]
    known = {
        entry.registration_number: entry for entry in RegistryEntry.objects.filter(registration_number__in=numbers)
    }
    linked = _linked(entry.pk for entry in known.values())
    moment = now()
    added: list[RegistryEntry] = []
    changes: dict[RegistryEntry, set[str]] = {}
    links: dict[UUID, set[UUID]] = {}
    for line in lines:
        entry = known.get(line.registration_number)
        wanted = {firms[siren].pk for siren, _name in line.firms}
        if entry is None:
            entry = RegistryEntry(registration_number=line.registration_number, **_plain(line))
            added.append(entry)
            links[entry.pk] = wanted
            continue
        changed = {name for name in PLAIN if getattr(entry, name) != getattr(line, name)}
        if linked.get(entry.pk, set()) != wanted:
            changed.add("firms")
            links[entry.pk] = wanted
        if changed:
            for name in changed - {"firms"}:
                setattr(entry, name, getattr(line, name))
            entry.changed_at = moment
            changes[entry] = changed
    RegistryEntry.objects.bulk_create(added)
    RegistryEntry.objects.bulk_update(list(changes), [*PLAIN, "changed_at"], batch_size=200)
    _lay_firms(links, replaced=[entry.pk for entry, changed in changes.items() if "firms" in changed])
    renamed = [entry for entry, changed in changes.items() if SEARCHED & changed]
    _lay_keys([*added, *renamed], replaced=[entry.pk for entry in renamed])
    _follow(changes, at=moment)
    return Counter(added=len(added), changed=len(changes), unchanged=len(lines) - len(added) - len(changes))


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


def _follow(changes: dict[RegistryEntry, set[str]], *, at: datetime) -> None:
    """End what may no longer be granted, and close the files that waited for a change."""
    for entry, changed in changes.items():
        if STANDING & changed:
            entry_changed(entry, at=at)
        if {"email", "date_of_birth"} & changed:
            entry_amended(entry, members=changed, at=at)
