"""Each grant is spent once; a theft, a new password or a sign-out ends the whole family."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client

from comptexpert_server.accounts.models import Account
from comptexpert_server.sessions.models import SpentGrant, TokenFamily
from comptexpert_server.sso.clients import register_site
from tests.server.visitor import PASSWORD, Application, Visitor, call, link_in, mails, me, token_call, totp_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
OTHER = "girouette mandarine sablier ventouse"


def is_alive(access_token: str) -> bool:
    return bool(me(access_token).status_code == 200)


def age_rotations(days: int) -> None:
    for spent in SpentGrant.objects.all():
        SpentGrant.objects.filter(pk=spent.pk).update(at=spent.at - timedelta(days=days))


def test_a_code_serves_once_and_its_replay_ends_what_it_gave() -> None:
    application = Application()
    code = application.code(Visitor())
    tokens = application.exchange(code).json()
    assert is_alive(tokens["access_token"])
    replay = application.exchange(code)
    assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
    assert not is_alive(tokens["access_token"])
    assert application.refresh(tokens["refresh_token"]).status_code == 400


@pytest.mark.parametrize("changes", [{"code_verifier": "x" * 43}, {"code_verifier": "-"}, {"client_id": "unknown"}])
def test_a_code_that_was_refused_is_not_spent(changes: dict[str, str]) -> None:
    application = Application()
    code = application.code(Visitor())
    assert application.exchange(code, **changes).status_code in {400, 401}
    assert application.exchange(code).status_code == 200


def test_a_code_of_another_redirect_is_refused() -> None:
    application = Application()
    answer = application.exchange(application.code(Visitor()), redirect_uri="http://127.0.0.1:9/callback")
    assert answer.status_code == 400


def test_unknown_grants_leave_no_row() -> None:
    for kind, name in (("authorization_code", "code"), ("refresh_token", "refresh_token")):
        answer = token_call({"grant_type": kind, name: "never given", "client_id": "comptexpert-desktop"})
        assert answer.json() == {"error": "invalid_grant"}
    assert token_call({"grant_type": "password", "client_id": "comptexpert-desktop"}).status_code == 400
    assert not SpentGrant.objects.exists()


def test_a_refresh_gives_a_new_pair_and_ends_the_old_one() -> None:
    application = Application()
    first = application.tokens()
    second = application.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert is_alive(second["access_token"])
    assert not is_alive(first["access_token"])


def test_a_lost_answer_may_be_asked_again_and_leaves_one_live_pair() -> None:
    application = Application()
    first = application.tokens()
    answers = [application.refresh(first["refresh_token"]) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4
    alive = [answer.json()["access_token"] for answer in answers if is_alive(answer.json()["access_token"])]
    assert alive == [answers[-1].json()["access_token"]]
    assert Token.objects.filter(type=Token.Type.REFRESH_TOKEN).count() == 1
    assert application.refresh(answers[-1].json()["refresh_token"]).status_code == 200


@pytest.mark.parametrize("days", [0, 1, 13])
def test_any_lost_answer_may_be_asked_again_however_late(days: int) -> None:
    application = Application()
    lost = Random(days)
    held = application.tokens()["refresh_token"]
    for _turn in range(12):
        answer = application.refresh(held)
        assert answer.status_code == 200
        age_rotations(days)
        if lost.random() < 0.5:
            held = answer.json()["refresh_token"]
    assert Token.objects.filter(type=Token.Type.REFRESH_TOKEN).count() == 1


def test_the_thief_of_a_successor_that_was_taken_back_is_seen_when_it_is_used() -> None:
    application = Application()
    first = application.tokens()
    stolen = application.refresh(first["refresh_token"]).json()
    age_rotations(2)
    kept = application.refresh(first["refresh_token"]).json()
    assert not is_alive(stolen["access_token"])
    assert application.refresh(stolen["refresh_token"]).status_code == 400
    assert not is_alive(kept["access_token"])
    assert not TokenFamily.objects.exists()


def test_an_access_token_in_the_place_of_a_refresh_token_is_an_error_and_no_theft() -> None:
    application = Application()
    tokens = application.tokens()
    assert application.refresh(tokens["access_token"]).json() == {"error": "invalid_grant"}
    assert application.exchange(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert is_alive(tokens["access_token"])
    assert application.refresh(tokens["refresh_token"]).status_code == 200


def test_a_spent_refresh_token_once_its_successor_served_ends_the_family() -> None:
    application = Application()
    first = application.tokens()
    second = application.refresh(first["refresh_token"]).json()
    third = application.refresh(second["refresh_token"]).json()
    assert application.refresh(first["refresh_token"]).status_code == 400
    assert not is_alive(third["access_token"])


def test_a_successor_that_was_replaced_shows_a_theft() -> None:
    application = Application()
    first = application.tokens()
    kept = application.refresh(first["refresh_token"]).json()
    stolen = application.refresh(first["refresh_token"]).json()
    assert application.refresh(kept["refresh_token"]).status_code == 400
    assert not is_alive(stolen["access_token"])


def test_a_family_does_not_outlive_thirty_days_however_often_it_is_refreshed() -> None:
    application = Application()
    tokens = application.tokens()
    family = TokenFamily.objects.get()
    TokenFamily.objects.update(expires_at=family.expires_at - timedelta(days=29))
    tokens = application.refresh(tokens["refresh_token"]).json()
    assert tokens["refresh_expires_in"] <= 86_400
    assert Token.objects.get(type=Token.Type.REFRESH_TOKEN).expires_at <= TokenFamily.objects.get().expires_at
    TokenFamily.objects.update(expires_at=family.created_at - timedelta(seconds=1))
    assert application.refresh(tokens["refresh_token"]).status_code == 400


def test_an_unused_refresh_token_ends_after_fourteen_days() -> None:
    application = Application()
    tokens = application.tokens()
    assert 13 * 86_400 < tokens["refresh_expires_in"] <= 14 * 86_400
    Token.objects.filter(type=Token.Type.REFRESH_TOKEN).update(
        expires_at=TokenFamily.objects.get().created_at - timedelta(seconds=1)
    )
    assert application.refresh(tokens["refresh_token"]).status_code == 400


def test_another_client_cannot_use_a_refresh_token() -> None:
    application = Application()
    tokens = application.tokens()
    assert application.refresh(tokens["refresh_token"], client_id="unknown").status_code in {400, 401}
    assert application.refresh(tokens["refresh_token"]).status_code == 200


def change_password(browser: Visitor) -> None:
    page = browser.get("/compte/password/change/")
    answer = browser.submit(page, oldpassword=PASSWORD, password1=OTHER, password2=OTHER)
    assert answer.status_code == 302, answer.content.decode()


def reset_password(browser: Visitor) -> None:
    call("/password-resets", {"login_id": "claire.delaunay"})
    page = browser.client.get(link_in(mails()[-1]), follow=True)
    answer = browser.submit(page, at=page.redirect_chain[-1][0], password1=OTHER, password2=OTHER)
    assert answer.status_code == 302, answer.content.decode()


def sign_out(browser: Visitor) -> None:
    assert browser.submit(browser.get("/compte/logout/")).status_code == 302


def close_account(browser: Visitor) -> None:
    account = Account.objects.get(login_id="claire.delaunay")
    account.is_active = False
    account.save()


def change_address(browser: Visitor) -> None:
    account = Account.objects.get(login_id="claire.delaunay")
    account.email = "elsewhere@cabinet.example"
    account.save()


def add_factor(browser: Visitor) -> str:
    prove(browser)
    page = browser.get("/compte/2fa/totp/activate/")
    secret = browser.client.session["mfa.totp.secret"]
    assert browser.submit(page, code=totp_code(secret)).status_code == 302
    return str(secret)


def remove_factor(browser: Visitor, *, secret: str) -> None:
    page = browser.get("/compte/2fa/reauthenticate/")
    assert browser.submit(page, code=totp_code(secret)).status_code == 302
    assert browser.submit(browser.get("/compte/2fa/totp/deactivate/")).status_code == 302


def prove(browser: Visitor) -> None:
    page = browser.get("/compte/reauthenticate/")
    assert browser.submit(page, password=PASSWORD).status_code == 302


EVENTS = [change_password, reset_password, sign_out, close_account, change_address, add_factor]
FOR_EVERY_BROWSER = [change_password, reset_password, close_account, change_address, add_factor]
"""What ends the sessions of other browsers too; a sign-out ends the tokens, and its own browser's session."""


