"""One person on one page, to print: their rights on a day, what happened last, and what vouches for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.report import Paper, Paragraph, Table
from comptexpert_desktop.domain.timestamps import from_text
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.documents import register_sentences
from comptexpert_desktop.presentation.people import words
from comptexpert_desktop.presentation.wording import NBSP
from comptexpert_desktop.usecases.documents import person

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_desktop.domain.who_can import Holding
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.documents.person import Held, Story

LAST_EVENTS = 10
"""As many as leave the rights of a usual person on the same page."""
_RIGHTS = ("Cabinet", "Service et droit", "État ce jour", "Jusqu’au", "Accordé par")
_RIGHTS_SHARES = (3, 5, 4, 2, 3)
_EVENTS = ("Le", "Cabinet", "Ce qui s’est passé")
_EVENTS_SHARES = (2, 3, 9)


def paper(held: Held, *, story: Story | None, labels: Labels, now: datetime) -> Paper:
    """Write the page of the day of the story; of today without one, as the server last told it."""
    day = held.day if story is None else story.day
    holdings = held.holdings if story is None else story.holdings
    party = held.person
    parts: list[Paragraph | Table] = [
        Paragraph(words.source_now(held, now=now) if story is None else words.source_past(story), "strong"),
        Table(_RIGHTS, [_right(one, held=held, labels=labels) for one in holdings], _RIGHTS_SHARES)
        if holdings
        else Paragraph(words.NO_RIGHT),
    ]
    if story is not None and story.events:
        shown = story.events[:LAST_EVENTS]
        rows = [
            (
                wording.short_day(day_in_france(from_text(str(one.line["at"])))),
                _firm(held, one.firm_id),
                register_sentences.sentence(one.line, said=one.said, labels=labels),
            )
            for one in shown
        ]
        left = len(story.events) - len(shown)
        parts += [Paragraph("Ce qui s’est passé", "heading"), Table(_EVENTS, rows, _EVENTS_SHARES)]
        if left:
            before = wording.count(left, "ligne plus ancienne se lit", many="lignes plus anciennes se lisent")
            parts.append(Paragraph(f"{before} dans le registre.", "note"))
    parts.append(Paragraph(_NOTE if story is not None else _NOTE_NOW, "note"))
    made = f"{wording.day(wording.local_day(now))} à {wording.clock_time(now)}"
    title = f"Droits de {party.display_name} au {wording.day(day)}"
    return Paper(
        title, f"{words.who(party)} · établi le {made}".lstrip(" ·"), tuple(parts), foot=f"Comptexpert · {made}"
    )


def file_name(held: Held, *, day: date) -> str:
    """Suggest a name for the file."""
    name = "-".join(held.person.surname.lower().split()) or "personne"
    kept = "".join(letter for letter in name if letter.isalnum() or letter == "-")
    return f"droits-{kept}-{day.isoformat()}.pdf"


def _right(one: Holding, *, held: Held, labels: Labels) -> tuple[str, ...]:
    line = words.held_lines([one], known=held.known, labels=labels)[0]
    return (_firm(held, one.firm_id), line.title, line.look.word, wording.short_day(one.valid_until), one.grantor)


def _firm(held: Held, firm_id: str) -> str:
    firm = person.firm_of(held.known, firm_id)
    return firm.name if firm else ""


_NOTE = (
    f"Relu ligne par ligne dans le registre de chaque cabinet, dont la chaîne et la signature ont été vérifiées sur ce "
    f"poste. La preuve est l’export JSON du registre{NBSP}; une attestation signée se demande sur la page du cabinet."
)
_NOTE_NOW = "D’après la dernière synchronisation. Le registre du cabinet, exporté et vérifié, fait preuve."
