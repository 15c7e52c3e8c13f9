"""What the server said becomes what screens read: no more than it said, and no less."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.signup import MAIL_REFUSED, SignupStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import ServerFault, SessionExpired, UnexpectedReply, Unreachable
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.signup import signup
from tests.desktop.usecases.test_signup import DRAFT, queue


@pytest.fixture
def signed(desk):
    desk.sign_in()
    desk.turn()
    return desk


def known(desk, delegation_id):
    row = delegations.detail(desk.stores, delegation_id=delegation_id)
    return None if row is None else row.delegation.status


def test_a_page_of_changes_leaves_what_it_does_not_name(signed):
    kept, moved, gone = signed.told(), signed.told(), signed.told()
    before = signed.server.delegations[moved]
    signed.server.delegations[moved] = replace(before, status=Status.ACTIVE, version=2)
    del signed.server.delegations[gone]
    signed.turn()
    assert [known(signed, one) for one in (kept, moved, gone)] == [Status.PENDING, Status.ACTIVE, None]


def test_a_whole_page_takes_away_what_it_does_not_name(signed):
    kept, gone = signed.told(), signed.told()
    del signed.server.delegations[gone]
    signed.stores.account.set_meta("cursor", "")
    signed.turn()
    assert (known(signed, kept), known(signed, gone)) == (Status.PENDING, None)


def test_the_first_answer_of_a_write_that_is_offered_again_is_not_shown(signed):
    case = signed.told()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.server.restore(signed.server.backup())
    del signed.server.delegations[case]  # out of sight since: the key still gives the answer of then
    signed.turn()
    signed.turn()
    assert signed.states()[sent] == ("sent", "")
    assert known(signed, case) is None


def test_the_first_answer_is_not_shown_when_no_page_follows_it(signed):
    case = signed.told()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.server.restore(signed.server.backup())
    del signed.server.delegations[case]
    signed.turn()
    assert signed.states()[sent][0] == "queued"
    signed.server.sync = lambda **_names: _raise(ServerFault())
    signed.turn()
    assert signed.states()[sent] == ("sent", "")
    assert known(signed, case) is None


def test_a_taken_identifiant_without_another_one_asks_the_person(desk):
    desk.server.taken |= {"claire.aubier"}
    outbox_id = queue(desk, replace(DRAFT, alternates=()))
    desk.turn()
    assert (desk.entry(outbox_id).status, desk.entry(outbox_id).code) == ("needs_you", "ID_TAKEN")
    assert len(desk.server.writes) == 1


def test_a_sign_up_never_asks_anybody_to_sign_in(desk):
    desk.server._sign_up = lambda _call: _raise(SessionExpired())
    outbox_id = queue(desk)
    desk.turn()
    assert desk.entry(outbox_id).code == UnexpectedReply.default_code


def test_a_question_without_an_answer_changes_no_signup(desk):
    queue(desk)
    desk.turn()
    desk.server.signup_status = lambda *_names, **_more: _raise(ServerFault())
    assert Topic.SIGNUPS not in desk.turn().topics


def test_a_signup_in_doubt_stays_so_until_the_server_answers(desk):
    outbox_id = queue(desk)
    desk.turn()
    desk.server.restore(desk.server.backup())
    desk.turn()
    status, desk.server.signup_status = desk.server.signup_status, lambda *_names, **_more: _raise(ServerFault())
    desk.turn()
    assert desk.entry(outbox_id).again_at is not None
    desk.server.signup_status = status
    desk.turn()
    assert desk.entry(outbox_id).again_at is None


def test_the_last_alternate_leaves_without_an_empty_list(desk):
    desk.server.taken |= {"claire.aubier", "claire.aubier2"}
    queue(desk, replace(DRAFT, alternates=("claire.aubier2", "claire.aubier3")))
    desk.turn()
    sent = [(call.body["login_id"], call.body.get("alternates")) for call in desk.server.writes]
    assert sent == [
        ("claire.aubier", ["claire.aubier2", "claire.aubier3"]),
        ("claire.aubier2", ["claire.aubier3"]),
        ("claire.aubier3", None),
    ]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("activated", SignupStatus.ACTIVATED),
        ("expired", SignupStatus.EXPIRED),
        ("activation_sent", SignupStatus.ACTIVATION_SENT),
        ("something new", SignupStatus.ACTIVATION_SENT),
    ],
)
def test_the_answer_to_a_signup_says_how_far_it_is(desk, told, shown):
    real = desk.server._sign_up
    desk.server._sign_up = lambda call: {**real(call), "status": told}
    desk.server.signup_status = lambda *_names, **_more: _raise(ServerFault())
    queue(desk)
    desk.turn()
    assert signup.progress(desk.stores)[0].status is shown


def test_a_mail_that_nobody_takes_is_said_until_one_arrives(desk):
    queue(desk)
    desk.turn()
    heard = []
    for told in ("mail_refused", "mail_refused", "activation_sent", "something new"):
        desk.server.signup_status = lambda *_names, told=told, **_more: told
        changed = desk.turn().topics
        (shown,) = signup.progress(desk.stores)
        heard.append((bool(shown.answer.get(MAIL_REFUSED)), Topic.SIGNUPS in changed))
        assert (shown.status, shown.login_id) == (SignupStatus.ACTIVATION_SENT, "claire.aubier")
    assert heard == [(True, True), (True, False), (False, True), (False, False)]


def test_an_account_was_used_when_the_server_answered_it_and_not_before(signed):
    (before,) = signed.stores.accounts.known()
    signed.later(days=2)
    sync, signed.server.sync = signed.server.sync, lambda **_names: _raise(Unreachable())
    signed.turn()
    assert signed.stores.accounts.known()[0].used_at == before.used_at
    signed.server.sync = sync
    signed.turn()
    assert signed.stores.accounts.known()[0].used_at == signed.now


def _raise(error):
    raise error
