"""The table field × output: each canary in each text arrives as itself where it is shown, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comptexpert_server.mail import outgoing
from comptexpert_server.registry.import_lines import COLUMNS
from comptexpert_server.web.rates import Throttle
from tests.canaries import document, text_fields
from tests.server.api import test_canaries as refused
from tests.server.canaries import reading, writing

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

CASE = {
    "GET /api/v1/delegations",
    "GET /api/v1/delegations/{delegation_id}",
    "GET /api/v1/sync",
    "GET /api/v1/me/data",
    "mail delegation",
    "mail delegation in HTML",
}
DECIDED = CASE | {"GET /api/v1/register"}
REVIEWED = {"GET /api/v1/firms/{firm_id}/reviews/{review_id}"}
FIRM = {"GET /api/v1/firms/{firm_id}"}
ENTRY = {
    "GET /api/v1/registry/entries/{entry_id}",
    "POST /api/v1/registry/lookup",
    "POST /api/v1/registry/search",
    "desk registry.registryentry",
    "snapshot",
}
IDENTITY = {"GET /api/v1/delegations/{delegation_id}/identity"}
NAMED = (CASE - {"GET /api/v1/me/data"}) | ENTRY | IDENTITY | {"POST /api/v1/delegations"}
RENAMED = (
    {name for name in CASE if name.startswith("GET")}
    | IDENTITY
    | FIRM
    | REVIEWED
    | {"GET /api/v1/me", "PATCH /api/v1/me", "desk desk.certificateholder"}
    | {"mail delegation", "mail delegation in HTML"}
)
"""Where somebody who corrected their name is named; the register keeps the name of the day."""
DECIDE = writing.DECIDE
SHOWN: dict[str, set[str]] = {
    "POST /api/v1/delegations reason": DECIDED | REVIEWED | {"POST /api/v1/delegations", DECIDE + "approve"},
    "POST /api/v1/delegations/decisions items.*.note": DECIDED | REVIEWED | {"POST /api/v1/delegations/decisions"},
    DECIDE + "approve note": DECIDED | REVIEWED | {DECIDE + "approve"},
    DECIDE + "refuse note": DECIDED | {DECIDE + "refuse"},
    DECIDE + "withdraw note": set(),
    DECIDE + "transfer note": DECIDED | {DECIDE + "transfer"},
    DECIDE + "suspend note": DECIDED | REVIEWED | {DECIDE + "suspend"},
    DECIDE + "resume note": DECIDED | REVIEWED | {DECIDE + "resume"},
    DECIDE + "revoke note": DECIDED | {DECIDE + "revoke"},
    DECIDE + "relinquish note": set(),
    DECIDE + "prolong note": DECIDED | {DECIDE + "prolong"},
    DECIDE + "narrow note": DECIDED | REVIEWED | {DECIDE + "narrow"},
    DECIDE + "broaden note": DECIDED | {DECIDE + "broaden"},
    DECIDE + "edit note": DECIDED | {DECIDE + "edit"},
    "POST /api/v1/delegations/imports text/csv": DECIDED | REVIEWED | {"POST /api/v1/delegations/imports"},
    "POST /api/v1/delegations/imports/parts text/csv": DECIDED | REVIEWED,
    "POST /api/v1/firms/{firm_id}/absences reason": FIRM
    | {"POST /api/v1/firms/{firm_id}/absences", "mail cabinet", "mail cabinet in HTML", "pages of a cabinet"},
    "PATCH /api/v1/firms/{firm_id} templates.*.name": FIRM | {"PATCH /api/v1/firms/{firm_id}"},
    "PATCH /api/v1/firms/{firm_id} templates.*.description": FIRM | {"PATCH /api/v1/firms/{firm_id}"},
    "PATCH /api/v1/me given_name": RENAMED,
    "PATCH /api/v1/me surname": RENAMED,
    "POST /api/v1/escalations message": {"desk desk.escalation"},
    "POST /api/v1/signups given_name": {"pages of links"},
    "POST /api/v1/signups surname": {"pages of links"},
    "POST /api/v1/signups firm_hint": set(),
    "POST /api/v1/signups agc.name": set(),
    "desk answer": {"desk desk.escalation", "GET /api/v1/escalations/{escalation_id}"},
    "desk reason": {"desk registry.registryentry"},
    "import surname": NAMED,
    "import given_name": NAMED,
    "import town": ENTRY,
    "import postal_code": {"desk registry.registryentry", "snapshot"},
    "import firms": (CASE - {"GET /api/v1/me/data"})
    | {"GET /api/v1/registry/entries/{entry_id}", "POST /api/v1/delegations"},
}
"""Where each text is shown; it is nowhere in any other output."""
CODES = {"registration_number", "date_of_birth", "email", "list", "status", "council"}
"""Columns of the import with a form of their own: a canary in them is a line that is refused."""
EXACT = ("GET ", "POST ", "PATCH ", "snapshot")
"""Documents: a text is a whole member. In mails and pages other words stand around it."""


@pytest.fixture(autouse=True)
def at_leisure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read everything without waiting for the limits of a day."""
    monkeypatch.setattr(Throttle, "allow_request", lambda *_: True)
    for question in ("has_room", "is_below"):
        monkeypatch.setattr(outgoing, question, lambda *_, **_names: True)


def test_every_text_field_that_is_kept_has_a_row() -> None:
    listed = {field.name for field in text_fields(document()) if not field.is_listed and field.pattern != refused.CODE}
    not_kept = refused.OWN_FORM | refused.QUERIES | refused.PREVIEWS
    columns = {f"import {name}" for name in COLUMNS - CODES}
    assert set(SHOWN) == set(writing.WRITERS) == (listed - not_kept) | columns | {"desk answer", "desk reason"}


def test_every_output_is_read_or_said_to_show_no_text() -> None:
    operations = reading.speaking_operations()
    assert reading.QUIET.keys() <= operations
    silent = operations - reading.QUIET.keys() - reading.API.keys()
    written_to = {name for name in silent if name.startswith(("POST", "PATCH"))}
    assert silent == written_to, "an operation that is only read needs a reader in `reading.API`"
    assert set().union(*SHOWN.values()) <= reading.OUTPUTS.keys()


def test_a_new_output_would_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    openapi = document()
    openapi["paths"]["/api/v1/new"] = {"get": {"responses": {"200": {"content": {"application/json": {}}}}}}
    monkeypatch.setattr(reading, "document", lambda: openapi)
    with pytest.raises(AssertionError, match="needs a reader"):
        test_every_output_is_read_or_said_to_show_no_text()


@pytest.mark.parametrize("field", writing.WRITERS)
@pytest.mark.one_in(3)
def test_each_canary_arrives_as_itself_in_each_output(
    field: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = writing.World(tmp_path)
    write, texts = writing.WRITERS[field]
    assert texts
    for text in texts:
        write(world, text)
    world.log.append(caplog.text)
    found = {output: _found(texts, output=output, shown=list(read(world))) for output, read in reading.OUTPUTS.items()}
    requested = {output: set(texts) if output in SHOWN[field] else set() for output in reading.OUTPUTS}
    assert found == requested


def _found(texts: list[str], *, output: str, shown: list[str]) -> set[str]:
    """Return which texts an output shows: whole where it is a document, among other words on a page."""
    if output.startswith(EXACT):
        return {text for text in texts if text in shown}
    lines = "\n".join(" ".join(text.split()) for text in shown)
    return {text for text in texts if _flat(text) in lines or _flat(text.upper()) in lines}


def _flat(text: str) -> str:
    return " ".join(text.split())
