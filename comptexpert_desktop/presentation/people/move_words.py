"""A move in words: line by line what is kept, ends and is new, and what it comes to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.first_rights import is_high_risk
from comptexpert_desktop.domain.name_search import fold
from comptexpert_desktop.domain.person_move import Change
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations.identity_words import first_right_check
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.domain.person_move import Line, Steps
    from comptexpert_desktop.presentation.delegations.identity_words import GrantCheck
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.firm.move import Mover

TITLE = "Mutation d’une personne"
INTRO = (
    "Choisissez la personne, puis ce qu’elle fait désormais dans chaque cabinet. Ce qu’elle garde n’est pas interrompu."
)
ASK_PERSON = "Tapez un nom, puis choisissez la personne."
UNKNOWN = "Aucune personne de vos cabinets ne porte ce nom."
AS_BEFORE, LEAVES = "Comme aujourd’hui", "Quitte ce cabinet"
NO_RIGHT = "Aucun droit"
NOTHING = "Rien ne change. Choisissez un rôle ou un départ."
_BEFORE = "Rien n’est effectif avant la réponse du serveur."
RISKY = f"Risque élevé{NBSP}: cochez chaque ligne que vous avez lue."
_HEADS = {
    Change.ENDS: "Prend fin",
    Change.NARROWS: "Réduit",
    Change.GETS: "Nouveau",
    Change.KEEPS: "Gardé",
    Change.REFUSES: "Demande refusée",
}
_ORDER = tuple(_HEADS)
_WHY_NOT = {
    "DEL_DUPLICATE": "une demande ou un droit à venir de ce service attend, décidez-en d’abord",
    "DEL_SELF": "personne ne décide de ses propres droits",
    "DEL_NOT_GRANTOR": "seul l’expert-comptable désigné en décide",
    "OUTBOX_UNKNOWN": "une décision est déjà en route vers le serveur",
    "ALREADY_QUEUED": "cette décision est déjà enregistrée",
    "DEL_WRONG_STATUS": "son état ne le permet pas",
}


class Shown(NamedTuple):
    """A line as a list shows it."""

    id: str
    text: str
    is_offered: bool
    """Something would be done, and may be left out."""
    is_risky: bool
    """It wants a tick of its own."""


def shown(lines: Iterable[Line], *, last_day: date | None, labels: Labels) -> tuple[Shown, ...]:
    """Say each line: what ends and is new first, what stays last."""
    ordered = sorted(lines, key=lambda line: (not line.changes, _ORDER.index(line.change)))
    return tuple(
        Shown(line.id, _text(line, last_day=last_day, labels=labels), line.changes, _is_risky(line, labels=labels))
        for line in ordered
    )


def _text(line: Line, *, last_day: date | None, labels: Labels) -> str:
    rights = labels.rights(line.service, line.rights)
    if line.change is Change.NARROWS:
        rights = f"perd {rights}, garde {labels.rights(line.service, line.kept)}"
    head = f"{_HEADS[line.change]} · {labels.service(line.service)} · {rights}"
    facts = [line.firm.name, _when(line, last_day=last_day)]
    if _is_risky(line, labels=labels):
        facts.append("risque élevé")
    if line.why_not:
        facts.append(f"pas dans cette mutation{NBSP}: {_WHY_NOT.get(line.why_not, line.why_not)}")
    return f"{head}\n{' · '.join(fact for fact in facts if fact)}"


def _when(line: Line, *, last_day: date | None) -> str:
    if line.why_not or line.change is Change.REFUSES:
        return ""
    if line.change is Change.KEEPS:
        until = line.row.delegation.valid_until if line.row is not None else None
        return f"jusqu’au {wording.short_day(until)}" if until else ""
    if last_day is None:
        return "dès la réponse du serveur"
    evening = f"le {wording.short_day(last_day)} au soir"
    return f"après le {wording.short_day(last_day)}" if line.change is Change.GETS else evening


def cells(line: Line, *, last_day: date | None, labels: Labels) -> tuple[str, ...]:
    """Say a line in the columns of a record, once the server has answered."""
    rights = labels.rights(line.service, line.rights)
    if line.change is Change.NARROWS:
        rights = f"perd {rights}, garde {labels.rights(line.service, line.kept)}"
    when = _when(line, last_day=last_day) if last_day is not None else ""
    return _HEADS[line.change], labels.service(line.service), rights, when or "dès la réponse du serveur"


def _is_risky(line: Line, *, labels: Labels) -> bool:
    return line.change is Change.GETS and is_high_risk(line.service, line.rights, catalogue=labels.catalogue)


def summary(steps: Steps, *, last_day: date | None) -> str:
    """Say in a few sentences what a move comes to."""
    return f"{said} {_BEFORE}" if (said := summary_of_record(steps, last_day=last_day)) else NOTHING


def summary_of_record(steps: Steps, *, last_day: date | None) -> str:
    """Say it once the server has answered; nothing when nothing changes."""
    counts = Counter(line.change for line in steps.lines)
    parts = [
        wording.count(counts[change], one, many=many)
        for change, one, many in (
            (Change.ENDS, "droit prend fin", "droits prennent fin"),
            (Change.NARROWS, "droit est réduit", "droits sont réduits"),
            (Change.GETS, "droit est nouveau", "droits sont nouveaux"),
            (Change.REFUSES, "demande est refusée", "demandes sont refusées"),
        )
        if counts[change]
    ]
    if not parts:
        return ""
    when = f" Le changement se fait le {wording.day(last_day)} au soir." if last_day is not None else ""
    out = " La personne ne fait plus partie du cabinet quitté." if steps.departures else ""
    return f"{wording.joined(parts)}.{when}{out}"


def action(steps: Steps) -> str:
    """Name the button."""
    return f"Enregistrer la mutation ({wording.number(len(steps.lines))})" if steps.lines else "Enregistrer la mutation"


def named(party: Party) -> str:
    """Write « Prénom NOM (identifiant) », for a list to choose from."""
    return f"{party.display_name} ({party.login_id})" if party.login_id else party.display_name


def check(steps: Steps, *, mover: Mover, labels: Labels) -> GrantCheck | None:
    """Return what to ask before the first right of high risk that a cabinet gives the person."""
    for place in mover.places:
        given = [line for line in steps.lines if line.change is Change.GETS and line.firm.id == place.firm.id]
        held = [row.delegation for row in place.rows]
        found = first_right_check(given, held=held, who=_known_as(mover.person), labels=labels)
        if found is not None:
            return found
    return None


def _known_as(person: Party) -> str:
    return person.login_id or person.display_name


def risky_ids(lines: Iterable[Shown]) -> Collection[str]:
    """Name what wants a tick of its own."""
    return frozenset(one.id for one in lines if one.is_risky and one.is_offered)


def offered(lines: Sequence[Shown]) -> bool:
    """Tell whether anything would change."""
    return any(one.is_offered for one in lines)


def matching(people: Iterable[Party], *, text: str) -> tuple[Party, ...]:
    """Return those of whom a name or the identifiant begins with each word that was typed."""
    typed = fold(text)
    found = []
    for one in people:
        words = fold(f"{one.surname} {one.given_name} {one.login_id}")
        if all(any(word.startswith(part) for word in words) for part in typed):
            found.append(one)
    return tuple(found)
