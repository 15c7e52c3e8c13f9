"""A cabinet is read, kept sealed for its account, and changed once a gesture."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from comptexpert_desktop.domain.firm import AbsenceStatus
from comptexpert_desktop.errors import NotAllowed, VaultLocked
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.session.session import SignedIn
from comptexpert_desktop.usecases.token_session import AnotherAccount
from tests.desktop.usecases.conftest import Desk
from tests.fakes import a_me, an_account, new_uuid
from tests.fakes_firm import FIRM_ID, a_firm_page


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    made.sign_in()
    yield made
    made.stores.close()


def fetch(desk):
    return firm.fetch(desk.gateways, firm_id=FIRM_ID, account_id=desk.account.account_id)


def queue(desk, change):
    new_id = new_uuid()
    account_id = desk.account.account_id
    firm.queue(desk.stores, change=change, subject="Cabinet", account_id=account_id, now=desk.now, new_id=new_id)
    return new_id


def send(desk, change):
    """Queue a change and let it leave; the page that the server answers is the one that is known here."""
    outbox_id = queue(desk, change)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    return firm.known(desk.stores, firm_id=FIRM_ID).page


def keep(desk, page, *, account_id=""):
    return firm.keep(desk.stores, page=page, account_id=account_id or desk.account.account_id, now=desk.now)


def test_a_page_is_kept_with_its_date_and_read_without_a_network(desk):
    page = fetch(desk)
    assert keep(desk, page)
    read_at = desk.now
    desk.restart()
    known = firm.cabinets(desk.stores, firm_id="").known
    assert known is not None
    assert (known.page, known.read_at) == (page, read_at)


def test_keeping_the_same_page_again_moves_its_date_and_announces_nothing(desk):
    page = fetch(desk)
    keep(desk, page)
    desk.later(hours=3)
    assert not keep(desk, page)
    assert firm.known(desk.stores, firm_id=FIRM_ID).read_at == desk.now


def test_nothing_of_a_page_lies_in_the_clear_and_signing_out_forgets_it(desk):
    keep(desk, fetch(desk))
    written = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"Leroux" not in written
    assert b"karim" not in written
    session.sign_out(desk.stores)
    desk.sign_in()
    assert firm.known(desk.stores, firm_id=FIRM_ID) is None


def test_a_page_read_by_one_account_is_never_kept_for_another(desk):
    page = fetch(desk)
    other = an_account("hugo.garnier")
    desk.gateways.browser.account = other
    tokens = desk.gateways.browser.sign_in(cancelled=None)
    desk.gateways.session.adopt(tokens, account_id=other.account_id)
    session.begin(desk.stores, signed_in=SignedIn(tokens, a_me(other)), now=desk.now)
    assert not keep(desk, page)
    assert firm.known(desk.stores, firm_id=FIRM_ID) is None
    with pytest.raises(AnotherAccount):
        fetch(desk)


def test_a_locked_vault_keeps_nothing_and_breaks_nothing(desk):
    page = fetch(desk)
    desk.vault.failure = VaultLocked()
    desk.restart()
    keep(desk, page)
    assert firm.known(desk.stores, firm_id=FIRM_ID) is None


def test_a_kept_page_that_cannot_be_read_counts_for_none(desk):
    desk.stores.account.set_secret(f"firm/{FIRM_ID}", '{"page": {"id": "x"}, "read_at": "2026-03-12T09:30:00Z"}')
    assert firm.known(desk.stores, firm_id=FIRM_ID) is None


def test_only_the_cabinets_for_which_one_grants_are_listed(desk):
    assert [one.id for one in firm.cabinets(desk.stores, firm_id="elsewhere").firms] == [FIRM_ID]
    staff = an_account("karim.leroux", may_grant=False)
    desk.gateways.browser.account = staff
    tokens = desk.gateways.browser.sign_in(cancelled=None)
    session.begin(desk.stores, signed_in=SignedIn(tokens, a_me(staff)), now=desk.now)
    found = firm.cabinets(desk.stores, firm_id=FIRM_ID)
    assert (found.firms, found.known) == ((), None)


def test_a_change_whose_answer_was_lost_is_asked_again_and_happens_once(desk):
    outbox_id = queue(desk, firm.accept_terms(fetch(desk), service="jesignexpert"))
    desk.server.lost_answers = 1
    desk.turn()
    assert desk.states()[outbox_id] == ("unknown", "OUTBOX_UNKNOWN")
    assert firm.waiting(desk.stores, firm_id=FIRM_ID).id == outbox_id
    desk.restart()
    desk.turn()
    page = firm.known(desk.stores, firm_id=FIRM_ID).page
    assert (desk.states()[outbox_id], firm.waiting(desk.stores, firm_id=FIRM_ID)) == (("sent", ""), None)
    assert page.version == a_firm_page().version + 1
    assert [one.service for one in page.terms] == ["jesignexpert"]


def test_a_change_of_an_old_page_comes_back_and_is_asked_of_the_page_of_now(desk):
    old = fetch(desk)
    send(desk, firm.demand_two_approvers(old, demanded=True))
    outbox_id = queue(desk, firm.choose_review_day(old, review_on="03-31"))
    desk.turn()
    assert desk.states()[outbox_id] == ("needs_you", "FIRM_STALE")
    assert fetch(desk).review_on == ""
    outbox.retry(desk.stores, outbox_id=outbox_id, now=desk.now)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "")
    assert fetch(desk).review_on == "03-31"


def test_a_change_is_never_queued_for_somebody_else(desk):
    change = firm.demand_two_approvers(fetch(desk), demanded=True)
    with pytest.raises(NotAllowed, match="SIGN_IN_FIRST"):
        firm.queue(desk.stores, change=change, subject="", account_id="another", now=desk.now, new_id=new_uuid())


def test_each_setting_changes_alone(desk):
    page = send(desk, firm.demand_two_approvers(fetch(desk), demanded=True))
    page = send(desk, firm.choose_review_day(page, review_on="03-31"))
    assert (page.two_approvers, page.review_on) == (True, "03-31")
    shorter = replace(page.templates[0], days=90)
    page = send(desk, firm.change_template(page, template=shorter))
    assert [one.days for one in page.templates] == [90, 365]


def test_an_absence_is_named_asked_refused_and_ended(desk):
    page = fetch(desk)
    hugo = page.experts[1].entry_id
    day = date(2026, 4, 1)
    named = firm.name_cover(page, cover=hugo, ends_on=day, reason=" Congé annuel ")
    page = send(desk, named)
    mine = page.absences[0]
    assert (mine.cover.entry_id, mine.status, mine.reason) == (hugo, AbsenceStatus.ACTIVE, "Congé annuel")
    page = send(desk, firm.end_absence(page, absence_id=mine.id))
    asked = firm.ask_to_cover(page, absent=hugo, ends_on=day, reason="Hospitalisation")
    page = send(desk, asked)
    his = page.absences[0]
    assert (his.absent.entry_id, his.status, his.ends_on) == (hugo, AbsenceStatus.WAITING, day)
    refused = queue(desk, firm.object_to_absence(page, absence_id=his.id))
    desk.turn()
    assert desk.states()[refused] == ("needs_you", "ABSENCE_NOT_YOURS")
    page = send(desk, firm.end_absence(page, absence_id=his.id))
    assert [one.status for one in page.absences] == [AbsenceStatus.ENDED, AbsenceStatus.ENDED]
