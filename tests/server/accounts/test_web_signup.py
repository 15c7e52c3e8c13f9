"""The sign-up on plain pages: what comes of it for each profile is what the application gets, said in French."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from comptexpert_server.accounts.login_id import mask_email
from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.accounts.schemas import SignupIn
from comptexpert_server.me import signup_pages, signup_words
from comptexpert_server.registry.profiles import LIST_NAMES, LISTS
from tests.server import desk
from tests.server.visitor import call, link_in, mails

if TYPE_CHECKING:
    from comptexpert_server.registry.models import RegistryEntry

pytestmark = pytest.mark.django_db
PAGE = "/inscription/creer/"
BORN = "02/03/1975"
REGISTRY = (*LISTS, "agc_head")


def listed(profile: str, **changes: Any) -> RegistryEntry:
    """Put somebody on the list of a profile, who is found by name."""
    kind = "expert_comptable" if profile == "agc_head" else profile
    made = desk.entry(desk.firm(), surname="Delorme", kind=kind)
    made.keys.create(tier=0, key="delorme agathe", list=kind)
    for name, value in changes.items():
        setattr(made, name, value)
    made.save()
    return made


def expert(profile: str) -> dict[str, str]:
    return {"expert": "1"} if profile == "agc_head" else {}


def post(profile: str, **fields: str) -> Any:
    given = {"profile": profile, "login_id": "agathe.delorme", "date_of_birth": BORN, **expert(profile)}
    return Client().post(PAGE, given | fields)


def words(page: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def said(code: str) -> str:
    return re.sub(r"\s+", " ", signup_words.REFUSALS[code].split("{")[0])


def same_as_the_application(page: Any, *, profile: str, code: str, **body: Any) -> None:
    """Check that the page says what the API answers to the same request."""
    asked = {"profile": profile, "login_id": "agathe.delorme", "date_of_birth": "1975-03-02"} | body
    assert call("/signups", asked).json()["code"] == code
    assert page.status_code == 422
    assert said(code) in re.sub(r"\s+", " ", words(page))


@pytest.mark.parametrize("profile", REGISTRY)
def test_somebody_is_found_by_name_chosen_and_sent_a_mail(profile: str) -> None:
    entry = listed(profile)
    page = Client().get(PAGE, {"profile": profile, "q": "delorme agathe", **expert(profile)})
    assert f'value="{entry.pk}"' in page.content.decode()
    assert "Rennes, Bretagne" in words(page)
    assert "1975" not in words(page).replace("07/03/1985", "")
    sent = post(profile, entry_id=str(entry.pk))
    assert sent.status_code == 200
    assert "Un courriel est parti" in words(sent)
    assert entry.email not in words(sent)
    assert mails()[-1]["To"] == entry.email
    assert Client().get(link_in(mails()[-1])).status_code == 200
    assert Account.objects.get(login_id="agathe.delorme").profile == entry.list


@pytest.mark.parametrize("profile", REGISTRY)
def test_a_number_does_as_well_as_a_name(profile: str) -> None:
    entry = listed(profile)
    assert "Un courriel est parti" in words(post(profile, registration_number=entry.registration_number))


@pytest.mark.parametrize("profile", REGISTRY)
@pytest.mark.parametrize(
    ("code", "entry", "fields"),
    [
        ("REG_DOB_MISMATCH", {}, {"date_of_birth": "03/03/1975"}),
        ("REG_NO_EMAIL", {"email": ""}, {}),
        ("REG_STRUCK_OFF", {"status": "struck_off"}, {}),
        ("ID_INVALID", {}, {"login_id": "É"}),
        ("ID_TAKEN", {}, {"login_id": "leo.quintin"}),
    ],
)
def test_a_refusal_is_the_one_of_the_application(
    profile: str, code: str, entry: dict[str, str], fields: dict[str, str]
) -> None:
    Account.objects.create(login_id="leo.quintin", is_active=True)
    made = listed(profile, **entry)
    page = post(profile, entry_id=str(made.pk), **fields)
    body: dict[str, Any] = {"entry_id": str(made.pk)}
    if "date_of_birth" in fields:
        body["date_of_birth"] = "1975-03-03"
    if "login_id" in fields:
        body["login_id"] = fields["login_id"]
    same_as_the_application(page, profile=profile, code=code, **body)
    if code.startswith("REG_"):
        assert "Conseil régional Bretagne" in words(page)


@pytest.mark.parametrize("profile", REGISTRY)
def test_an_entry_with_an_account_leads_to_the_sign_in(profile: str) -> None:
    entry = listed(profile)
    desk.account(profile, "", entry=entry)
    Account.objects.update(activated_at="2026-01-01T00:00:00Z")
    page = post(profile, entry_id=str(entry.pk))
    same_as_the_application(page, profile=profile, code="REG_ALREADY_BOUND", entry_id=str(entry.pk))


@pytest.mark.parametrize("profile", REGISTRY)
def test_who_stands_on_another_list_reads_which(profile: str) -> None:
    elsewhere = "trainee" if profile != "trainee" else "honorary"
    entry = listed(elsewhere)
    page = post(profile, registration_number=entry.registration_number)
    body = {"registration_number": entry.registration_number}
    same_as_the_application(page, profile=profile, code="REG_PROFILE_MISMATCH", **body)
    assert LIST_NAMES[elsewhere] in words(page)


@pytest.mark.parametrize("profile", REGISTRY)
def test_too_many_tries_are_counted_with_those_of_the_application(profile: str) -> None:
    entry = listed(profile)
    for _ in range(5):
        post(profile, entry_id=str(entry.pk), date_of_birth="03/03/1975")
    page = post(profile, entry_id=str(entry.pk))
    same_as_the_application(page, profile=profile, code="REG_TOO_MANY_TRIES", entry_id=str(entry.pk))


@pytest.mark.parametrize("profile", REGISTRY)
def test_what_is_missing_is_said_beside_its_field(profile: str) -> None:
    page = post(profile)
    assert "Choisissez votre nom, ou donnez votre numéro" in words(page)
    assert "Cette réponse n’a pas la bonne forme" in words(
        post(profile, date_of_birth="31/02/1975", registration_number="1")
    )
    assert said("REG_NUMBER_UNKNOWN") in words(post(profile, registration_number="990000000000"))


OTHER = {"kind": "student", "given_name": "Léa", "surname": "Petit", "email": "lea@ecole.example"}
HEAD = {k: v for k, v in OTHER.items() if k != "kind"} | {"agc_name": "AGC du Ponant", "siren": "732 829 320"}


@pytest.mark.parametrize(("profile", "fields"), [("other", OTHER), ("agc_head", HEAD)])
def test_somebody_outside_the_registry_gives_their_address(profile: str, fields: dict[str, str]) -> None:
    page = Client().post(PAGE, {"profile": profile, "login_id": "lea.petit"} | fields)
    assert mask_email("lea@ecole.example") in words(page)
    assert mails()[-1]["To"] == "lea@ecole.example"
    assert Signup.objects.get().account is not None


@pytest.mark.parametrize("kind", ["firm_staff", "student", "teacher", "unspecified"])
def test_each_kind_is_kept(kind: str) -> None:
    Client().post(PAGE, {"profile": "other", "login_id": "lea.petit"} | OTHER | {"kind": kind, "firm_hint": "Alba"})
    assert Account.objects.get(login_id="lea.petit").kind == kind


def test_an_address_that_has_an_account_is_answered_alike() -> None:
    owner = desk.account(email="lea@ecole.example")
    page = Client().post(PAGE, {"profile": "other", "login_id": "lea.petit"} | OTHER)
    assert mask_email("lea@ecole.example") in words(page)
    assert mails()[-1]["Subject"] == "Vous avez déjà un Comptexpert"
    assert mails()[-1]["To"] == owner.email


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"surname": "=A1"}, "Écrivez le nom en lettres"),
        ({"email": "lea@"}, "n’a pas la bonne forme"),
        ({"given_name": ""}, "obligatoire"),
    ],
)
def test_what_an_other_person_mistypes_is_said(fields: dict[str, str], why: str) -> None:
    page = Client().post(PAGE, {"profile": "other", "login_id": "lea.petit"} | OTHER | fields)
    assert why in words(page)
    assert not Signup.objects.exists()


def test_a_text_that_somebody_typed_is_text() -> None:
    page = Client().get(PAGE, {"profile": "trainee", "q": "<script>alert(1)</script>"}).content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_closed_list_shows_few_people_and_counts_them() -> None:
    for number in range(5):
        made = desk.entry(surname=f"Kerma{number}", kind="trainee")
        made.keys.create(tier=0, key=f"kerma{number} agathe", list="trainee")
    assert "Aucun nom ne correspond" in words(Client().get(PAGE, {"profile": "trainee", "q": "kerma"}))


@pytest.mark.parametrize("query", [{}, {"profile": "king"}])
def test_the_profiles_are_offered_as_links(query: dict[str, str]) -> None:
    page = Client().get(PAGE, query).content.decode()
    for code in (*REGISTRY, "other"):
        assert f"?profile={code}" in page


def test_every_page_stands_without_a_script_and_each_field_has_its_label() -> None:
    for query in ({}, *({"profile": code, "q": "delorme"} for code in (*REGISTRY, "other"))):
        page = Client().get(PAGE, query).content.decode()
        assert "<script" not in page
        assert "onclick" not in page
        shown = re.findall(r'<(?:input|select)(?![^>]*type="hidden")[^>]*id="([^"]+)"', page)
        assert all(f'for="{name}"' in page for name in shown)
        assert page.count("<h1>") == 1


def test_every_member_of_a_sign_up_is_asked_on_a_page() -> None:
    forms = (signup_pages.MemberForm, signup_pages.OtherForm, signup_pages.HeadForm)
    asked = {name for form in forms for name in form.base_fields}
    assert {"agc_name", "siren"} <= asked, "the two parts of `agc`"
    assert set(SignupIn.model_fields) - asked == {"profile", "agc", "alternates", "grantor_entry_id"}
