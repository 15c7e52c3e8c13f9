"""Escalation files: opened after a refusal, followed by their author alone, corrected with the entry."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from comptexpert_server.base.clock import now
from comptexpert_server.desk.models import Escalation, FileStatus
from comptexpert_server.desk.services import close_file, delete_old_files
from comptexpert_server.intake.importing import import_file
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.web.limits import LimitHit
from tests.server.visitor import call, person

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]


def opened(case: str = "signup_no_email", code: str = "REG_NO_EMAIL", **more: str) -> dict[str, Any]:
    answer = call("/escalations", {"entry_id": person(case)["entry_id"], "code": code, **more})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def followed(file: dict[str, Any], claim: str = "") -> Any:
    headers = {"Comptexpert-Claim": claim or file["claim"]}
    return Client().get(f"/api/v1/escalations/{file['id']}", headers=headers)


def imported(case: str, folder: Path, **changes: str) -> dict[str, Any]:
    entry = RegistryEntry.objects.get(pk=person(case)["entry_id"])
    line = {
        "registration_number": entry.registration_number,
        "date_of_birth": entry.date_of_birth.isoformat(),
        "firms": [{"siren": firm.siren, "name": firm.name} for firm in entry.firms.all()],
    }
    for name in ("surname", "given_name", "email", "list", "status", "council", "town", "postal_code"):
        line[name] = getattr(entry, name)
    file = folder / "delta.jsonl"
    file.write_text(json.dumps(line | changes) + "\n", "utf-8")
    return import_file(file, is_full=False).counts()


def test_a_file_names_the_council_and_has_a_reference_that_can_be_read_out() -> None:
    file = opened(message="Mon adresse :\nbertrand@cabinet.example")
    assert file["council"]["code"] == "bretagne"
    assert (file["status"], file["answer"], file["closed_at"]) == ("open", "", None)
    kept = Escalation.objects.get(pk=file["id"])
    assert kept.reference == file["reference"]
    assert kept.message.endswith("\nbertrand@cabinet.example")
    assert file["claim"] not in kept.claim_digest


def test_the_same_key_opens_one_file_and_gives_the_same_claim() -> None:
    body = {"entry_id": person("signup_no_email")["entry_id"], "code": "REG_NO_EMAIL"}
    key = str(uuid.uuid4())
    first, second = (call("/escalations", body, key=key).json() for _ in range(2))
    assert first == second
    assert Escalation.objects.count() == 1


def test_a_number_opens_a_file_too() -> None:
    number = person("signup_no_email")["registration_number"]
    answer = call("/escalations", {"registration_number": f"{number[:6]} {number[6:]}", "code": "REG_NO_EMAIL"})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "REG_NOT_SELECTED"),
        ({"registration_number": " - "}, "REG_NOT_SELECTED"),
        ({"entry_id": str(uuid.uuid4())}, "REG_NO_MATCH"),
        ({"registration_number": "999999999999"}, "REG_NUMBER_UNKNOWN"),
        ({"code": "REG_STRUCK_OFF"}, "INVALID_INPUT"),
        ({"message": "x" * 2001}, "INVALID_INPUT"),
        ({"message": "escape \x1b[2J"}, "INVALID_INPUT"),
        ({"date_of_birth": "1980-01-01"}, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_a_file_is_refused(body: dict[str, str], code: str) -> None:
    answer = call("/escalations", {"code": "REG_NO_EMAIL"} | body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Escalation.objects.exists()


def test_nobody_else_reads_a_file() -> None:
    file = opened()
    assert followed(file).status_code == 200
    assert "claim" not in followed(file).json()
    wrong = followed(file, claim="not the claim")
    absent = followed({"id": str(uuid.uuid4())}, claim=file["claim"])
    assert wrong.status_code == absent.status_code == 404
    told = [{name: value for name, value in one.json().items() if name != "instance"} for one in (wrong, absent)]
    assert told[0] == told[1], "both name their request, and tell nothing else apart"
    assert Client().get(f"/api/v1/escalations/{file['id']}").status_code == 404


def test_an_import_that_brings_the_address_corrects_the_file(tmp_path: Path) -> None:
    file, other = opened(), opened(code="REG_DOB_MISMATCH")
    imported("signup_no_email", tmp_path, email="bertrand@cabinet.example")
    assert followed(file).json()["status"] == "corrected"
    assert followed(file).json()["closed_at"].endswith("Z")
    assert followed(other).json()["status"] == "open"


def test_an_import_that_brings_another_date_corrects_the_file_and_forgets_the_tries(tmp_path: Path) -> None:
    file = opened("signup_ok", "REG_DOB_MISMATCH")
    wrong = {
        "profile": "expert_comptable",
        "entry_id": person("signup_ok")["entry_id"],
        "date_of_birth": "1991-05-06",
        "login_id": "maelys.oeuvrard",
    }
    codes = [call("/signups", wrong).json()["code"] for _ in range(6)]
    assert codes[-1] == "REG_TOO_MANY_TRIES"
    imported("signup_ok", tmp_path, date_of_birth="1991-05-06")
    assert followed(file).json()["status"] == "corrected"
    assert not LimitHit.objects.filter(key__key__startswith="birth-entry").exists()
    assert call("/signups", wrong).status_code == 202


def test_a_file_tells_nothing_of_an_entry_that_is_already_right(tmp_path: Path) -> None:
    file = opened("signup_ok", "REG_NO_EMAIL")
    imported("signup_ok", tmp_path, town="Vannes")
    assert followed(file).json()["status"] == "open"


def test_a_file_closed_without_correction_says_why_once() -> None:
    file = opened()
    kept = Escalation.objects.get(pk=file["id"])
    assert close_file(kept, answer="Pièce illisible.", operator=uuid.uuid4(), at=now())
    assert not close_file(kept, answer="Autre.", operator=uuid.uuid4(), at=now())
    shown = followed(file).json()
    assert (shown["status"], shown["answer"]) == ("closed", "Pièce illisible.")


def test_the_eleventh_file_of_an_entry_in_a_day_waits() -> None:
    body = {"entry_id": person("signup_no_email")["entry_id"], "code": "REG_NO_EMAIL"}
    answers = [call("/escalations", body) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 80_000


def test_where_no_refusal_is_told_no_file_is_opened(settings: SettingsWrapper) -> None:
    settings.NEUTRAL_IDENTIFICATION = True
    body = {"entry_id": person("signup_no_email")["entry_id"], "code": "REG_NO_EMAIL"}
    assert call("/escalations", body).status_code == 404


def test_files_that_ended_a_year_ago_go_and_open_ones_stay() -> None:
    opened()
    ended = opened(code="REG_DOB_MISMATCH")
    Escalation.objects.filter(pk=ended["id"]).update(
        status=FileStatus.CLOSED, closed_at=now().replace(year=now().year - 2)
    )
    assert delete_old_files(now=now()) == 1
    assert Escalation.objects.count() == 1
