"""What time, and people's standing, do to delegations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.base.clock import today
from comptexpert_server.delegations import eligibility
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Membership
from tests.server import desk

if TYPE_CHECKING:
    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db


def _in(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def _status(case: dict[str, Any]) -> str:
    return Delegation.objects.get(pk=case["id"]).status


@pytest.fixture
def agathe() -> Desk:
    return desk.expert(desk.firm())


@pytest.fixture
def lea() -> Desk:
    return desk.staff()


def test_a_request_lapses_after_fourteen_days(agathe: Desk, lea: Desk) -> None:
    asked = desk.pending(lea, agathe)
    assert run_due(_in(13.9)) == 0
    assert run_due(_in(14.1)) == 1
    assert _status(asked) == "LAPSED"
    late = agathe.decide(asked, "approve")
    assert (late.status, late.code) == (412, "DEL_STALE")
    knowing = agathe.decide(late.body["current"], "approve")
    assert (knowing.status, knowing.code) == (409, "DEL_REQUEST_LAPSED")


def test_a_right_expires_the_day_after_its_last(agathe: Desk, lea: Desk) -> None:
    last = today() + timedelta(days=5)
    granted = desk.active(lea, agathe, valid_until=last.isoformat())
    assert run_due(_in(5)) == 0
    assert run_due(_in(6)) == 1
    assert _status(granted) == "EXPIRED"


def test_a_suspended_right_expires_too(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe, valid_until=(today() + timedelta(days=5)).isoformat())
    agathe.decide(granted, "suspend")
    run_due(_in(6))
    assert _status(granted) == "EXPIRED"


def test_a_scheduled_right_starts_on_its_day(agathe: Desk, lea: Desk) -> None:
    start = (today() + timedelta(days=3)).isoformat()
    granted = agathe.grant(lea.account, valid_from=start).body
    assert run_due(_in(2)) == 0
    assert run_due(_in(3)) == 1
    assert _status(granted) == "ACTIVE"


def test_a_renewal_takes_over_the_day_after(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe, valid_until=(today() + timedelta(days=5)).isoformat())
    renewed = agathe.decide(granted, "renew").body
    assert run_due(_in(6)) == 2
    assert (_status(granted), _status(renewed)) == ("EXPIRED", "ACTIVE")


def test_a_second_run_does_nothing(agathe: Desk, lea: Desk) -> None:
    desk.pending(lea, agathe)
    run_due(_in(15))
    assert run_due(_in(15)) == 0
    assert AuditEvent.objects.filter(action="delegation.lapse").count() == 1


def test_the_worker_acts_in_nobodys_name(agathe: Desk, lea: Desk) -> None:
    desk.pending(lea, agathe)
    run_due(_in(15))
    assert AuditEvent.objects.get(action="delegation.lapse").actor is None


def test_an_invitation_is_bound_when_the_account_becomes_active(agathe: Desk) -> None:
    invited = agathe.grant("nouvelle@alba.example").body
    newcomer = desk.account(email="Nouvelle@alba.example")
    assert eligibility.account_activated(newcomer, at=timezone.now()) == 1
    assert run_due(timezone.now()) == 1
    row = Delegation.objects.get(pk=invited["id"])
    assert (row.status, row.grantee, row.invited_email) == ("ACTIVE", newcomer, "")
    assert Membership.objects.filter(account=newcomer).count() == 1


def test_an_invitation_stays_one_until_the_owner_of_the_address_accepts_it(agathe: Desk) -> None:
    owner = desk.account(email="nouvelle@alba.example")
    Account.objects.filter(pk=owner.pk).update(activated_at=_in(-30), last_login=_in(-1))
    invited = agathe.grant("nouvelle@alba.example").body
    assert run_due(timezone.now()) == 0
    assert (_status(invited), invited["grantee"]["login_id"], invited["grantee"]["surname"]) == ("SCHEDULED", "", "")
    browser = Client()
    browser.force_login(owner)
    assert run_due(timezone.now()) == 0
    shown = agathe.get(f"/delegations/{invited['id']}").body
    assert (shown["status"], shown["grantee"]["login_id"], shown["grantee"]["account_id"]) == ("SCHEDULED", "", None)
    assert browser.get("/inscription/").headers["Location"] == "/", "the link of the mail leads there"
    assert "Accepter cette délégation" in browser.get("/").content.decode()
    assert browser.post("/", {"invitation": invited["id"]}).headers["Location"] == "/"
    assert "Accepter" not in browser.get("/").content.decode()
    assert browser.get("/inscription/").status_code == 200
    assert run_due(timezone.now()) == 1
    assert _status(invited) == "ACTIVE"


@pytest.mark.parametrize("invitation", ["", "x", "00000000-0000-4000-8000-000000000000", "another's"])
def test_nobody_accepts_what_was_sent_to_another(agathe: Desk, invitation: str) -> None:
    desk.account(email="nouvelle@alba.example")
    invited = agathe.grant("nouvelle@alba.example").body
    browser = Client()
    browser.force_login(desk.account())
    assert "Accepter" not in browser.get("/").content.decode()
    sent = invited["id"] if invitation == "another's" else invitation
    assert browser.post("/", {"invitation": sent}).status_code == 302
    assert Delegation.objects.get(pk=invited["id"]).grantee is None


def test_an_import_tells_no_address_that_has_an_account_from_one_that_has_none(agathe: Desk) -> None:
    desk.account(email="connue@alba.example")
    answers = [agathe.grant(address).body for address in ("connue@alba.example", "autre@alba.example")]
    seen = [{**one["grantee"], "email": ""} for one in answers]
    assert seen[0] == seen[1]
    assert [set(one["missing"]) for one in answers] == [set(answers[0]["missing"])] * 2
    texts = {one.to[0]: one.message for one in Email.objects.exclude(to=agathe.account.email)}
    assert texts["connue@alba.example"].replace("connue", "autre") == texts["autre@alba.example"]


def test_an_invitation_lapses_after_fourteen_days(agathe: Desk) -> None:
    invited = agathe.grant("nouvelle@alba.example").body
    run_due(_in(14.1))
    assert _status(invited) == "LAPSED"


def test_a_grant_to_an_account_not_yet_active_waits_for_it(agathe: Desk) -> None:
    newcomer = desk.account(is_active=False)
    granted = agathe.grant(newcomer).body
    assert granted["status"] == "SCHEDULED"
    assert run_due(timezone.now()) == 0
    newcomer.is_active = True
    newcomer.save()
    assert run_due(timezone.now()) == 1
    assert _status(granted) == "ACTIVE"


@pytest.mark.parametrize("status", ["suspended", "struck_off"])
def test_everything_granted_ceases_with_the_standing_of_the_grantor(agathe: Desk, lea: Desk, status: str) -> None:
    granted, asked = desk.active(lea, agathe), desk.pending(lea, agathe, service="rfc")
    listed = desk.grantor_of(agathe)
    listed.status = status
    listed.save()
    assert eligibility.entry_changed(listed, at=timezone.now()) == 2
    assert (_status(granted), _status(asked)) == ("CEASED", "CEASED")


def test_an_expert_who_leaves_a_firm_leaves_its_delegations_alone(lea: Desk) -> None:
    alba, brume = desk.firm("Alba"), desk.firm("Brume")
    agathe = desk.expert(alba, brume)
    ours = desk.active(lea, agathe, firm=str(alba.pk))
    theirs = desk.active(lea, agathe, firm=str(brume.pk))
    listed = desk.grantor_of(agathe)
    listed.firms.remove(alba)
    assert eligibility.entry_changed(listed, at=timezone.now()) == 1
    assert (_status(ours), _status(theirs)) == ("CEASED", "ACTIVE")


def test_a_grantor_in_good_standing_loses_nothing(agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    assert eligibility.entry_changed(desk.grantor_of(agathe), at=timezone.now()) == 0


def test_a_closed_account_loses_what_it_holds_and_what_it_gave(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe)
    assert eligibility.account_closed(agathe.account, at=timezone.now()) == 1
    assert _status(granted) == "CEASED"


def test_a_right_is_not_effective_while_its_holder_is_not_active(agathe: Desk, lea: Desk) -> None:
    granted = desk.active(lea, agathe)
    lea.account.is_active = False
    lea.account.save()
    assert agathe.get(f"/delegations/{granted['id']}").body["effective"] is False


@pytest.mark.parametrize("case", ["status", "firm", "account"])
def test_the_worker_ends_what_lost_a_party_unannounced(agathe: Desk, lea: Desk, case: str) -> None:
    granted = desk.active(lea, agathe)
    listed = desk.grantor_of(agathe)
    if case == "status":
        type(listed).objects.filter(pk=listed.pk).update(status="suspended")
    elif case == "firm":
        listed.firms.clear()
    else:
        type(lea.account).objects.filter(pk=lea.account.pk).update(is_active=False, activated_at=timezone.now())
    # a firm that lists nobody is closed: its member goes too; one that nobody may grant for is told to its council
    ended = 1 if case == "account" else 2
    assert run_due(timezone.now()) == ended
    assert _status(granted) == "CEASED"
    assert run_due(timezone.now()) == 0


LAST_MONTH = (335, 336, 343, 350, 351, 352, 358, 363, 364, 365, 366)
"""Days of a right of 365: each on which a warning is due, those beside it, and some between."""


def _mails() -> list[int]:
    """List how many days are left whenever the last month brings a warning."""
    found = []
    for days in LAST_MONTH:
        before = Email.objects.filter(message__contains="bientôt à son terme").count()
        for _run in range(2):
            run_due(_in(days))
        if Email.objects.filter(message__contains="bientôt à son terme").count() > before:
            found.append(365 - days)
    return found


def test_both_parties_are_warned_thirty_fourteen_and_one_days_before(agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe)
    assert _mails() == [30, 14, 1]
    assert Email.objects.filter(message__contains="bientôt à son terme").count() == 6


def test_a_renewed_right_needs_no_warning(agathe: Desk, lea: Desk) -> None:
    agathe.decide(desk.active(lea, agathe), "renew")
    assert _mails() == []


def test_a_right_of_a_week_is_not_announced_to_end_the_day_it_begins(agathe: Desk, lea: Desk) -> None:
    desk.active(lea, agathe, valid_until=(today() + timedelta(days=7)).isoformat())
    run_due(timezone.now())
    assert not Email.objects.filter(message__contains="bientôt à son terme").exists()
