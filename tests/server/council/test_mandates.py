"""The mandate of a head of an AGC: confirmed and found, refused with words, ended, asked for again (BR-37)."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.desk.mandates import mandate_of, write_keys
from comptexpert_server.firms.selectors import may_grant
from comptexpert_server.registry.models import Firm, RegistryEntry
from comptexpert_server.registry.snapshots import current_version, snapshot_file
from tests.server import desk
from tests.server.council.test_desk import MANDATES, REASON, TestMandatesAndCertificates, operator, token_of, words_of
from tests.server.visitor import PASSWORD, Visitor, call, mails, person, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
WHY = "Le procès-verbal de nomination n’est pas signé."
PAGE = "/compte/mandat/"


@pytest.fixture
def head() -> Account:
    """Sign up the head of an AGC, active, who waits for a council."""
    account = TestMandatesAndCertificates().head()
    account.set_password(PASSWORD)
    account.activated_at = timezone.now()
    account.save()
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return account


def answer(account: Account, **fields: str) -> Any:
    visitor, address = operator(), f"{MANDATES}{account.pk}/change/"
    sent = {"reason": REASON, "csrfmiddlewaretoken": token_of(visitor.get(address))}
    return visitor.client.post(address, sent | fields)


def confirm(account: Account) -> Account:
    given = {"answer": "confirm", "date_of_birth": "1970-01-31", "town": "Brest", "postal_code": "29200"}
    answered = answer(account, **given)
    assert answered.status_code == 302, words_of(answered)
    return Account.objects.select_related("entry").get(pk=account.pk)


def refuse(account: Account) -> Account:
    assert answer(account, answer="refuse", response=WHY).status_code == 302
    return Account.objects.get(pk=account.pk)


def found(text: str) -> list[dict[str, Any]]:
    return list(call("/registry/search", {"q": text, "profile": "grantor"}).json()["items"])


def state(account: Account) -> Any:
    return desk.Desk(account).get("/me").body["mandate"]


def test_a_confirmed_head_is_found_with_those_who_may_be_asked_and_asked(head: Account) -> None:
    assert found("kermarrec") == []
    confirm(head)
    (shown,) = found("kermarrec")
    assert shown["list"] == "agc_head"
    listed = RegistryEntry.objects.get(pk=shown["entry_id"])
    lea = desk.staff()
    assert [firm["name"] for firm in lea.get(f"/registry/entries/{listed.pk}").body["firms"]] == ["AGC du Ponant"]
    assert lea.ask(listed).status == 201
    assert b"Kermarrec" in snapshot_lines()


def test_employees_of_an_agc_are_found_with_those_who_may_be_asked() -> None:
    for kind in ("agc_employee_83_ter", "agc_employee_83_quater", "expert_comptable", "honorary", "trainee"):
        entry = desk.entry(desk.firm(), surname=f"Quintin{kind[-4:]}", kind=kind)
        write_keys(entry)
    assert {one["list"] for one in found("quintin")} == {
        "agc_employee_83_ter",
        "agc_employee_83_quater",
        "expert_comptable",
    }


def test_a_confirmation_marks_the_firm_and_tells_its_other_people(head: Account) -> None:
    firm = Firm.objects.create(siren="732829320", name="AGC du Ponant")
    listed = desk.entry(firm, surname="Tanguy", kind="agc_employee_83_ter")
    colleague = desk.account("agc_employee_83_ter", "", entry=listed, email=listed.email)
    confirm(head)
    firm.refresh_from_db()
    assert firm.is_agc
    told = [mail for mail in mails() if mail["To"] == colleague.email]
    assert "Paul Kermarrec accorde désormais des droits pour AGC du Ponant" in text_of(told[-1])


def test_the_siren_of_a_cabinet_makes_nobody_its_head(head: Account) -> None:
    cabinet = Firm.objects.create(siren="732829320", name="Cabinet Alba")
    desk.entry(cabinet)
    given = {"answer": "confirm", "date_of_birth": "1970-01-31", "town": "Brest", "postal_code": "29200"}
    assert "pas d’une AGC" in words_of(answer(head, **given))
    assert not may_grant(Account.objects.get(pk=head.pk))


def test_a_refusal_needs_words_and_its_person_reads_them(head: Account) -> None:
    assert "Dites à l’intéressé pourquoi" in words_of(answer(head, answer="refuse"))
    assert state(head)["status"] == "waiting"
    refuse(head)
    assert state(head) == {"status": "refused", "agc_name": "AGC du Ponant", "reason": WHY}
    assert "Kermarrec" not in words_of(operator().get(MANDATES))
    assert AuditEvent.objects.filter(action="mandate.refused", object_id=str(head.pk)).exists()
    visitor = Visitor()
    visitor.sign_in(head.login_id)
    assert WHY in words_of(visitor.get(PAGE))


def test_after_a_refusal_one_asks_again_and_may_be_confirmed(head: Account) -> None:
    refuse(head)
    visitor = Visitor()
    visitor.sign_in(head.login_id)
    fields = {"agc_name": "AGC de l’Iroise", "siren": "552 100 554", "csrfmiddlewaretoken": token_of(visitor.get(PAGE))}
    assert "n’est pas un SIREN" in words_of(visitor.client.post(PAGE, fields | {"siren": "1"}))
    assert "attend la réponse" in words_of(visitor.client.post(PAGE, fields))
    assert "AGC de l’Iroise (SIREN 552100554)" in words_of(operator().get(MANDATES))
    assert may_grant(confirm(head))


def test_an_ended_mandate_ends_its_rights_and_may_be_asked_for_again(head: Account) -> None:
    confirmed = confirm(head)
    lea = desk.staff()
    granted = desk.active(lea, desk.Desk(confirmed))
    entry = confirmed.entry
    assert entry is not None
    address = f"/admin/registry/registryentry/{entry.pk}/change/"
    visitor = operator()
    page = visitor.get(address)
    seen = page.content.decode().split('name="seen" value="')[1].split('"')[0]
    fields = {
        "email": entry.email,
        "date_of_birth": entry.date_of_birth.isoformat(),
        "status": "struck_off",
        "reason": REASON,
        "seen": seen,
        "csrfmiddlewaretoken": token_of(page),
    }
    assert visitor.client.post(address, fields).status_code == 302
    account = Account.objects.select_related("entry").get(pk=head.pk)
    assert (state(account)["status"], may_grant(account)) == ("ended", False)
    assert lea.get(f"/delegations/{granted['id']}").body["status"] == "CEASED"
    assert found("kermarrec") == []
    assert b"Kermarrec" not in snapshot_lines()
    theirs = Visitor()
    theirs.sign_in(head.login_id)
    again = {"agc_name": "AGC du Ponant", "siren": "732829320", "csrfmiddlewaretoken": token_of(theirs.get(PAGE))}
    assert "attend la réponse" in words_of(theirs.client.post(PAGE, again))
    assert may_grant(confirm(Account.objects.get(pk=head.pk)))


def test_an_expert_who_heads_an_agc_keeps_both_and_waits_for_nobody() -> None:
    agathe = desk.expert(desk.firm())
    Account.objects.filter(pk=agathe.account.pk).update(said_profile="agc_head")
    account = Account.objects.select_related("entry").get(pk=agathe.account.pk)
    assert mandate_of(account) is None
    assert account.profiles == ("expert_comptable", "agc_head")
    assert may_grant(account)


def test_somebody_else_has_no_mandate_page() -> None:
    visitor = Visitor()
    visitor.sign_in(person("staff")["login_id"])
    assert visitor.get(PAGE).status_code == 404


def snapshot_lines() -> bytes:
    return gzip.decompress(snapshot_file(version=current_version(), base_version=None).content)
