"""The lines of a register as a person reads them: what was done, and what the chain is worth."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.sheet import Column
from comptexpert_desktop.ui import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.sheet import Cell
    from comptexpert_desktop.usecases.register import Verdict

COLUMNS = (
    Column("N°", 1),
    Column("Date et heure (UTC)", 2),
    Column("Geste", 2),
    Column("Objet", 3),
    Column("Version", 1),
    Column("Auteur", 3),
    Column("Pour le compte de", 3),
    Column("Détail", 4),
    Column("Empreinte", 4),
)
_ACTIONS = {
    "delegation.request": "Demande",
    "delegation.grant": "Accord direct",
    "delegation.invite": "Invitation",
    "delegation.approve": "Accord",
    "delegation.approve_first": "Premier accord",
    "delegation.refuse": "Refus",
    "delegation.withdraw": "Retrait",
    "delegation.suspend": "Suspension",
    "delegation.resume": "Rétablissement",
    "delegation.revoke": "Révocation",
    "delegation.plan_revocation": "Révocation à une date",
    "delegation.renew": "Prolongation",
    "delegation.transfer": "Transfert",
    "delegation.relinquish": "Renonciation",
    "delegation.supersede": "Remplacement",
    "delegation.start": "Prise d’effet",
    "delegation.lapse": "Demande sans réponse",
    "delegation.expire": "Échéance",
    "delegation.cease": "Extinction",
    "delegation.review_lapse": "Revue sans réponse",
    "delegation.warn": "Rappel d’échéance",
    "delegation.bind": "Compte activé",
    "terms.accepted": "Conditions acceptées",
    "member.joined": "Arrivée d’un membre",
    "member.leaving": "Départ prévu d’un membre",
    "member.ended": "Départ d’un membre",
    "firm.two_approvers": "Second accord, réglage du cabinet",
    "firm.review_on": "Date de la revue, réglage du cabinet",
    "firm.templates": "Modèles du cabinet",
    "absence.asked": "Suppléance demandée",
    "absence.named": "Suppléance confiée",
    "absence.started": "Début de suppléance",
    "absence.objected": "Opposition à une suppléance",
    "absence.withdrawn": "Demande de suppléance retirée",
    "absence.ended": "Fin de suppléance",
    "absence.standing": "Fin de suppléance, intéressé sorti",
    "review.opened": "Revue ouverte",
    "review.kept": "Droit conservé",
    "review.closed": "Revue close",
}


def action(code: str) -> str:
    """Name what was done; a code that this version does not know stays a code."""
    return _ACTIONS.get(code, code)


def cells(line: Mapping[str, object]) -> tuple[Cell, ...]:
    """Write one line of the register as a row."""
    number, version = line.get("number"), line.get("object_version")
    data = line.get("data")
    return (
        number if isinstance(number, int) else None,
        _moment(str(line.get("at") or "")),
        action(str(line.get("action") or "")),
        str(line.get("object_id") or ""),
        version if isinstance(version, int) else None,
        str(line.get("actor") or "le serveur"),
        str(line.get("acting_for") or ""),
        json.dumps(data, ensure_ascii=False, sort_keys=True) if data else "",
        str(line.get("digest") or ""),
    )


def worth(verdict: Verdict) -> str:
    """Say what the chain and its signature are worth."""
    if verdict.fault is not None:
        place = f"à la ligne {verdict.fault.line}" if verdict.fault.line else "à la fin"
        return f"La chaîne est rompue {place}. Conservez ce fichier et prévenez le service informatique."
    if verdict.signature == "refused":
        return "La chaîne tient, mais sa signature n’est pas celle du serveur."
    lines = wording.count(verdict.lines, "ligne")
    if verdict.signature == "unknown_key":
        return f"La chaîne tient ({lines}). La clé du serveur n’est pas connue de ce poste."
    return f"La chaîne et sa signature ont été vérifiées ({lines})."


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
    except ValueError:
        return text
