"""The page of a person in words: their rights by cabinet on a day, and what happened until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.timestamps import from_text
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.documents import register_sentences
from comptexpert_desktop.presentation.firm import who_can_words
from comptexpert_desktop.presentation.wording import NBSP
from comptexpert_desktop.usecases.documents import person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import Party
    from comptexpert_desktop.domain.who_can import Holding
    from comptexpert_desktop.presentation.firm.words import Look
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.documents.person import Event, Held, Story
    from comptexpert_desktop.usecases.documents.who_can import Known

NO_RIGHT = "Aucun droit par délégation ce jour-là, dans aucun de vos cabinets."
NO_EVENT = "Le registre ne dit rien de cette personne jusqu’à ce jour."
NOT_READ = "L’historique se lit dans le registre du cabinet, sur le serveur."
UNKNOWN = "Cette personne n’a ni droit ni demande dans vos cabinets."
NO_ACCOUNT = "cette personne n’a pas encore de Comptexpert."


class HeldLine(NamedTuple):
    """One right of the person."""

    title: str
    lines: list[str]
    look: Look


class EventLine(NamedTuple):
    """Something that happened."""

    title: str
    lines: list[str]


def who(party: Party) -> str:
    """Say which account a name stands for."""
    return f"Identifiant{NBSP}: {party.login_id}" if party.login_id else ""


def held_lines(holdings: Iterable[Holding], *, known: Known, labels: Labels) -> list[HeldLine]:
    """Say each right, by cabinet."""
    found = []
    for one in holdings:
        line = who_can_words.line_of(one, labels=labels)
        firm = person.firm_of(known, one.firm_id)
        said, *others = line.lines
        found.append(HeldLine(said, [firm.name if firm else "", *others], line.look))
    return found


def event_lines(events: Iterable[Event], *, known: Known, labels: Labels) -> list[EventLine]:
    """Say what happened, the latest first."""
    found = []
    for one in events:
        firm = person.firm_of(known, one.firm_id)
        said = register_sentences.sentence(one.line, said=one.said, labels=labels)
        why = register_sentences.why(one.line, said=one.said)
        moment = from_text(str(one.line["at"]))
        when = f"{wording.day(day_in_france(moment))}, {wording.clock_time(moment)}"
        found.append(EventLine(f"{when} · {firm.name if firm else ''}".rstrip(" ·"), [said, why]))
    return found


def source_now(found: Held, *, now: datetime) -> str:
    """Say where today's rights come from, and how many there are."""
    when = f" ({wording.moment(found.as_of, now=now)})" if found.as_of else ""
    rights = wording.count(len(found.holdings), "droit")
    return f"Aujourd’hui, {wording.day(found.day)}{NBSP}: {rights}, d’après la dernière synchronisation{when}."


def source_past(story: Story) -> str:
    """Say of which day the page is, and that it was verified."""
    rights = wording.count(len(story.holdings), "droit")
    return f"Au soir du {wording.day(story.day)}{NBSP}: {rights}. {worth(story)}"


def worth(story: Story) -> str:
    """Say what was verified."""
    lines = wording.count(sum(one.lines for one in story.verdicts), "ligne")
    many = wording.count(len(story.verdicts), "registre vérifié", many="registres vérifiés")
    return f"{many}, {lines}."
