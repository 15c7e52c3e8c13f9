"""Wrong passwords are counted where they are typed; a cabinet behind one address signs in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account import app_settings as account_settings
from allauth.account.models import EmailAddress
from allauth.idp.oidc import app_settings as oidc_settings
from allauth.mfa import app_settings as mfa_settings
from django.conf import settings as all_settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from comptexpert_server.accounts import adapter
from comptexpert_server.accounts.models import Account
from comptexpert_server.accounts.sign_in_limits import PER_ACCOUNT, PER_ADDRESS, PER_PAIR, count_try
from tests.server.visitor import PASSWORD, Visitor, link_in, mails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
PEOPLE = 300
START = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
CABINET = "198.51.100.7"
TYPED = 20
"""Of the tries of one address, how many are typed in a page."""
WRONG = "un mot de passe qui est faux"


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(adapter, "now", clock)
    return clock


def browser(address: str = CABINET) -> Visitor:
    return Visitor(Client(enforce_csrf_checks=True, REMOTE_ADDR=address))


def cabinet(count: int) -> list[str]:
    """Make people with one password, whose hash is made once."""
    password = make_password(PASSWORD)
    names = [f"collegue.{number:03d}" for number in range(count)]
    made = Account.objects.bulk_create(
        Account(
            login_id=name, email=f"{name}@cabinet.example", said_given_name="Lou", said_surname="Essai",
            said_profile="other", kind="firm_staff", password=password, is_active=True, activated_at=START,
        )
        for name in names
    )  # fmt: skip
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in made
    )
    return names


def is_in(answer: Any) -> bool:
    return bool(answer.status_code == 302)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("people", [60, PEOPLE])
@pytest.mark.one_in(2, sqlite=2)
def test_three_hundred_people_of_one_address_sign_in_while_one_types_wrong_passwords(clock: Clock, people: int) -> None:
    refused = []
    wrong = browser()
    told = set()
    for number, name in enumerate(cabinet(people)):
        clock.moment += timedelta(minutes=10) / people
        if number % 3 == 0:
            told.add(wrong.sign_in("karim.leroux", WRONG).status_code)
        if not is_in(browser().sign_in(name)):
            refused.append(name)
    assert refused == []
    assert told == {200, 429}, "whoever types wrong ones is stopped"
    assert clock.moment - START <= timedelta(minutes=10)


def test_the_page_says_in_french_when_to_come_back(clock: Clock) -> None:
    visitor = browser()
    for _ in range(PER_PAIR.count):
        assert visitor.sign_in("claire.delaunay", WRONG).status_code == 200
    answer = visitor.sign_in("claire.delaunay")
    assert (answer.status_code, answer["Retry-After"]) == (429, "301")
    assert "Réessayez dans 6 minutes." in answer.content.decode()
    assert is_in(browser("203.0.113.9").sign_in("claire.delaunay")), "from elsewhere the owner signs in"
    clock.moment += timedelta(seconds=301)
    assert is_in(visitor.sign_in("claire.delaunay"))


def test_right_passwords_are_never_counted(clock: Clock) -> None:
    for _ in range(3 * PER_PAIR.count):
        assert is_in(browser().sign_in("claire.delaunay"))


def test_guesses_at_one_identifiant_from_everywhere_end_and_a_reset_opens_again(clock: Clock) -> None:
    for number in range(PER_ACCOUNT.count):
        assert browser(f"203.0.113.{number}").sign_in("claire.delaunay", WRONG).status_code == 200
    assert browser("192.0.2.1").sign_in("claire.delaunay").status_code == 429
    owner = browser("192.0.2.1")
    owner.submit(owner.get("/compte/password/reset/"), at="/compte/password/reset/", who="claire.delaunay")
    page = owner.client.get(link_in(mails()[-1]), follow=True)
    chosen = "quatre mots tirés au sort hier"
    owner.submit(page, at=page.redirect_chain[-1][0], password1=chosen, password2=chosen)
    assert is_in(browser("192.0.2.1").sign_in("claire.delaunay", chosen))


def test_one_password_tried_at_many_identifiants_from_one_address_ends(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "check_password", lambda _account, _password: False)
    monkeypatch.setattr(Account, "set_password", lambda _account, _password: None)
    visitor = browser()
    for number in range(TYPED, PER_ADDRESS.count):
        count_try(f"personne.{number}", address=CABINET, now=clock.moment)
    for number in range(TYPED):
        assert visitor.sign_in(f"personne.{number}", WRONG).status_code == 200
    assert visitor.sign_in("personne.derniere", WRONG).status_code == 429


def test_no_limit_of_the_library_is_left_to_its_default() -> None:
    assert set(account_settings.RATE_LIMITS) == set(all_settings.ACCOUNT_RATE_LIMITS)
    assert set(mfa_settings.RATE_LIMITS) == set(all_settings.MFA_RATE_LIMITS)
    assert set(oidc_settings.RATE_LIMITS) == set(all_settings.IDP_OIDC_RATE_LIMITS)


def test_a_limit_of_the_library_has_our_page_and_the_time(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    visitor = browser()
    visitor.sign_in("claire.delaunay", WRONG)
    answer = visitor.sign_in("claire.delaunay", WRONG)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "Réessayez dans une minute." in answer.content.decode()
