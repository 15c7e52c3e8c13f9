"""The record of a move, for the file: who, what ended, what was given and kept, decided by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.report import Paper, Paragraph, Table
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.people import move_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from comptexpert_desktop.domain.person_move import Steps
    from comptexpert_desktop.usecases.firm.move import Mover

_HEADER = ("Ce qui est décidé", "Service", "Droits", "Quand")
_SHARES = (2, 3, 4, 3)
_NOTE = (
    "Le serveur a répondu à chacune de ces décisions. Le registre des délégations de chaque cabinet, exporté et "
    "vérifié, prouve ce qui a pris effet et quand."
)


def record(mover: Mover, steps: Steps, *, last_day: date | None, now: datetime) -> tuple[Paper, str]:
    """Write the record of what the server answered, and suggest a name for its file."""
    person, labels = mover.person, Labels(mover.catalogue)
    login = f" ({person.login_id})" if person.login_id else ""
    parts: list[Paragraph | Table] = [
        Paragraph(f"Personne\u00a0: {person.display_name}{login}", "strong"),
        Paragraph(f"Décidé par\u00a0: {mover.me.display_name}"),
        Paragraph(move_words.summary_of_record(steps, last_day=last_day)),
    ]
    for place in mover.places:
        rows = [
            move_words.cells(line, last_day=last_day, labels=labels)
            for line in steps.lines
            if line.firm.id == place.firm.id
        ]
        if rows:
            parts += [
                Paragraph(f"{place.firm.name}, SIREN\u00a0{place.firm.siren}", "heading"),
                Table(_HEADER, rows, _SHARES),
            ]
    parts.append(Paragraph(_NOTE, "note"))
    day = wording.day(wording.local_day(now))
    title = f"Mutation {wording.of(person.display_name)}"
    intro = f"Établi le {day}, après la réponse du serveur à chaque décision"
    return Paper(title, intro, tuple(parts), foot=f"Comptexpert, le {day}", is_wide=True), _file_name(mover, now=now)


def _file_name(mover: Mover, *, now: datetime) -> str:
    name = "-".join(mover.person.surname.lower().split()) or "collaborateur"
    kept = "".join(letter for letter in name if letter.isalnum() or letter == "-")
    return f"mutation-{kept}-{wording.local_day(now).isoformat()}.pdf"
