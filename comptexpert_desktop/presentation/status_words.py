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


_NOT_SENT, _CUT_NOT_SENT = "Révocation non transmise", "Retrait non transmis"


class Status(NamedTuple):
    """A word, an icon, a tone and a line that explains."""

    word: str
    icon: str
    tone: Tone
    detail: str


def connection_of(summary: StatusSummary, *, now: datetime) -> Status:
    """Word the session and the network alone; nothing is green while something is to be reviewed or mended."""
    if summary.session_code:
        return Status("Reconnexion demandée", "sign-in", "warning", "Rien n’est perdu.")
    if summary.network in OFFLINE:
        return Status("Hors ligne", "cloud-off", "warning", _last(summary, now=now))
    if summary.network:
        return Status(
            _SHORT.get(summary.network, "Incident du serveur"), "alert-triangle", "warning", _last(summary, now=now)
        )
    return _calm(summary, now=now)


def work_of(summary: StatusSummary) -> Status | None:
    """Word what has not left this machine and what came back to the person; None when nothing is here."""
    waiting = _waiting(summary)
    if unsent_cuts(summary):
        return Status(_not_sent(summary), "alert-circle", "danger", "PAS ENCORE EFFECTIF")
    if summary.needs_you:
        return Status(_to_review(summary), "alert-triangle", "warning", waiting or "Voir la boîte d’envoi.")
    return Status(waiting, "outbox", "info", "") if waiting else None


def unsent_cuts(summary: StatusSummary) -> str:
    """Count what takes rights away and has not left, in words; empty when nothing waits.

    They are « révocations » when nothing else is among them: no suspension, no departure, no reduction.
    """
    cuts = max(summary.unsent_cuts, summary.unsent_revocations)
    if not cuts:
        return ""
    if cuts == summary.unsent_revocations:
        return "une révocation" if cuts == 1 else wording.count(cuts, "révocation")
    return "un retrait de droits" if cuts == 1 else f"{wording.number(cuts)}{wording.NBSP}retraits de droits"


def outbox_label(summary: StatusSummary) -> str:
    """Name the outbox in the navigation, with how much is in it that did not reach the server."""
    unsent = summary.waiting + summary.needs_you
    return f"Boîte d’envoi{wording.NBSP}({wording.number(unsent)})" if unsent else "Boîte d’envoi"


def status_of(summary: StatusSummary, *, now: datetime) -> Status:
    """Word the state of the application in one place, for the tray; what is grave hides what is not."""
    waiting = _waiting(summary)
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
    return _calm(summary, now=now)


def _calm(summary: StatusSummary, *, now: datetime) -> Status:
    """Word a connection of which nothing is wrong."""
    if summary.network is None:
        return Status("Démarrage", "clock", "neutral", "Premier échange en cours")
    if summary.waiting or summary.needs_you or _is_hindered(summary):
        return Status("En ligne", "cloud", "neutral", _last(summary, now=now))
    return Status("À jour", "cloud-check", "success", _last(summary, now=now))


def _is_hindered(summary: StatusSummary) -> bool:
    """Tell whether a notice says that something else is wrong than the session and the network."""
    return bool(summary.vault or summary.file_troubles or summary.clock_is_wrong or summary.copies_expired)


def _pressing(summary: StatusSummary, *, waiting: str) -> Status | None:
    """Word what the person must know or do before anything else."""
    if unsent_cuts(summary):
        return Status(_not_sent(summary), "alert-circle", "danger", "PAS ENCORE EFFECTIF")
    if summary.session_code:
        return Status("Reconnexion demandée", "sign-in", "warning", waiting or "Rien n’est perdu.")
    if summary.needs_you:
        return Status(_to_review(summary), "alert-triangle", "warning", "Voir la boîte d’envoi.")
    return None


def _not_sent(summary: StatusSummary) -> str:
    return _NOT_SENT if summary.unsent_cuts <= summary.unsent_revocations else _CUT_NOT_SENT


def _last(summary: StatusSummary, *, now: datetime) -> str:
    if summary.last_sync is None:
        return "Aucun échange pour l’instant"
    return f"Dernier échange {wording.moment(summary.last_sync, now=now)}"


def _waiting(summary: StatusSummary) -> str:
    return wording.count(summary.waiting, "envoi en attente", many="envois en attente") if summary.waiting else ""


def _to_review(summary: StatusSummary) -> str:
    return wording.count(summary.needs_you, "envoi à revoir", many="envois à revoir")
