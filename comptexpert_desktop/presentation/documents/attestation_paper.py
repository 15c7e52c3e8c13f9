"""An attestation on paper: who may do what for which cabinet on a day, and the code by which anybody checks it.

One page as long as a code holds all rights; else a page a part, each with the code of what it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.attestation import read
from comptexpert_desktop.domain.report import Code, PageBreak, Paper, Paragraph, Table
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from comptexpert_desktop.domain.attestation import AttestedPart, Drawn, Statement
    from comptexpert_desktop.presentation.labels import Labels

_HEADER = ("Service", "Droit", "État ce jour", "Jusqu’au", "Accordé par")
_SHARES = (3, 4, 2, 2, 3)
HOW = (
    "Pour vérifier cette attestation sans réseau\u00a0: lisez le code avec un téléphone, enregistrez le texte dans un "
    "fichier, puis lancez «\u00a0comptexpert-desktop verify-register\u00a0» sur ce fichier. Un seul mot changé "
    "fait échouer la vérification."
)
CODE = f"Code QR{NBSP}: porte l’attestation sous la forme d’un texte, qui se vérifie sans réseau."
HOW_PARTS = (
    "Chaque partie a son code, qui porte les droits de cette partie. Les textes de plusieurs codes se vérifient aussi "
    "ensemble, dans un seul fichier."
)


def paper(drawn: Drawn, *, labels: Labels) -> Paper:
    """Write the pages; raises ValueError when a line is no attestation."""
    said = read(drawn.sealed).statement
    title, cabinet = f"Attestation du {wording.day(said.on)}", f"{said.firm.name}, SIREN{NBSP}{said.firm.siren}"
    parts: list[Paragraph | Table | Code | PageBreak] = []
    before = 0
    for one in drawn.parts:
        statement = read(one.sealed).statement
        if parts:
            parts += [PageBreak(), Paragraph(f"{title} (suite)", "heading"), Paragraph(cabinet, "note")]
        parts += _stated(statement, qr=one.qr, before=before, labels=labels)
        before += len(statement.rights)
    foot = f"Comptexpert, attestation du {wording.day(said.on)}, SIREN{NBSP}{said.firm.siren}"
    return Paper(title, cabinet, tuple(parts), foot=foot)


def file_name(drawn: Drawn) -> str:
    """Suggest a name for the file."""
    said = read(drawn.sealed).statement
    kept = "".join(letter for letter in said.person.login_id if letter.isalnum() or letter in "-_")
    return f"attestation-{kept}-{said.on.isoformat()}.pdf"


def _stated(
    said: Statement, *, qr: tuple[str, ...], before: int, labels: Labels
) -> list[Paragraph | Table | Code | PageBreak]:
    count = wording.number(said.register.count)
    rows = [
        (
            labels.service(one.service),
            labels.right(one.service, one.right),
            "effectif" if one.effective else "pas effectif",
            wording.short_day(one.until),
            one.by,
        )
        for one in said.rights
    ]
    which = [] if said.part is None else [Paragraph(_which(said.part, before=before, here=len(rows)))]
    return [
        Paragraph(_who(said), "strong"),
        *which,
        Table(_HEADER, rows, _SHARES),
        Code(qr, CODE),
        Paragraph(HOW if said.part is None else f"{HOW} {HOW_PARTS}", "note"),
        Paragraph(f"Registre du cabinet{NBSP}: ligne {count}, empreinte {said.register.head[:16]}…", "note"),
    ]


def _who(said: Statement) -> str:
    person, firm = said.person, said.firm
    return f"Le {wording.day(said.on)}, {person.name} ({person.login_id}) a ces droits pour {firm.name}{NBSP}:"


def _which(part: AttestedPart, *, before: int, here: int) -> str:
    first, last, total = wording.number(before + 1), wording.number(before + here), wording.number(part.total)
    rights = f"droit {first}" if here == 1 else f"droits {first} à {last}"
    return (
        f"Partie {wording.number(part.number)} sur {wording.number(part.of)}{NBSP}: {rights} sur {total}. "
        "L’attestation entière est faite de toutes ses parties."
    )
