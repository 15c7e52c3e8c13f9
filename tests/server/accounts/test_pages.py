"""Every page: French, ours, without script, with a label for each field."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests.server.visitor import PASSWORD, Visitor, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
OPEN = [
    "/compte/login/",
    "/compte/password/reset/",
    "/compte/password/reset/done/",
    "/inscription/",
    "/aide/",
    "/compte/inactive/",
]
SIGNED_IN = ["/", "/compte/password/change/", "/compte/logout/", "/compte/2fa/", "/compte/sessions/"]
ENGLISH = re.compile(r"\b(password|sign|your|please|the|account|log in|username)\b", re.IGNORECASE)


class Labels(HTMLParser):
    """The visible fields of a page and the labels that name them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.labelled: set[str] = set()
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") != "hidden":
            self.fields.add(str(found.get("id")))
        if tag == "label":
            self.labelled.add(str(found.get("for")))
        self.scripts += tag == "script"


def looked_at(answer: Any) -> str:
    page: str = answer.content.decode()
    labels = Labels(page)
    assert labels.scripts == 0
    assert labels.fields <= labels.labelled
    assert 'lang="fr"' in page
    assert "non affiliée à l’Ordre" in page
    words = re.sub(r"<[^>]+>", " ", page)
    assert not ENGLISH.search(words), ENGLISH.search(words)
    return words


@pytest.mark.parametrize("path", OPEN)
def test_a_page_for_anybody(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    looked_at(answer)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_for_those_who_signed_in(path: str) -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    answer = browser.get(path)
    assert answer.status_code == 200
    looked_at(answer)


def test_the_page_of_a_cabinet_is_as_the_others() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    answer = browser.get(f"/cabinet/{person('ec')['firms'][0]['id']}/")
    assert answer.status_code == 200
    assert "Ouvrir dans l’application" in looked_at(answer)


def test_a_wrong_password_and_an_unknown_identifiant_are_answered_alike() -> None:
    known = looked_at(Visitor().sign_in("claire.delaunay", "not the right one at all"))
    unknown = looked_at(Visitor().sign_in("nobody.at.all", "not the right one at all"))
    assert "Identifiant ou mot de passe incorrect" in known
    assert known.replace("claire.delaunay", "") == unknown.replace("nobody.at.all", "")


def test_a_wrong_new_password_is_explained_in_french() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    page = browser.get("/compte/password/change/")
    words = looked_at(browser.submit(page, oldpassword="wrong", password1="abc", password2="abd"))
    assert "15 caractères" in words


def test_an_absent_page_and_a_stale_form_have_their_pages() -> None:
    assert "n’existe pas" in looked_at(Client().get("/nowhere"))
    stale = Client(enforce_csrf_checks=True).post("/compte/login/", {})
    assert "plus valable" in looked_at(stale)


def test_a_second_factor_is_added_and_asked_at_the_next_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from allauth.mfa.totp.internal import auth

    browser = Visitor()
    browser.sign_in("claire.delaunay")
    proof = browser.client.get("/compte/2fa/totp/activate/", follow=True)
    looked_at(proof)
    page = browser.client.get(browser.submit(proof, password=PASSWORD)["Location"])
    looked_at(page)
    secret = browser.client.session["mfa.totp.secret"]
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    assert browser.submit(page, code=code).status_code == 302
    for path in ("/compte/2fa/", "/compte/2fa/recovery-codes/", "/compte/2fa/totp/deactivate/"):
        looked_at(browser.client.get(path, follow=True))
    other = Visitor()
    away = other.sign_in("claire.delaunay")
    assert "Saisissez votre code" in looked_at(other.client.get(away["Location"]))


def test_the_home_page_leads_a_visitor_to_the_sign_in_page() -> None:
    assert Client().get("/")["Location"] == "/compte/login/"


def test_a_person_who_grants_is_led_to_a_second_factor_before_the_first_grant(settings: Any) -> None:
    settings.FACTOR_REQUIRED = True
    expert, staff = Visitor(), Visitor()
    expert.sign_in("claire.delaunay")
    staff.sign_in("nadia.ferrand")
    assert "choisissez un second facteur" in looked_at(expert.get("/"))
    assert "choisissez un second facteur" not in looked_at(staff.get("/"))
    settings.FACTOR_REQUIRED = False
    assert "choisissez un second facteur" not in looked_at(expert.get("/"))
