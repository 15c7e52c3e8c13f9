"""Until the reader of the mail activates it, a sign-up is a proposal: it holds nothing against them (BR-26)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.accounts.services import PROPOSAL_TTL, count_denied, delete_unactivated
from tests.server import desk
from tests.server.accounts.test_signing_up import GOOD, member, staff, status
from tests.server.visitor import Form, Visitor, call, link_in, mails, person, text_of

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]


def activate(link: str, **changes: str) -> HttpResponse:
    browser = Visitor()
    return browser.submit(browser.get(link), **({"password1": GOOD, "password2": GOOD} | changes))


def test_the_holder_chooses_their_own_identifiant_within_one_mail() -> None:
    for number in range(5):  # a stranger who knows the name and the date of birth
        assert call("/signups", member(login_id=f"voleur.{number}")).status_code == 202
    answer = call("/signups", member(login_id="maelys.oeuvrard"))
    assert (answer.status_code, answer.json()["login_id"]) == (202, "maelys.oeuvrard")
    assert "Votre compte est actif" in activate(link_in(mails()[-1])).content.decode()
    account = Account.objects.get(entry=person("signup_ok")["entry_id"])
    assert (account.login_id, account.is_active) == ("maelys.oeuvrard", True)
    assert not Account.objects.filter(login_id__startswith="voleur").exists()


def test_the_last_word_of_a_stranger_is_corrected_on_the_page() -> None:
    call("/signups", member())
    call("/signups", member(login_id="voleur.ridicule"))
    page = Visitor().get(link_in(mails()[-1])).content.decode()
    assert "voleur.ridicule" in page
    assert "Votre compte est actif" in activate(link_in(mails()[-1]), login_id="Maelys.Oeuvrard").content.decode()
    assert Account.objects.get(entry=person("signup_ok")["entry_id"]).login_id == "maelys.oeuvrard"
    assert Signup.objects.get(account__login_id="maelys.oeuvrard").login_id == "maelys.oeuvrard"


def test_the_last_mail_alone_works() -> None:
    call("/signups", staff())
    first = link_in(mails()[-1])
    call("/signups", staff(login_id="lea.bonnefoy.2", given_name="Léa-Marie"))
    assert Visitor().get(first).status_code == 404
    assert activate(link_in(mails()[-1])).status_code == 200
    account = Account.objects.get(email="lea@cabinet.example")
    assert (account.login_id, account.given_name) == ("lea.bonnefoy.2", "Léa-Marie")


@pytest.mark.parametrize(
    ("wish", "said"),
    [("claire.delaunay", "déjà pris"), ("Été", "6 à 32\u00a0caractères"), ("court", "6 à 32\u00a0caractères")],
)
def test_a_wrong_identifiant_is_refused_on_the_page_and_loses_nothing(wish: str, said: str) -> None:
    call("/signups", member())
    refused = activate(link_in(mails()[-1]), login_id=wish)
    assert said in refused.content.decode()
    assert not Account.objects.get(login_id="maelys.oeuvrard").is_active
    assert "Votre compte est actif" in activate(link_in(mails()[-1])).content.decode()


def test_names_that_a_stranger_typed_are_corrected_on_the_page() -> None:
    call("/signups", staff(given_name="Gros", surname="Menteur"))
    link = link_in(mails()[-1])
    assert "Écrivez le nom" in activate(link, surname="voir x.example").content.decode()
    assert "Votre compte est actif" in activate(link, given_name="Léa", surname="Bonnefoy").content.decode()
    assert Account.objects.get(login_id="lea.bonnefoy").get_full_name() == "Léa Bonnefoy"


def test_the_name_of_a_member_is_that_of_the_registry() -> None:
    call("/signups", member())
    link = link_in(mails()[-1])
    before = Account.objects.get(login_id="maelys.oeuvrard").get_full_name()
    activate(link, surname="Autre")
    assert Account.objects.get(login_id="maelys.oeuvrard").get_full_name() == before


def test_once_active_the_identifiant_is_final() -> None:
    call("/signups", member())
    activate(link_in(mails()[-1]), login_id="maelys.o")
    account = Account.objects.get(login_id="maelys.o")
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(login_id="maelys.oeuvrard")
    assert Visitor().get(link_in(mails()[-1])).status_code == 410
    again = call("/signups", member(login_id="maelys.oeuvrard"))
    assert (again.status_code, again.json()["code"]) == (409, "REG_ALREADY_BOUND")


def test_not_me_frees_the_entry_and_the_identifiant_at_once() -> None:
    asked = call("/signups", member())
    deny = next(word for word in text_of(mails()[-1]).split() if "/pas-moi/" in word)
    link = link_in(mails()[-1])
    before = count_denied()
    browser = Visitor()
    page = browser.get(deny)
    assert Account.objects.filter(login_id="maelys.oeuvrard").exists()
    assert Client(enforce_csrf_checks=True).post(deny).status_code == 403
    assert "effacée" in browser.submit(page).content.decode()
    assert count_denied() == before + 1
    assert Visitor().get(link).status_code == 404
    assert not Account.objects.filter(login_id="maelys.oeuvrard").exists()
    assert status(asked).json()["status"] == "expired"
    assert call("/signups", member()).status_code == 202


def test_a_replaced_sign_up_is_over_for_who_asked_it_and_sends_nothing_more() -> None:
    first = call("/signups", member(login_id="voleur.ridicule"))
    call("/signups", member())
    sent = len(mails())
    assert status(first).json()["status"] == "expired"
    body = first.json()
    resent = call(f"/signups/{body['id']}/resend", {}, Comptexpert_Claim=body["claim"])
    assert resent.status_code == 202
    assert len(mails()) == sent


def test_the_answer_for_an_address_in_use_is_the_same_as_for_a_replaced_proposal() -> None:
    def shape(answer: Any) -> Any:
        body = answer.json()
        return answer.status_code, body["status"], body["masked_email"], sorted(body)

    fresh = shape(call("/signups", staff()))
    replaced = shape(call("/signups", staff(login_id="lea.bonnefoy.2")))
    activate(link_in(mails()[-1]))
    known = shape(call("/signups", staff(login_id="lea.bonnefoy.3")))
    assert fresh == replaced == known
    assert call("/signups", staff(login_id="lea.bonnefoy.3", email="autre@cabinet.example")).status_code == 409


def test_what_nobody_activated_is_erased_on_the_fifteenth_day() -> None:
    call("/signups", staff(given_name="Prenomtemoin", surname="Nomtemoin", firm_hint="Cabinettemoin"))
    assert delete_unactivated(timezone.now() + PROPOSAL_TTL - timedelta(minutes=5)) == 0
    assert delete_unactivated(timezone.now() + timedelta(days=15)) == 1
    assert not Account.objects.filter(login_id="lea.bonnefoy").exists()
    assert found_in_tables(["Prenomtemoin", "Nomtemoin", "Cabinettemoin", "lea@cabinet.example", "lea.bonnefoy"]) == []


def test_an_unactivated_person_whom_a_delegation_names_keeps_no_name() -> None:
    call("/signups", staff())
    agathe = desk.expert(desk.firm())
    granted = agathe.grant("lea.bonnefoy", valid_from=(timezone.localdate() + timedelta(days=3)).isoformat())
    assert granted.status == 201
    assert delete_unactivated(timezone.now() + timedelta(days=15)) == 1
    kept = Account.objects.get(received__id=granted.body["id"])
    assert (kept.email, kept.get_full_name(), kept.is_active) == ("", "", False)
    assert kept.login_id.startswith("efface.")


def test_an_activated_account_is_never_forgotten() -> None:
    call("/signups", member())
    activate(link_in(mails()[-1]))
    assert delete_unactivated(timezone.now() + timedelta(days=400)) == 0
    assert Account.objects.filter(login_id="maelys.oeuvrard", is_active=True).exists()


def test_the_page_names_who_the_account_is_for_and_takes_a_program_that_sets_a_password() -> None:
    call("/signups", staff())
    link = link_in(mails()[-1])
    page = Visitor().get(link)
    assert 'value="Bonnefoy"' in page.content.decode()
    assert {"login_id", "password1", "password2"} <= set(Form(page.content).names)
    assert "Votre compte est actif" in activate(link, login_id="").content.decode()


def found_in_tables(words: list[str]) -> list[str]:
    """List the tables and columns in which one of the words stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                cells = zip(columns, row, strict=True)
                found += [f"{table}.{name}: {word}" for name, cell in cells for word in words if word in str(cell)]
    return found
