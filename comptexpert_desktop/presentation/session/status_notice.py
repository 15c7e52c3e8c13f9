"""The one notice that stands above every screen: the session, the keyring, or the network."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop import __version__
from comptexpert_desktop.presentation import messages

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.file_trouble import FileTrouble
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.usecases.support.status import StatusSummary


class Remedy(StrEnum):
    """What the button of a notice does."""

    SIGN_IN = "sign_in"
    UNLOCK = "unlock"
    COPY = "copy"
    SEEN = "seen"
    SYNC = "sync"
    PROXY = "proxy"


class Notice(NamedTuple):
    """A notice and its button."""

    title: str
    text: str
    tone: Tone
    action: str
    remedy: Remedy


_FOR_THE_IT_DEPARTMENT = ("Copier le diagnostic", Remedy.COPY)
_REMEDIES = {
    "NET_CA_FILE": _FOR_THE_IT_DEPARTMENT,
    "NET_PROXY": _FOR_THE_IT_DEPARTMENT,
    "NET_PROXY_SCHEME": _FOR_THE_IT_DEPARTMENT,
    "NET_TLS": _FOR_THE_IT_DEPARTMENT,
    "UNEXPECTED_REPLY": _FOR_THE_IT_DEPARTMENT,
    "CLOCK_SKEW": _FOR_THE_IT_DEPARTMENT,
    "NET_PROXY_AUTH": ("S’identifier", Remedy.PROXY),
    "NET_PORTAL": ("Réessayer", Remedy.SYNC),
}
"""What no wait will mend; being offline is not among them, the badge says it."""


_DATA_WORDS = {"proxy": "proxy", "schemes": "identification", "reason": "certificat", "issuer": "émis par"}


def notice_of(summary: StatusSummary, *, host: str) -> Notice | None:
    """Say what is wrong with the files, the session, the keyring or the network, the most pressing first."""
    if summary.file_troubles:
        return _of_file(summary.file_troubles[0])
    return _of_account(summary) or _of_network(summary, host=host)


def _of_account(summary: StatusSummary) -> Notice | None:
    if summary.session_code:
        message = messages.for_code("SESSION_EXPIRED")
        return Notice(message.title, message.text, message.tone, "Se reconnecter", Remedy.SIGN_IN)
    if summary.vault:
        message = messages.for_code(summary.vault)
        return Notice(message.title, message.body, message.tone, "Réessayer", Remedy.UNLOCK)
    return None


def _of_network(summary: StatusSummary, *, host: str) -> Notice | None:
    if summary.network in _REMEDIES:
        action, remedy = _REMEDIES[summary.network]
        message = messages.for_code(summary.network, data={"host": host} | dict(summary.network_data))
        return Notice(message.title, message.body, message.tone, action, remedy)
    if summary.clock_is_wrong:
        message = messages.for_code("CLOCK_SKEW")
        return Notice(message.title, message.body, message.tone, *_FOR_THE_IT_DEPARTMENT)
    if summary.copies_expired:
        message = messages.for_code("OFFLINE_EXPIRED")
        return Notice(message.title, message.body, message.tone, "Synchroniser", Remedy.SYNC)
    return None


def _of_file(trouble: FileTrouble) -> Notice:
    """Say what happened to a file; what was put aside or lost is said until it was read."""
    message = messages.for_code(trouble.code, data=asdict(trouble))
    action, remedy = ("J’ai compris", Remedy.SEEN) if trouble.is_past else _FOR_THE_IT_DEPARTMENT
    return Notice(message.title, message.body, message.tone, action, remedy)


def diagnostic(summary: StatusSummary, *, host: str, now: datetime) -> str:
    """Write what helps an IT department, and nothing about a person."""
    known = summary.network_data
    parts = [f"{word} : {known[name]}" for name, word in _DATA_WORDS.items() if known.get(name)]
    last = "" if summary.last_sync is None else summary.last_sync.isoformat(timespec="seconds")
    lines = [
        f"Comptexpert Desktop {__version__}",
        f"code : {summary.network or summary.vault or summary.session_code}",
        f"serveur : {host}",
        *parts,
        f"heure : {now.isoformat(timespec='seconds')}",
        f"dernier échange\u00a0: {last}",
    ]
    return "\n".join(lines)
