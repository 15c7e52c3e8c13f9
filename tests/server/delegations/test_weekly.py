"""The weekly digest: what one did and what the calendar did waits for it, everything else leaves at once (BR-32)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import today
from comptexpert_server.delegations import weekly
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import WeeklyNotice
from tests.server import desk
from tests.server.visitor import PASSWORD, Visitor

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db
SUBJECT = "Comptexpert\u00a0: votre résumé de la semaine"


@pytest.fixture
def agathe() -> Desk:
    """Agathe wants one mail a week."""
    person = desk.expert(desk.firm())
    weekly.choose(person.account, is_weekly=True)
    return person


def mails_to(person: Desk) -> list[Email]:
    return [mail for mail in Email.objects.order_by("pk") if mail.to == [person.account.email]]


def run_in(days: int) -> None:
    run_due(timezone.now() + timedelta(days=days))


def test_what_one_did_waits_a_week_and_is_told_as_it_stands_then(agathe: Desk) -> None:
    lea = desk.staff()
    made = agathe.grant(lea.account, service="rfc").body
    assert (len(mails_to(agathe)), len(mails_to(lea))) == (0, 1)
    agathe.decide(made, "suspend")
    run_in(6)
    assert mails_to(agathe) == []
    run_in(7)
    (digest,) = mails_to(agathe)
    assert digest.subject == SUBJECT
    assert "Léa QUÉMENER, par Agathe DELORME\u00a0: Le droit est suspendu" in digest.message
    assert digest.message.count("\n- ") == 1, "one line a right, whatever was done to it"
    assert "/compte/moi/" in digest.html_message
    run_in(30)
    assert len(mails_to(agathe)) == 1
    assert WeeklyNotice.objects.count() == 0


def test_what_asks_something_and_what_others_do_leaves_at_once(agathe: Desk) -> None:
    lea = desk.staff()
    asked = desk.pending(lea, agathe)
    assert [mail.subject.startswith("Comptexpert\u00a0: une demande à décider") for mail in mails_to(agathe)] == [True]
    weekly.choose(lea.account, is_weekly=True)
    before = len(mails_to(lea))
    agathe.decide(asked, "approve")
    assert len(mails_to(lea)) == before + 1, "what somebody else did"
    assert len(mails_to(agathe)) == 1


def test_a_warning_leaves_at_once_and_the_end_is_told_in_the_digest(agathe: Desk) -> None:
    lea = desk.staff()
    agathe.grant(lea.account, service="rfc", valid_until=(today() + timedelta(days=20)).isoformat())
    run_in(6)
    assert ["bientôt à son terme" in mail.message for mail in mails_to(agathe)] == [True]
    run_in(21)
    last = mails_to(agathe)[-1]
    assert (last.subject, "arrivé à son terme" in last.message) == (SUBJECT, True)


def test_who_chooses_mails_again_gets_what_waited(agathe: Desk) -> None:
    agathe.grant(desk.staff().account, service="rfc")
    weekly.choose(agathe.account, is_weekly=False)
    run_in(0)
    assert [mail.subject for mail in mails_to(agathe)] == [SUBJECT]
    agathe.grant(desk.staff().account, service="rfc")
    assert len(mails_to(agathe)) == 2


def test_a_long_import_is_one_line_a_right_and_a_count(agathe: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly, "MAX_LINES", 2)
    for _ in range(5):
        agathe.grant(desk.staff().account, service="rfc")
    run_in(7)
    (digest,) = mails_to(agathe)
    assert digest.message.count("\n- ") == 2
    assert "et 3 autres, dans l’application." in digest.message


def test_who_never_chose_gets_a_mail_a_change() -> None:
    person = desk.expert(desk.firm())
    person.grant(desk.staff().account, service="rfc")
    assert len(mails_to(person)) == 1
    assert WeeklyNotice.objects.count() == 0


def test_a_closed_account_gets_none(agathe: Desk) -> None:
    agathe.grant(desk.staff().account, service="rfc")
    Account.objects.filter(pk=agathe.account.pk).update(is_active=False)
    run_in(8)
    assert SUBJECT not in [mail.subject for mail in Email.objects.all()]
    assert WeeklyNotice.objects.count() == 0


@pytest.mark.usefixtures("crowd")
def test_it_is_chosen_on_the_page_of_one_s_account() -> None:
    browser = Visitor()
    browser.sign_in("claire.delaunay")
    asked = browser.get("/compte/moi/")["Location"]
    browser.submit(browser.get(asked), password=PASSWORD, at=asked)
    for answer, expected in (({"weekly_mails": "on"}, True), ({}, False)):
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/compte/moi/").content.decode())
        assert token is not None
        said = browser.client.post("/compte/moi/", {"act": "mails", "csrfmiddlewaretoken": token[1], **answer})
        assert (said.status_code, "Votre choix est enregistré." in said.content.decode()) == (200, True)
        assert Account.objects.get(login_id="claire.delaunay").weekly_mails is expected


def test_the_api_chooses_for_the_caller_alone_and_says_what_is_chosen() -> None:
    agathe, lea = desk.expert(desk.firm()), desk.staff()
    for weekly_mails in (True, False):
        answer = agathe.send("PATCH", "/me/mails", body={"weekly": weekly_mails})
        assert (answer.status, answer.body["account"]["weekly_mails"]) == (200, weekly_mails)
        assert agathe.get("/me").body["account"]["weekly_mails"] is weekly_mails
        assert lea.get("/me").body["account"]["weekly_mails"] is False
    assert agathe.send("PATCH", "/me/mails", body={"weekly": True, "account_id": str(lea.account.pk)}).status == 422
