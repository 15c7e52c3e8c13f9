"""Sites built on libraries that are not ours sign people in, on both databases, with one and with two processes."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from comptexpert_server.rehearsal.demo_people import PASSWORD
from tests.sites.conftest import RETURN
from tests.sites.parties import PARTIES, Pair, RefusedError, Site
from tests.sites.person import Person

if TYPE_CHECKING:
    from tests.sites.parties import Party
    from tests.sites.servers import Running

pytestmark = pytest.mark.timeout(300)
EC = "claire.delaunay"


def signed_in(party: Party, browser: Person, *, login_id: str = EC, **more: str) -> Pair:
    back = browser.visit(party.begin(**more))
    if "Connectez-vous" in browser.page.text:
        back = browser.sign_in(login_id, PASSWORD)
    if not back.startswith(RETURN):
        back = browser.send(action="grant")
    assert back.startswith(RETURN), back
    return party.finish(back)


def said(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_person_signs_in_and_the_site_reads_who_it_is(party: Party, browser: Person, server: Running) -> None:
    pair = signed_in(party, browser)
    assert pair.claims["iss"] == server.url
    assert pair.claims["preferred_username"] == EC
    assert pair.claims["comptexpert_profile"] == "expert_comptable"
    assert abs(pair.claims["auth_time"] - time.time()) < 60
    shown = party.userinfo(pair.access, subject=pair.claims["sub"])
    assert shown["name"] == "Claire Delaunay"
    assert "portal" in shown["comptexpert_services"]
    assert shown["comptexpert_delegations"] == [], "an expert-comptable opens it in her own name"


def test_the_answer_names_its_issuer(party: Party, browser: Person, server: Running) -> None:
    browser.visit(party.begin())
    answer = said(browser.sign_in(EC, PASSWORD))
    assert answer["iss"] == server.url
    assert answer["code"]


def test_a_refresh_gives_a_new_pair_and_the_old_one_is_dead(party: Party, browser: Person) -> None:
    first = signed_in(party, browser)
    second = party.refresh(first.refresh)
    assert second.refresh not in {"", first.refresh}
    subject = first.claims["sub"]
    assert party.userinfo(second.access, subject=subject)["sub"] == subject
    with pytest.raises(RefusedError):
        party.userinfo(first.access, subject=subject)


def test_a_code_that_comes_twice_ends_what_it_gave(party: Party, browser: Person) -> None:
    browser.visit(party.begin())
    back = browser.sign_in(EC, PASSWORD)
    pair = party.finish(back)
    with pytest.raises((RefusedError, KeyError)):
        party.finish(back)
    with pytest.raises(RefusedError):
        party.userinfo(pair.access, subject=pair.claims["sub"])


def test_eight_exchanges_of_one_code_at_once_give_one_pair_at_most(
    server: Running, site: Site, browser: Person
) -> None:
    query = {"response_type": "code", "client_id": site.client_id, "redirect_uri": RETURN, "scope": "openid"}
    challenge = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
    browser.visit(f"{server.url}/identity/o/authorize?{httpx.QueryParams(query | challenge)}")
    code = said(browser.sign_in(EC, PASSWORD))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN}
    form |= {"code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}

    def exchange(_number: int) -> int:
        auth = httpx.BasicAuth(site.client_id, site.secret)
        return httpx.post(f"{server.url}/identity/o/api/token", data=form, auth=auth, trust_env=False).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(exchange, range(8)))
    assert sorted(answers) == [200] + [400] * 7


def test_a_refresh_token_whose_successor_served_ends_everything(party: Party, browser: Person) -> None:
    first = signed_in(party, browser)
    second = party.refresh(first.refresh)
    third = party.refresh(second.refresh)
    with pytest.raises(RefusedError, match="invalid_grant"):
        party.refresh(first.refresh)
    with pytest.raises(RefusedError):
        party.userinfo(third.access, subject=first.claims["sub"])
    with pytest.raises(RefusedError, match="invalid_grant"):
        party.refresh(third.refresh)


def test_a_revoked_refresh_token_takes_the_access_token_along(party: Party, browser: Person) -> None:
    pair = signed_in(party, browser)
    party.revoke(pair.refresh)
    with pytest.raises(RefusedError):
        party.userinfo(pair.access, subject=pair.claims["sub"])
    with pytest.raises(RefusedError, match="invalid_grant"):
        party.refresh(pair.refresh)


def test_one_sign_in_serves_two_sites_of_the_ordre_without_a_question(
    party: Party, library: str, server: Running, browser: Person
) -> None:
    signed_in(party, browser)
    made = server.site("Bibliordre", RETURN, "--service", "bibliordre")
    second = Site(issuer=server.url, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=RETURN)
    with PARTIES[library](second) as other:
        pair = other.finish(browser.visit(other.begin()))
        assert pair.claims["preferred_username"] == EC


def test_a_silent_question_gets_an_answer_only_when_somebody_is_signed_in(party: Party, browser: Person) -> None:
    assert said(browser.visit(party.begin(prompt="none")))["error"] == "login_required"
    signed_in(party, browser)
    pair = party.finish(browser.visit(party.begin(prompt="none")))
    assert pair.claims["preferred_username"] == EC


def test_a_site_of_somebody_else_never_gets_a_silent_answer(
    party: Party, foreign_party: Party, browser: Person
) -> None:
    signed_in(party, browser)
    browser.visit(foreign_party.begin())
    assert "Annuaire" in browser.page.text
    assert "Refuser" in browser.page.text
    assert said(browser.visit(foreign_party.begin(prompt="none")))["error"] == "consent_required"
    assert signed_in(foreign_party, browser).claims["preferred_username"] == EC
    assert said(browser.visit(foreign_party.begin(prompt="none")))["error"] == "consent_required"


def test_max_age_asks_for_the_password_again_and_says_when(party: Party, browser: Person) -> None:
    first = signed_in(party, browser)
    assert party.finish(browser.visit(party.begin(max_age="3600")), max_age=3600).claims["auth_time"]
    browser.visit(party.begin(max_age="0"))
    assert "Confirmez votre identité" in browser.page.text
    pair = party.finish(browser.send(password=PASSWORD), max_age=60)
    assert pair.claims["auth_time"] >= first.claims["auth_time"]
    assert said(browser.visit(party.begin(prompt="none", max_age="0")))["error"] == "login_required"


def test_prompt_login_asks_for_the_password_although_somebody_is_signed_in(party: Party, browser: Person) -> None:
    signed_in(party, browser)
    browser.visit(party.begin(prompt="login"))
    assert "Confirmez votre identité" in browser.page.text
    assert party.finish(browser.send(password=PASSWORD)).claims["preferred_username"] == EC


def test_a_sign_out_at_the_site_signs_out_everywhere_and_comes_back(party: Party, browser: Person) -> None:
    pair = signed_in(party, browser)
    back = browser.visit(party.logout(pair.identity, state="revenu"))
    assert back.startswith(RETURN)
    assert said(back)["state"] == "revenu"
    assert said(browser.visit(party.begin(prompt="none")))["error"] == "login_required"
    with pytest.raises(RefusedError):
        party.userinfo(pair.access, subject=pair.claims["sub"])


def test_a_new_password_ends_every_token_of_the_account_at_its_next_use(party: Party, server: Running) -> None:
    devices = [Person(server.url) for _device in range(2)]
    login_id, new = "etienne.lefevre", "girouette mandarine sablier ventouse"
    pairs = [signed_in(party, device, login_id=login_id) for device in devices]
    devices[0].visit(f"{server.url}/compte/password/change/")
    devices[0].send(oldpassword=PASSWORD, password1=new, password2=new)
    for pair in pairs:
        with pytest.raises(RefusedError):
            party.userinfo(pair.access, subject=pair.claims["sub"])
        with pytest.raises(RefusedError, match="invalid_grant"):
            party.refresh(pair.refresh)
    for device in devices:
        assert said(device.visit(party.begin(prompt="none")))["error"] == "login_required"
    back(devices[0], server, login_id=login_id, now=new)
    for device in devices:
        device.close()


def back(device: Person, server: Running, *, login_id: str, now: str) -> None:
    """Choose the first password again: the other library begins where this one did."""
    device.visit(f"{server.url}/compte/login/?next=/compte/password/change/")
    device.sign_in(login_id, now)
    device.send(oldpassword=now, password1=PASSWORD, password2=PASSWORD)


def test_a_new_signing_key_turns_nobody_away(party: Party, server: Running, browser: Person) -> None:
    before = signed_in(party, browser)
    assert server.command("rotate-keys")["verifying"] >= 2
    after = party.finish(browser.visit(party.begin()))
    assert after.claims["sub"] == before.claims["sub"]
    assert key_of(after.identity) != key_of(before.identity)
    assert browser.visit(party.logout(before.identity, state="s")).startswith(RETURN), "an older hint still counts"


def key_of(identity: str) -> str:
    head = identity.partition(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])
