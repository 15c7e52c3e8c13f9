"""What is handed over when somebody goes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.domain.handover import Alone, Handed
    from comptexpert_desktop.presentation.labels import Labels

TITLE = "Par délégation, personne d’autre ne le peut"
HINT = "Choisissez un collègue pour chaque droit. Il lui est accordé avec ce départ."
NOBODY = "Personne pour l’instant"


def title(alone: Alone, *, labels: Labels) -> str:
    """Name the right and its cabinet."""
    right = labels.right(alone.service, alone.right)
    return f"{right} · {labels.service(alone.service)} · {alone.firm.name}"


def read(person: Party) -> str:
    """Name the tick of a right of high risk whose holder has such rights already."""
    return f"J’ai lu que ce droit de risque élevé est confié à {person.display_name}".replace("&", "&&")


def entrusted(given: Iterable[Handed], *, labels: Labels, firm_id: str) -> list[str]:
    """Say what is entrusted in a cabinet, to whom and from when, for a record."""
    return [
        f"{labels.service(one.new.service)}, {labels.rights(one.new.service, one.new.rights)}{wording.NBSP}: "
        f"confié à {one.to.display_name}{_from(one)}, jusqu’au {wording.day(one.new.valid_until)}."
        for one in given
        if one.new.firm.id == firm_id
    ]


def _from(one: Handed) -> str:
    return f" à partir du {wording.day(one.new.valid_from)}" if one.new.valid_from else ""
