"""What is said of each step between this machine and the server."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop import __version__
from comptexpert_desktop.domain.network_check import Step
from comptexpert_desktop.presentation import messages, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.network_check import Finding
    from comptexpert_desktop.presentation.tone import Tone

NAMES = {
    Step.NAME: "Nom du serveur",
    Step.PROXY: "Proxy",
    Step.TCP: "Liaison",
    Step.TLS: "Certificat",
    Step.HTTP: "Réponse",
    Step.API: "Serveur Comptexpert",
    Step.CLOCK: "Horloge",
}
_NEEDLESS = {
    Step.PROXY: "Aucun proxy\u00a0: l’accès est direct.",
    Step.TLS: "Aucun\u00a0: le serveur est sur ce poste.",
}


class State(NamedTuple):
    """The badge of a step."""

    icon: str
    word: str
    tone: Tone


AWAITED = State("clock", "En attente", "neutral")
LOOKING = State("refresh", "En cours", "info")
FINE = State("check-circle", "Correct", "success")
NEEDLESS = State("check-circle", "Sans objet", "neutral")
WRONG = State("alert-circle", "Problème", "danger")
NOT_TRIED = State("ban", "Pas essayé", "neutral")


def state_of(finding: Finding) -> State:
    """Choose the badge of a step that was looked at."""
    if not finding.is_ok:
        return WRONG
    return NEEDLESS if finding.is_needless else FINE


def detail_of(finding: Finding) -> str:
    """Say what was found, and what to do when something is wrong."""
    if finding.is_needless:
        return _NEEDLESS[finding.step].replace(" :", f"{wording.NBSP}:")
    if not finding.is_ok:
        return _trouble(finding)
    return _FOUND[finding.step](finding.data)


def _trouble(finding: Finding) -> str:
    if finding.step is Step.NAME:
        host = wording.quoted(finding.data.get("host", ""))
        return f"Le nom {host} est inconnu ici. Vérifiez que ce poste est relié au réseau."
    message = messages.for_code(finding.code, data=finding.data)
    return " ".join(part for part in (message.body, _validity(finding.data)) if part)


def _validity(data: Mapping[str, str]) -> str:
    if not data.get("ends"):
        return ""
    starts, ends = (wording.short_day(date.fromisoformat(data[name])) for name in ("starts", "ends"))
    return f"Valable du {starts} au {ends}."


def _tls(data: Mapping[str, str]) -> str:
    return f"Émis par {wording.quoted(data.get('issuer', ''))}. {_validity(data)} {data.get('version', '')}."


_FOUND: dict[Step, Callable[[Mapping[str, str]], str]] = {
    Step.NAME: lambda data: f"{data.get('host', '')} : {data.get('addresses', '')}".replace(" :", f"{wording.NBSP}:"),
    Step.PROXY: lambda data: f"{data.get('proxy', '')} laisse passer.",
    Step.TCP: lambda data: f"{data.get('host', '')} répond.",
    Step.TLS: _tls,
    Step.HTTP: lambda data: f"Code {data.get('status', '')}.",
    Step.API: lambda _data: "C’est bien un serveur Comptexpert.",
    Step.CLOCK: lambda data: f"Écart de {wording.count(int(data.get('seconds', '0')), 'seconde')}.",
}


def report(findings: Iterable[Finding], *, server_url: str, now: datetime) -> str:
    """Write what was found as a text to send."""
    lines = [
        f"Comptexpert Desktop {__version__}",
        f"Serveur\u00a0: {server_url}",
        f"Heure\u00a0: {now.isoformat(timespec='seconds')}",
    ]
    for finding in findings:
        code = f" [{finding.code}]" if finding.code else ""
        lines.append(f"{NAMES[finding.step]} : {state_of(finding).word}{code}. {detail_of(finding)}")
    return "\n".join(lines)
