"""« À propos »: what this application is, what it is not, and the licences of what it stands on."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

INDEPENDENT = "Application indépendante, non affiliée à l’Ordre des experts-comptables."
QT_NOTICE = (
    "Cette application utilise Qt et Qt for Python (PySide6, Shiboken6) sous la licence GNU LGPL version 3, sans les "
    "modifier. Ces bibliothèques restent des fichiers séparés, que vous pouvez remplacer par votre propre version. "
    "Les textes des licences LGPL et GPL accompagnent l’application, ainsi que la marche à suivre et l’adresse "
    "des sources (fichier NOTICE)."
)
LICENCE = "Le programme lui-même est distribué sous la licence Apache, version 2.0."


def version() -> str:
    """Return the version of the application."""
    try:
        return metadata.version("comptexpert")
    except metadata.PackageNotFoundError:
        return "inconnue"


def about_card() -> QWidget:
    """Make the card of what must be said."""
    card = Card("À propos", name="aboutCard")
    card.add(PlainLabel(f"Comptexpert Desktop {version()}", role="strong"))
    card.add(PlainLabel(INDEPENDENT, selectable=True))
    card.add(PlainLabel(LICENCE, role="muted"))
    card.add(PlainLabel(QT_NOTICE, role="muted", selectable=True))
    colon = f"{wording.NBSP}:"
    technical = f"Python {platform.python_version()} · Qt {qVersion()} · {platform.system()}"
    card.add(PlainLabel(f"Pour l’assistance{colon} {technical}", role="hint", selectable=True))
    return card
