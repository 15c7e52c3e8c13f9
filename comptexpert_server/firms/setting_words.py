"""What the mails and the page of a cabinet say of its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SETTINGS = {
    "two_approvers": "second accord pour un droit à risque élevé",
    "review_on": "jour de la revue annuelle",
}
EVENTS = {
    "asked": "Un expert-comptable du cabinet demande à alléger un contrôle.",
    "applied": "Un contrôle du cabinet est allégé.",
    "strengthened": "Un contrôle du cabinet est renforcé\u00a0: la demande de l’alléger est close.",
    "kept": "Un contrôle du cabinet reste comme il est\u00a0: la demande de l’alléger est close.",
}


def value_words(setting: str, value: object) -> str:
    """Say the value of a setting."""
    if setting == "two_approvers":
        return "deux accords" if value else "un seul accord"
    month, _, day = str(value).partition("-")
    return f"le {day}/{month}" if day else "aucune revue annuelle"


def starts(moment: datetime) -> str:
    """Say from when a setting that waits holds."""
    return f"Sans opposition, ce réglage change le {moment:%d/%m/%Y} à {moment:%H:%M}."
