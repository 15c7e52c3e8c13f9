"""What the machine's administrator decided or proposed, one line a setting, never to be typed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.settings.definitions import KEYS
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.settings import Resolved
    from comptexpert_desktop.settings.definitions import Key

MANAGED = "Géré par votre service informatique."
_PROPOSED = "Proposé par votre service informatique."
_UNITS = {"offline_days": "jour"}
_SHOWN_ELSEWHERE = "server_url"


def managed_card(resolved: Mapping[str, Resolved]) -> Card | None:
    """Make the card, or nothing where the administrator said nothing."""
    decided = [key for key in KEYS if key.name != _SHOWN_ELSEWHERE and _is_of_the_firm(resolved.get(key.name))]
    if not decided:
        return None
    card = Card("Réglages du cabinet", name="managedCard")
    for key in decided:
        one = resolved[key.name]
        line = QLineEdit(word(key, one.value))
        line.setReadOnly(True)
        hint = MANAGED if one.is_locked else _PROPOSED
        card.add(Field(key.french[0], line, hint=hint, name=f"managed-{key.name}"))
    return card


def _is_of_the_firm(one: Resolved | None) -> bool:
    return one is not None and one.source in {"policy", "machine"}


def word(key: Key, value: object) -> str:
    """Say a setting's value in French."""
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, tuple):
        return ", ".join(value) or "Aucune"
    if key.name in _UNITS and str(value).isdecimal():
        return wording.count(int(str(value)), _UNITS[key.name]) if int(str(value)) else "Sans limite"
    return key.word(str(value)) or "Aucune"