def test_a_factor_less_ends_all_tokens_too() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    secret = add_factor(browser)
    application = Application()
    tokens = application.exchange(application.code(browser)).json()
    remove_factor(browser, secret=secret)
    assert not is_alive(tokens["access_token"])


@pytest.mark.parametrize("event", EVENTS)
def test_what_changes_the_account_ends_all_its_tokens(event: Any) -> None:
    application = Application()
    browser = Visitor()
    tokens = application.exchange(application.code(browser)).json()
    others = Application().tokens(login_id="hugo.kerbrat")
    event(browser)
    assert not is_alive(tokens["access_token"])
    assert application.refresh(tokens["refresh_token"]).status_code == 400
    assert is_alive(others["access_token"])


@pytest.mark.parametrize("event", FOR_EVERY_BROWSER)
def test_what_changes_the_account_ends_the_sessions_of_other_browsers(event: Any) -> None:
    browser, elsewhere = Visitor(), Visitor()
    browser.sign_in("claire.delaunay")
    elsewhere.sign_in("claire.delaunay")
    assert elsewhere.get("/").status_code == 200
    event(browser)
    assert elsewhere.get("/")["Location"] == "/compte/login/"
    asked = elsewhere.get("/identity/o/authorize", **Application().request())
    assert asked["Location"].startswith("/compte/login/")


