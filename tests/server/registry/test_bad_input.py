"""What nobody should send: a clear refusal, or an honest answer; never a fault, and never a counted try."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.web.limits import LimitHit
from tests.server.visitor import call, mails, person, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
PROFILE = "expert_comptable"
OTHER = {
    "profile": "other",
    "kind": "student",
    "email": "lise@ecole.example",
    "given_name": "Lise",
    "surname": "Morvan",
    "login_id": "lise.morvan",
}


def found(q: str) -> Any:
    return call("/registry/search", {"q": q, "profile": PROFILE})


@pytest.mark.parametrize(
    "q",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE registry_registryentry; --",
        "🙂🙂🙂",
        "%_%",
        "\\",
        "\u202e\u2066",
        "مرحبا",
        "*",
    ],
)
def test_a_search_for_what_is_no_name_finds_nobody(q: str) -> None:
    answer = found(q)
    assert (answer.status_code, answer.json()) == (200, {"items": []})


@pytest.mark.parametrize(
    "q",
    [
        unicodedata.normalize("NFD", "Œuvrard-Le Goff Maëlys"),
        "\u202eoeuvrard\u202c",
        "oeu\u00advrard",
        "ŒUVRARD\u00a0LE\u2010GOFF",
        "  oeuvrard 🙂",
        "<oeuvrard>",
    ],
)
def test_a_name_is_found_whatever_stands_around_it(q: str) -> None:
    assert [item["surname"] for item in found(q).json()["items"]] == ["Œuvrard-Le Goff"]


@pytest.mark.parametrize(("q", "status"), [("Mar\x00tin", 400), ("x" * 10_000, 422), ("a\nb", 422), ("\ud800", 400)])
def test_a_search_that_cannot_be_one_is_refused(q: str, status: int) -> None:
    answer = found(q)
    assert (answer.status_code, answer.json()["code"]) == (status, "INVALID_INPUT")


@pytest.mark.parametrize(
    "way", ["{0} {1} {2}", " {0}.{1}.{2} ", "{0}-{1}-{2}", "{0}\u00a0{1}\u202f{2}", "{0}\u2010{1}\u2013{2}"]
)
def test_a_number_is_read_as_people_write_it(way: str) -> None:
    number = person("signup_ok")["registration_number"]
    text = way.format(number[:4], number[4:8], number[8:])
    answer = call("/registry/lookup", {"registration_number": text, "profile": PROFILE})
    assert answer.json()["surname"] == "Œuvrard-Le Goff"


@pytest.mark.parametrize("text", ["", " - . ", "douze chiffres", "０１２３", "1" * 64, "<1>", "🙂"])
def test_a_number_that_is_none_is_unknown(text: str) -> None:
    answer = call("/registry/lookup", {"registration_number": text, "profile": PROFILE})
    assert (answer.status_code, answer.json()["code"]) == (404, "REG_NUMBER_UNKNOWN")


@pytest.mark.parametrize(
    "born",
    ["2026-02-30", "1981-02-29", "2999-01-01", "1899-12-31", "0000-00-00", "12/03/1974", "", "1e9", 5_000_000_000],
)
def test_a_date_that_is_nobodys_is_refused_and_counts_as_no_try(born: object) -> None:
    who = person("signup_ok")
    body = {"profile": PROFILE, "entry_id": who["entry_id"], "date_of_birth": born, "login_id": "maelys.oeuvrard"}
    answer = call("/signups", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    assert [error["field"].split(".")[-1] for error in answer.json()["errors"]] == ["date_of_birth"]
    assert not LimitHit.objects.filter(key__key__startswith="birth").exists()


def test_a_29_february_of_a_leap_year_is_a_date() -> None:
    who = person("signup_ok")
    body = {
        "profile": PROFILE,
        "entry_id": who["entry_id"],
        "date_of_birth": "1980-02-29",
        "login_id": "maelys.oeuvrard",
    }
    assert call("/signups", body).json()["code"] == "REG_DOB_MISMATCH"


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"surname": "Mor\x00van"}, 400, ""),
        ({"surname": "x" * 10_000}, 422, "surname"),
        ({"surname": "Mor\u202evan"}, 422, "surname"),
        ({"given_name": "Li\u2066se"}, 422, "given_name"),
        ({"given_name": "Li\nse"}, 422, "given_name"),
        ({"surname": "   "}, 422, "surname"),
        ({"email": "lise@ecole.example\r\nBcc: tous@ecole.example"}, 422, "email"),
        ({"email": "lise@ecole.example\nSubject: x"}, 422, "email"),
        ({"email": "lise@ecole.example, autre@ecole.example"}, 422, "email"),
        ({"email": "Lise <lise@ecole.example>"}, 422, "email"),
        ({"email": "lïse@ecole.example"}, 422, "email"),
        ({"email": "x" * 10_000 + "@ecole.example"}, 422, "email"),
        ({"profile": "agc_head", "agc": {"name": "A\u202eGC", "siren": "732 829 320"}}, 422, "agc.name"),
        ({"profile": "agc_head", "agc": {"name": "AGC", "siren": "732829321"}}, 422, "agc.siren"),
    ],
)
def test_a_form_that_hides_something_is_refused_and_names_the_member(
    changes: dict[str, Any], status: int, field: str
) -> None:
    answer = call("/signups", OTHER | changes)
    assert (answer.status_code, answer.json()["code"]) == (status, "INVALID_INPUT")
    if field:
        assert field in [error["field"].removeprefix("body.") for error in answer.json()["errors"]]
    assert not Signup.objects.exists()


def test_what_a_copy_leaves_in_a_form_is_taken_out() -> None:
    hidden = {"surname": "\u200bMorvan", "given_name": "\ufeffLi\u00adse", "email": "li\u200bse@ecole.example"}
    agc = {"name": "AGC de l’Ouest\u200b", "siren": "732.829-320\u200e"}
    assert call("/signups", OTHER | hidden | {"profile": "agc_head", "agc": agc}).status_code == 202
    signup = Signup.objects.get()
    assert signup.account is not None
    kept = (signup.account.surname, signup.account.given_name, signup.account.email)
    assert kept == ("Morvan", "Lise", "lise@ecole.example")
    assert (signup.form["agc_name"], signup.form["agc_siren"]) == ("AGC de l’Ouest", "732829320")


@pytest.mark.parametrize("surname", ["O'Brien", "Nguyễn Thị", unicodedata.normalize("NFD", "Éléonore")])
def test_a_name_is_kept_composed_and_stands_in_no_mail_before_its_owner_proved_the_address(surname: str) -> None:
    assert call("/signups", OTHER | {"surname": surname}).status_code == 202
    account = Account.objects.get(login_id="lise.morvan")
    assert account.surname == unicodedata.normalize("NFC", surname)
    (mail,) = mails()
    assert text_of(mail).startswith("Bonjour,\n")
    assert account.surname not in text_of(mail)
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    assert [account.surname in part for part in parts] == [False, False], "nor in the HTML part"


@pytest.mark.parametrize(
    "surname", ["<b>Morvan</b>", "O'Brien & Fils", "Morvan 🙂", "Voir https://x.example", "w.x.fr"]
)
def test_what_is_no_name_is_refused_with_its_field(surname: str) -> None:
    answer = call("/signups", OTHER | {"surname": surname})
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("surname", "NOT_A_NAME")]
