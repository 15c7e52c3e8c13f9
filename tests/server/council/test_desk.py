"""The council's desk: who comes in, what an operator corrects, and what follows."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.base.models import SetAside
from comptexpert_server.base.set_aside import put_aside
from comptexpert_server.desk import admin, site
from comptexpert_server.desk.models import Correction, Escalation
from comptexpert_server.firms.selectors import may_grant
from comptexpert_server.mail.models import Delivery
from comptexpert_server.mail.outgoing import Kind, Mail
from comptexpert_server.mail.outgoing import queue as write
from comptexpert_server.registry.models import RegistryEntry
from tests.server.visitor import PASSWORD, Visitor, call, link_in, mails, person, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
OPERATOR = "operateur.bretagne"
REASON = "Pièce d’identité vue au guichet le 3 mars"
ENTRIES = "/admin/registry/registryentry/"
FILES = "/admin/desk/escalation/"
MANDATES = "/admin/desk/mandate/"
CERTIFICATES = "/admin/desk/certificateholder/"
ENGLISH = re.compile(
    r"\b(change|search|home|select|save|filter|please|the|add|view|log out|welcome|surname|name|registration|number|entr(y|ys|ies)|registry|town|list|council|status|active|suspended|email|login)\b",
    re.IGNORECASE,
)


def operator(login_id: str = OPERATOR) -> Visitor:
    visitor = Visitor()
    visitor.sign_in(login_id)
    return visitor


def words_of(page: Any) -> str:
    assert page.status_code == 200, page
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", page.content.decode(), flags=re.DOTALL))
    )


def corrected(visitor: Visitor, case: str, **changes: str) -> Any:
    """Open the entry, change some fields and send the form."""
    address = f"{ENTRIES}{person(case)['entry_id']}/change/"
    page = visitor.get(address)
    entry = RegistryEntry.objects.get(pk=person(case)["entry_id"])
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert seen
    fields = {
        "email": entry.email,
        "date_of_birth": entry.date_of_birth.isoformat(),
        "status": entry.status,
        "reason": REASON,
        "seen": seen[1],
        "csrfmiddlewaretoken": token_of(page),
    }
    return visitor.client.post(address, fields | changes)


def token_of(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


class TestTheDoor:
    """Who comes in."""

    def test_a_stranger_is_led_to_the_one_sign_in_page_and_back(self) -> None:
        assert Client().get(ENTRIES)["Location"].startswith("/admin/login/")
        assert Client().get("/admin/login/?next=/admin/")["Location"] == "/compte/login/?next=%2Fadmin%2F"

    @pytest.mark.parametrize("case", ["ec", "staff", "agc_head"])
    def test_others_who_signed_in_stay_outside(self, case: str) -> None:
        visitor = operator(person(case)["login_id"])
        for path in ("/admin/", ENTRIES, FILES, f"{ENTRIES}{person('ec')['entry_id']}/change/"):
            answer = visitor.client.get(path, follow=True)
            assert answer.status_code == 403
            assert "pas accès" in answer.content.decode()

    def test_an_operator_without_council_stays_outside(self) -> None:
        Account.objects.filter(login_id=OPERATOR).update(council="")
        assert operator().client.get("/admin/", follow=True).status_code == 403

    def test_a_second_factor_is_asked_for_where_the_settings_want_one(self, settings: Any) -> None:
        settings.FACTOR_REQUIRED = True
        visitor = operator()
        assert visitor.client.get("/admin/", follow=True).redirect_chain[-1][0] == "/compte/2fa/"
        account = Account.objects.get(login_id=OPERATOR)
        secret = auth.generate_totp_secret()
        auth.TOTP.activate(account, secret)
        assert visitor.get("/admin/")["Location"].startswith("/admin/login/"), "a new factor ends every session"
        visitor.sign_in(OPERATOR, secret=secret)
        assert visitor.get("/admin/").status_code == 200

    def test_nothing_is_added_deleted_or_listed_beyond_our_own_pages(self) -> None:
        visitor = operator()
        for path in (f"{ENTRIES}add/", f"{ENTRIES}{person('ec')['entry_id']}/delete/", f"{MANDATES}add/"):
            assert visitor.get(path).status_code == 403
        assert visitor.get("/admin/accounts/account/").status_code == 404
        assert visitor.get("/admin/logout/")["Location"] == "/compte/logout/"
        assert visitor.get("/admin/password_change/")["Location"] == "/compte/password/change/"

    @pytest.mark.parametrize(
        ("page", "column"),
        [
            (CERTIFICATES, "password__regex"),
            (CERTIFICATES, "password__startswith"),
            (CERTIFICATES, "email__startswith"),
            (CERTIFICATES, "last_login__gte"),
            (MANDATES, "signup__claim_digest__startswith"),
            (ENTRIES, "date_of_birth__year"),
            (ENTRIES, "email__startswith"),
            (FILES, "entry__date_of_birth__gte"),
            (FILES, "claim_digest__startswith"),
        ],
    )
    def test_a_column_that_the_page_does_not_offer_filters_nothing(self, page: str, column: str) -> None:
        assert operator().get(page, **{column: "1"}).status_code == 400

    def test_what_the_page_offers_filters(self) -> None:
        for page in (ENTRIES, FILES):
            assert operator().get(page, status__exact="active").status_code == 200

    def test_every_page_of_the_desk_keeps_to_the_list(self) -> None:
        for page in site.desk._registry.values():
            assert type(page).lookup_allowed is admin.Scoped.lookup_allowed

    def test_the_pages_are_french_and_their_style_sheets_are_served(self) -> None:
        visitor = operator()
        head = TestMandatesAndCertificates().head()
        file = call("/escalations", {"entry_id": person("ec")["entry_id"], "code": "REG_NO_EMAIL"}).json()
        more = (
            f"{MANDATES}{head.pk}/change/",
            f"{FILES}{file['id']}/change/",
            f"{CERTIFICATES}{person('staff')['account_id']}/change/",
        )
        for path in (
            "/admin/",
            ENTRIES,
            FILES,
            MANDATES,
            CERTIFICATES,
            *more,
            f"{ENTRIES}{person('ec')['entry_id']}/change/",
        ):
            page = visitor.get(path)
            assert not ENGLISH.search(words_of(page)), (path, ENGLISH.search(words_of(page)))
        sheets = re.findall(r'href="(/static/[^"]+\.css)"', page.content.decode())
        assert sheets
        for sheet in sheets:
            answer = visitor.client.get(sheet)
            assert (answer.status_code, answer["Content-Type"]) == (200, "text/css")
            assert b"".join(answer.streaming_content)
        for path in ("/static/admin/js/core.js", "/static/admin/../../views.py", "/static/admin/css/"):
            assert Client().get(path).status_code == 404


class TestEntries:
    """Corrections of the registry."""

    def test_an_operator_sees_the_people_of_his_council_alone(self) -> None:
        visitor = operator()
        assert "Delaunay" in words_of(visitor.get(ENTRIES, q="delaunay"))
        assert "Lefèvre" not in words_of(visitor.get(ENTRIES, q="lefevre"))
        elsewhere = visitor.get(f"{ENTRIES}{person('ec_other_firm')['entry_id']}/change/")
        assert elsewhere.status_code == 302

    def test_the_search_is_the_one_of_everybody(self) -> None:
        visitor = operator()
        for text in ("oeuvrard", "goff maelys", person("signup_ok")["registration_number"][:9] + " "):
            assert "Œuvrard-Le Goff" in words_of(visitor.get(ENTRIES, q=text)), text
        assert "0 résultat" in words_of(visitor.get(ENTRIES, q="zzzzz"))

    def test_an_address_is_corrected_with_its_reason_and_the_file_follows(self) -> None:
        file = call("/escalations", {"entry_id": person("signup_no_email")["entry_id"], "code": "REG_NO_EMAIL"}).json()
        answer = corrected(operator(), "signup_no_email", email="Bertrand@Cabinet.example")
        assert answer.status_code == 302, words_of(answer)
        entry = RegistryEntry.objects.get(pk=person("signup_no_email")["entry_id"])
        assert entry.email == "bertrand@cabinet.example"
        assert Escalation.objects.get(pk=file["id"]).status == "corrected"
        correction = Correction.objects.get()
        assert (correction.members, correction.reason) == (["email"], REASON)
        event = AuditEvent.objects.get(action="entry.corrected")
        assert event.actor == Account.objects.get(login_id=OPERATOR).pk
        assert event.data == {"members": ["email"], "correction": str(correction.pk), "council": "bretagne"}
        (mail,) = mails()
        assert mail["To"] == "bertrand@cabinet.example"
        assert "l’adresse de courriel" in text_of(mail)

    def test_after_the_correction_the_sign_up_goes_through(self) -> None:
        who = person("signup_no_email")
        body = {"profile": "expert_comptable", "entry_id": who["entry_id"], "login_id": "bertrand.quemeneur"}
        asked = body | {"date_of_birth": who["date_of_birth"]}
        assert call("/signups", asked).json()["code"] == "REG_NO_EMAIL"
        corrected(operator(), "signup_no_email", email="bertrand@cabinet.example")
        assert call("/signups", asked).status_code == 202

    def test_a_date_of_birth_and_a_status_are_corrected(self) -> None:
        visitor = operator()
        corrected(visitor, "signup_ok", date_of_birth="1992-02-29")
        corrected(visitor, "signup_ok", status="suspended")
        entry = RegistryEntry.objects.get(pk=person("signup_ok")["entry_id"])
        assert (entry.date_of_birth, entry.status) == (date(1992, 2, 29), "suspended")
        assert [one.members for one in Correction.objects.order_by("made_at")] == [["date_of_birth"], ["status"]]
        page = words_of(visitor.get(f"{ENTRIES}{entry.pk}/change/"))
        assert page.count(REASON) == 2

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"email": "x@cabinet.example", "reason": ""}, "obligatoire"),
            ({"email": "x@cabinet.example", "reason": "court"}, "10 caractères"),
            ({"email": "not an address"}, "adresse"),
            ({"email": "é@cabinet.example"}, "adresse"),
            ({"date_of_birth": "2999-01-01"}, "date de naissance"),
            ({"date_of_birth": "1991-02-29"}, "date valide"),
            ({"date_of_birth": "1899-12-31"}, "date de naissance"),
            ({"status": "asleep"}, "choix"),
            ({}, "Rien n’est changé"),
            ({"email": "x@cabinet.example", "seen": "2020-01-01"}, "a changé depuis"),
        ],
    )
    def test_what_cannot_be_taken_is_explained_and_changes_nothing(self, changes: dict[str, str], why: str) -> None:
        answer = corrected(operator(), "signup_ok", **changes)
        assert why in words_of(answer)
        assert not Correction.objects.exists()

    def test_other_members_cannot_be_slipped_in(self) -> None:
        corrected(operator(), "signup_ok", email="x@cabinet.example", council="corse", surname="Autre", list="trainee")
        entry = RegistryEntry.objects.get(pk=person("signup_ok")["entry_id"])
        assert (entry.council, entry.surname, entry.list) == ("bretagne", "Œuvrard-Le Goff", "expert_comptable")

    def test_the_account_follows_its_address_and_both_addresses_are_told(self) -> None:
        corrected(operator(), "ec", email="claire@nouveau.example")
        account = Account.objects.get(login_id="claire.delaunay")
        assert account.email == "claire@nouveau.example"
        assert list(EmailAddress.objects.filter(user=account).values_list("email", "verified")) == [
            (account.email, True)
        ]
        assert {mail["To"] for mail in mails()} == {"claire@nouveau.example", "ec@rehearsal.example"}

    def test_an_account_that_waits_gets_its_link_at_the_new_address_and_the_former_link_is_dead(self) -> None:
        who = person("signup_ok")
        body = {"profile": "expert_comptable", "entry_id": who["entry_id"], "login_id": "maelys.oeuvrard"}
        assert call("/signups", body | {"date_of_birth": who["date_of_birth"]}).status_code == 202
        former = link_in(mails()[0])
        corrected(operator(), "signup_ok", email="maelys@nouveau.example")
        sent = [mail for mail in mails() if mail["Subject"] == "Activez votre Comptexpert"]
        assert sent[-1]["To"] == Signup.objects.get().email == "maelys@nouveau.example"
        assert Client().get(former).status_code == 404
        assert Client().get(link_in(sent[-1])).status_code == 200

    def test_a_struck_off_grantor_loses_what_he_granted(self) -> None:
        corrected(operator(), "ec", status="struck_off")
        assert not may_grant(Account.objects.get(login_id="claire.delaunay"))


class TestFiles:
    """Escalation files on the desk."""

    def test_a_file_shows_its_message_as_text_and_leads_to_the_entry(self) -> None:
        who = person("signup_no_email")
        message = "<script>alert(1)</script> & mon adresse"
        file = call("/escalations", {"entry_id": who["entry_id"], "code": "REG_NO_EMAIL", "message": message}).json()
        page = operator().get(f"{FILES}{file['id']}/change/").content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mon adresse" in page
        assert f"{ENTRIES}{who['entry_id']}/change/" in page
        assert file["claim"] not in page

    def test_a_file_is_closed_with_an_answer_once(self) -> None:
        file = call("/escalations", {"entry_id": person("signup_no_email")["entry_id"], "code": "REG_NO_EMAIL"}).json()
        visitor, address = operator(), f"{FILES}{file['id']}/change/"
        fields = {"answer": "Pièce illisible.", "csrfmiddlewaretoken": token_of(visitor.get(address))}
        assert visitor.client.post(address, fields).status_code == 302
        assert visitor.client.post(address, fields | {"answer": "Autre."}).status_code == 403
        kept = Escalation.objects.get(pk=file["id"])
        assert (kept.status, kept.answer) == ("closed", "Pièce illisible.")
        assert AuditEvent.objects.filter(action="escalation.closed", object_id=file["id"]).count() == 1

    def test_the_files_of_another_council_are_not_shown(self) -> None:
        file = call("/escalations", {"entry_id": person("ec_other_firm")["entry_id"], "code": "REG_NO_EMAIL"}).json()
        assert file["reference"] not in words_of(operator().get(FILES))
        assert operator().get(f"{FILES}{file['id']}/change/").status_code == 302


class TestMandatesAndCertificates:
    """What else a council attests."""

    def head(self) -> Account:
        body = {
            "profile": "agc_head",
            "email": "paul@agc.example",
            "given_name": "Paul",
            "surname": "Kermarrec",
            "agc": {"name": "AGC du Ponant", "siren": "732 829 320"},
            "login_id": "paul.kermarrec",
        }
        assert call("/signups", body).status_code == 202
        Account.objects.filter(login_id="paul.kermarrec").update(is_active=True)
        return Account.objects.get(login_id="paul.kermarrec")

    def test_a_confirmed_head_grants_for_his_agc(self) -> None:
        account = self.head()
        visitor, address = operator(), f"{MANDATES}{account.pk}/change/"
        assert not may_grant(account)
        assert "AGC du Ponant (SIREN 732829320)" in words_of(visitor.get(MANDATES))
        fields = {"date_of_birth": "1970-01-31", "town": "Brest", "postal_code": "29200", "reason": REASON}
        answer = visitor.client.post(address, fields | {"csrfmiddlewaretoken": token_of(visitor.get(address))})
        assert answer.status_code == 302, words_of(answer)
        account = Account.objects.get(pk=account.pk)
        assert may_grant(account)
        assert account.entry is not None
        assert [firm.siren for firm in account.entry.firms.all()] == ["732829320"]
        assert AuditEvent.objects.filter(action="mandate.confirmed", object_id=str(account.pk)).exists()
        assert "Kermarrec" not in words_of(visitor.get(MANDATES))
        assert "AGC du Ponant est confirmé" in text_of(mails()[-1])

    def test_until_then_he_opens_what_anybody_opens(self) -> None:
        from comptexpert_server.delegations.access import access_of

        opened = {item.id for item in access_of(self.head()) if item.is_open}
        assert opened == {"portal"}

    def test_a_certificate_is_attested_and_withdrawn(self) -> None:
        visitor = operator()
        staff = Account.objects.get(login_id=person("staff")["login_id"])
        address = f"{CERTIFICATES}{staff.pk}/change/"
        next_year = today() + timedelta(days=400)
        for until in (next_year.isoformat(), ""):
            fields = {
                "certificate_until": until,
                "reason": REASON,
                "csrfmiddlewaretoken": token_of(visitor.get(address)),
            }
            assert visitor.client.post(address, fields).status_code == 302
            staff.refresh_from_db()
            assert staff.certificate_until == (next_year if until else None)
        assert AuditEvent.objects.filter(action="certificate.attested").count() == 2

    def test_the_certificates_of_another_council_are_not_shown(self) -> None:
        other = Account.objects.get(login_id=person("staff_other_firm")["login_id"])
        page = words_of(operator().get(CERTIFICATES))
        assert "nadia.ferrand" in page
        assert other.login_id not in page

    def test_who_runs_the_server_sees_every_council(self) -> None:
        root = Account.objects.create_superuser("exploitant", email="root@server.example", password=PASSWORD)
        EmailAddress.objects.create(user=root, email=root.email, verified=True, primary=True)
        visitor = operator("exploitant")
        assert "Lefèvre" in words_of(visitor.get(ENTRIES, q="lefevre"))
        assert "Delaunay" in words_of(visitor.get(ENTRIES, q="delaunay"))


def test_who_runs_the_server_sees_what_did_not_leave_and_sends_it_again() -> None:
    write(Mail(kind=Kind.OTHER, to="lou@staff.example", subject="S", text="Bonjour"))
    Email.objects.update(status=STATUS.failed)
    Delivery.objects.update(outcome="refused", fault="SMTP 550")
    put_aside("delegations.expire", "17", fault=ValueError(), now=timezone.now())
    Account.objects.filter(login_id=OPERATOR).update(is_superuser=True)
    visitor = operator()
    shown = visitor.get("/admin/mail/delivery/")
    assert "Refusé par le destinataire" in words_of(shown)
    assert "SMTP 550" in words_of(shown)
    chosen = {"action": "send_again", "_selected_action": str(Delivery.objects.get().pk)}
    sent = visitor.client.post("/admin/mail/delivery/", chosen | {"csrfmiddlewaretoken": token_of(shown)}, follow=True)
    assert "Courriers remis en file : 1." in words_of(sent)
    assert Email.objects.get().status == STATUS.queued
    shown = visitor.get("/admin/config/setaside/")
    assert "delegations.expire" in words_of(shown)
    chosen = {"action": "try_now", "_selected_action": str(SetAside.objects.get().pk)}
    visitor.client.post("/admin/config/setaside/", chosen | {"csrfmiddlewaretoken": token_of(shown)})
    assert SetAside.objects.get().next_at <= timezone.now()


def test_an_operator_of_a_council_sees_no_mail_and_no_row_but_that_an_address_refuses() -> None:
    entry = RegistryEntry.objects.get(pk=person("signup_ok")["entry_id"])
    write(Mail(kind=Kind.OTHER, to=entry.email, subject="S", text="Bonjour"))
    visitor = operator()
    assert visitor.get("/admin/mail/delivery/").status_code == 403
    assert visitor.get("/admin/config/setaside/").status_code == 403
    address = f"{ENTRIES}{entry.pk}/change/"
    assert "refuse nos courriers" not in words_of(visitor.get(address))
    Delivery.objects.update(outcome="refused")
    assert "L’adresse refuse nos courriers" in words_of(visitor.get(address))


def test_the_author_of_a_sign_up_learns_that_the_address_refuses() -> None:
    body = {"profile": "other", "kind": "firm_staff", "given_name": "Lou", "surname": "Essai"}
    made = call("/signups", body | {"email": "lou@staff.example", "login_id": "lou.essai"}).json()
    for outcome in ("", "refused"):
        Delivery.objects.update(outcome=outcome)
        shown = Client().get(f"/api/v1/signups/{made['id']}", headers={"Comptexpert-Claim": made["claim"]}).json()
        assert shown["mail_refused"] is (outcome == "refused")
