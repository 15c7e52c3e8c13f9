"""A certificate has an end: told 30, 14 and 1 days before, and on the day every reader says so (BR-33)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.__main__ import main
from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base import clock
from comptexpert_server.base.clock import today
from comptexpert_server.delegations import api as sync_api
from comptexpert_server.delegations.access import access_of
from comptexpert_server.delegations.certificates import due, last_day
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.sso import claims
from tests.server import desk

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def agathe() -> Desk:
    return desk.expert(desk.firm())


@pytest.fixture
def lea(agathe: Desk) -> Desk:
    """Léa signs, under a certificate that ends in forty days."""
    firm = desk.grantor_of(agathe).firms.get()
    person = desk.staff(firm)
    person.account.certificate_until = today() + timedelta(days=40)
    person.account.save()
    agathe.post(f"/firms/{firm.pk}/terms", {"service": "jesignexpert"})
    assert agathe.grant(person.account, service="jesignexpert", rights=["sign", "prepare"]).body["effective"]
    return person


def mails_about(word: str) -> int:
    return Email.objects.filter(message__contains=word).count()


def rights(person: Desk, *, day: date) -> tuple[str, ...]:
    account = Account.objects.get(pk=person.account.pk)
    return next(one.rights for one in access_of(account, today=day) if one.id == "jesignexpert")


def live(until: int, *, since: int = 0) -> None:
    for number in range(since, until + 1):
        run_due(timezone.now() + timedelta(days=number))


@pytest.mark.usefixtures("agathe")
def test_both_parties_are_told_three_times_before_and_once_at_the_end(lea: Desk) -> None:
    live(9)
    assert mails_about("arrive bientôt à son terme\u00a0: le droit de signer") == 0
    live(40, since=10)
    assert mails_about("arrive bientôt à son terme\u00a0: le droit de signer") == 3 * 2
    live(45, since=41)
    assert mails_about("est arrivé à son terme\u00a0: le droit de signer") == 2
    assert AuditEvent.objects.filter(action="delegation.certificate_end").count() == 1
    assert rights(lea, day=today() + timedelta(days=41)) == ("prepare",)


def test_every_reader_and_a_client_that_synchronised_before_say_it_on_that_day(
    agathe: Desk, lea: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (agathe, lea):
        person.token = desk.mint(person.account, minutes=1_000_000)
    cursors = [(person, person.get("/sync").body["cursor"]) for person in (agathe, lea)]
    moment = timezone.now() + timedelta(days=41)
    run_due(moment)
    for module in (clock, sync_api, claims):
        monkeypatch.setattr(module, "today", lambda: timezone.localdate(moment))
    for person, cursor in cursors:
        (case,) = person.get("/sync", cursor=cursor).body["delegations"]
        assert (case["effective"], case["effective_rights"]) == (False, ["prepare"])
        assert case["missing"] == ["DEL_CERT_REQUIRED"]
    ((_one, told),) = claims.entitled_at(Account.objects.get(pk=lea.account.pk), service="jesignexpert")
    assert told == ("prepare",)


def test_a_new_attestation_begins_again(lea: Desk) -> None:
    live(41)
    until = last_day(today())
    assert attest(lea, until) == 0
    account = Account.objects.get(pk=lea.account.pk)
    assert (account.certificate_until, account.certificate_warned) == (until, None)
    assert "sign" in rights(lea, day=today() + timedelta(days=42))


@pytest.mark.parametrize("until", ["2099-12-31", "9999-12-31"])
def test_more_than_three_years_are_refused(lea: Desk, until: str) -> None:
    before = Account.objects.get(pk=lea.account.pk).certificate_until
    assert attest(lea, date.fromisoformat(until)) == 2
    assert Account.objects.get(pk=lea.account.pk).certificate_until == before


def test_somebody_without_a_right_that_needs_it_gets_no_mail() -> None:
    person = desk.staff(certificate_until=today() + timedelta(days=3))
    run_due(timezone.now())
    assert not Email.objects.filter(to=person.account.email).exists()


@pytest.mark.parametrize(
    ("left", "warned", "found"),
    [
        (31, None, None),
        (30, None, 30),
        (30, 30, None),
        (14, 30, 14),
        (2, None, 14),
        (1, 14, 1),
        (0, 1, None),
        (-1, 1, 0),
    ],
)
def test_what_is_due(left: int, warned: int | None, found: int | None) -> None:
    day = date(2027, 3, 1)
    assert due(today=day, until=day + timedelta(days=left), warned=warned) == found


def test_a_certificate_of_the_29th_of_february_ends_on_the_28th() -> None:
    assert last_day(date(2028, 2, 29)) == date(2031, 2, 28)


def attest(person: Desk, until: date) -> int:
    return main(["attest-certificate", person.account.login_id, "--until", until.isoformat()])
