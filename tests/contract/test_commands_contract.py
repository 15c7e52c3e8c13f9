"""What the application asks goes as commands: the fake and the real server answer each the same way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from comptexpert_desktop.domain.commands import (
    AcceptTerms,
    Ask,
    ChangeFirm,
    Decide,
    Grant,
    Import,
    OpenEscalation,
    ResendActivation,
    SignUp,
)
from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.documents import read_delegation
from comptexpert_desktop.domain.wire_types import Sending
from comptexpert_desktop.errors import Refused, SessionExpired, Stale
from tests.fakes import new_uuid
from tests.fakes_wire import ask

REASON = "Préparer les envois de paie"


def tell(world, person, command, *, key=""):
    return ask(world.server, command, token=person.token if person else "", key=key or new_uuid())


@pytest.fixture
def pending(world):
    """A request of the collaborateur, once what other tests left is over."""
    page = world.server.sync(token=world.expert.token, cursor="")
    for one in page.delegations:
        if one.grantee.account_id == world.staff.account_id and one.status in (Status.PENDING, Status.ACTIVE):
            action = Action.REFUSE if one.status is Status.PENDING else Action.REVOKE
            tell(world, world.expert, Decide(one.id, action, one.version, note="Autre dossier"))
    return read_delegation(tell(world, world.staff, Ask(world.service, ("prepare",), world.expert.entry_id, REASON)))


def test_a_command_has_its_effect_once_a_key(world, pending):
    key, approve = new_uuid(), Decide(pending.id, Action.APPROVE, pending.version)
    first = tell(world, world.expert, approve, key=key)
    assert read_delegation(first).status is Status.ACTIVE
    assert tell(world, world.expert, approve, key=key) == first
    with pytest.raises(Stale):
        tell(world, world.expert, approve)


def test_the_decisions_of_a_gesture_travel_together_and_each_has_its_word(world, pending):
    sendings = [
        Sending(new_uuid(), Decide(pending.id, Action.APPROVE, pending.version, gesture="g")),
        Sending(new_uuid(), Decide(new_uuid(), Action.APPROVE, 1, gesture="g")),
    ]
    assert [len(one) for one in world.server.parcels(sendings)] == [2]
    told = world.server.send(sendings, token=world.expert.token)
    assert read_delegation(told[sendings[0].key]).status is Status.ACTIVE
    assert isinstance(told[sendings[1].key], Refused)


def test_each_party_is_shown_the_other(world, pending):
    of_staff = world.server.identity(pending.id, token=world.expert.token)
    assert of_staff.login_id == pending.grantee.login_id
    assert "•••@" in of_staff.masked_email
    of_expert = world.server.identity(pending.id, token=world.staff.token)
    assert (of_expert.surname, of_expert.role, of_expert.masked_email) == (pending.grantor.surname, "grantor", "")
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.identity(new_uuid(), token=world.expert.token)


def test_what_needs_an_account_says_so(world, pending):
    with pytest.raises(SessionExpired):
        ask(world.server, Decide(pending.id, Action.APPROVE, pending.version), token="none", key=new_uuid())


def test_a_sign_up_its_mail_and_its_file_need_no_account(world):
    login_id = f"lea.{new_uuid()[:8]}"
    person = {"email": f"{login_id}@rehearsal.example", "given_name": "Léa", "surname": "Petit", "kind": "student"}
    made = tell(world, None, SignUp("other", login_id, **person))
    assert made["status"] == "activation_sent"
    resent = tell(world, None, ResendActivation("", str(made["id"]), str(made["claim"])))
    assert resent == {"status": "activation_sent"}
    file = tell(world, None, OpenEscalation("", "REG_NO_EMAIL", entry_id=world.expert.entry_id))
    assert file["status"] == "open"


def test_a_change_of_a_cabinet_answers_its_page(world):
    firm_id = world.server.me(token=world.expert.token).firms[0].id
    page = world.server.firm(firm_id, token=world.expert.token)
    changed = tell(world, world.expert, AcceptTerms(firm_id, world.service))
    assert changed.terms_of(world.service) is not None
    with pytest.raises(Stale, match="FIRM_STALE"):
        tell(world, world.expert, ChangeFirm(firm_id, page.version - 1, review_on="03-31"))


def test_a_table_is_granted_whole_or_not_at_all(world):
    head = "grantee,service,rights,firm,valid_from,valid_until,reason\n"
    line = f"invite-{new_uuid()[:8]}@cabinet.example,jesignexpert,prepare,,,,Rentrée\n"
    assert tell(world, world.expert, Import(head + line)).applied
    refused = tell(world, world.expert, Import(f"{head}{line}inconnu.total,jesignexpert,prepare,,,,\n"))
    assert not refused.applied
    assert refused.lines[1].code == "DEL_NO_ACCOUNT"


def test_a_grant_to_an_address_is_an_invitation(world):
    until = date.today() + timedelta(days=90)  # noqa: DTZ011  any day to come
    firm_id = world.server.me(token=world.expert.token).firms[0].id
    grant = Grant(world.service, ("prepare",), f"nora-{new_uuid()[:8]}@cabinet.example", REASON, firm_id, None, until)
    assert "id" in tell(world, world.expert, grant)


def test_what_a_gesture_changes_is_said_before_and_nothing_is_done(world, pending):
    approve = Decide(pending.id, Action.APPROVE, pending.version)
    shown = world.server.show_effects([approve], token=world.expert.token)
    assert [one.status for one in shown.gestures] == [Status.ACTIVE]
    assert [(one.service, one.right) for one in shown.gains] == [(world.service, "prepare")]
    assert (shown.loses, shown.gestures[0].code) == ((), "")
    made = read_delegation(tell(world, world.expert, approve))
    assert made.status is Status.ACTIVE
    revoke = Decide(made.id, Action.REVOKE, made.version)
    lost = world.server.show_effects([revoke], token=world.expert.token)
    assert [one.right for one in lost.loses] == ["prepare"]
    assert lost.loses[0].until == made.valid_until


def test_what_would_be_refused_is_refused_when_it_is_asked_alone(world, pending):
    unknown = Decide(new_uuid(), Action.REVOKE, 1)
    with pytest.raises(Refused) as told:
        world.server.show_effects([unknown], token=world.expert.token)
    assert told.value.code == "NOT_FOUND"
