"""The record of a departure, for the file: who leaves, what ends, when, decided by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.report import Paper, Paragraph, Table
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import handover_words, words
from comptexpert_desktop.presentation.delegations.departure_words import consequence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.domain.handover import Handed
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.firm.departure import Departure, Leaving

_HEADER = ("Service et droits", "État", "Fin prévue", "Délégant", "Ce qui est décidé")
_NOTE = (
    "Le serveur a répondu à chacune de ces décisions. Le registre des délégations de chaque cabinet, exporté et "
    "vérifié, prouve ce qui a pris effet et quand."
)
_SHARES = (4, 2, 2, 3, 3)


def paper(
    agreed: Sequence[Departure],
    leaving: Leaving,
    *,
    labels: Labels,
    my_name: str,
    now: datetime,
    given: Sequence[Handed] = (),
) -> Paper:
    """Write the record of what the server answered; it says plainly that the register of a cabinet is the proof."""
    person = agreed[0].person
    login = f" ({person.login_id})" if person.login_id and person.login_id != person.display_name else ""
    parts: list[Paragraph | Table] = [
        Paragraph(f"Personne\u00a0: {person.display_name}{login}", "strong"),
        Paragraph(f"Décidé par\u00a0: {my_name}"),
    ]
    for one in agreed:
        rows = [_row(row, leaving=leaving, labels=labels, refused=False) for row in one.revoked.rows]
        rows += [_row(row, leaving=leaving, labels=labels, refused=True) for row in one.refused.rows]
        parts += [
            Paragraph(f"{one.firm.name}, SIREN\u00a0{one.firm.siren}", "heading"),
            Paragraph(consequence([one], leaving)),
            Table(_HEADER, rows, _SHARES),
            *(Paragraph(said) for said in handover_words.entrusted(given, labels=labels, firm_id=one.firm.id)),
        ]
    parts.append(Paragraph(_NOTE, "note"))
    day = wording.day(wording.local_day(now))
    title = f"Départ de {person.display_name}"
    return Paper(
        title,
        f"Établi le {day}, après la réponse du serveur à chaque décision",
        tuple(parts),
        foot=f"Comptexpert, le {day}",
        is_wide=True,
    )


def file_name(agreed: Departure, *, now: datetime) -> str:
    """Suggest a name for the file."""
    name = "-".join(agreed.person.surname.lower().split()) or "collaborateur"
    kept = "".join(letter for letter in name if letter.isalnum() or letter == "-")
    return f"depart-{kept}-{wording.local_day(now).isoformat()}.pdf"


def _row(row: DelegationRow, *, leaving: Leaving, labels: Labels, refused: bool) -> tuple[str, ...]:
    one = row.delegation
    if refused:
        decided = "Demande refusée"
    elif leaving.last_day is None:
        decided = "Révocation immédiate"
    else:
        decided = f"Fin le {wording.day(leaving.last_day)} au soir"
        decided += ", suspension immédiate" if leaving.suspends and one.effective else ""
    return (
        labels.service_and_rights(one),
        words.server_state(one, role=row.role).word,
        wording.short_day(one.valid_until),
        one.grantor.display_name,
        decided,
    )
