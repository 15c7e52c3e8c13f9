"""Documents that the application writes of a register, a review,, a departure and an attestation."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain import register
from comptexpert_desktop.domain.attestation import Drawn, DrawnPart
from comptexpert_desktop.domain.delegation import Action, DelegationRow, Role
from comptexpert_desktop.domain.documents import read_me
from comptexpert_desktop.domain.register import Head
from comptexpert_desktop.domain.review_documents import read_review_page
from comptexpert_desktop.presentation.delegations import departure_paper
from comptexpert_desktop.presentation.documents import attestation_paper
from comptexpert_desktop.presentation.documents.order import Form, Order, What
from comptexpert_desktop.presentation.reviews import report
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.documents import pdf, writers
from comptexpert_desktop.usecases.delegations.bulk import Plan
from comptexpert_desktop.usecases.documents import table_text
from comptexpert_desktop.usecases.documents.register import Export, Verdict
from comptexpert_desktop.usecases.firm.departure import Departure, Leaving
from tests.desktop.canaries.files import (
    NOW,
    TEXTS_OF_A_LINE,
    labels_of,
    page_text,
    table_texts,
    texts_in,
    workbook_texts,
)
from tests.desktop.usecases.test_attestation import STATEMENT, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.canaries.window import World

CODE = tuple("10" * 12 + "1" for _ in range(25))


# -- The register -----------------------------------------------------------------------------------


def _register(world: World, form: Form) -> bytes:
    """Write the register of one line that the server handed over, in a form."""
    line = world.document("RegisterLine", RegisterLine__data={})
    line["data"] = {"service": "jesignexpert", "rights": ["sign"], "said": {"reason": "", "note": ""}}
    texts = {str(line["number"]): {name: world.document("RegisterText") for name in TEXTS_OF_A_LINE}}
    content = json.dumps({"events": [line], "texts": texts, "end": world.document("RegisterEnd")}, ensure_ascii=False)
    verdict = Verdict(firm="", lines=1, fault=None, signature="verified", head=Head(1, "", ""))
    found = Export(content.encode(), register.read(content), verdict)
    written = writers.write_register(
        found, order=Order(What.REGISTER, form), now=NOW, progress=Progress(), labels=labels_of(world)
    )
    assert written is not None
    return written


def register_as_table(world: World) -> Iterator[str]:
    """List the cells of the table; what a line says of its own, and the end, are JSON in one cell."""
    for cell in table_texts(_register(world, Form.CSV)):
        try:
            yield from texts_in(json.loads(cell))
        except ValueError:
            yield cell


def register_as_workbook(world: World) -> Iterator[str]:
    yield from workbook_texts(_register(world, Form.XLSX), cells=5)


def register_as_document(world: World) -> Iterator[str]:
    yield page_text(_register(world, Form.PDF))


def register_as_data(world: World) -> Iterator[str]:
    yield from texts_in(json.loads(_register(world, Form.JSON)))


# -- A review, a departure, an attestation ---------------------------------------------------------------


def _review(world: World) -> dict[str, Any]:
    page = read_review_page(world.document("ReviewOut", DelegationOut__status="ACTIVE"))
    return {"page": page, "chosen": {}, "firm": read_me(world.document("MeOut")).firms[0], "labels": labels_of(world)}


def review_as_table(world: World) -> Iterator[str]:
    yield from table_texts(table_text.content(report.sheet(**_review(world))))


def review_as_document(world: World) -> Iterator[str]:
    yield page_text(pdf.content(report.paper(**_review(world), now=NOW)))


def departure(world: World) -> Iterator[str]:
    one = world.delegation(1, DelegationOut__status="ACTIVE")
    row = DelegationRow(delegation=one, role=Role.GRANTOR, intent=None)
    revoked, refused = Plan(Action.REVOKE, (row,), Counter(), 0), Plan(Action.REFUSE, (), Counter(), 0)
    agreed = Departure(one.grantee, one.firm, revoked, refused)
    paper = departure_paper.paper((agreed,), Leaving(), labels=labels_of(world), my_name="Claire AUBIER", now=NOW)
    yield page_text(pdf.content(paper))


def attestation(world: World) -> Iterator[str]:
    yield page_text(pdf.content(attestation_paper.paper(an_attestation(world), labels=labels_of(world))))


def an_attestation(world: World) -> Drawn:
    """Make an attestation in two parts whose every name is the text: what is sealed is what its pages say."""
    text = world.text("AttestationOut.sealed")
    said = STATEMENT | {"firm": {"siren": "732829320", "name": text}, "person": {"name": text, "login_id": text}}
    first, second = (
        sealed(
            said
            | {
                "rights": [
                    {"service": "jesignexpert", "right": "sign", "by": by, "until": "2027-05-01", "effective": True}
                ],
                "part": {"number": number, "of": 2, "total": 2},
            }
        )
        for number, by in enumerate((text, world.text("AttestationPartOut.sealed")), start=1)
    )
    return Drawn(first, CODE, (DrawnPart(second, CODE),))


PAPERS = {
    "register CSV": register_as_table,
    "register XLSX": register_as_workbook,
    "register PDF": register_as_document,
    "register JSON": register_as_data,
    "review CSV": review_as_table,
    "review PDF": review_as_document,
    "departure PDF": departure,
    "attestation PDF": attestation,
}
