"""Other sites hear that a person signed out, each once, however often they must be asked (Back-Channel Logout 1.0)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import jwt
import pytest
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from comptexpert_server.operations import worker
from comptexpert_server.sessions.models import SignOutNotice
from comptexpert_server.sessions.token_families import SignIn, begin_family, end_families, end_family
from comptexpert_server.sso import backchannel
from comptexpert_server.sso.clients import UnsafeAddressError, register_site
from comptexpert_server.sso.signals import DESKTOP_CLIENT
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.sessions.models import TokenFamily

pytestmark = pytest.mark.django_db
RETURN, HEARS = "https://annuaire.example/retour", "https://annuaire.example/deconnexion"
NOW = timezone.now()


@contextmanager
def a_site(*statuses: int) -> Iterator[tuple[str, list[str]]]:
    """Listen on loopback, answer with each status in turn, and keep the tokens that came."""
    heard: list[str] = []
    answers = list(statuses)

    class Site(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append(parse_qs(body)["logout_token"][0])
            self.send_response(answers.pop(0) if answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/deconnexion", heard
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def family(account: Account, client_id: str, *, code: str) -> TokenFamily:
    sign_in = SignIn(at=NOW, second_factor=False)
    return begin_family(account, client_id=client_id, code=code, sign_in=sign_in, device="", now=NOW)


def read(token: str) -> dict[str, Any]:
    """Verify a logout token as a site does: by the published keys."""
    kid = jwt.get_unverified_header(token)["kid"]
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(Browser().get("/.well-known/jwks.json").json()).keys}
    assert jwt.get_unverified_header(token)["typ"] == "logout+jwt"
    claims: dict[str, Any] = jwt.decode(
        token,
        keys[kid].key,
        algorithms=["RS256"],
        issuer=settings.PUBLIC_URL,
        options={"verify_aud": False, "verify_iat": False},
    )
    return claims


def test_discovery_says_that_sites_may_hear_it() -> None:
    found = Browser().get("/.well-known/openid-configuration").json()
    assert found["backchannel_logout_supported"] is True
    assert found["backchannel_logout_session_supported"] is True
    assert "sid" in found["claims_supported"]


def test_a_site_hears_that_its_visitor_signed_out() -> None:
    account = desk.account()
    with a_site() as (address, heard):
        client_id, _secret = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=address)
        session = family(account, client_id, code="one")
        end_families(account)
        assert backchannel.run_due(NOW) == 0 == len(heard), "it is told before it is due"
        moment = timezone.now()
        assert backchannel.run_due(moment) == 1
        assert backchannel.run_due(moment + timedelta(hours=2)) == 0, "it is told twice"
    claims = read(heard[0])
    assert (claims["aud"], claims["sub"], claims["sid"]) == (client_id, str(account.pk), str(session.pk))
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert claims["exp"] - claims["iat"] == 120
    assert claims["jti"]
    assert "nonce" not in claims


def test_only_sites_that_asked_hear_it() -> None:
    account = desk.account()
    deaf, _ = register_site("Sourd", redirect_uri=RETURN)
    site, _ = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=HEARS)
    for number, client_id in enumerate((deaf, site, DESKTOP_CLIENT)):
        family(account, client_id, code=f"code {number}")
    family(desk.account(), site, code="somebody else's")
    end_families(account)
    assert list(SignOutNotice.objects.values_list("client_id", "subject")) == [(site, str(account.pk))]


def test_one_session_that_is_ended_is_heard_alone() -> None:
    account = desk.account()
    site, _ = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=HEARS)
    ended, _kept = family(account, site, code="one"), family(account, site, code="two")
    number = str(ended.pk)
    end_family(ended)
    assert list(SignOutNotice.objects.values_list("session_id", flat=True)) == [number]


def test_a_site_that_fails_is_asked_again_more_and_more_rarely() -> None:
    account = desk.account()
    with a_site(500, 302) as (address, heard):
        client_id, _ = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=address)
        family(account, client_id, code="one")
        end_families(account)
        moment = timezone.now()
        moments = [moment + timedelta(seconds=later) for later in (0, 1, 30, 31, 30 + 119, 30 + 120)]
        taken = [backchannel.run_due(one) for one in moments]
    assert taken == [0, 0, 0, 0, 0, 1]
    assert len(heard) == 3, "it is asked before its time, or a redirect is followed"
    assert len({read(token)["jti"] for token in heard}) == 1


def test_a_site_that_never_answers_is_given_up_after_a_day() -> None:
    account = desk.account()
    client_id, _ = register_site("Absent", redirect_uri=RETURN, backchannel_logout_uri="http://127.0.0.1:9/")
    family(account, client_id, code="one")
    end_families(account)
    moment = timezone.now()
    asked: list[str] = []
    for hour in range(30):
        backchannel.run_due(moment + timedelta(hours=hour), post=lambda address, _token: asked.append(address) or 0)
    assert 20 < len(asked) <= 25
    assert not SignOutNotice.objects.exists()


def test_one_silent_site_does_not_keep_others_from_hearing() -> None:
    account = desk.account()
    silent, _ = register_site("Absent", redirect_uri=RETURN, backchannel_logout_uri="https://absent.example/")
    site, _ = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=HEARS)
    for number, client_id in enumerate((silent, silent, site)):
        family(account, client_id, code=f"code {number}")
    end_families(account)
    asked: list[str] = []

    def post(address: str, _token: str) -> int:
        asked.append(address)
        return 200 if address == HEARS else 0

    assert backchannel.run_due(timezone.now(), post=post) == 1
    assert asked.count("https://absent.example/") == 1, "it is waited for twice in one round"


def test_two_workers_carry_a_notice_once() -> None:
    account = desk.account()
    site, _ = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=HEARS)
    family(account, site, code="one")
    end_families(account)
    moment = timezone.now()
    asked: list[str] = []

    def post(address: str, _token: str) -> int:
        asked.append(address)
        if len(asked) == 1:  # another worker comes while the first waits for the site
            backchannel.run_due(moment, post=post)
        return 200

    backchannel.run_due(moment, post=post)
    assert asked == [HEARS]


def test_the_worker_carries_them() -> None:
    account = desk.account()
    with a_site() as (address, heard):
        client_id, _ = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=address)
        family(account, client_id, code="one")
        end_families(account)
        assert worker.turn(worker.Schedule())
    assert len(heard) == 1


def test_a_site_that_was_removed_is_forgotten() -> None:
    account = desk.account()
    site, _ = register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=HEARS)
    family(account, site, code="one")
    end_families(account)
    Client.objects.filter(pk=site).delete()
    backchannel.run_due(timezone.now(), post=lambda _address, _token: pytest.fail("nobody is there"))
    assert not SignOutNotice.objects.exists()


@pytest.mark.parametrize(
    "address", ["http://annuaire.example/", "https://a.example/#x", "ftp://a.example", "https://*"]
)
def test_where_a_site_hears_it_nobody_else_listens(address: str) -> None:
    with pytest.raises(UnsafeAddressError):
        register_site("Annuaire", redirect_uri=RETURN, backchannel_logout_uri=address)
