"""Sign-up, from the form to an open account, and its refusals."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.accounts.schemas import SignupIn
from comptexpert_server.registry.models import RegistryEntry
from tests.server.visitor import PASSWORD, Form, Visitor, call, link_in, mails, person, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
GOOD = "girouette mandarine sablier ventouse"


def member(case: str = "signup_ok", **changes: Any) -> dict[str, Any]:
    who = person(case)
    body = {
        "profile": "expert_comptable",
        "entry_id": who["entry_id"],
        "date_of_birth": who["date_of_birth"],
        "login_id": "maelys.oeuvrard",
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def staff(**changes: Any) -> dict[str, Any]:
    body = {
        "profile": "other",
        "kind": "firm_staff",
        "email": "lea@cabinet.example",
        "given_name": "Léa",
        "surname": "Bonnefoy",
        "login_id": "lea.bonnefoy",
        "firm_hint": "Cabinet Delaunay",
        "grantor_entry_id": person("ec")["entry_id"],
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def status(answer: Any) -> Any:
    body = answer.json()
    return Client().get(f"/api/v1/signups/{body['id']}", headers={"Comptexpert-Claim": body["claim"]})


def test_a_member_signs_up_activates_and_signs_in() -> None:
    answer = call("/signups", member())
    assert answer.status_code == 202
    assert answer.json()["login_id"] == "maelys.oeuvrard"
    assert answer.json()["masked_email"] == "s•••@r•••.example"
    assert status(answer).json()["status"] == "activation_sent"
    (mail,) = mails()
    assert mail["To"] == person("signup_ok")["email"]
    browser = Visitor()
    page = browser.get(link_in(mail))
    assert page.status_code == 200
    done = browser.submit(page, password1=GOOD, password2=GOOD)
    assert "Votre compte est actif" in done.content.decode()
    assert status(answer).json()["status"] == "activated"
    assert browser.sign_in("maelys.oeuvrard", GOOD).status_code == 302
    account = Account.objects.get(login_id="maelys.oeuvrard")
    assert (account.profile, str(account.entry_id)) == ("expert_comptable", person("signup_ok")["entry_id"])


def test_a_collaborateur_signs_up_with_an_address_and_a_kind() -> None:
    answer = call("/signups", staff())
    assert answer.status_code == 202
    assert answer.json()["masked_email"] == "l•••@c•••.example"
    account = Account.objects.get(login_id="lea.bonnefoy")
    assert (account.kind, account.is_active, account.entry_id) == ("firm_staff", False, None)
    assert Signup.objects.get().form["firm_hint"] == "Cabinet Delaunay"


BODIES = (
    lambda: member(registration_number=person("signup_ok")["registration_number"], entry_id=None),
    lambda: member(alternates=["maelys.autre"], login_id="claire.delaunay"),
    staff,
    lambda: staff(profile="agc_head", kind=None, agc={"name": "AGC du Test", "siren": "732 829 320"}),
)


@pytest.mark.parametrize("name", SignupIn.model_fields)
def test_every_member_of_a_sign_up_counts(name: str) -> None:
    body = next(made for make in BODIES for made in [make()] if name in made)
    assert what_it_does(body) != what_it_does({member: value for member, value in body.items() if member != name})


def what_it_does(body: dict[str, Any]) -> tuple[int, list[object]]:
    """Tell what a sign-up leaves in the database, and take it back."""
    with transaction.atomic():
        status = call("/signups", body).status_code
        kept = [
            (made.login_id, made.email, made.form, made.account and made.account.kind, made.account and said_of(made))
            for made in Signup.objects.select_related("account")
        ]
        transaction.set_rollback(True)
    return status, kept


def said_of(made: Signup) -> tuple[str, ...]:
    assert made.account is not None
    return (made.account.said_profile, made.account.said_given_name, made.account.said_surname)


def test_a_head_of_an_agc_who_is_no_member_gives_the_agc() -> None:
    body = staff(profile="agc_head", kind=None, agc={"name": "AGC du Test", "siren": "732 829 320"})
    assert call("/signups", body).status_code == 202
    assert Account.objects.get(login_id="lea.bonnefoy").entry is None
    refused = call("/signups", body | {"agc": {"name": "AGC du Test", "siren": "732 829 321"}})
    assert refused.json()["errors"] == [{"field": "agc.siren", "code": "INVALID"}]


def test_a_head_of_an_agc_who_is_a_member_stands_among_the_experts_comptables() -> None:
    assert call("/signups", member(profile="agc_head")).status_code == 202
    account = Account.objects.get(login_id="maelys.oeuvrard")
    assert (account.profile, account.profiles) == ("expert_comptable", ("expert_comptable", "agc_head"))


@pytest.mark.parametrize(
    "case",
    [
        "expert_comptable",
        "agc_employee_83_ter",
        "agc_employee_83_quater",
        "trainee",
        "memorialiste",
        "honorary",
        "in_company",
        "cafcac_track",
    ],
)
def test_each_registry_profile_signs_up(case: str) -> None:
    assert call("/signups", member(f"signup_ok_{case}", profile=case, login_id="abcdef")).status_code == 202


def test_the_number_finds_the_entry_however_it_is_written() -> None:
    number = person("signup_ok")["registration_number"]
    spaced = " ".join([number[:4], number[4:8], number[8:]])
    assert call("/signups", member(entry_id=None, registration_number=spaced)).status_code == 202


@pytest.mark.parametrize(
    ("case", "changes", "http", "code"),
    [
        ("signup_ok", {"date_of_birth": "1990-05-07"}, 422, "REG_DOB_MISMATCH"),
        ("signup_no_email", {}, 422, "REG_NO_EMAIL"),
        ("signup_struck_off", {}, 422, "REG_STRUCK_OFF"),
        ("signup_already_bound", {}, 409, "REG_ALREADY_BOUND"),
        ("signup_ok", {"profile": "trainee"}, 422, "REG_PROFILE_MISMATCH"),
        ("signup_ok", {"entry_id": str(uuid.uuid4())}, 422, "REG_NO_MATCH"),
        ("signup_ok", {"entry_id": None, "registration_number": "999999999999"}, 422, "REG_NUMBER_UNKNOWN"),
        ("signup_ok", {"login_id": "Maëlys"}, 422, "ID_INVALID"),
        ("signup_ok", {"login_id": "a@b.example"}, 422, "ID_INVALID"),
        ("signup_ok", {"login_id": "nadia.ferrand"}, 409, "ID_TAKEN"),
    ],
)
def test_each_refusal_has_its_code(case: str, changes: dict[str, Any], http: int, code: str) -> None:
    answer = call("/signups", member(case, **changes))
    assert (answer.status_code, answer.json()["code"]) == (http, code)
    assert not Signup.objects.exists()


@pytest.mark.parametrize("case", ["signup_no_email", "signup_struck_off", "signup_already_bound"])
def test_what_the_registry_knows_is_said_only_after_the_date_matched(case: str) -> None:
    assert call("/signups", member(case, date_of_birth="1950-01-01")).json()["code"] == "REG_DOB_MISMATCH"


def test_a_refusal_names_the_council_that_can_help() -> None:
    council = call("/signups", member("signup_no_email")).json()["council"]
    assert council["name"] == "Bretagne"
    assert council["email"].endswith(".example")


def test_a_taken_identifiant_comes_with_free_ones_that_work() -> None:
    refused = call("/signups", member(login_id="claire.delaunay"))
    suggested = refused.json()["suggestions"]
    assert len(suggested) == 3
    assert call("/signups", member(login_id=suggested[0])).json()["login_id"] == suggested[0]


def test_the_first_free_alternate_is_taken() -> None:
    answer = call("/signups", member(login_id="claire.delaunay", alternates=["hugo.kerbrat", "maelys.og"]))
    assert answer.json()["login_id"] == "maelys.og"


def test_the_registry_address_is_used_and_never_the_typed_one() -> None:
    call("/signups", member(email="thief@elsewhere.example"))
    (mail,) = mails()
    assert mail["To"] == person("signup_ok")["email"]


def test_five_wrong_dates_close_the_entry_even_to_the_right_one_and_the_holder_is_told() -> None:
    for _ in range(5):
        assert call("/signups", member(date_of_birth="1950-01-01")).json()["code"] == "REG_DOB_MISMATCH"
    closed = call("/signups", member())
    assert (closed.status_code, closed.json()["code"]) == (429, "REG_TOO_MANY_TRIES")
    assert int(closed["Retry-After"]) == closed.json()["retry_after"]
    assert 86_000 < closed.json()["retry_after"] <= 86_401
    assert [mail["To"] for mail in mails()] == [person("signup_ok")["email"]] * 5
    assert call("/signups", member("homonym_a", login_id="marie.martin")).status_code == 202


def test_right_dates_are_not_counted() -> None:
    for number in range(7):
        answer = call("/signups", member("signup_no_email", login_id=f"quemeneur{number}"))
        assert answer.json()["code"] == "REG_NO_EMAIL"


def test_sixty_wrong_dates_close_the_address(settings: Any) -> None:
    some = [str(pk) for pk in RegistryEntry.objects.values_list("pk", flat=True)[:50]]
    entries = (some + some)[:61]
    codes = [call("/signups", member(entry_id=pk, date_of_birth="1900-01-01")).json()["code"] for pk in entries]
    assert codes == ["REG_DOB_MISMATCH"] * 60 + ["REG_TOO_MANY_TRIES"]
    settings.ADDRESS_LIMITS = False
    assert call("/signups", member(entry_id=entries[60], date_of_birth="1900-01-01")).status_code == 422


def test_an_address_in_use_is_answered_alike_and_its_owner_told() -> None:
    used = call("/signups", staff(email=person("staff")["email"]))
    free = call("/signups", staff(login_id="lea.autre"))
    assert used.status_code == free.status_code == 202
    assert used.json().keys() == free.json().keys()
    assert used.json()["status"] == free.json()["status"]
    assert call("/signups", staff(email="x@y.example")).json()["code"] == "ID_TAKEN"
    told = next(mail for mail in mails() if mail["To"] == person("staff")["email"])
    assert told["Subject"] == "Vous avez déjà un Comptexpert"
    assert "nadia.ferrand" in text_of(told)


def test_neutral_identification_gives_one_answer(settings: Any) -> None:
    settings.NEUTRAL_IDENTIFICATION = True
    cases = ["signup_ok", "signup_no_email", "signup_struck_off", "signup_already_bound"]
    answers = [call("/signups", member(case, login_id=f"neutral{rank}")) for rank, case in enumerate(cases)]
    answers.append(call("/signups", member(date_of_birth="1950-01-01", login_id="neutral9")))
    bodies = [{**one.json(), "id": "", "claim": "", "login_id": ""} for one in answers]
    assert {one.status_code for one in answers} == {202}
    assert all(body == bodies[0] for body in bodies)
    assert not Account.objects.filter(login_id="neutral9").exists()


def test_a_repeated_key_gets_the_first_answer_and_one_mail() -> None:
    key, body = str(uuid.uuid4()), member()
    first, again = call("/signups", body, key=key), call("/signups", body, key=key)
    assert first.json() == again.json()
    assert call("/signups", member(login_id="another"), key=key).status_code == 422
    assert len(mails()) == 1
    assert Signup.objects.count() == 1


def test_a_missing_key_is_refused() -> None:
    assert Client().post("/api/v1/signups", member(), "application/json").status_code == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "not an address"}, "email"),
        ({"email": "é@x.example"}, "email"),
        ({"kind": None}, "kind"),
        ({"given_name": ""}, "given_name"),
        ({"profile": "nobody"}, "profile"),
        ({"surprise": "x"}, "surprise"),
    ],
)
def test_a_wrong_member_is_named(changes: dict[str, Any], field: str) -> None:
    answer = call("/signups", staff() | changes)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_the_claim_alone_shows_the_status() -> None:
    body = call("/signups", member()).json()
    assert Client().get(f"/api/v1/signups/{body['id']}").status_code == 404
    wrong = Client().get(f"/api/v1/signups/{body['id']}", headers={"Comptexpert-Claim": "x"})
    assert wrong.status_code == 404


def test_a_resent_mail_kills_the_first_link_and_three_an_hour_are_the_most() -> None:
    body = call("/signups", member()).json()
    first = link_in(mails()[0])
    path = f"/signups/{body['id']}/resend"
    assert call(path, {}, Comptexpert_Claim=body["claim"]).status_code == 202
    assert Visitor().get(first).status_code == 404
    assert Visitor().get(link_in(mails()[-1])).status_code == 200
    for expected in (202, 202, 429):
        assert call(path, {}, Comptexpert_Claim=body["claim"]).status_code == expected


def test_opening_a_link_changes_nothing_and_it_serves_once() -> None:
    call("/signups", member())
    link = link_in(mails()[0])
    scanner = Client()
    assert scanner.head(link).status_code == scanner.get(link).status_code == 200
    assert not Account.objects.get(login_id="maelys.oeuvrard").is_active
    first, second = Visitor(), Visitor()
    pages = [first.get(link), second.get(link)]
    assert first.submit(pages[0], password1=GOOD, password2=GOOD).status_code == 200
    late = second.submit(pages[1], password1=GOOD + " x", password2=GOOD + " x")
    assert late.status_code == 410
    assert "déjà actif" in late.content.decode()
    assert Account.objects.get(login_id="maelys.oeuvrard").check_password(GOOD)


def test_an_old_link_is_refused_and_a_reset_sends_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    body = call("/signups", member()).json()
    Signup.objects.update(link_sent_at=Signup.objects.get().link_sent_at - timedelta(hours=48, seconds=1))
    answer = Visitor().get(link_in(mails()[0]))
    assert answer.status_code == 410
    assert "trop ancien" in answer.content.decode()
    seen = Client().get(f"/api/v1/signups/{body['id']}", headers={"Comptexpert-Claim": body["claim"]})
    assert seen.json()["status"] == "expired"
    assert call("/password-resets", {"login_id": "maelys.oeuvrard"}).status_code == 202
    assert Visitor().get(link_in(mails()[-1])).status_code == 200


@pytest.mark.parametrize(
    "password",
    ["trop court", "aaaaaaaaaaaaaaaaaaaaa", "comptexpert comptexpert", "maelys.oeuvrard2024", "123456789012345"],
)
def test_a_weak_password_is_refused_with_a_reason(password: str) -> None:
    call("/signups", member())
    browser = Visitor()
    page = browser.get(link_in(mails()[0]))
    answer = browser.submit(page, password1=password, password2=password)
    assert 'role="alert"' in answer.content.decode()
    assert not Account.objects.get(login_id="maelys.oeuvrard").is_active


def test_the_activation_form_has_its_two_fields_and_refuses_a_forged_post() -> None:
    call("/signups", member())
    link = link_in(mails()[0])
    assert {"password1", "password2"} <= set(Form(Visitor().get(link).content).names)
    forged = Client(enforce_csrf_checks=True).post(link, {"password1": GOOD, "password2": GOOD})
    assert forged.status_code == 403


def test_an_inactive_account_cannot_sign_in() -> None:
    call("/signups", member())
    assert "connecté" not in Visitor().sign_in("maelys.oeuvrard", PASSWORD).content.decode()


def test_the_date_of_birth_is_not_kept_with_the_account() -> None:
    call("/signups", member())
    kept = Signup.objects.values().get() | Account.objects.filter(login_id="maelys.oeuvrard").values().get()
    assert date.fromisoformat(person("signup_ok")["date_of_birth"]) not in kept.values()
    assert person("signup_ok")["date_of_birth"] not in str(kept)


def test_a_reset_is_answered_alike_and_mails_the_owner_alone() -> None:
    for body in ({"login_id": "nobody.at.all"}, {"email": "nobody@x.example"}, {"login_id": "claire.delaunay"}):
        answer = call("/password-resets", body)
        assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert [mail["To"] for mail in mails()] == [person("ec")["email"]]
    assert call("/password-resets", {}).status_code == 422
    assert call("/password-resets", {"login_id": "a", "email": "b@x.example"}).status_code == 422


def test_three_resets_an_hour_are_mailed_and_the_rest_is_silence() -> None:
    for _ in range(5):
        assert call("/password-resets", {"email": person("ec")["email"]}).status_code == 202
    assert len(mails()) == 3
