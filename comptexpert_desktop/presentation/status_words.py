"""Word the honest status: what has left this machine, what waits, what does not work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.presentation import wording

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.usecases.support.status import StatusSummary

OFFLINE = frozenset({"NET_OFFLINE", "NET_PORTAL", "NET_PROXY", "NET_PROXY_AUTH", "NET_PROXY_SCHEME", "NET_TLS"})

_SHORT = {
    "SERVER_FAULT": "Incident du serveur",
    "UNEXPECTED_REPLY": "Réponse inattendue",
    "REPLY_TOO_LARGE": "Réponse inattendue",
    "CLOCK_SKEW": "Horloge décalée",
    "TOO_MANY_REQUESTS": "Serveur très demandé",
}
"""What the narrow column of the status has room for."""


class Status(NamedTuple):
    """A word, an icon, a tone and a line that explains."""

    word: str
    icon: str
    tone: Tone
    detail: str


def status_of(summary: StatusSummary, *, now: datetime) -> Status:
    """Word the state of the application; what is grave hides what is not."""
    waiting = wording.count(summary.waiting, "envoi en attente", many="envois en attente") if summary.waiting else ""
    pressing = _pressing(summary, waiting=waiting)
    if pressing is not None:
        return pressing
    if summary.network in OFFLINE:
        return Status("Hors ligne", "cloud-off", "warning", waiting or _last(summary, now=now))
    if summary.network:
        word = _SHORT.get(summary.network, "Incident du serveur")
        return Status(word, "alert-triangle", "warning", waiting or _last(summary, now=now))
    if summary.waiting:
        return Status(waiting, "outbox", "info", "Envoi en cours.")
    if summary.network is None:
        return Status("Démarrage", "clock", "neutral", "Premier échange en cours")
    return Status("À jour", "cloud-check", "success", _last(summary, now=now))


def _pressing(summary: StatusSummary, *, waiting: str) -> Status | None:
    """Word what the person must know or do before anything else."""
    if summary.unsent_revocations:
        return Status("Révocation non transmise", "alert-circle", "danger", "PAS ENCORE EFFECTIF")
    if summary.session_code:
        return Status("Reconnexion demandée", "sign-in", "warning", waiting or "Rien n’est perdu.")
    if summary.needs_you:
        words = wording.count(summary.needs_you, "envoi à revoir", many="envois à revoir")
        return Status(words, "alert-triangle", "warning", "Voir la boîte d’envoi.")
    return None


def _last(summary: StatusSummary, *, now: datetime) -> str:
    if summary.last_sync is None:
        return "Aucun échange pour l’instant"
    return f"Dernier échange {wording.moment(summary.last_sync, now=now)}"
