"""Other sites let people sign in with one Comptexpert; read by a client library that is not ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from django.conf import settings
from django.test import Client

from comptexpert_server.sso.clients import UnknownServiceError, UnsafeAddressError, register_site
from tests.server.visitor import PASSWORD, Application, Visitor, me

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
RETURN = "https://annuaire.example/retour"


class ToTheServer(httpx.BaseTransport):
    """Carry requests to the server inside the test's own transaction."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = Client().generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            request.headers.get("Content-Type", ""),
            headers={name: request.headers[name] for name in ("Authorization", "Accept") if name in request.headers},
        )
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


@pytest.fixture
def site(settings: Any) -> OAuth2Client:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    client_id, secret = register_site("Annuaire", redirect_uri=RETURN)
    return OAuth2Client(
        client_id,
        secret,
        scope="openid profile",
        redirect_uri=RETURN,
        code_challenge_method="S256",
        transport=ToTheServer(),
    )


def signed_in(site: OAuth2Client, browser: Visitor) -> dict[str, Any]:
    found = browser.get("/.well-known/openid-configuration").json()
    verifier = "v" * 50
    url, state = site.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier)
    parts = urlsplit(url)
    page = browser.client.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 200, page.content
    assert f"form-action 'self' {RETURN.removesuffix('/retour')}" in page["Content-Security-Policy"]
    back = browser.submit(page, action="grant")["Location"]
    assert back.startswith(RETURN)
    tokens: dict[str, Any] = site.fetch_token(
        found["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state
    )
    return tokens


def test_one_sign_in_serves_the_desktop_and_another_site(site: OAuth2Client) -> None:
    browser = Visitor()
    Application().code(browser)
    tokens = signed_in(site, browser)
    assert site.get(f"{settings.PUBLIC_URL}/identity/o/api/userinfo").json()["preferred_username"] == "claire.delaunay"
    assert me(tokens["access_token"]).status_code == 403, "another site reads who it is and never acts"


def test_a_site_refreshes_and_revokes(site: OAuth2Client) -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    first = signed_in(site, browser)
    second = site.refresh_token(f"{settings.PUBLIC_URL}/identity/o/api/token")
    assert second["refresh_token"] != first["refresh_token"]
    url = f"{settings.PUBLIC_URL}/identity/o/api/revoke"
    assert site.revoke_token(url, token=second["refresh_token"], token_type_hint="refresh_token").status_code == 200
    assert site.get(f"{settings.PUBLIC_URL}/identity/o/api/userinfo").status_code == 401


def test_a_wrong_secret_gives_nothing(site: OAuth2Client) -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    site.client_secret = "wrong"
    with pytest.raises(Exception, match="invalid_client"):
        signed_in(site, browser)


def test_a_site_cannot_ask_for_the_right_to_act(site: OAuth2Client) -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    application = Application(client_id=site.client_id)
    asked = application.request(scope="openid comptexpert", redirect_uri=RETURN)
    page = browser.get("/identity/o/authorize", **asked)
    assert "Agir en votre nom" not in page.content.decode()
    back = browser.submit(page, action="grant")["Location"]
    found = browser.get("/.well-known/openid-configuration").json()
    tokens = site.fetch_token(
        found["token_endpoint"], authorization_response=back, code_verifier=application.verifier, state=asked["state"]
    )
    assert me(tokens["access_token"]).status_code == 403


@pytest.mark.filterwarnings("ignore:The default scheme will be changed")  # the library's own form, on Django 5.2
def test_signing_out_at_a_site_ends_the_session_and_comes_back(site: OAuth2Client) -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay", PASSWORD)
    tokens = signed_in(site, browser)
    query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": RETURN, "state": "s"}
    answer = browser.get("/identity/o/logout", client_id=site.client_id, **query)
    assert answer["Location"] == f"{RETURN}?state=s"
    assert browser.get("/")["Location"] == "/compte/login/"
    elsewhere = browser.get("/identity/o/logout", post_logout_redirect_uri="https://evil.example/")
    assert "evil.example" not in elsewhere.get("Location", "")


@pytest.mark.parametrize("address", ["http://x.example/", "https://*.example/", "https://x.example/#a", "ftp://x", ""])
def test_an_unsafe_address_is_not_registered(address: str) -> None:
    with pytest.raises(UnsafeAddressError):
        register_site("x", redirect_uri=address)


def test_the_site_of_a_service_is_the_ordres_own_and_an_unknown_service_has_none() -> None:
    client_id, _secret = register_site("Bibliordre", redirect_uri=RETURN, service="bibliordre")
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    asked = Application(client_id=client_id).request(scope="openid profile", redirect_uri=RETURN)
    assert browser.get("/identity/o/authorize", **asked)["Location"].startswith(f"{RETURN}?code=")
    with pytest.raises(UnknownServiceError):
        register_site("x", redirect_uri=RETURN, service="unknown")
