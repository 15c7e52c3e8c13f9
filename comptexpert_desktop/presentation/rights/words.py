"""How the board of rights is worded: a cell, who has a right, and what mends what is missing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.rights_board import Standing
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.rights_board import Board, BoardRight, Cell
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.presentation.tone import Tone

RISKS = ("high", "medium", "low")


class Mend(StrEnum):
    """What a button does about a missing piece."""

    TERMS = "terms"
    RESUME = "resume"
    RENEW = "renew"
    WRITE = "write"
    CASE = "case"
    APPROVE = "approve"


class Piece(NamedTuple):
    """Something that is missing: the sentence, the act that mends it and the words of its button."""

    text: str
    mend: Mend
    label: str
    code: str = ""


class CellWord(NamedTuple):
    """A cell as a word, an icon and a tone."""

    word: str
    icon: str
    tone: Tone


_CELLS = {
    Standing.CAN: CellWord("Peut", "check-circle", "success"),
    Standing.LACKS: CellWord("Accordé, incomplet", "alert-triangle", "warning"),
    Standing.ASKED: CellWord("Demandé", "question", "info"),
}
_MENDS = {
    "DEL_TERMS": (Mend.TERMS, "Accepter les conditions"),
    "DEL_SUSPENDED": (Mend.RESUME, "Rétablir"),
    "DEL_ENDED": (Mend.RENEW, "Prolonger"),
    "DEL_SCHEDULED": (Mend.CASE, "Voir le dossier"),
}
_SENTENCES = {
    "DEL_SUSPENDED": "Ce droit est suspendu.",
    "DEL_ENDED": "Sa date de fin est passée.",
    "DEL_SCHEDULED": "Il prendra effet à sa date de début.",
}


def cell(found: Cell | None, *, today: date) -> str:
    """Word a cell of the board."""
    if found is None:
        return "—"
    word = _CELLS[found.standing].word
    if found.standing is Standing.CAN and found.valid_until is not None:
        left = (found.valid_until - today).days
        word = f"{word}, fin le {wording.short_day(found.valid_until)}" if left <= words.SOON_DAYS else word
    return f"{word} · {words.intent_title(found.intent)}" if found.intent else word


def look(found: Cell | None) -> CellWord | None:
    """Return how a cell looks."""
    return None if found is None else _CELLS[found.standing]


def right_title(right: BoardRight, *, labels: Labels) -> str:
    """Name a right and its service."""
    return f"{labels.right(right.service, right.right)} ({labels.service(right.service)})"


def ordered(found: Board, *, labels: Labels) -> tuple[BoardRight, ...]:
    """Order the rights of a board: what engages the cabinet most comes first."""

    def weight(right: BoardRight) -> tuple[int, bool, str]:
        known = labels.find(right.service, right.right)
        risk = known.risk if known is not None and known.risk in RISKS else "high"
        return RISKS.index(risk), right.right != "sign", right_title(right, labels=labels)

    return tuple(sorted(found.rights, key=weight))


def who(found: Board, right: BoardRight, *, labels: Labels) -> str:
    """Say who may use a right by delegation, who lacks something, who asked, and that nobody else does."""
    title = wording.quoted(right_title(right, labels=labels))
    able = [person.name for person in found.people_at(right, Standing.CAN)]
    lacking = [person.name for person in found.people_at(right, Standing.LACKS)]
    asking = [person.name for person in found.people_at(right, Standing.ASKED)]
    if able:
        verb = "peuvent" if len(able) > 1 else "peut"
        said = [
            f"{title}{wording.NBSP}: {wording.joined(able)} le {verb}. Par délégation, personne d’autre ne le peut."
        ]
    else:
        said = [f"{title}{wording.NBSP}: par délégation, personne ne le peut."]
    if lacking:
        said.append(f"Accordé, mais il manque quelque chose{wording.NBSP}: {wording.joined(lacking)}.")
    if asking:
        said.append(f"Demandé, sans réponse encore{wording.NBSP}: {wording.joined(asking)}.")
    return " ".join(said)


def pieces(found: Cell) -> tuple[Piece, ...]:
    """List what is missing of a cell, each with what mends it."""
    if found.standing is Standing.ASKED:
        return (Piece("Cette demande attend une décision.", Mend.APPROVE, "Approuver"),)
    made = []
    for code in found.missing:
        mend, label = _MENDS.get(code, (Mend.WRITE, "Qui peut débloquer\u00a0?"))
        made.append(Piece(_SENTENCES.get(code) or words.missing(code), mend, label, code))
    return tuple(made)


def state(found: Cell) -> str:
    """Say in one sentence what a person has of a right."""
    if found.standing is Standing.CAN:
        until = f" jusqu’au {wording.day(found.valid_until)}" if found.valid_until else ""
        return f"Peut s’en servir{until}."
    if found.standing is Standing.LACKS:
        return "Accordé, mais pas encore utilisable."
    return "Demandé."


def source(as_of: str) -> str:
    """Say where the board comes from."""
    said = f"D’après le dernier échange avec le serveur, {as_of}." if as_of else "Aucun échange avec le serveur encore."
    return f"{said} Les experts-comptables du cabinet agissent aussi en leur propre nom, sans délégation."


def waiting(found: Cell) -> str:
    """Say what was decided here and has not reached the server; empty when nothing was."""
    return f"{words.intent_title(found.intent)}." if found.intent else ""
