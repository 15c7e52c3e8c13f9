"""Names of services and rights, from the catalogue at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.domain.catalogue import Catalogue, Right
    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.outbox import OutboxEntry

_SEPARATOR = " · "


class Labels:
    """Names services and rights from the catalogue, or by their code while it is unknown."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self.catalogue = catalogue

    def service(self, service_id: str) -> str:
        """Name a service."""
        service = self.catalogue.service(service_id) if self.catalogue else None
        return service.name if service else service_id

    def find(self, service_id: str, right_id: str) -> Right | None:
        """Find a right of a service."""
        service = self.catalogue.service(service_id) if self.catalogue else None
        rights = service.rights if service else ()
        return next((right for right in rights if right.id == right_id), None)

    def right(self, service_id: str, right_id: str) -> str:
        """Name a right."""
        right = self.find(service_id, right_id)
        return right.name if right else right_id

    def rights(self, service_id: str, rights: tuple[str, ...]) -> str:
        """Name several rights inside a sentence."""
        names = [self.right(service_id, right) for right in rights]
        return wording.joined([f"{name[:1].lower()}{name[1:]}" for name in names])

    def service_and_rights(self, delegation: Delegation) -> str:
        """Write « Service : droit et droit » for a table."""
        rights = self.rights(delegation.service, delegation.rights)
        return f"{self.service(delegation.service)} · {rights}"


def named_entries(entries: Iterable[OutboxEntry], *, labels: Labels) -> tuple[OutboxEntry, ...]:
    """Name the service in the subject of each entry, where the store keeps its code."""

    def named(entry: OutboxEntry) -> OutboxEntry:
        code, separator, rest = entry.subject.partition(_SEPARATOR)
        return replace(entry, subject=f"{labels.service(code)}{separator}{rest}")

    return tuple(named(entry) for entry in entries)
