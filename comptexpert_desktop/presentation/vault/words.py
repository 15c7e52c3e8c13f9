"""What the screen of the saved accounts says of each, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.usecases.session.accounts import Held

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.session import OwnSession
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.usecases.session.accounts import SavedAccount


class Look(NamedTuple):
    """A badge, and the sentence below it."""

    icon: str
    word: str
    tone: Tone
    text: str


LOOKS = {
    Held.KEY: Look("check-circle", "Session gardée", "success", "Sa session continue d’elle-même."),
    Held.NO_SESSION: Look(
        "sign-in", "À reconnecter", "warning", "Sa session a pris fin. Ce qui attend partira à la prochaine connexion."
    ),
    Held.LOST: Look(
        "alert-triangle",
        "Clé perdue",
        "danger",
        "Sa clé n’est plus dans le trousseau. Reconnectez-vous. Rien de ce qui attend n’est effacé, et ce qui ne peut "
        "plus être lu vous sera montré dans la boîte d’envoi.",
    ),
    Held.OUT_OF_REACH: Look(
        "lock", "Trousseau fermé", "warning", "Le trousseau ne répond pas. Ses données restent chiffrées sur ce poste."
    ),
    Held.MEMORY: Look(
        "alert-triangle", "En mémoire", "warning", "Rien n’est gardé. La session disparaît avec l’application."
    ),
}


def site(account: SavedAccount) -> str:
    """Name the site of an account by its host."""
    return urlsplit(account.server).netloc


def since(account: SavedAccount, *, now: datetime) -> str:
    """Say when an account signed in here and when it last spoke to its site."""
    parts = []
    if account.since is not None:
        parts.append(f"Connecté {wording.moment(account.since, now=now)}")
    if account.used_at is not None:
        parts.append(f"dernier échange {wording.moment(account.used_at, now=now)}")
    return f"{', '.join(parts)}." if parts else ""


def waiting(account: SavedAccount) -> str:
    """Say what has not left yet."""
    return f"{wording.count(account.unsent, 'envoi')} en attente." if account.unsent else ""


def before_forgetting(account: SavedAccount) -> str:
    """Say what is lost with an account."""
    lost = "Sa session, sa clé et ses données sont effacées de ce poste."
    if account.unsent:
        lost += f" {wording.count(account.unsent, 'envoi')} en attente ne partiront jamais."
    return f"{lost} Le compte lui-même n’est pas supprimé."


def session_title(session: OwnSession) -> str:
    """Name the place of a session."""
    if session.kind == "browser":
        return f"Navigateur{wording.NBSP}: {session.device}" if session.device else "Navigateur"
    return f"{session.client or 'Application'}{wording.NBSP}: {session.device}" if session.device else session.client


def session_dates(session: OwnSession, *, now: datetime) -> str:
    """Say since when a session lasts and when it was last used."""
    begun, used = wording.moment(session.signed_in_at, now=now), wording.moment(session.used_at, now=now)
    return f"Ouverte {begun}, utilisée {used}."
