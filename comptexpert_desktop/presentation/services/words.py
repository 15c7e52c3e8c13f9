"""Whether a service is open to an account, and why or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.presentation import messages

if TYPE_CHECKING:
    from comptexpert_desktop.domain.session import ServiceAccess
    from comptexpert_desktop.presentation.tone import Tone


class AccessWord(NamedTuple):
    """An access as a word, an icon and a tone."""

    word: str
    icon: str
    tone: Tone


_REASONS = {
    "DIRECT": "Votre profil y donne accès directement.",
    "OPEN": "Ce service est ouvert à tous les comptes.",
    "DELEGATED": "Une délégation vous y donne accès.",
    "DEL_REQUIRED": "Une délégation d’un expert-comptable est nécessaire. Vous pouvez la demander.",
    "DEL_PENDING": "Votre demande attend la réponse de l’expert-comptable.",
    "DEL_SCHEDULED": "Une délégation est accordée. Elle prendra effet à sa date de début.",
    "DEL_SUSPENDED": "Votre délégation est suspendue. Seul un expert-comptable du cabinet peut la rétablir.",
    "PROFILE_EXCLUDED": "Votre profil n’a pas accès à ce service, même par délégation.",
    "SERVICE_CLOSED": "Ce service est fermé pour le moment.",
}
_REQUESTABLE = frozenset({"DEL_REQUIRED"})


def access(service: ServiceAccess) -> AccessWord:
    """Word whether a service is open."""
    if service.is_open:
        return AccessWord("Ouvert", "check-circle", "success")
    if service.why in {"DEL_PENDING", "DEL_SCHEDULED"}:
        return AccessWord("En attente", "clock", "info")
    if service.access == "delegation":
        return AccessWord("Par délégation", "handshake", "warning")
    return AccessWord("Fermé", "lock", "neutral")


def why(service: ServiceAccess) -> str:
    """Say why a service is open or not."""
    known = _REASONS.get(service.why)
    if known:
        return known
    message = messages.for_code(service.why)
    return f"{message.text} {message.remedy}".strip()


def may_ask(service: ServiceAccess) -> bool:
    """Tell whether asking for a delegation would open this service."""
    return service.why in _REQUESTABLE
