"""Requests that somebody twisted: each is refused where it arrives, and the right one still works after them all."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle, islice
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client

from comptexpert_server.sessions.models import TokenFamily
from comptexpert_server.sso import consents
from tests.server.visitor import AUTHORIZE, REDIRECT, TOKEN, Application, Form, Visitor, me

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]

NO_PROOF = {"code_challenge": "-", "code_challenge_method": "-"}
ASKED: dict[str, dict[str, str]] = {
    "PKCE by copy": {"code_challenge_method": "plain"},
    "PKCE without its method": {"code_challenge_method": "-"},
    "PKCE of an unknown method": {"code_challenge_method": "S512"},
    "PKCE left out": NO_PROOF,
    "PKCE without the challenge": {"code_challenge": "-"},
    "a short challenge": {"code_challenge": "short"},
    "a long challenge": {"code_challenge": "a" * 44},
    "a challenge that is not ASCII": {"code_challenge": "é" * 43},
    "a challenge with padding": {"code_challenge": "a" * 42 + "="},
    "an unknown application": {"client_id": "unknown"},
    "no application": {"client_id": "-"},
    "an application with a blank": {"client_id": "comptexpert-desktop "},
    "an application in capitals": {"client_id": "COMPTEXPERT-DESKTOP"},
    "no address": {"redirect_uri": "-"},
    "an empty address": {"redirect_uri": ""},
    "a query added": {"redirect_uri": f"{REDIRECT}?evil=1"},
    "an empty query added": {"redirect_uri": f"{REDIRECT}?"},
    "a fragment added": {"redirect_uri": f"{REDIRECT}#x"},
    "a slash added": {"redirect_uri": f"{REDIRECT}/"},
    "another path": {"redirect_uri": "http://127.0.0.1:51234/callback2"},
    "a path in capitals": {"redirect_uri": "http://127.0.0.1:51234/CALLBACK"},
    "a path that climbs": {"redirect_uri": "http://127.0.0.1:51234/x/../callback"},
    "a path that is escaped": {"redirect_uri": "http://127.0.0.1:51234/%63allback"},
    "two slashes": {"redirect_uri": "http://127.0.0.1:51234//callback"},
    "a parameter of the path": {"redirect_uri": "http://127.0.0.1:51234/callback;x"},
    "a name for the loopback": {"redirect_uri": "http://localhost:51234/callback"},
    "the loopback of another family": {"redirect_uri": "http://[::1]:51234/callback"},
    "another loopback": {"redirect_uri": "http://127.0.0.2:51234/callback"},
    "the loopback as a number": {"redirect_uri": "http://2130706433:51234/callback"},
    "a short loopback": {"redirect_uri": "http://127.1:51234/callback"},
    "the loopback as a prefix": {"redirect_uri": "http://127.0.0.1.evil.example:80/callback"},
    "a person in the address": {"redirect_uri": "http://user@127.0.0.1:51234/callback"},
    "the loopback as a person": {"redirect_uri": "http://127.0.0.1:51234@evil.example/callback"},
    "a backslash": {"redirect_uri": "http://127.0.0.1:51234\\@evil.example/callback"},
    "another scheme": {"redirect_uri": "https://127.0.0.1:51234/callback"},
    "a script": {"redirect_uri": "javascript:alert(1)//127.0.0.1:51234/callback"},
    "an address without scheme": {"redirect_uri": "//127.0.0.1:51234/callback"},
    "port 0": {"redirect_uri": "http://127.0.0.1:0/callback"},
    "a port that does not exist": {"redirect_uri": "http://127.0.0.1:99999/callback"},
    "a port with a zero": {"redirect_uri": "http://127.0.0.1:051234/callback"},
    "an empty port": {"redirect_uri": "http://127.0.0.1:/callback"},
    "a blank in the port": {"redirect_uri": "http://127.0.0.1:5 1/callback"},
    "a port in other digits": {"redirect_uri": "http://127.0.0.1:٥١٢٣٤/callback"},
    "another way to answer": {"response_mode": "form_post"},
    "an answer in the fragment": {"response_mode": "fragment"},
    "silence and a question": {"prompt": "none login"},
    "an unknown prompt": {"prompt": "create"},
    "an age below zero": {"max_age": "-1"},
    "an age that is no number": {"max_age": "soon"},
    "a state without end": {"state": "s" * 2001},
}
SENT_BACK = {
    "a token in the address": {"response_type": "token"},
    "an identity in the address": {"response_type": "id_token"},
    "both at once": {"response_type": "code id_token"},
    "no kind of answer": {"response_type": "-"},
    "a request object": {"request": "x"},
    "a request by reference": {"request_uri": "https://evil.example/request"},
    "a silent question": {"prompt": "none"},
}
EXCHANGED: dict[str, dict[str, str]] = {
    "no proof": {"code_verifier": "-"},
    "an empty proof": {"code_verifier": ""},
    "a short proof": {"code_verifier": "x"},
    "the proof of somebody else": {"code_verifier": "y" * 64},
    "another address": {"redirect_uri": "http://127.0.0.1:51235/callback"},
    "no address": {"redirect_uri": "-"},
    "an unknown application": {"client_id": "unknown"},
    "no application": {"client_id": "-"},
    "another code": {"code": "a" * 30},
    "an empty code": {"code": ""},
    "the password grant": {"grant_type": "password", "username": "claire.delaunay", "password": "x"},
    "the application's own grant": {"grant_type": "client_credentials"},
    "the device grant": {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
    "an assertion": {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x"},
    "no grant": {"grant_type": "-"},
    "the code as a refresh token": {"grant_type": "refresh_token", "refresh_token": "x"},
}


@pytest.fixture
def browser() -> Visitor:
    visitor = Visitor()
    visitor.sign_in("claire.delaunay")
    return visitor


def ask(browser: Visitor, changes: dict[str, str]) -> Any:
    return browser.get(AUTHORIZE, **Application().request(**changes))


def test_the_table_is_long_enough() -> None:
    assert len(ASKED) + len(SENT_BACK) + len(EXCHANGED) >= 40


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.one_in(4)
def test_a_twisted_request_shows_a_page_and_redirects_nowhere(browser: Visitor, name: str) -> None:
    answer = ask(browser, ASKED[name])
    assert answer.status_code == 400
    assert "Location" not in answer
    assert "refusée" in answer.content.decode()


@pytest.mark.parametrize("name", SENT_BACK)
def test_a_request_for_too_much_comes_back_as_an_error_to_the_right_address(browser: Visitor, name: str) -> None:
    answer = ask(browser, SENT_BACK[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{REDIRECT}?")
    assert "error=" in answer["Location"]
    assert "code=" not in answer["Location"].replace("error_code=", "")


@pytest.mark.parametrize("name", EXCHANGED)
@pytest.mark.one_in(4)
def test_a_twisted_exchange_gives_nothing_and_spends_nothing(browser: Visitor, name: str) -> None:
    application = Application()
    code = application.code(browser)
    answer = application.exchange(**{"code": code} | EXCHANGED[name])
    assert answer.status_code in {400, 401}
    assert not Token.objects.exists()
    assert application.exchange(code).status_code == 200


@pytest.mark.parametrize(
    "twice", ["client_id", "redirect_uri", "code_challenge", "scope", "state", "prompt", "max_age"]
)
def test_a_parameter_given_twice_is_refused(browser: Visitor, twice: str) -> None:
    query = Application().request(prompt="login", max_age="9")
    answer = browser.client.get(AUTHORIZE, query_params={**query, twice: [query[twice]] * 2})
    assert answer.status_code == 400
    assert "Location" not in answer


def test_an_exchange_with_a_parameter_given_twice_is_refused(browser: Visitor) -> None:
    application = Application()
    code = application.code(browser)
    body = f"grant_type=authorization_code&code={code}&code={code}&client_id=comptexpert-desktop"
    assert Client().post(TOKEN, body, "application/x-www-form-urlencoded").json()["error"] == "invalid_request"


def test_a_program_that_listens_on_the_loopback_never_gets_a_silent_code(browser: Visitor) -> None:
    Application().exchange(Application().code(browser))  # the person uses the application: its tokens are alive
    tokens = Application().tokens()
    assert me(tokens["access_token"]).status_code == 200
    before = TokenFamily.objects.count()
    answer = ask(browser, {"prompt": "none"})
    assert "error=consent_required" in answer["Location"]
    assert TokenFamily.objects.count() == before


def test_a_consent_form_of_another_page_is_refused(browser: Visitor) -> None:
    page = ask(browser, {})
    answer = browser.submit(page, action="grant", csrfmiddlewaretoken="x" * 64)
    assert answer.status_code == 403
    forged = browser.submit(page, action="grant", request="e30:forged")
    assert forged.status_code == 400
    assert not TokenFamily.objects.exists()


def test_a_consent_form_belongs_to_the_session_that_it_was_shown_in(browser: Visitor) -> None:
    theirs = Visitor()
    theirs.sign_in("hugo.kerbrat")
    shown = Form(ask(browser, {}).content).fields["request"][0]
    answer = theirs.submit(ask(theirs, {}), action="grant", request=shown)
    assert (answer.status_code, "expiré" in answer.content.decode()) == (400, True)
    assert not TokenFamily.objects.exists()


def test_a_consent_form_ages(browser: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ask(browser, {})
    monkeypatch.setattr(consents, "CONSENT_TTL", timedelta(seconds=-1))
    assert browser.submit(page, action="grant").status_code == 400
    monkeypatch.undo()
    assert browser.submit(page, action="grant").status_code == 302


def test_the_right_request_still_works_after_a_hundred_wrong_ones(browser: Visitor) -> None:
    for changes in islice(cycle([*ASKED.values(), *SENT_BACK.values()]), 100):
        assert ask(browser, changes).status_code in {302, 400}
    application = Application()
    code = application.code(browser)
    for changes in islice(cycle(EXCHANGED.values()), 100):
        assert application.exchange(**{"code": code} | changes).status_code in {400, 401}
    assert me(application.exchange(code).json()["access_token"]).status_code == 200
