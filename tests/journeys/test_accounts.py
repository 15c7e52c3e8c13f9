"""Two people on one workstation and one person on two, on the real server: sessions end where they are ended."""

from __future__ import annotations

import pytest

from comptexpert_desktop.errors import SessionExpired
from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import accounts, own_sessions, session
from comptexpert_desktop.usecases.session.accounts import Held
from comptexpert_desktop.usecases.support import status
from tests import made_once
from tests.journeys.machine import Machine

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server"), entries=200, cache=made_once.folder()) as made:
        yield made


@pytest.fixture(scope="module")
def people(server):
    return made_once.people(server)


@pytest.fixture
def make_machine(tmp_path, server):
    made = []

    def make(name="desk"):
        made.append(Machine(tmp_path / name, server))
        return made[-1]

    yield make
    for machine in made:
        machine.close()


def test_two_people_share_a_workstation_and_each_sends_his_own(make_machine, people):
    desk, staff, expert = make_machine(), people["staff"], people["ec"]
    desk.sign_in(staff)
    asked = desk.ask(expert)
    desk.sign_in(expert)
    desk.turn()
    assert desk.states() == {}
    assert desk.held() == {expert["login_id"]: Held.KEY, staff["login_id"]: Held.KEY}
    desk.switch(staff)
    assert desk.states() == {asked: "queued"}
    outcome = desk.turn()
    assert (desk.states(), outcome.session) == ({asked: "sent"}, "")
    desk.switch(expert)
    assert desk.turn().session == ""
    assert status.summary(desk.stores).account.login_id == expert["login_id"]


def is_dead(desk, tokens):
    with pytest.raises(SessionExpired):
        desk.gateways.browser.refresh(tokens.refresh_token)
    with pytest.raises(SessionExpired):
        desk.gateways.server.me(token=tokens.access_token)
    return True


def test_signing_out_ends_the_family_on_the_server_and_everything_personal_on_the_disk(make_machine, people):
    desk, expert = make_machine(), people["ec"]
    tokens = desk.sign_in(expert)
    desk.turn()
    before = desk.bytes_on_disk()
    assert expert["login_id"].encode() in before
    assert session.revoke(desk.gateways)
    session.sign_out(desk.stores, session=desk.gateways.session)
    assert is_dead(desk, tokens)
    after = desk.bytes_on_disk()
    personal = [expert[name] for name in ("login_id", "account_id", "entry_id", "surname", "email")]
    secret = [tokens.access_token, tokens.refresh_token]
    assert [word for word in (*personal, *secret) if word.encode() in after] == []
    assert accounts.saved(desk.stores) == ()
    assert desk.turn().session == ""


def test_forgetting_one_account_ends_its_session_alone(make_machine, people):
    desk, staff, expert = make_machine(), people["staff"], people["ec"]
    lost = desk.sign_in(staff)
    kept = desk.sign_in(expert)
    token = accounts.refresh_token_of(desk.stores, account_id=staff["account_id"])
    assert accounts.end(desk.gateways, account_id=staff["account_id"], refresh_token=token)
    accounts.delete(desk.stores, account_id=staff["account_id"])
    assert is_dead(desk, lost)
    assert desk.gateways.server.me(token=kept.access_token).account.login_id == expert["login_id"]
    assert staff["login_id"].encode() not in desk.bytes_on_disk()
    assert list(desk.held()) == [expert["login_id"]]


def test_a_session_ended_from_elsewhere_pauses_loses_nothing_and_goes_on_after_one_sign_in(make_machine, people):
    office, laptop, staff, expert = make_machine("office"), make_machine("laptop"), people["staff"], people["ec"]
    office.sign_in(staff)
    laptop.sign_in(staff)
    found = own_sessions.every(laptop.gateways)
    assert [one.is_this_one for one in found].count(True) == 1
    assert found[0].is_this_one
    for one in found[1:]:
        own_sessions.end(laptop.gateways, session_id=one.id)
    assert [one.is_this_one for one in own_sessions.every(laptop.gateways)] == [True]
    asked = office.ask(expert)
    assert office.turn().session == "SESSION_EXPIRED"
    told = status.summary(office.stores)
    assert (told.session_code, told.network) == ("SESSION_EXPIRED", "")
    assert office.states() == {asked: "queued"}
    assert office.held() == {staff["login_id"]: Held.NO_SESSION}
    office.sign_in(staff)
    office.turn()
    assert office.states()[asked] in ("sent", "needs_you")
    assert status.summary(office.stores).session_code == ""
    assert laptop.turn().session == ""


def test_a_lost_key_is_mended_by_signing_in_and_what_cannot_be_read_is_said(make_machine, people):
    desk, staff, expert = make_machine(), people["staff"], people["ec"]
    desk.sign_in(staff)
    asked = desk.ask(expert)
    desk.sign_in(people["ec_other_firm"])
    name = next(name for name in desk.vault.kept if name.endswith(desk.stores._files._digest(staff["account_id"])))
    del desk.vault.kept[name]
    assert desk.held()[staff["login_id"]] is Held.LOST
    desk.switch(staff)
    desk.turn()
    assert status.summary(desk.stores).session_code == "SESSION_EXPIRED"
    desk.sign_in(staff)
    desk.turn()
    entry = next(entry for entry in outbox.entries(desk.stores) if entry.id == asked)
    assert (entry.status.value, entry.code) == ("needs_you", "STORE_KEY_LOST")
    assert desk.held()[staff["login_id"]] is Held.KEY
