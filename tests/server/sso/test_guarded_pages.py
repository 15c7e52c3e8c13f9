"""What stands around the provider's pages, met by people and sites."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from django.conf import settings

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.sessions.models import TokenFamily
from comptexpert_server.sessions.token_families import family_of
from comptexpert_server.sso import consents
from tests.server.sso.test_conformance import LOGOUT, RETURN, Party
from tests.server.visitor import AUTHORIZE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]


@pytest.fixture
def party() -> Party:
    return Party().signed_in()


@pytest.fixture
def stranger() -> Party:
    """A site that is not one of the Ordre's own: it asks for consent."""
    return Party(service="").signed_in()


def _hint(party: Party, **changes: str) -> str:
    """Sign an identity token of Claire's as this server does; it ran out yesterday, as those of a site soon do."""
    made, private = jwkkit.load_jwk_from_pem(get_adapter().list_private_keys()[0].pem)
    held = {
        "iss": settings.PUBLIC_URL,
        "sub": str(Account.objects.get(login_id="claire.delaunay").pk),
        "aud": party.client_id,
        "exp": int((now() - timedelta(days=1)).timestamp()),
    }
    return jwt.encode(held | changes, private, algorithm="RS256", headers={"kid": made["kid"]})


def _says(answer: Any, sentence: str) -> bool:
    return answer.status_code == 400 and f"<p>{sentence}</p>" in answer.content.decode()


def test_a_person_whose_proof_is_too_old_is_asked_once_more_and_not_for_ever(party: Party) -> None:
    asked = party.asked(max_age="0")
    answer = party.browser.get(AUTHORIZE, **asked)
    assert answer.status_code == 302
    address = urlsplit(answer.headers["Location"])
    del asked["max_age"]
    assert address.path == AUTHORIZE
    assert parse_qs(address.query) == {name: [value] for name, value in {**asked, "prompt": "login"}.items()}


def test_a_silent_question_about_too_old_a_proof_is_answered_without_a_page(party: Party) -> None:
    assert party.back(prompt="none", max_age="0")["error"] == "login_required"
    assert party.back(prompt="none", max_age="9999")["code"]


def test_a_site_of_the_ordre_knows_its_visitor_in_silence_from_the_first_visit(party: Party) -> None:
    back = party.back(prompt="none")
    assert party.exchange(back["code"]).status_code == 200


def test_another_site_never_learns_in_silence_who_visits_it(stranger: Party) -> None:
    assert stranger.back(prompt="none")["error"] == "consent_required"


def test_a_hint_that_ran_out_still_says_who_is_meant(party: Party) -> None:
    assert party.back(prompt="none", id_token_hint=_hint(party))["code"]
    assert party.back(id_token_hint=_hint(party))["code"]
    assert party.back(id_token_hint=_hint(party, sub="somebody"))["error"] == "login_required"


@pytest.mark.parametrize(
    "changes", [{"sub": "somebody"}, {"iss": "https://elsewhere.example"}, {"aud": "another-site"}]
)
def test_a_hint_about_somebody_else_or_from_elsewhere_gets_no_silent_code(
    party: Party, changes: dict[str, str]
) -> None:
    assert party.back(prompt="none", id_token_hint=_hint(party, **changes))["error"] == "login_required"


def test_a_code_belongs_to_the_site_the_browser_and_the_sign_in_that_it_came_from(party: Party) -> None:
    before = now()
    answer = party.browser.client.get(AUTHORIZE, party.asked(), headers={"User-Agent": "Firefox sur Debian"})
    family = family_of(parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0])
    assert family == TokenFamily.objects.get()
    assert (family.client_id, family.device) == (party.client_id, "Firefox sur Debian")
    assert family.account.login_id == "claire.delaunay"
    assert (family.second_factor, before - family.signed_in_at < timedelta(minutes=5)) == (False, True)
    assert before <= family.created_at <= now()


