"""What a person does with their own account: read it, move it, correct it, close it (BR-39)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts.address_change import NOTICE, TTL, run_due
from comptexpert_server.accounts.login_id import is_taken
from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.audit.verification import fault_of, read
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Membership
from comptexpert_server.mail.queue import send_mails
from comptexpert_server.me.own_account import CORRECTIONS
from comptexpert_server.operations.worker import SENT_RETENTION
from tests.server import desk
from tests.server.accounts.test_proposals import found_in_tables
from tests.server.visitor import PASSWORD, Visitor, person

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
NEW = "nadia@nouvelle.example"


@pytest.fixture
def nadia(crowd: None) -> Desk:
    """A member of Claire's firm who holds a right and is not in the registry."""
    account = Account.objects.get(login_id="nadia.ferrand")
    claire = desk.Desk(Account.objects.get(login_id="claire.delaunay"))
    assert claire.grant(account).status == 201
    return desk.Desk(account)


def links(address: str) -> list[str]:
    """Return the paths of the links in the mails to an address, oldest first."""
    texts = [mail.message for mail in Email.objects.order_by("pk") if mail.to == [address]]
    return [urlsplit(line).path for text in texts for line in text.splitlines() if line.startswith("http")]


def address() -> str:
    return Account.objects.get(login_id="nadia.ferrand").email


def proven() -> Visitor:
    """Sign in, and give the password once more, as these pages ask."""
    browser = Visitor()
    browser.sign_in("nadia.ferrand")
    asked = browser.get("/compte/moi/")
    browser.submit(browser.get(asked["Location"]), password=PASSWORD, at=asked["Location"])
    return browser


def answer(link: str, act: str) -> Any:
    browser = Visitor()
    return browser.submit(browser.get(link), act=act)


class TestTheAddress:
    """Another address is confirmed at both, and stopped by the old one."""

    @pytest.fixture(autouse=True)
    def asked(self, nadia: Desk) -> str:
        former = address()
        asked = nadia.post("/me/email", {"email": NEW})
        assert (asked.status, asked.body["masked_email"]) == (202, "n•••@n•••.example")
        return former

    def test_both_confirm_and_the_resets_go_to_the_new_one(self, asked: str, nadia: Desk) -> None:
        assert "enregistrée" in answer(links(NEW)[-1], "confirm").content.decode()
        assert address() == asked
        assert "L’adresse est changée" in answer(links(asked)[-1], "confirm").content.decode()
        assert address() == NEW
        assert nadia.get("/me").status == 401, "every session ended"
        assert Email.objects.filter(message__contains="est maintenant").count() == 2

    def test_the_old_address_stops_it(self, asked: str) -> None:
        answer(links(NEW)[-1], "confirm")
        assert "arrêté" in answer(links(asked)[-1], "stop").content.decode()
        assert run_due(timezone.now() + NOTICE) == 0
        assert (address(), Visitor().get(links(NEW)[-1]).status_code) == (asked, 404)

    def test_a_lost_mailbox_lets_it_pass_after_72_hours_and_not_before(self, asked: str) -> None:
        answer(links(NEW)[-1], "confirm")
        assert run_due(timezone.now() + NOTICE - timedelta(minutes=5)) == 0
        assert address() == asked
        assert run_due(timezone.now() + NOTICE) == 1
        assert address() == NEW

    def test_what_the_new_address_never_confirms_does_not_pass(self, asked: str) -> None:
        answer(links(asked)[-1], "confirm")
        assert run_due(timezone.now() + TTL) == 0
        assert address() == asked

    def test_reading_a_link_changes_nothing(self, asked: str) -> None:
        for link in (links(NEW)[-1], links(asked)[-1]):
            assert Visitor().get(link).status_code == 200
        assert address() == asked


def test_an_address_that_has_an_account_is_answered_alike_and_never_moves(nadia: Desk) -> None:
    owner = person("ec_second_of_firm")["email"]
    assert nadia.post("/me/email", {"email": owner.upper()}).status == 202
    assert all("/adresse/" not in link for link in links(owner))
    assert Email.objects.filter(message__contains="a demandé votre adresse").count() == 1


def test_a_member_of_the_registry_is_sent_to_the_council() -> None:
    claire = desk.Desk(Account.objects.get(login_id="claire.delaunay"))
    assert claire.post("/me/email", {"email": NEW}).code == "ACCOUNT_OF_REGISTRY"
    renamed = claire.send("PATCH", "/me", body={"given_name": "Claire", "surname": "Autre"})
    assert renamed.code == "ACCOUNT_OF_REGISTRY"


def test_a_corrected_name_is_told_to_those_who_gave_a_right(nadia: Desk) -> None:
    said = {"given_name": "Nadia", "surname": "Ferrand-Kerguen"}
    assert nadia.send("PATCH", "/me", body=said).body["account"]["surname"] == "Ferrand-Kerguen"
    told = Email.objects.filter(message__contains="a corrigé son nom")
    assert [mail.to for mail in told] == [[person("ec")["email"]]]
    assert AuditEvent.objects.filter(action="member.renamed", object_id=str(nadia.account.pk)).exists()
    assert nadia.send("PATCH", "/me", body=said | {"surname": "voir x.example"}).status == 422


