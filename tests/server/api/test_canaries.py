"""Every text field of every request: what is written arrives as itself, or is refused; a new field without a row fails."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.firms.models import Absence
from comptexpert_server.registry.import_lines import COLUMNS
from tests.canaries import CANARIES, INVISIBLE, LINES, document, put, text_fields
from tests.server import desk
from tests.server.visitor import call

if TYPE_CHECKING:
    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db
API = "/api/v1"
CODE = "^[a-z0-9_]+$"
OWN_FORM = {
    "POST /api/v1/delegations grantee",
    "POST /api/v1/delegations/decisions items.*.email",
    "POST /api/v1/delegations/{delegation_id}/edit email",
    "POST /api/v1/password-resets email",
    "POST /api/v1/password-resets login_id",
    "POST /api/v1/signups agc.siren",
    "POST /api/v1/signups alternates.*",
    "POST /api/v1/signups date_of_birth",
    "POST /api/v1/signups email",
    "POST /api/v1/me/email email",
    "POST /api/v1/signups kind",
    "POST /api/v1/signups login_id",
    "GET /api/v1/delegations ?.status",
    "GET /api/v1/delegations ?.cursor",
    "GET /api/v1/sync ?.cursor",
    "POST /api/v1/delegations/imports/parts ?.digest",
    "PATCH /api/v1/firms/{firm_id} review_on",
}
"""Checked by a form of their own: an address, an identifiant, a number. Nothing of it is ever shown."""
QUERIES = {
    "GET /api/v1/delegations ?.q",
    "POST /api/v1/registry/lookup registration_number",
    "POST /api/v1/registry/search q",
    "POST /api/v1/escalations registration_number",
    "POST /api/v1/signups registration_number",
}
"""Looked for, and never kept."""
NAMES = {
    "POST /api/v1/signups given_name",
    "POST /api/v1/signups surname",
    "PATCH /api/v1/me given_name",
    "PATCH /api/v1/me surname",
}
LABELS = {"POST /api/v1/signups agc.name", "POST /api/v1/signups firm_hint"}
MESSAGES = {"POST /api/v1/escalations message"}
TEMPLATES = {
    "PATCH /api/v1/firms/{firm_id} templates.*.name",
    "PATCH /api/v1/firms/{firm_id} templates.*.description",
}
ABSENCES = {"POST /api/v1/firms/{firm_id}/absences reason"}
FILES = {"POST /api/v1/delegations/imports text/csv", "POST /api/v1/delegations/imports/parts text/csv"}
REASONS = {"POST /api/v1/delegations reason"}
DECISIONS = {
    f"POST /api/v1/delegations/{{delegation_id}}/{action} note"
    for action in (
        "approve",
        "broaden",
        "edit",
        "narrow",
        "prolong",
        "refuse",
        "relinquish",
        "resume",
        "revoke",
        "suspend",
        "transfer",
        "withdraw",
    )
} | {"POST /api/v1/delegations/decisions items.*.note"}
PREVIEWS = {
    f"POST /api/v1/delegations/effects gestures.*.{member}" for member in ("email", "grantee", "note", "reason")
}
"""They are read like the bodies that they announce; nothing is written."""
TABLE = PREVIEWS | OWN_FORM | QUERIES | NAMES | LABELS | MESSAGES | TEMPLATES | ABSENCES | FILES | REASONS | DECISIONS
IMPORTED = {
    "registration_number",
    "surname",
    "given_name",
    "town",
    "postal_code",
    "date_of_birth",
    "email",
    "list",
    "status",
    "council",
    "firms",
}


def test_every_text_field_has_a_row() -> None:
    fields = {field.name for field in text_fields(document()) if not field.is_listed and field.pattern != CODE}
    assert fields - TABLE == set(), "say in this table where the new field is followed to"
    assert TABLE - fields == set(), "these fields are gone"


def test_every_column_of_the_import_has_a_row() -> None:
    assert set(COLUMNS) == IMPORTED


def test_a_new_text_field_without_a_row_would_be_seen() -> None:
    openapi = document()
    body = openapi["components"]["schemas"]["NoteIn"]["properties"]
    body["other"] = {"type": "string"}
    assert {field.name for field in text_fields(openapi)} - {field.name for field in text_fields(document())}


def mails_about(text: str) -> None:
    """Look for a text in the last mails: between « » or quoted line by line, and nowhere as a line of ours."""
    lines = [" ".join(part.split()) for part in text.splitlines() if part.strip()]  # a tab is a space in a mail
    for mail in Email.objects.order_by("-pk")[:2]:
        assert all(line.strip() in mail.message for line in lines), mail.message
        assert not [line for line in mail.message.splitlines() if line.startswith(("https://hameconnage", "Bcc:"))]
        assert "\n" not in mail.subject


def followed(person: Desk, shown: Answer, member: str, text: str) -> None:
    """Follow a text to the answer, the list, the page of one and `sync`."""
    case = shown.body
    assert case[member] == text
    assert person.get(f"/delegations/{case['id']}").body[member] == text
    synced = {one["id"]: one for one in person.get("/sync").body["delegations"]}
    assert synced[case["id"]][member] == text


SENTENCES = CANARIES | {name: text for name, text in LINES.items() if name in {"link alone", "calendar lines"}}


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_a_reason_and_each_note_arrive_as_themselves(text: str) -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    long_enough = f"{text} et la suite"
    asked = lea.ask(desk.grantor_of(agathe), reason=long_enough)
    assert asked.status == 201, asked.body
    followed(agathe, asked, "reason", long_enough)
    mails_about(long_enough)
    case = agathe.decide(asked.body, "approve", note=long_enough)
    for action in ("suspend", "resume", "revoke"):
        followed(lea, case, "decision_note", long_enough)
        case = agathe.decide(case.body, action, note=long_enough)
        assert case.status == 200, case.body
    mails_about(long_enough)
    register = agathe.get("/register", firm=case.body["firm"]["id"])
    assert register.status == 200


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_the_reason_of_an_absence_arrives_as_itself(text: str) -> None:
    cabinet = desk.firm()
    agathe, bruno = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand")
    ends = (timezone.localdate() + timedelta(days=20)).isoformat()
    body = {"absent": str(desk.grantor_of(bruno).pk), "ends_on": ends, "reason": f"{text} et la suite"}
    asked = agathe.post(f"/firms/{cabinet.pk}/absences", body)
    assert asked.status in {200, 201}, asked.body
    assert [one.reason for one in Absence.objects.all()] == [f"{text} et la suite"]
    mails_about(f"{text} et la suite")


@pytest.mark.parametrize("text", (CANARIES | LINES | INVISIBLE).values(), ids=CANARIES | LINES | INVISIBLE)
def test_what_is_looked_for_is_text_and_nothing_more(text: str) -> None:
    for path, body in (
        ("/registry/search", {"q": text[:160], "profile": "expert_comptable"}),
        ("/registry/lookup", {"registration_number": text[:64], "profile": "expert_comptable"}),
        ("/password-resets", {"login_id": text[:254]}),
        ("/password-resets", {"email": text[:254]}),
    ):
        answer = call(path, body)
        assert answer.status_code < 500
        assert text not in answer.content.decode()
    assert not Email.objects.exists()


@pytest.mark.parametrize("text", (CANARIES | LINES).values(), ids=CANARIES | LINES)
def test_no_canary_becomes_a_name_and_none_greets_anybody(text: str) -> None:
    body = {"profile": "other", "kind": "firm_staff", "email": "lou@staff.example", "login_id": "lou.essai"}
    for member, other in (("given_name", "surname"), ("surname", "given_name")):
        answer = call("/signups", body | {member: text[:120], other: "Essai"})
        assert answer.status_code == 422
    assert not Email.objects.exists()


@pytest.mark.parametrize("text", INVISIBLE.values(), ids=INVISIBLE)
@pytest.mark.parametrize("field", sorted(REASONS | NAMES | LABELS | ABSENCES))
def test_what_nobody_sees_is_refused_in_each_field(field: str, text: str) -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    operation, member = field.rsplit(" ", 1)
    path = operation.split(" ")[1].removeprefix(API)
    if path == "/delegations":
        answer = lea.ask(desk.grantor_of(agathe), reason=f"{text} et la suite")
        assert answer.status in {400, 422}
        return
    if "absences" in path:
        firm = desk.grantor_of(agathe).firms.get()
        assert agathe.post(f"/firms/{firm.pk}/absences", {"reason": text * 20}).status in {400, 422}
        return
    body: dict[str, Any] = {
        "profile": "agc_head" if member.startswith("agc") else "other",
        "kind": "firm_staff",
        "email": "lou@staff.example",
        "given_name": "Lou",
        "surname": "Essai",
        "login_id": "lou.essai",
        "agc": {"name": "AGC", "siren": "732829320"},
    }
    answer = call("/signups", put(body, tuple(member.split(".")), text))
    assert answer.status_code in {400, 422}
    assert not Email.objects.exists()
