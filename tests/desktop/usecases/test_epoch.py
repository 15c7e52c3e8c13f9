"""The server goes back to an older state: nothing that it had taken is lost in silence, and nothing happens twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain.delegation import Action, NewRequest, Status
from comptexpert_desktop.domain.escalation import FileStatus
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.errors import NotAllowed, VaultLocked
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.desktop.usecases.test_escalation import opened
from tests.desktop.usecases.test_signup import STAFF, queue
from tests.fakes import an_account, an_entry, new_uuid

REQUEST = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", "Envois de la paie")


@pytest.fixture
def signed(desk):
    desk.sign_in()
    desk.turn()
    return desk


def paths(desk, since=0):
    return [call.path.rpartition("/")[2] for call in desk.server.writes[since:]]


def test_the_first_contact_offers_nothing(signed):
    signed.decide(signed.told(), Action.APPROVE)
    signed.turn()
    signed.turn()
    assert paths(signed) == ["approve"]


def test_what_the_server_forgot_is_offered_again_under_its_key_and_has_its_effect_once(signed):
    case = signed.told()
    kept = signed.server.backup()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.server.restore(kept)
    assert signed.server.delegations[case].status is Status.PENDING
    signed.turn()
    assert signed.states()[sent] == ("queued", "SERVER_RESTORED")
    signed.turn()
    assert signed.states()[sent] == ("sent", "")
    assert signed.server.delegations[case].status is Status.ACTIVE
    assert [call.key for call in signed.server.writes] == [sent, sent]
    assert signed.server.effects == [sent]
    signed.turn()
    assert len(signed.server.writes) == 2


def test_what_the_server_remembers_has_no_second_effect_and_its_old_answer_is_not_shown(signed):
    case = signed.told()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    moved = replace(signed.server.delegations[case], status=Status.EXPIRED, version=7)
    signed.server.delegations[case] = moved
    signed.server.restore(signed.server.backup())
    for _ in range(3):
        signed.turn()
    assert signed.server.effects == [sent]
    assert signed.server.delegations[case] == moved
    assert delegations.detail(signed.stores, delegation_id=case).delegation.status is Status.EXPIRED
    assert signed.states()[sent] == ("sent", "")


def test_a_revocation_leaves_before_all_and_is_loud_until_the_server_has_it_again(signed):
    cases = [signed.told() for _ in range(3)]
    live = signed.told(status=Status.ACTIVE)
    kept = signed.server.backup()
    for case in cases:
        signed.decide(case, Action.APPROVE)
    signed.decide(live, Action.REVOKE)
    signed.turn()
    signed.server.restore(kept)
    before = len(signed.server.writes)
    signed.turn()
    assert status.summary(signed.stores).unsent_revocations == 1
    signed.turn()
    assert paths(signed, before) == ["revoke", "approve", "approve", "approve"]
    assert status.summary(signed.stores).unsent_revocations == 0
    assert signed.server.delegations[live].status is Status.REVOKED


def test_a_right_that_was_given_and_taken_back_is_never_given_again(signed):
    case = signed.told()
    kept = signed.server.backup()
    signed.decide(case, Action.APPROVE)
    signed.turn()
    revoked = signed.decide(case, Action.REVOKE)
    signed.turn()
    signed.server.restore(kept)
    for _ in range(3):
        signed.turn()
    assert signed.server.delegations[case].status is Status.PENDING
    assert signed.states()[revoked] == ("needs_you", "DEL_STALE")


def test_an_approval_of_a_case_that_differs_needs_the_person(signed):
    case = signed.told()
    kept = signed.server.backup()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.server.restore(kept)
    signed.server.delegations[case] = replace(signed.server.delegations[case], reason="Autre motif", version=2)
    signed.turn()
    signed.turn()
    assert signed.states()[sent] == ("needs_you", "DEL_STALE")
    assert signed.server.delegations[case].status is Status.PENDING


def test_an_old_approval_that_is_offered_again_is_not_asked_of_the_person_but_for_a_day(signed):
    case = signed.told()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.later(days=9)
    signed.turn()  # a server heard for the first time in days would be offered it in the same turn
    signed.server.restore(signed.server.backup())
    signed.turn()
    assert signed.states()[sent] == ("queued", "SERVER_RESTORED")
    signed.later(hours=25)
    signed.turn()
    assert signed.states()[sent] == ("needs_you", "INTENT_TOO_OLD")


def test_what_was_answered_long_before_any_backup_stays_as_it_is(signed):
    case = signed.told()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.later(days=30, seconds=-1)
    signed.turn()
    signed.later(seconds=2)
    signed.server.restore(signed.server.backup())
    signed.turn()
    assert signed.states() == {}
    assert [call.key for call in signed.server.writes] == [sent]


def test_a_request_that_was_forgotten_is_made_again_with_the_same_number(desk):
    desk.account = an_account("karim.leroux", may_grant=False)
    desk.restart()
    desk.sign_in()
    desk.turn()
    kept = desk.server.backup()
    delegations.ask(desk.stores, request=REQUEST, now=desk.now, new_id=new_uuid())
    desk.turn()
    made = set(desk.server.delegations)
    desk.server.restore(kept)
    assert not desk.server.delegations
    desk.turn()
    desk.turn()
    assert set(desk.server.delegations) == made


def test_everything_is_fetched_again(signed):
    signed.told()
    lost = signed.told()
    del signed.server.delegations[lost]
    signed.server.restore(signed.server.backup())
    signed.turn()
    signed.turn()
    assert delegations.detail(signed.stores, delegation_id=lost) is None
    assert registry.snapshot_version(signed.stores) is None


def test_a_crash_between_two_turns_changes_nothing(signed):
    case = signed.told()
    kept = signed.server.backup()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.server.restore(kept)
    signed.turn()
    signed.restart()
    signed.turn()
    assert signed.states()[sent] == ("sent", "")
    assert signed.server.effects == [sent]


def test_without_a_session_what_is_offered_again_waits_in_sight_and_the_epoch_is_still_heard(signed):
    live = signed.told(status=Status.ACTIVE)
    kept = signed.server.backup()
    sent = signed.decide(live, Action.REVOKE)
    signed.turn()
    signed.server.restore(kept)
    signed.server.accounts.clear()
    signed.gateways.browser.live = "of another database"
    signed.turn()
    assert signed.stores.account.meta(session.PAUSED)
    assert signed.states()[sent][0] == "queued"
    assert status.summary(signed.stores).unsent_revocations == 1
    signed.sign_in()
    signed.turn()
    assert signed.server.delegations[live].status is Status.REVOKED


def test_a_locked_vault_postpones_it_all(signed):
    live = signed.told(status=Status.ACTIVE)
    kept = signed.server.backup()
    sent = signed.decide(live, Action.REVOKE)
    signed.turn()
    signed.stores.close()
    signed.vault.failure = VaultLocked()
    signed.stores = Stores(signed.folder, server_url="http://127.0.0.1:8000", vault=signed.vault)
    signed.server.restore(kept)
    signed.turn()
    assert signed.states()[sent][0] == "sent"
    signed.vault.failure = None
    signed.restart()
    signed.turn()
    signed.turn()
    assert signed.server.delegations[live].status is Status.REVOKED


def test_a_signup_that_the_server_still_knows_goes_on(desk):
    outbox_id = queue(desk)
    desk.turn()
    desk.server.restore(desk.server.backup())
    desk.turn()
    desk.turn()
    assert signup.progress(desk.stores)[0].status is SignupStatus.ACTIVATION_SENT
    assert desk.entry(outbox_id).again_at is None
    assert [call.path for call in desk.server.writes] == ["/signups"]


@pytest.mark.parametrize("progress", ["activation_sent", "activated"])
def test_a_signup_that_was_forgotten_is_the_persons_with_what_may_be_kept_of_its_form(desk, progress):
    desk.turn()
    kept = desk.server.backup()
    outbox_id = queue(desk, STAFF)
    desk.turn()
    next(iter(desk.server.signups.values())).status = progress
    desk.turn()
    desk.server.restore(kept)
    desk.turn()
    desk.turn()
    shown = signup.progress(desk.stores)[0]
    assert (shown.status, shown.code, shown.login_id) == (SignupStatus.NEEDS_YOU, "SIGNUP_FORGOTTEN", "")
    signup.reopen(desk.stores, outbox_id=outbox_id, now=desk.now)
    (form,) = signup.drafts(desk.stores)
    assert (form.login_id, form.login_id_again) == ("karim.leroux", "karim.leroux")
    assert (form.profile, form.kind, form.grantor) == (STAFF.profile, STAFF.kind, STAFF.grantor)
    assert form.first_requests == STAFF.first_requests
    assert (form.email, form.given_name, form.surname, form.date_of_birth) == ("", "", "", None)


def test_what_the_server_took_of_a_form_still_cannot_be_opened_again_while_it_knows_it(desk):
    outbox_id = queue(desk, STAFF)
    desk.turn()
    with pytest.raises(NotAllowed):
        signup.reopen(desk.stores, outbox_id=outbox_id, now=desk.now)


def test_a_file_with_the_council_is_opened_again_under_its_key(desk):
    desk.turn()
    kept = desk.server.backup()
    opened(desk)
    before = [call.key for call in desk.server.writes if call.path == "/escalations"]
    desk.server.restore(kept)
    assert not desk.server.escalations
    desk.turn()
    desk.turn()
    keys = [call.key for call in desk.server.writes if call.path == "/escalations"]
    assert keys == before * 2
    assert len(desk.server.escalations) == 1
    assert signup.progress(desk.stores)[0].escalation.status is FileStatus.OPEN


def test_what_waits_for_the_person_after_it_can_be_tried_again_as_a_new_write(signed):
    case = signed.told()
    kept = signed.server.backup()
    sent = signed.decide(case, Action.APPROVE)
    signed.turn()
    signed.server.restore(kept)
    signed.server.delegations[case] = replace(signed.server.delegations[case], version=2)
    for _ in range(3):
        signed.turn()
    outbox.retry(signed.stores, outbox_id=sent, now=signed.now)
    assert signed.entry(sent).again_at is None
    signed.turn()
    assert signed.server.delegations[case].status is Status.ACTIVE
    assert len(signed.server.effects) == 1