def test_a_page_of_consent_gives_no_code_before_it_is_answered(stranger: Party) -> None:
    page = stranger.ask()
    assert page.status_code == 200
    assert not TokenFamily.objects.exists()
    back = stranger.browser.submit(page, action="grant").headers["Location"]
    assert parse_qs(urlsplit(back).query)["iss"] == [settings.PUBLIC_URL]
    assert TokenFamily.objects.get().client_id == stranger.client_id


def test_a_form_of_consent_that_is_shown_again_may_still_leave_for_the_site(stranger: Party) -> None:
    again = stranger.browser.submit(stranger.ask(), action="grant", scopes="unknown")
    assert again.status_code == 200
    assert "form-action 'self' https://suite.example" in again.headers["Content-Security-Policy"]


def test_a_person_who_comes_back_late_to_the_consent_reads_what_to_do(
    stranger: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = stranger.ask()
    monkeypatch.setattr(consents, "CONSENT_TTL", timedelta(seconds=-1))
    late = stranger.browser.submit(page, action="grant")
    assert _says(late, "La page de consentement a expiré. Revenez à l’application et recommencez.")


def test_a_twisted_request_is_refused_by_whatever_method_it_comes(party: Party) -> None:
    for method in ("get", "head"):
        send = getattr(party.browser.client, method)
        assert send(AUTHORIZE, party.asked(code_challenge="-")).status_code == 400
    assert not TokenFamily.objects.exists()
    party.browser.client.head(AUTHORIZE, party.asked())
    assert TokenFamily.objects.get().client_id == party.client_id


def test_a_request_that_a_site_sends_as_a_form_is_made_again_as_a_link(party: Party) -> None:
    form = urlencode(party.asked())
    sent = party.browser.client.post(AUTHORIZE, form, "application/x-www-form-urlencoded")
    address = urlsplit(sent.headers["Location"])
    assert (sent.status_code, address.path) == (303, AUTHORIZE)
    assert parse_qs(address.query) == parse_qs(form)


def _sign_out(party: Party, method: str, **asked: str) -> Any:
    return getattr(party.browser.client, method)(LOGOUT, asked)


SIGN_OUTS = pytest.mark.parametrize("method", ["get", "post"])
ALLAUTH_FORM = pytest.mark.filterwarnings("ignore:The default scheme will be changed")


@SIGN_OUTS
@ALLAUTH_FORM
def test_a_site_signs_its_visitor_out_with_an_old_token_alone(party: Party, method: str) -> None:
    party.browser.client.handler.enforce_csrf_checks = False
    answer = _sign_out(party, method, id_token_hint=_hint(party), post_logout_redirect_uri=RETURN, state="s")
    assert answer.headers["Location"] == f"{RETURN}?state=s"
    assert party.back(prompt="none")["error"] == "login_required"


@SIGN_OUTS
@ALLAUTH_FORM
def test_a_site_that_kept_no_token_may_ask_for_a_sign_out_under_its_name(party: Party, method: str) -> None:
    asked = {"client_id": party.client_id, "post_logout_redirect_uri": RETURN}
    party.browser.client.handler.enforce_csrf_checks = False
    assert _sign_out(party, method, **asked).status_code in {200, 302}


@SIGN_OUTS
@ALLAUTH_FORM
def test_a_sign_out_leads_nowhere_that_the_site_did_not_register(party: Party, method: str) -> None:
    sentence = "L’adresse de retour n’est pas celle de l’application."
    elsewhere = "https://suite.example/ailleurs"
    ours, foreign = _hint(party), _hint(party, iss="https://elsewhere.example")
    assert _says(_sign_out(party, method, id_token_hint=ours, post_logout_redirect_uri=elsewhere), sentence)
    assert _says(_sign_out(party, method, id_token_hint=foreign, post_logout_redirect_uri=RETURN), sentence)
    assert _says(_sign_out(party, method, client_id=party.client_id, post_logout_redirect_uri=elsewhere), sentence)
    assert _says(_sign_out(party, method, client_id="unknown", post_logout_redirect_uri=RETURN), sentence)
    assert _says(_sign_out(party, method, post_logout_redirect_uri=RETURN), sentence)
    assert party.back(prompt="none")["code"]
