"""The one notice that stands above every screen: the session, or the keyring."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.ui import messages

if TYPE_CHECKING:
    from comptexpert_desktop.ui.theme_tokens import Tone
    from comptexpert_desktop.usecases.status import StatusSummary


class Remedy(StrEnum):
    """What the button of a notice does."""

    SIGN_IN = "sign_in"
    UNLOCK = "unlock"


class Notice(NamedTuple):
    """A notice and its button."""

    title: str
    text: str
    tone: Tone
    action: str
    remedy: Remedy


def notice_of(summary: StatusSummary) -> Notice | None:
    """Say what is wrong with the session or the keyring, the most pressing first."""
    if summary.session_code:
        message = messages.for_code("SESSION_EXPIRED")
        return Notice(message.title, message.text, message.tone, "Se reconnecter", Remedy.SIGN_IN)
    if summary.vault:
        message = messages.for_code(summary.vault)
        return Notice(message.title, message.body, message.tone, "Réessayer", Remedy.UNLOCK)
    return None
