"""What one command came to: what is kept of its answer, what is erased, and where its entry stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comptexpert_desktop.domain import import_file, outbox_rules
from comptexpert_desktop.domain.commands import ChangeEmail, ChooseMails, CorrectName
from comptexpert_desktop.domain.delegation import Action, NewRequest, Status
from comptexpert_desktop.domain.importing import Checked, ImportAnswer, LineAnswer
from comptexpert_desktop.domain.review import Answer
from comptexpert_desktop.domain.signup import MAIL_REFUSED
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import Refused, ServerFault, SessionExpired, Stale, Unreachable
from comptexpert_desktop.store.database import Database
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.firm import firm
from comptexpert_desktop.usecases.session import own_account
from comptexpert_desktop.usecases.session.refresh_tokens import PAUSED
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.sync import settle, sync
from comptexpert_desktop.usecases.token_session import DIED, digest_of
from tests.desktop.usecases.test_reviews import Reviewing
from tests.desktop.usecases.test_signup import DRAFT, queue
from tests.fakes import FIRM, a_catalogue, a_delegation, an_account, an_entry, new_uuid

TABLE = "Identifiant ou courriel;Service;Droits\n" + "".join(
    f"invite{number}@cabinet.example;jesignexpert;prepare\n" for number in range(2)
)


@pytest.fixture
def signed(desk):
    desk.sign_in()
    desk.turn()
    return desk


def alone(desk):
    """Let the server answer what is written, and say nothing of what changed."""
    desk.server.sync = lambda **_names: _raise(ServerFault())


def import_two(desk):
    lines = [Checked(line) for line in import_file.read(TABLE.encode(), catalogue=a_catalogue()).sound]
    outbox_id, account = new_uuid(), desk.stores.account.account
    importing.queue(desk.stores, lines=lines, outbox_id=outbox_id, account=account, now=desk.now)
    return outbox_id


def test_an_entry_remembers_what_its_answer_was_about(signed):
    case = signed.told()
    decided = signed.decide(case, Action.APPROVE)
    imported = import_two(signed)
    signed.turn()
    assert signed.entry(decided).answer == {"id": case, "status": Status.ACTIVE.value}
    assert signed.entry(imported).answer == {"granted": 2}


def test_a_change_of_the_cabinet_is_read_at_once_and_remembers_the_cabinet(signed):
    page = firm.fetch(signed.gateways, firm_id=FIRM.id, account_id=signed.account.account_id)
    outbox_id = new_uuid()
    firm.queue(
        signed.stores,
        change=firm.demand_two_approvers(page, demanded=True),
        subject="Cabinet",
        account_id=signed.account.account_id,
        now=signed.now,
        new_id=outbox_id,
    )
    topics = signed.turn().topics
    assert signed.entry(outbox_id).answer == {"id": FIRM.id}
    assert firm.known(signed.stores, firm_id=FIRM.id).page.two_approvers
    assert {Topic.OUTBOX, Topic.FIRM, Topic.DELEGATIONS} <= topics


def test_rights_that_a_table_gave_are_seen_before_the_next_page_of_changes(signed):
    import_two(signed)
    alone(signed)
    signed.turn()
    given = list(signed.server.delegations)
    assert [delegations.detail(signed.stores, delegation_id=one) is None for one in given] == [False, False]


def test_a_long_table_counts_the_rights_that_the_next_page_of_changes_brings(signed, monkeypatch):
    outbox_id = import_two(signed)
    new = a_delegation(grantor=signed.account)
    answer = ImportAnswer(applied=True, lines=(LineAnswer(place=0, code="", delegation=None), LineAnswer(1, "", new)))
    monkeypatch.setattr(signed.server, "import_grants", lambda *_table, **_names: answer)
    alone(signed)
    signed.turn()
    assert signed.entry(outbox_id).answer == {"granted": 2}
    assert delegations.detail(signed.stores, delegation_id=new.id) is not None


@pytest.mark.parametrize(("told", "code"), [("AUTH_STEP_UP", "AUTH_STEP_UP"), ("DEL_NO_ACCOUNT", "DEL_IMPORT_REFUSED")])
def test_a_refused_table_says_which_lines_or_what_its_person_lacks(signed, told, code):
    signed.server.import_code = told
    outbox_id = import_two(signed)
    signed.turn()
    assert signed.states()[outbox_id] == ("needs_you", code)
    assert signed.entry(outbox_id).answer == {"lines": [{"place": place, "code": told} for place in range(2)]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (ChangeEmail("lea@cabinet.example"), ("masked_email", "l•••@cabinet.example")),
        (CorrectName("Léa", "PETIT"), ("surname", "PETIT")),
        (ChooseMails(weekly=True), ("weekly_mails", True)),
    ],
    ids=["address", "name", "mails"],
)
def test_a_change_of_ones_own_account_keeps_what_the_server_said(desk, change, said):
    desk.account = replace(an_account("lea.petit", may_grant=False), profile="other", entry_id="")
    desk.restart(account=desk.account)
    desk.sign_in()
    outbox_id = new_uuid()
    own_account.queue(desk.stores, change=change, account_id=desk.account.account_id, now=desk.now, new_id=outbox_id)
    topics = desk.turn().topics
    assert desk.states()[outbox_id] == ("sent", "")
    assert said in desk.entry(outbox_id).answer.items()
    assert {Topic.OUTBOX, Topic.SESSION} <= topics


def test_a_refusal_keeps_what_the_person_needs_and_nothing_of_the_letter(signed):
    case = signed.told()
    letter = {"type": "about:blank", "title": "x", "status": 409, "instance": "/1", "current": None}
    signed.server.refusals[f"/delegations/{case}/approve"] = Refused("DEL_TERMS", data={**letter, "terms": "2026"})
    outbox_id = signed.decide(case)
    signed.turn()
    assert signed.states()[outbox_id] == ("needs_you", "DEL_TERMS")
    assert signed.entry(outbox_id).answer == {"terms": "2026"}


def test_a_decision_shows_at_once_even_when_no_page_of_changes_follows(signed):
    case = signed.told()
    signed.decide(case)
    alone(signed)
    signed.turn()
    assert delegations.detail(signed.stores, delegation_id=case).delegation.status is Status.ACTIVE


def test_an_identifiant_that_is_taken_is_tried_again_for_a_sign_up_alone(signed):
    case = signed.told()
    signed.server.refusals[f"/delegations/{case}/approve"] = Refused("ID_TAKEN")
    outbox_id = signed.decide(case)
    signed.turn()
    assert signed.states()[outbox_id] == ("needs_you", "ID_TAKEN")


def test_what_comes_back_by_itself_keeps_no_answer(signed):
    case = signed.told()
    signed.server.refusals[f"/delegations/{case}/approve"] = ServerFault(data={"status": 500, "retry_after": 9})
    outbox_id = signed.decide(case)
    signed.turn()
    assert (signed.states()[outbox_id], signed.entry(outbox_id).answer) == (("queued", "SERVER_FAULT"), {})


def test_an_answer_that_is_no_delegation_changes_none(signed):
    case = signed.told()
    for document in (None, "text", {}, {"id": case}):
        settle.keep_delegation(signed.stores.account, document)
    assert delegations.detail(signed.stores, delegation_id=case).delegation.status is Status.PENDING


def test_a_session_that_ended_over_a_decision_asks_to_sign_in_and_keeps_the_decision(signed):
    outbox_id = signed.decide(signed.told())
    batch = sync.collect(signed.stores, now=signed.now)
    (outgoing,) = batch.outgoing
    file = signed.stores.account
    died = SessionExpired(data={DIED: digest_of(signed.gateways.browser.live)})
    settle.failure(file, outgoing, error=died, is_account=True, now=signed.now)
    sync.abandon(signed.stores)
    assert signed.states()[outbox_id] == ("queued", "SESSION_EXPIRED")
    assert file.meta(PAUSED) == "SESSION_EXPIRED"


def test_a_refusal_never_asks_anybody_to_sign_in(signed):
    signed.decide(signed.told())
    (outgoing,) = sync.collect(signed.stores, now=signed.now).outgoing
    refused = Refused("DEL_TERMS", data={DIED: digest_of(signed.gateways.browser.live)})
    settle.failure(signed.stores.account, outgoing, error=refused, is_account=True, now=signed.now)
    sync.abandon(signed.stores)
    assert signed.stores.account.meta(PAUSED) == ""


def test_a_form_that_was_taken_leaves_the_disk_even_when_its_answer_is_lost_for_good(desk):
    desk.server.refusals["/signups"] = Refused("KEY_ANSWER_LOST")
    outbox_id = queue(desk)
    desk.turn()
    assert desk.states()[outbox_id] == ("sent", "KEY_ANSWER_LOST")
    file = desk.stores.device
    row = file.database.one("SELECT * FROM outbox")
    assert "1975" not in str(file.unseal(row["payload"], kind="payload", name=row["id"]))


def test_a_form_that_was_refused_is_kept_whole(desk):
    desk.server.refusals["/signups"] = Refused("REG_DOB_MISMATCH")
    queue(desk)
    desk.turn()
    file = desk.stores.device
    row = file.database.one("SELECT * FROM outbox")
    assert "1975" in str(file.unseal(row["payload"], kind="payload", name=row["id"]))


def test_the_claim_of_a_sign_up_is_a_secret_and_not_an_answer(desk):
    outbox_id = queue(desk)
    desk.turn()
    file = desk.stores.device
    assert file.secret(signup.claim_name(outbox_id)).startswith("claim-")
    assert "claim" not in desk.entry(outbox_id).answer
    assert desk.entry(outbox_id).answer["id"]


def test_a_sign_up_without_a_claim_is_not_followed_under_a_made_up_one(desk):
    real = desk.server._sign_up
    desk.server._sign_up = lambda call: {name: value for name, value in real(call).items() if name != "claim"}
    outbox_id = queue(desk)
    desk.turn()
    assert desk.stores.device.secret(signup.claim_name(outbox_id)) == ""


def test_another_identifiant_is_tried_under_a_key_that_a_crash_makes_again(desk):
    desk.server.taken.add("claire.aubier")
    outbox_id = queue(desk, replace(DRAFT, alternates=("claire.aubier2",)))
    batch = sync.collect(desk.stores, now=desk.now)
    topics = sync.apply(desk.stores, results=sync.send(desk.gateways, batch=batch), now=desk.now)
    assert desk.states()[outbox_id] == ("queued", "")
    assert {Topic.OUTBOX, Topic.SIGNUPS} <= topics
    desk.turn()
    again = outbox_rules.next_key(outbox_id, reason="alternate/claire.aubier2")
    assert [call.key for call in desk.server.writes] == [outbox_id, again]


def test_only_answers_that_come_by_hundreds_leave_the_journal_as_it_is(desk, monkeypatch):
    purged = []
    person = Reviewing(desk)
    person.choose(person.ids[0], answer=Answer.KEEP)
    monkeypatch.setattr(Database, "purge_deleted", lambda database: purged.append(database.path))
    person.send()
    assert purged == []
    desk.decide(desk.told())
    desk.turn()
    assert purged != []


def test_a_mail_that_comes_back_is_noted_for_a_sign_up_that_waits_and_for_no_other(desk):
    outbox_id = queue(desk)
    desk.turn()
    file = desk.stores.device

    def note(heard, *, about=outbox_id):
        return settle.note_mail(file, outbox_id=about, heard=heard)

    assert note(MAIL_REFUSED, about=new_uuid()) is False
    assert [note(MAIL_REFUSED), note(MAIL_REFUSED)] == [True, False]
    assert [note(heard) for heard in ("activated", "expired", "something new", None)] == [False] * 4
    assert desk.entry(outbox_id).answer[MAIL_REFUSED] is True
    assert [note("activation_sent"), note("activation_sent")] == [True, False]
    assert desk.entry(outbox_id).answer[MAIL_REFUSED] is False


@pytest.mark.parametrize(
    ("heard", "known"),
    [
        ("mail_refused", "activation_sent"),
        ("activation_sent", "activation_sent"),
        ("activated", "activated"),
        ("expired", "expired"),
        ("something new", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_word_of_a_newer_server_moves_no_sign_up(heard, known):
    assert settle.known_progress(heard) == known


def test_the_attempts_of_many_machines_are_spread_over_the_whole_wait():
    ids = [new_uuid() for _ in range(400)]
    drawn = [settle.jitter_of(one, 3) for one in ids]
    assert all(0.0 <= one < 1.0 for one in drawn)
    assert [sum(tenth <= one * 10 < tenth + 1 for one in drawn) > 10 for tenth in range(10)] == [True] * 10
    assert settle.jitter_of(ids[0], 3) == drawn[0]
    assert settle.jitter_of(ids[0], 4) != drawn[0]


def test_a_request_shows_where_delegations_are_read(signed):
    request = NewRequest("jesignexpert", ("prepare",), an_entry().entry_id, "Claire AUBIER", "", "Envois de la paie")
    delegations.ask(signed.stores, request=request, now=signed.now, new_id=new_uuid())
    signed.server.refusals["/delegations"] = Stale()
    alone(signed)
    assert {Topic.OUTBOX, Topic.DELEGATIONS} <= signed.turn().topics


def test_a_review_says_what_the_server_refused_and_what_never_left(desk):
    person = Reviewing(desk)
    person.choose(person.ids[0])
    desk.server.faults.append(Unreachable(data={"sent": False}))
    topics = person.send().topics
    assert person.seen().chosen[person.ids[0]].code == ""
    assert Topic.REVIEWS in topics


def _raise(error):
    raise error
