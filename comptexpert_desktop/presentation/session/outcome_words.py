"""What is said aloud when somebody signs in or out, when the window locks, when the network comes or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.status_words import OFFLINE

if TYPE_CHECKING:
    from comptexpert_desktop.usecases.support.status import StatusSummary

SIGNED_OUT = "Vous êtes déconnecté."
LOCKED = "Comptexpert est verrouillé."
UNLOCKED = "Comptexpert est déverrouillé."
OFF_LINE = "Hors ligne. Ce que vous faites est gardé sur ce poste."
ON_LINE = "De nouveau en ligne."


def changes(before: StatusSummary | None, after: StatusSummary) -> list[str]:
    """Word what became of the session and the network; nothing at the first reading."""
    if before is None:
        return []
    said = []
    if before.is_locked != after.is_locked and after.is_signed_in:
        said.append(LOCKED if after.is_locked else UNLOCKED)
    if before.is_signed_in and not after.is_signed_in:
        said.append(SIGNED_OUT)
    elif _has_arrived(before, after):
        name = after.account.display_name if after.account is not None else ""
        said.append(f"Vous êtes connecté{wording.NBSP}: {name}." if name else "Vous êtes connecté.")
    if before.network is not None and (before.network in OFFLINE) != (after.network in OFFLINE):
        said.append(OFF_LINE if after.network in OFFLINE else ON_LINE)
    return said


def _has_arrived(before: StatusSummary, after: StatusSummary) -> bool:
    if not after.is_signed_in or after.session_code:
        return False
    is_another = before.account is not None and after.account is not None and before.account != after.account
    return not before.is_signed_in or bool(before.session_code) or is_another
