"""A form is never lost, leaves when it can, and forgets the date of birth once it was taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.signup import DraftId, FirstRequest, SignupDraft, SignupStatus
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Refused, ServerFault, Unreachable, VaultUnavailable
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.signup import signup
from tests.fakes import an_account, an_entry, new_uuid

DRAFT = SignupDraft(
    id=DraftId("d1"),
    profile=Profile.EXPERT_COMPTABLE,
    entry=an_entry(),
    date_of_birth=date(1975, 6, 2),
    login_id="claire.aubier",
    login_id_again="claire.aubier",
)
STAFF = SignupDraft(
    id=DraftId("d2"),
    profile=Profile.OTHER,
    kind=OtherKind.FIRM_STAFF,
    email="karim@cabinet.example",
    given_name="Karim",
    surname="Leroux",
    grantor=an_entry(),
    login_id="karim.leroux",
    login_id_again="karim.leroux",
    first_requests=(FirstRequest("jesignexpert", ("prepare",), "Préparer les envois de paie"),),
)


def queue(desk, draft=DRAFT):
    new_id = new_uuid()
    signup.save_draft(desk.stores, draft=draft, now=desk.now)
    signup.submit(desk.stores, draft=draft, now=desk.now, new_id=new_id)
    return new_id


def progress(desk):
    return signup.progress(desk.stores)[0]


def test_a_form_is_found_again_as_it_was(desk):
    signup.save_draft(desk.stores, draft=DRAFT, now=desk.now)
    desk.restart()
    assert signup.drafts(desk.stores) == (replace(DRAFT, updated_at=desk.now),)


def test_a_form_takes_the_place_of_its_older_self_and_can_be_discarded(desk):
    signup.save_draft(desk.stores, draft=DRAFT, now=desk.now)
    signup.save_draft(desk.stores, draft=replace(DRAFT, surname="x"), now=desk.now)
    assert [draft.surname for draft in signup.drafts(desk.stores)] == ["x"]
    signup.discard_draft(desk.stores, draft_id=DRAFT.id)
    assert signup.drafts(desk.stores) == ()


def test_an_incomplete_form_is_not_queued_and_stays(desk):
    signup.save_draft(desk.stores, draft=DRAFT, now=desk.now)
    with pytest.raises(InvalidInput) as caught:
        signup.submit(desk.stores, draft=replace(DRAFT, entry=None), now=desk.now, new_id=new_uuid())
    assert caught.value.problems[0].code == "REG_NOT_SELECTED"
    assert len(signup.drafts(desk.stores)) == 1


def test_a_queued_form_waits_without_network_and_leaves_with_it(desk):
    outbox_id = queue(desk)
    desk.server.faults.append(Unreachable(data={"sent": False}))
    assert desk.turn().network == "NET_OFFLINE"
    assert desk.states() == {outbox_id: ("queued", "NET_OFFLINE")}
    assert (progress(desk).status, progress(desk).login_id) == (SignupStatus.WAITING, "claire.aubier")
    desk.turn()
    assert progress(desk).status is SignupStatus.ACTIVATION_SENT
    assert progress(desk).masked_email == "c•••@aubier.example"
    assert signup.drafts(desk.stores) == ()


def test_the_date_of_birth_leaves_the_disk_with_the_answer(desk):
    queue(desk)
    file = desk.stores.device
    payload = bytes(file.database.one("SELECT payload FROM outbox")["payload"])
    desk.turn()
    traces = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert payload not in traces
    row = file.database.one("SELECT * FROM outbox")
    assert "1975" not in str(file.unseal(row["payload"], kind="payload", name=row["id"]))


def test_alternates_are_tried_in_order_each_as_a_write_of_its_own(desk):
    desk.server.taken |= {"claire.aubier", "claire.aubier2"}
    queue(desk, replace(DRAFT, alternates=("claire.aubier2", "claire.aubier3")))
    desk.turn()
    assert progress(desk).login_id == "claire.aubier3"
    assert [call.body["login_id"] for call in desk.server.writes] == [
        "claire.aubier",
        "claire.aubier2",
        "claire.aubier3",
    ]
    assert len({call.key for call in desk.server.writes}) == 3
    assert len(desk.server.effects) == 1


def test_an_identifiant_taken_without_alternates_asks_the_person_who_may_choose_another(desk):
    desk.server.taken.add("claire.aubier")
    outbox_id = queue(desk)
    desk.turn()
    assert (progress(desk).status, progress(desk).code) == (SignupStatus.NEEDS_YOU, "ID_TAKEN")
    assert progress(desk).answer["suggestions"] == ["claire.aubier2"]
    outbox.amend(desk.stores, outbox_id=outbox_id, login_id="claire.aubier2", now=desk.now)
    desk.turn()
    assert progress(desk).login_id == "claire.aubier2"


def test_a_refusal_keeps_its_contact_and_the_form_may_be_opened_again(desk):
    council = {"code": "bretagne", "email": "croec@bretagne.example"}
    desk.server.refusals["/signups"] = Refused("REG_DOB_MISMATCH", data={"status": 422, "council": council})
    outbox_id = queue(desk)
    desk.turn()
    assert progress(desk).answer == {"council": council}
    signup.reopen(desk.stores, outbox_id=outbox_id, now=desk.now)
    assert signup.drafts(desk.stores) == (replace(DRAFT, updated_at=desk.now),)
    assert outbox.entries(desk.stores) == ()


def test_what_the_server_took_cannot_be_opened_again(desk):
    outbox_id = queue(desk)
    desk.turn()
    with pytest.raises(NotAllowed):
        signup.reopen(desk.stores, outbox_id=outbox_id, now=desk.now)


def test_the_activation_is_followed_to_its_end(desk):
    outbox_id = queue(desk)
    desk.turn()
    made = next(iter(desk.server.signups.values()))
    made.status = "expired"
    desk.turn()
    assert progress(desk).status is SignupStatus.EXPIRED
    claim = signup.claim_of(desk.stores, outbox_id=outbox_id)
    assert made.claim not in repr(claim)
    made.status = "activation_sent"
    asked = signup.resend(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid())
    assert signup.resend(desk.stores, outbox_id=outbox_id, now=desk.now, new_id=new_uuid()) == asked
    desk.turn()
    assert desk.states()[asked] == ("sent", "")
    assert progress(desk).status is SignupStatus.ACTIVATION_SENT
    made.status = "activated"
    desk.turn()
    assert progress(desk).status is SignupStatus.ACTIVATED


def test_the_first_request_leaves_once_the_person_has_signed_in_and_only_once(desk):
    desk.account = an_account("karim.leroux", may_grant=False)
    desk.restart()
    outbox_id = queue(desk, STAFF)
    desk.turn()
    assert [call.path for call in desk.server.writes] == ["/signups"]
    desk.sign_in()
    desk.sign_in()
    desk.turn()
    assert [call.path for call in desk.server.writes] == ["/signups", "/delegations"]
    assert desk.server.writes[1].body["grantor"] == an_entry().entry_id
    assert desk.entry(outbox_id).status.value == "sent"


def test_another_account_does_not_send_the_first_request(desk):
    queue(desk, STAFF)
    desk.turn()
    desk.sign_in()
    desk.turn()
    assert [call.path for call in desk.server.writes] == ["/signups"]


def test_without_a_vault_a_signup_still_leaves_and_nothing_is_written(desk):
    desk.vault.failure = VaultUnavailable()
    queue(desk)
    desk.turn()
    assert progress(desk).status is SignupStatus.ACTIVATION_SENT
    desk.restart()
    assert signup.progress(desk.stores) == ()


def test_a_signup_that_is_refused_as_unauthorised_never_stops_the_others(desk):
    desk.server.refusals["/signups"] = ServerFault()
    outbox_id = queue(desk)
    desk.turn()
    assert desk.states()[outbox_id] == ("queued", "SERVER_FAULT")


def test_a_document_with_the_fields_of_the_api_becomes_a_form(desk):
    document = {
        "profile": "other",
        "kind": "firm_staff",
        "email": "karim@cabinet.example",
        "given_name": "Karim",
        "surname": "Leroux",
        "firm_hint": "Cabinet",
        "grantor_entry_id": an_entry().entry_id,
        "login_id": "karim.leroux",
    }
    queue(desk, signup.from_document(document, draft_id="d"))
    desk.turn()
    assert desk.server.writes[0].body == document


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "x"}, "password"),
        ({"profile": "king"}, "profile"),
        ({"kind": "king"}, "kind"),
        ({"date_of_birth": "02/06/1975"}, "date_of_birth"),
        ({"agc": "x"}, "agc"),
    ],
)
def test_a_document_with_anything_else_is_refused(change, field):
    with pytest.raises(InvalidInput) as caught:
        signup.from_document({"profile": "expert_comptable", "login_id": "claire.aubier"} | change, draft_id="d")
    assert caught.value.problems[0].field == field
