"""The calls of the application of 25 November 2026, as it sent them, and the members of the answers that it reads.

It knows none of what came since: no `seen`, no part, no `chain`, no `Retry-After` of the synchronisation.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.server import desk

if TYPE_CHECKING:
    from tests.server.desk import Answer, Desk

pytestmark = pytest.mark.django_db
STATUSES = {
    "PENDING",
    "PENDING_SECOND",
    "SCHEDULED",
    "ACTIVE",
    "SUSPENDED",
    "REFUSED",
    "WITHDRAWN",
    "LAPSED",
    "EXPIRED",
    "REVOKED",
    "CEASED",
    "SUPERSEDED",
}
"""One that it does not know would make it drop the whole page."""
NEEDED = {"id", "version", "firm", "service", "rights", "grantor", "grantee", "status", "requested_at"}
READ = NEEDED | {
    "origin",
    "reason",
    "decision_note",
    "valid_from",
    "valid_until",
    "decided_at",
    "ended_at",
    "end_cause",
    "effective",
    "missing",
    "supersedes",
    "first_approver",
}
ACCOUNT = {
    "account_id",
    "login_id",
    "given_name",
    "surname",
    "profile",
    "kind",
    "may_grant",
    "masked_email",
    "entry_id",
}
TABLE = "grantee,service,rights,firm,valid_from,valid_until,reason\n{person},jesignexpert,prepare,,,,\n"


class OlderClient:
    """A person with the application of that day, which keeps its cursor and what it was told."""

    def __init__(self, person: Desk) -> None:
        self.person, self.cursor = person, ""
        self.known: dict[str, dict[str, Any]] = {}

    def sync(self) -> None:
        asked = {"cursor": self.cursor} if self.cursor else {}
        answer = self.person.get("/sync", **asked)
        if answer.status == 304:
            return
        assert answer.status == 200, answer.body
        self.cursor = answer.body["cursor"]
        if answer.body["full"]:
            self.known = {}
        for one in answer.body["delegations"]:
            read(one)
            self.known[one["id"]] = one
        for number in answer.body["removed"]:
            self.known.pop(number, None)

    def decide(self, number: str, action: str, body: dict[str, Any]) -> dict[str, Any]:
        one = self.known[number]
        answer = self.person.post(f"/delegations/{number}/{action}", body, version=one["version"])
        assert answer.status == 200, answer.body
        read(answer.body)
        self.sync()
        return dict(answer.body)

    def import_table(self, text: str, *, key: str, dry_run: bool = False) -> Answer:
        raw = self.person.client.generic(
            "POST",
            f"/api/v1/delegations/imports{'?dry_run=true' if dry_run else ''}",
            data=text,
            content_type="text/csv; charset=utf-8",
            headers={"Authorization": f"Bearer {self.person.token}", "Idempotency-Key": key},
        )
        return desk.Answer(raw.status_code, json.loads(raw.content), raw.headers)


def read(document: dict[str, Any]) -> None:
    assert document.keys() >= READ
    assert document["status"] in STATUSES
    assert all(document[name] is not None for name in NEEDED)
    assert document["firm"].keys() >= {"id", "siren", "name"}


@pytest.fixture
def people() -> tuple[OlderClient, OlderClient]:
    alba = desk.firm()
    return OlderClient(desk.expert(alba)), OlderClient(desk.staff())


def test_a_right_goes_through_its_whole_life_under_an_older_client(people: tuple[OlderClient, OlderClient]) -> None:
    expert, staff = people
    expert.sync()
    staff.sync()
    firm = desk.grantor_of(expert.person).firms.get()
    asked = staff.person.post(
        "/delegations",
        {
            "service": "jesignexpert",
            "rights": ["prepare"],
            "grantor": str(desk.grantor_of(expert.person).pk),
            "firm": str(firm.pk),
            "reason": "Préparer les envois de paie",
        },
    )
    assert asked.status == 201, asked.body
    number = asked.body["id"]
    expert.sync()
    for action, body, status in (
        ("approve", {}, "ACTIVE"),
        ("suspend", {"note": "Congé"}, "SUSPENDED"),
        ("resume", {}, "ACTIVE"),
    ):
        expert.decide(number, action, body)
        assert expert.known[number]["status"] == status
    renewal = expert.decide(number, "renew", {})
    staff.sync()
    assert {one["status"] for one in staff.known.values()} == {"ACTIVE", "SCHEDULED"}
    expert.decide(number, "revoke", {"note": "Départ"})
    staff.sync()
    assert {one["status"] for one in staff.known.values()} == {"REVOKED"}, "what waited ended with it, and it is told"
    assert not any(one["effective"] for one in staff.known.values())
    assert expert.known[renewal["id"]]["status"] == "REVOKED"


def test_an_import_of_an_older_client_is_previewed_applied_and_answered_again(
    people: tuple[OlderClient, OlderClient],
) -> None:
    expert, _staff = people
    text, key = TABLE.format(person="invitee@ailleurs.example"), str(uuid.uuid4())
    preview = expert.import_table(text, key=str(uuid.uuid4()), dry_run=True)
    assert (preview.status, preview.body["applied"]) == (200, False)
    first, again = expert.import_table(text, key=key), expert.import_table(text, key=key)
    assert (first.status, first.body["applied"], again.body) == (200, True, first.body)
    (line,) = first.body["lines"]
    assert (line["line"], line["code"]) == (2, "")
    read(line["delegation"])
    refused = expert.import_table(TABLE.format(person="inconnue.totale"), key=str(uuid.uuid4()))
    assert (refused.status, refused.code) == (422, "DEL_IMPORT_REFUSED")


def test_what_an_older_client_reads_of_its_person_and_its_register_is_there(
    people: tuple[OlderClient, OlderClient],
) -> None:
    expert, _staff = people
    me = expert.person.get("/me").body
    assert me["account"].keys() >= ACCOUNT
    assert all(one.keys() >= {"id", "siren", "name"} for one in me["firms"])
    firm = me["firms"][0]["id"]
    assert expert.person.get("/register", firm=firm, format="json").body.keys() >= {"events", "end"}
    assert expert.person.get(f"/firms/{firm}").body.keys() >= {"id", "version", "experts", "members", "terms"}
