"""What the machine's administrator decided or proposed, one line a setting, never to be typed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.settings.keys import KEYS
from comptexpert_desktop.ui import wording
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.settings import Told
    from comptexpert_desktop.settings.keys import Key

MANAGED = "Géré par votre service informatique."
_PROPOSED = "Proposé par votre service informatique."
_WORDS = {
    "system": "Celui du système",
    "none": "Aucun",
    "manual": "L’adresse indiquée",
    "never": "Jamais",
    "fr": "Français",
    "error": "Erreurs",
    "warning": "Erreurs et avertissements",
    "info": "Informations",
    "debug": "Détails techniques",
}
_UNITS = {"lock_after": "minute", "offline_days": "jour"}
_SHOWN_ELSEWHERE = "server_url"


def managed_card(told: Mapping[str, Told]) -> Card | None:
    """Make the card, or nothing where the administrator said nothing."""
    decided = [key for key in KEYS if key.name != _SHOWN_ELSEWHERE and _is_of_the_firm(told.get(key.name))]
    if not decided:
        return None
    card = Card("Réglages du cabinet", name="managedCard")
    for key in decided:
        one = told[key.name]
        line = QLineEdit(word(key, one.value))
        line.setReadOnly(True)
        hint = MANAGED if one.is_locked else _PROPOSED
        card.add(Field(key.french[0], line, hint=hint, name=f"managed-{key.name}"))
    return card


def _is_of_the_firm(one: Told | None) -> bool:
    return one is not None and one.source in {"policy", "machine"}


def word(key: Key, value: object) -> str:
    """Say a setting's value in French."""
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, tuple):
        return ", ".join(value) or "Aucune"
    if key.name in _UNITS and str(value).isdecimal():
        return wording.count(int(str(value)), _UNITS[key.name]) if int(str(value)) else "Sans limite"
    return _WORDS.get(str(value), str(value)) or "Aucune"
