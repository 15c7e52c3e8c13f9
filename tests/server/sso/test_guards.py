"""What stands around the provider's pages, answer by answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import Signer
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from comptexpert_server.sso import guards
from comptexpert_server.web.middleware import PAGE_POLICY

ISSUER = "https://comptexpert.example"
BACK = "https://site.example/retour"


@pytest.fixture(autouse=True)
def issuer(settings: Any) -> None:
    settings.PUBLIC_URL = ISSUER


def _asked_of(signed: object) -> dict[str, str]:
    form = {"request": signed if isinstance(signed, str) else Signer().sign_object(signed)}
    return dict(guards._asked(RequestFactory().post("/identity/o/authorize", form)))


@pytest.mark.parametrize(
    ("address", "state", "start"), [(BACK, "s1", f"{BACK}?"), (f"{BACK}?lang=fr", "", f"{BACK}?lang=fr&")]
)
def test_a_silent_refusal_says_who_refuses_and_nothing_empty(address: str, state: str, start: str) -> None:
    request = RequestFactory().get("/identity/o/authorize", {"redirect_uri": address, "state": state})
    answer = guards._refuse_silently(request, "login_required")
    location = answer.headers["Location"]
    assert location.startswith(start)
    said = parse_qs(urlsplit(location).query, keep_blank_values=True)
    said.pop("lang", None)
    assert said == {"error": ["login_required"], "iss": [ISSUER], **({"state": [state]} if state else {})}


@pytest.mark.parametrize(
    "signed",
    ["", "nothing.signed", ["one"], ["one", "two", "three"], ["scopes", "no dictionary"], ["scopes", ["client_id"]]],
    ids=["empty", "forged", "short", "long", "text", "list"],
)
def test_a_consent_form_that_holds_no_request_asks_nothing(signed: object) -> None:
    assert _asked_of(signed) == {}


def test_a_consent_form_gives_the_texts_of_its_request() -> None:
    assert _asked_of([["openid"], {"client_id": "site", "redirect_uri": BACK, "max_age": 5, "claims": None}]) == {
        "client_id": "site",
        "redirect_uri": BACK,
    }


def test_a_code_is_read_from_a_redirect_alone() -> None:
    address = f"{BACK}?code=c1&state=s1"
    assert guards._code_in(HttpResponseRedirect(address)) == "c1"
    assert guards._code_in(HttpResponse(status=200, headers={"Location": address})) == ""
    assert guards._code_in(HttpResponse(status=201, headers={"Location": address})) == ""
    assert guards._code_in(HttpResponseRedirect(f"{BACK}?error=access_denied")) == ""


@pytest.mark.parametrize(
    ("location", "redirect_uri", "is_named"),
    [
        (f"{BACK}?code=c1", BACK, True),
        (f"{BACK}?lang=fr&code=c1", f"{BACK}?lang=fr", True),
        (f"{BACK}?code=c1", "", False),
        ("?code=c1", "", False),
        ("&code=c1", "", False),
        (f"{BACK}s?code=c1", BACK, False),
        ("/compte/login/?next=x", BACK, False),
    ],
)
def test_the_issuer_is_named_to_the_site_that_asked_and_to_nobody_else(
    location: str, redirect_uri: str, *, is_named: bool
) -> None:
    answer = HttpResponseRedirect(location)
    guards._name_issuer(answer, redirect_uri=redirect_uri)
    assert parse_qs(urlsplit(answer.headers["Location"]).query).get("iss") == ([ISSUER] if is_named else None)


@pytest.mark.parametrize(
    "redirect_uri",
    ["", "https:", "/retour", "//site.example/retour", "site.example/retour", "urn:ietf:wg:oauth:2.0:oob"],
)
def test_a_form_may_leave_for_no_address_without_a_host(redirect_uri: str) -> None:
    answer = HttpResponse()
    guards._let_form_leave(answer, redirect_uri=redirect_uri)
    assert "Content-Security-Policy" not in answer.headers


def test_a_form_may_leave_for_the_site_that_asked() -> None:
    answer = HttpResponse()
    guards._let_form_leave(answer, redirect_uri=f"{BACK}?a=b")
    policy = PAGE_POLICY.replace("form-action 'self'", "form-action 'self' https://site.example")
    assert answer.headers["Content-Security-Policy"] == policy