def test_another_address_ends_a_browser_whoever_writes_it() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    Account.objects.filter(login_id="claire.delaunay").update(email="elsewhere@cabinet.example")
    assert browser.get("/")["Location"] == "/compte/login/"


def test_another_address_ends_a_reset_link() -> None:
    call("/password-resets", {"login_id": "claire.delaunay"})
    link = link_in(mails()[-1])
    change_address(Visitor())
    page = Visitor().client.get(link, follow=True)
    assert b"password1" not in page.content


def test_another_secret_key_signs_no_browser_out(settings: Any) -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]
    assert browser.get("/").status_code == 200


def revoke(token: str) -> Any:
    return Client().post("/identity/o/api/revoke", {"token": token, "client_id": "comptexpert-desktop"})


def test_revoking_the_refresh_token_ends_the_access_token_too() -> None:
    tokens = Application().tokens()
    assert revoke(tokens["refresh_token"]).status_code == 200
    assert not is_alive(tokens["access_token"])


def test_revoking_a_refresh_token_that_somebody_exchanged_meanwhile_ends_what_it_became() -> None:
    application = Application()
    mine = application.tokens()
    theirs = application.refresh(mine["refresh_token"]).json()
    assert revoke(mine["refresh_token"]).status_code == 200
    assert not is_alive(theirs["access_token"])
    assert application.refresh(theirs["refresh_token"]).status_code == 400
    assert not TokenFamily.objects.exists()


def test_revoking_an_access_token_ends_it_alone() -> None:
    application = Application()
    tokens = application.tokens()
    assert revoke(tokens["access_token"]).status_code == 200
    assert not is_alive(tokens["access_token"])
    assert application.refresh(tokens["refresh_token"]).status_code == 200


def test_another_client_cannot_revoke_a_token_that_it_holds() -> None:
    tokens = Application().tokens()
    other, secret = register_site("Annuaire", redirect_uri="https://annuaire.example/retour")
    for caller in ({"client_id": other, "client_secret": secret}, {"client_id": "unknown"}, {}):
        for kind in ("access_token", "refresh_token"):
            answer = Client().post("/identity/o/api/revoke", {"token": tokens[kind], **caller})
            assert answer.status_code == 400
    assert is_alive(tokens["access_token"])


def test_sessions_are_listed_and_ended_one_by_one() -> None:
    mine, other = Application().tokens(), Application().tokens()
    bearer = {"Authorization": f"Bearer {mine['access_token']}"}
    items = Client().get("/api/v1/sessions", headers=bearer).json()["items"]
    applications = [item for item in items if item["kind"] == "application"]
    assert [item["current"] for item in applications].count(True) == 1
    assert len(applications) == 2
    far = next(item for item in applications if not item["current"])
    foreign = Application().tokens(login_id="hugo.kerbrat")
    stranger = {"Authorization": f"Bearer {foreign['access_token']}"}
    assert Client().delete(f"/api/v1/sessions/{far['id']}", headers=stranger).status_code == 204
    assert is_alive(other["access_token"])
    assert Client().delete(f"/api/v1/sessions/{far['id']}", headers=bearer).status_code == 204
    assert not is_alive(other["access_token"])
    assert is_alive(mine["access_token"])
