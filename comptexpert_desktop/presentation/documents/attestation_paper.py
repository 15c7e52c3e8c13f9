"""An attestation on one page: who may do what for which cabinet today, and the code by which anybody checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.attestation import read
from comptexpert_desktop.domain.report import Code, Paper, Paragraph, Table
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from comptexpert_desktop.domain.attestation import Drawn, Statement
    from comptexpert_desktop.presentation.labels import Labels

_HEADER = ("Service", "Droit", "État ce jour", "Jusqu’au", "Accordé par")
_SHARES = (3, 4, 2, 2, 3)
HOW = (
    "Pour vérifier cette attestation sans réseau\u00a0: lisez le code avec un téléphone, enregistrez le texte dans un "
    "fichier, puis lancez «\u00a0comptexpert-desktop verify-register\u00a0» sur ce fichier. Un seul mot changé "
    "fait échouer la vérification."
)


def paper(drawn: Drawn, *, labels: Labels) -> Paper:
    """Write the page; raises ValueError when the line is no attestation."""
    said = read(drawn.sealed).statement
    day, count = wording.day(said.on), wording.number(said.register.count)
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
    parts: tuple[Paragraph | Table | Code, ...] = (
        Paragraph(_who(said), "strong"),
        Table(_HEADER, rows, _SHARES),
        Code(drawn.qr),
        Paragraph(HOW, "note"),
        Paragraph(f"Registre du cabinet{NBSP}: ligne {count}, empreinte {said.register.head[:16]}…", "note"),
    )
    title = f"Attestation du {day}"
    return Paper(title, f"{said.firm.name}, SIREN{NBSP}{said.firm.siren}", parts, foot=f"Comptexpert, le {day}")


def file_name(drawn: Drawn) -> str:
    """Suggest a name for the file."""
    said = read(drawn.sealed).statement
    kept = "".join(letter for letter in said.person.login_id if letter.isalnum() or letter in "-_")
    return f"attestation-{kept}-{said.on.isoformat()}.pdf"


def _who(said: Statement) -> str:
    person, firm = said.person, said.firm
    return f"Le {wording.day(said.on)}, {person.name} ({person.login_id}) a ces droits pour {firm.name}{NBSP}:"
