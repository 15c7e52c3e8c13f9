"""What no rule asks to keep is deleted by the worker, after the time that the operator's guide says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from comptexpert_server.accounts import address_change, services
from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.base.limit_keys import delete_idle_keys
from comptexpert_server.base.models import LimitHit, LimitKey
from comptexpert_server.desk import services as desk_services
from comptexpert_server.desk.models import Correction
from comptexpert_server.inbox import services as inbox
from comptexpert_server.operations import worker
from comptexpert_server.web.limits import Limit, consume
from tests.server import desk
from tests.server.visitor import together

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "exploiter-le-serveur.md"
KEPT = {
    "inscription jamais activée": services.PROPOSAL_TTL,
    "inscription, une fois": services.SIGNUP_RETENTION,
    "changement d’adresse": address_change.TTL,
    "courrier parti": worker.SENT_RETENTION,
    "courrier refusé": worker.FAILED_RETENTION,
    "réponse gardée": inbox.RETENTION,
    "session d’application": settings.REFRESH_FAMILY_TTL,
    "dossier du Conseil": desk_services.RETENTION,
    "motif d’un geste": desk_services.REASON_RETENTION,
}
NOW = timezone.now()
LONG_AGO = timedelta(days=1)


@pytest.mark.parametrize("row", KEPT)
def test_the_guide_says_how_long_a_thing_is_kept(row: str) -> None:
    (line,) = (line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith(f"| {row}"))
    assert f" {KEPT[row].days} jours" in line


def signup(account: Account, *, used: timedelta) -> Signup:
    return Signup.objects.create(
        account=account,
        login_id=account.login_id,
        email="ancienne@ailleurs.example",
        claim_digest="x",
        link_used_at=NOW - used,
    )


@pytest.mark.django_db
def test_a_sign_up_goes_once_its_account_is_open_since_long() -> None:
    old = signup(desk.account(), used=services.SIGNUP_RETENTION + LONG_AGO)
    recent = signup(desk.account(), used=services.SIGNUP_RETENTION - LONG_AGO)
    waits = signup(desk.account("agc_head", ""), used=services.SIGNUP_RETENTION + LONG_AGO)
    assert worker.clean(NOW)
    assert set(Signup.objects.values_list("pk", flat=True)) == {recent.pk, waits.pk}
    assert Account.objects.filter(pk=old.account_id).exists()


@pytest.mark.django_db
def test_reasons_of_the_desk_are_emptied_and_their_acts_stay() -> None:
    operator, who = desk.account(), desk.account()
    for age in (desk_services.REASON_RETENTION + LONG_AGO, LONG_AGO):
        Correction.objects.create(operator=operator, object_id=who.pk, reason="Pièce vue au guichet", made_at=NOW - age)
    assert worker.clean(NOW)
    assert [one.reason for one in Correction.objects.order_by("made_at")] == ["", "Pièce vue au guichet"]


@pytest.mark.django_db
def test_what_is_known_of_a_browser_goes_with_the_life_of_its_session() -> None:
    who = desk.account()
    life = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    for number, age in enumerate((life + LONG_AGO, life / 2)):
        UserSession.objects.create(user=who, ip="127.0.0.1", session_key=str(number), created_at=NOW - age)
    assert worker.clean(NOW)
    assert [one.session_key for one in UserSession.objects.all()] == ["1"]


@pytest.mark.django_db
def test_what_the_cache_held_goes_when_it_counts_for_nothing() -> None:
    cache.set("code", "spent", timeout=60)
    cache.set("limit", "counted", timeout=7200)
    assert worker.clean(timezone.now() + timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM comptexpert_cache")
        assert cursor.fetchall() == [(":1:limit",)]


ANY = Limit(name="any", count=10_000, window=timedelta(hours=1))


@pytest.mark.django_db
def test_an_address_is_not_kept_for_longer_than_its_tries() -> None:
    for address, at in (("192.0.2.7", NOW - 2 * LONG_AGO), ("192.0.2.8", NOW)):
        assert consume(ANY, subject=address, now=at) == 0
    assert worker.clean(NOW)
    assert list(LimitKey.objects.values_list("key", flat=True)) == ["any:192.0.2.8"]


@pytest.mark.usefixtures("crowd_for_threads")
def test_a_try_is_counted_though_its_key_is_deleted_meanwhile() -> None:
    def count() -> int:
        return sum(consume(ANY, subject=f"192.0.2.{number % 3}", now=NOW) for number in range(30))

    def delete() -> int:
        return sum(delete_idle_keys() for _ in range(30))

    found = together([count, delete, count, delete, count])
    assert found[::2] == [0, 0, 0]
    assert LimitHit.objects.count() == 90
