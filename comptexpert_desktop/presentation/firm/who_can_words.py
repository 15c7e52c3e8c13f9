"""What « Qui pouvait quoi » says: a line a right, and where the answer comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.firm.words import Look
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.who_can import Holding
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.documents.who_can import Answer

_WORKS = Look("check-circle", "Effectif", "success")
_LACKS = "Pas effectif"
_MISSING = {
    "DEL_CERT_REQUIRED": "certificat personnel absent",
    "DEL_TERMS": "conditions du service non acceptées",
    "DEL_SERVICE_CLOSED": "service fermé",
    "DEL_SCHEDULED": "premier jour à venir",
    "DEL_SUSPENDED": "suspendu",
    "DEL_ENDED": "dernier jour passé",
    "REG_STRUCK_OFF": "personne non inscrite ce jour-là",
    "PROFILE_EXCLUDED": "profil sans accès à ce service",
    "REGISTER_SAYS_NOT": "le registre de ce jour ne le dit pas",
}
HINT = (
    "Pour un jour passé, la réponse est relue dans le registre du cabinet, ligne par ligne, après vérification sur ce "
    "poste. Pour aujourd’hui, elle vient du dernier échange avec le serveur."
)


class RightLine(NamedTuple):
    """One right of one person, in words."""

    title: str
    lines: list[str]
    look: Look


def line_of(holding: Holding, *, labels: Labels) -> RightLine:
    """Say what somebody may do, by whom and until when, or what keeps it from working."""
    until = f", jusqu’au {wording.day(holding.valid_until)}" if holding.valid_until else ""
    rights = labels.rights(holding.service, (holding.right,))
    lines = [f"{labels.service(holding.service)} · {rights}", f"Accordé par {holding.grantor}{until}"]
    if holding.is_effective:
        return RightLine(holding.person, lines, _WORKS)
    why = wording.joined([_MISSING.get(code, code) for code in holding.missing])
    return RightLine(
        holding.person, lines, Look("alert-circle", f"{_LACKS}{NBSP}: {why}" if why else _LACKS, "warning")
    )


def source(answer: Answer, *, now: datetime) -> str:
    """Say where the answer comes from, and how many rights it has."""
    rights = wording.count(len(answer.holdings), "droit")
    day = wording.day(answer.day)
    if answer.verdicts:
        lines = wording.count(sum(one.lines for one in answer.verdicts), "ligne")
        return f"Au soir du {day}{NBSP}: {rights}. Registre vérifié, {lines}."
    when = f" ({wording.moment(answer.as_of, now=now)})" if answer.as_of else ""
    return f"Aujourd’hui, {day}{NBSP}: {rights}, d’après le dernier échange avec le serveur{when}."
