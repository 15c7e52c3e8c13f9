"""Keep which colours a person chose, beside the rest of the application's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from comptexpert_desktop.ui.theme_tokens import Scheme

if TYPE_CHECKING:
    from pathlib import Path

_KEY = "appearance/scheme"


def kept_scheme(data_dir: Path) -> Scheme:
    """Return the colours that were chosen; those of the operating system when none were."""
    value = str(_file(data_dir).value(_KEY, Scheme.AUTO.value))
    return Scheme(value) if value in {scheme.value for scheme in Scheme} else Scheme.AUTO


def keep_scheme(data_dir: Path, *, scheme: Scheme) -> bool:
    """Keep a choice; False when it could not be written."""
    kept = _file(data_dir)
    kept.setValue(_KEY, scheme.value)
    kept.sync()
    return kept.status() is QSettings.Status.NoError


def _file(data_dir: Path) -> QSettings:
    return QSettings(str(data_dir / "appearance.ini"), QSettings.Format.IniFormat)
