"""A refusal that only the Conseil régional can lift: a file, followed, and a request that leaves again by itself."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.escalation import FileStatus, is_reminder_due
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft, SignupStatus
from comptexpert_desktop.errors import NotAllowed, Refused, ServerFault, Unreachable, VaultLocked
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.signup import escalation, signup
from tests.fakes import a_council, an_entry, new_uuid

BORN = date(1975, 6, 2)
DRAFT = SignupDraft(
    id=DraftId("d1"),
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=BORN,
    login_id="claire.aubier",
    login_id_again="claire.aubier",
)
OFFLINE = Unreachable(data={"sent": False})


def refused(desk, code="REG_NO_EMAIL", **members):
    """Send a sign-up that the registry refuses."""
    outbox_id = new_uuid()
    desk.server.refusals["/signups"] = Refused(code, data=members)
    signup.submit(desk.stores, draft=DRAFT, now=desk.now, new_id=outbox_id)
    desk.turn()
    return outbox_id


def opened(desk, code="REG_NO_EMAIL", **members):
    outbox_id = refused(desk, code, **members)
    escalation.open_file(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid())
    desk.turn()
    return outbox_id


def shown(desk):
    return signup.progress(desk.stores)[0]


def corrected(desk):
    """Let the council correct the registry."""
    desk.server.refusals.clear()
    for file in desk.server.escalations.values():
        file["status"] = "corrected"


@pytest.mark.parametrize("code", ["REG_NO_EMAIL", "REG_DOB_MISMATCH"])
def test_a_file_has_a_reference_and_a_council(desk, code):
    opened(desk, code)
    file = shown(desk).escalation
    assert (file.status, file.reference, file.code) == (FileStatus.OPEN, "DR-2345-ABCD", code)
    assert (file.council.name, file.registration_number) == ("Bretagne", "140000000001")
    assert "claim-" not in repr(file)


def test_once_the_registry_is_corrected_the_request_leaves_by_itself(desk):
    opened(desk)
    desk.turn()
    assert shown(desk).status is SignupStatus.NEEDS_YOU
    corrected(desk)
    desk.later(hours=30)
    desk.restart()
    desk.turn()
    desk.turn()
    assert shown(desk).status is SignupStatus.ACTIVATION_SENT
    assert shown(desk).escalation.status is FileStatus.CORRECTED
    assert len(desk.server.signups) == 1


def test_the_request_that_leaves_again_is_a_new_write(desk):
    outbox_id = opened(desk)
    corrected(desk)
    desk.turn()
    desk.turn()
    keys = [call.key for call in desk.server.writes if call.path == "/signups"]
    assert keys[0] == outbox_id
    assert len(set(keys)) == len(keys) == 2


def test_what_is_told_to_the_council_holds_no_date_of_birth(desk):
    opened(desk, "REG_DOB_MISMATCH")
    [call] = [call for call in desk.server.writes if call.path == "/escalations"]
    assert set(call.body) == {"entry_id", "code"}
    assert "1975" not in json.dumps(dict(call.body))


def test_a_file_opened_without_network_is_told_later_and_once(desk):
    outbox_id = refused(desk)
    desk.server.faults.append(OFFLINE)
    escalation.open_file(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid())
    desk.turn()
    assert shown(desk).escalation.status is FileStatus.ASKED
    desk.server.after.append(Unreachable(data={"sent": True}))
    desk.turn()
    desk.turn()
    assert shown(desk).escalation.status is FileStatus.OPEN
    assert len(desk.server.escalations) == 1


def test_a_second_click_opens_no_second_file(desk):
    outbox_id = opened(desk)
    escalation.open_file(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid())
    desk.turn()
    assert len(desk.server.escalations) == 1


def test_a_council_that_corrects_nothing_says_why_and_nothing_leaves(desk):
    outbox_id = opened(desk)
    for file in desk.server.escalations.values():
        file.update(status="closed", answer="La date du tableau est exacte.")
    desk.turn()
    assert shown(desk).escalation.answer == "La date du tableau est exacte."
    assert shown(desk).status is SignupStatus.NEEDS_YOU
    escalation.open_file(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid())
    desk.turn()
    assert len(desk.server.escalations) == 2


def test_a_server_without_files_leaves_the_message_to_the_person(desk):
    desk.server.refusals["/escalations"] = Refused("NOT_FOUND")
    opened(desk, council={"code": "corse", "name": "Corse", "email": "a@corse.example"})
    file = shown(desk).escalation
    assert (file.status, file.council.name) == (FileStatus.UNTRACKED, "Corse")


@pytest.mark.parametrize("fault", [ServerFault(), Refused("TOO_MANY_REQUESTS")])
def test_a_server_that_is_busy_is_asked_again(desk, fault):
    outbox_id = refused(desk)
    escalation.open_file(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid())
    desk.server.refusals["/escalations"] = fault
    desk.turn()
    assert shown(desk).escalation.status is FileStatus.ASKED
    del desk.server.refusals["/escalations"]
    desk.later(minutes=20)
    desk.turn()
    assert shown(desk).escalation.status is FileStatus.OPEN


@pytest.mark.parametrize("code", ["REG_STRUCK_OFF", "REG_ALREADY_BOUND", "ID_TAKEN"])
def test_other_refusals_open_no_file(desk, code):
    outbox_id = refused(desk, code)
    with pytest.raises(NotAllowed):
        escalation.open_file(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid())


def test_a_council_may_be_chosen_on_the_list(desk):
    outbox_id = opened(desk)
    escalation.choose_council(desk.stores, outbox_id=outbox_id, council=a_council())
    assert shown(desk).escalation.council == a_council()


def test_a_reminder_is_due_after_two_weeks_and_again_two_weeks_after_it(desk):
    outbox_id = opened(desk)
    later = desk.now + timedelta(days=14)
    assert not is_reminder_due(shown(desk).escalation, now=later - timedelta(hours=1))
    assert is_reminder_due(shown(desk).escalation, now=later)
    escalation.reminded(desk.stores, outbox_id=outbox_id, now=later)
    assert not is_reminder_due(shown(desk).escalation, now=later)


def test_a_file_is_forgotten_with_its_request(desk):
    outbox_id = opened(desk)
    outbox.discard(desk.stores, outbox_id=outbox_id)
    assert desk.stores.signups.database.rows("SELECT name FROM secret") == []


def test_a_file_survives_a_locked_keyring(desk):
    opened(desk)
    desk.vault.failure = VaultLocked()
    desk.restart()
    assert shown(desk).escalation is None
    desk.turn()
    desk.vault.failure = None
    desk.stores.unlock()
    assert shown(desk).escalation.status is FileStatus.OPEN