def test_a_name_that_changes_all_day_writes_to_nobody_without_end(nadia: Desk) -> None:
    ec = person("ec")["email"]
    before = Email.objects.count()
    named = [{"given_name": "Nadia", "surname": f"Ferrand{'abcdefghij'[turn]}"} for turn in range(10)]
    answers = [nadia.send("PATCH", "/me", body=one) for one in named]
    assert [answer.status for answer in answers] == [200] * CORRECTIONS.count + [429] * (10 - CORRECTIONS.count)
    assert answers[-1].code == "TOO_MANY_REQUESTS"
    assert AuditEvent.objects.filter(action="member.renamed").count() == CORRECTIONS.count
    others = [nadia, *(desk.staff() for _ in range(4))]
    claire = Account.objects.get(login_id="claire.delaunay")
    for other in others[1:]:
        assert desk.Desk(claire).grant(other.account).status == 201
        other.send("PATCH", "/me", body=named[0])
    told = [mail for mail in Email.objects.order_by("pk")[before:] if mail.to == [ec]]
    assert len([mail for mail in told if "a corrigé son nom" in mail.message]) <= 5


def test_whoever_asks_for_my_address_again_and_again_sends_me_a_handful_of_mails(nadia: Desk) -> None:
    owner = person("ec_second_of_firm")["email"]
    for asker in (nadia, desk.staff(), desk.staff()):
        for _ in range(3):
            assert asker.post("/me/email", {"email": owner}).status == 202
    assert Email.objects.filter(message__contains="a demandé votre adresse").count() == 3


def test_the_download_names_every_table_that_holds_something_of_the_person(nadia: Desk) -> None:
    shown = nadia.get("/me/data")
    assert shown.status == 200
    tables = {table["name"]: table["rows"] for table in shown.body["tables"]}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Account:
                rows = model._default_manager.filter(**{field.name: nadia.account.pk})
                assert not rows.exists() or model._meta.db_table in tables, model
    assert {"accounts_account", "delegations_delegation", "firms_membership", "audit_auditevent"} <= set(tables)
    assert "nadia.ferrand" in {row.get("login_id") for row in tables["accounts_account"]}
    words = json.dumps(shown.body)
    assert nadia.account.password not in words
    assert "/compte/password/reset/key/" not in words


class TestClosing:
    """Rights end, the person is erased, and the register still holds."""

    def test_rights_and_sessions_end_and_the_register_holds(self, nadia: Desk) -> None:
        held = Delegation.objects.get(grantee=nadia.account, status="ACTIVE")
        assert nadia.send("DELETE", "/me").status == 204
        held.refresh_from_db()
        assert (held.status, held.end_cause) == ("CEASED", "account_closed")
        assert not Membership.objects.filter(account=nadia.account.pk, ended_at=None).exists()
        assert nadia.get("/me").status == 401
        assert fault_of(read(str(held.firm_id))) is None
        assert "Identifiant ou mot de passe" in Visitor().sign_in("nadia.ferrand").content.decode()

    def test_no_word_of_the_person_stays(self, nadia: Desk) -> None:
        nadia.send("PATCH", "/me", body={"given_name": "Nadège", "surname": "Kerzoncuf"})
        words = ["nadia.ferrand", "Nadège", "Kerzoncuf", "KERZONCUF", address()]
        assert nadia.send("DELETE", "/me").status == 204
        assert send_mails() > 0
        old = timezone.now() - SENT_RETENTION - timedelta(hours=1)
        Email.objects.update(created=old, last_updated=old)
        Email.objects.filter(created__lt=timezone.now() - SENT_RETENTION).delete()  # as the worker does each hour
        assert found_in_tables(words) == []

    def test_nobody_else_gets_the_identifiant_and_nothing_but_closing_changes_it(self, nadia: Desk) -> None:
        nadia.send("DELETE", "/me")
        assert is_taken("nadia.ferrand")
        row = Account.objects.get(pk=nadia.account.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Account.objects.filter(pk=row.pk).update(login_id="efface.autre")
        other = Account.objects.get(login_id="claire.delaunay")
        with pytest.raises(DatabaseError), transaction.atomic():
            Account.objects.filter(pk=other.pk).update(login_id="efface.claire")
        assert connection.is_usable()

    def test_the_pages_need_the_identifiant_and_no_script(self) -> None:
        browser = proven()
        page = browser.get("/compte/moi/fermer/")
        assert "Ce n’est pas votre identifiant" in browser.submit(page, login_id="autre").content.decode()
        assert "Votre compte est fermé" in browser.submit(page, login_id="nadia.ferrand").content.decode()
        assert Account.objects.filter(closed_at__isnull=False).count() == 1


def test_the_page_of_the_account_changes_a_name_and_hands_over_the_data() -> None:
    browser = proven()
    page = browser.get("/compte/moi/")
    assert page.status_code == 200
    sent = browser.submit(page, act="name", given_name="Nadia", surname="Kerguen")
    assert "Votre nom est corrigé" in sent.content.decode()
    answer = browser.get("/compte/moi/donnees/")
    assert json.loads(answer.content)["login_id"] == "nadia.ferrand"
    assert "attachment" in answer["Content-Disposition"]
