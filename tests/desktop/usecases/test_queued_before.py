"""A data folder that the version before the typed commands wrote opens, and all that was queued in it leaves once.

`queued_before` was written by that version, on its own fakes: each kind of decision, some in a gesture and one whose
answer was lost, a departure, a request, an invitation, a sign-up of each way through the form, a council file, an
answer to a review that had been sent.
`queued.json` holds what each row would have sent.
"""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.firm import Member
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases.outbox import outbox
from tests.fakes import NOW, a_delegation, an_account
from tests.fakes_firm import FIRM_ID
from tests.fakes_review import REVIEW_ID, a_page, an_item
from tests.fakes_wire import call_of

BEFORE = Path(__file__).with_name("queued_before")
QUEUED = json.loads((BEFORE / "queued.json").read_text("utf-8"))
WRITES = QUEUED["writes"]
KINDS_BEFORE = {
    *("revoke", "suspend", "refuse", "withdraw", "relinquish", "leave", "approve", "resume", "grant", "renew"),
    *("transfer", "request", "signup"),
}
"""All that the version before could queue."""

STATUS_BEFORE = {
    "approve": "PENDING",
    "bulk": "PENDING",
    "lost": "PENDING",
    "withdraw": "PENDING",
    "resume": "SUSPENDED",
}
GIVEN_TO_ME = {"withdraw", "relinquish"}


@pytest.fixture
def old(desk):
    """The desk of a person who has just installed this version."""
    desk.stores.close()
    shutil.rmtree(desk.folder, ignore_errors=True)
    shutil.copytree(BEFORE / "data", desk.folder)
    kept = json.loads((BEFORE / "vault.json").read_text("utf-8"))
    desk.vault.kept = {name: base64.b64decode(secret) for name, secret in kept.items()}
    desk.stores = Stores(desk.folder, server_url="http://127.0.0.1:8000", vault=desk.vault)
    desk.now = NOW
    return desk


def test_every_kind_that_could_be_queued_waits_in_the_folder(old):
    assert {entry.kind.value for file in old.stores.files for entry in outbox_store.every(file)} == KINDS_BEFORE
    signed_up = {write["body"]["profile"] for write in WRITES.values() if write["path"] == "/signups"}
    assert signed_up == {"expert_comptable", "trainee", "agc_head", "other"}


def test_each_row_sends_the_very_write_that_it_would_have_sent(old):
    found = {}
    for file in old.stores.files:
        for entry in outbox_store.every(file):
            call = call_of(outbox_store.command_of(file, outbox_id=entry.id))
            found[entry.id] = {
                "method": call.method,
                "path": call.path,
                "body": json.loads(json.dumps(call.body)),
                "key": call.key,
                "if_match": call.if_match,
                "status": entry.status.value,
            }
    assert found == WRITES


def test_everything_leaves_once_under_its_key(old):
    rights = QUEUED["rights"]
    mine = an_account(QUEUED["account"])
    for name, delegation_id in rights.items():
        status = Status(STATUS_BEFORE.get(name, "ACTIVE"))
        other = an_account(f"karim.{name}", may_grant=False)
        sides = {"grantor": other, "grantee": mine} if name in GIVEN_TO_ME else {"grantor": mine, "grantee": other}
        made = a_delegation(**sides, delegation_id=delegation_id, status=status)
        old.server.delegations[delegation_id] = made
    leaving = an_account("karim.leave", may_grant=False)
    member = Member(
        account_id=leaving.account_id,
        login_id=leaving.login_id,
        given_name=leaving.given_name,
        surname=leaving.surname,
        since=NOW,
    )
    old.server.firms[FIRM_ID] = replace(old.server.firms[FIRM_ID], members=(member,))
    old.server.reviews[REVIEW_ID] = a_page(an_item(old.server.delegations[rights["review"]]))
    old.sign_in()
    for _ in range(3):
        old.turn()
    waiting = {one: write for one, write in WRITES.items() if write["status"] != "needs_you"}
    left = {entry.id: entry.status.value for entry in outbox.entries(old.stores)}
    assert {one: left[one] for one in waiting} == dict.fromkeys(waiting, "sent")
    sent = [call.key for call in old.server.writes] + [call.key for call in old.server.firm_calls]
    for write in waiting.values():
        assert sent.count(write["key"]) == 1
    assert sent.count(QUEUED["file"]) == 1
    assert len(old.server.escalations) == 1
    assert [one.key for call in old.server.answer_calls for one in call] == [QUEUED["answer"]]


@pytest.mark.parametrize(
    ("before", "now"), [("DEL_WRONG_STATE", "DEL_WRONG_STATUS"), ("ABSENCE_WRONG_STATE", "ABSENCE_WRONG_STATUS")]
)
def test_a_refusal_that_was_kept_under_an_older_code_is_worded_and_mended_as_today(old, before, now):
    file = next(one for one in old.stores.files if outbox_store.every(one))
    outbox_id = outbox_store.every(file)[0].id
    outbox_store.mark(file, outbox_id=outbox_id, status=OutboxStatus.NEEDS_YOU, code=before)
    assert outbox_store.find(file, outbox_id=outbox_id).code == now
    assert messages.for_code(now).title != messages.for_code("REFUSED").title
