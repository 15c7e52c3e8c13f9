"""What the application relies on, true of the fake and of the real server alike."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.documents import read_delegation
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.errors import Refused, SessionExpired, Stale
from tests.fakes import new_uuid
from tests.fakes_wire import Call

EXPERT = Profile.EXPERT_COMPTABLE


def signup(login_id, *, key=None, email=""):
    body = {
        "profile": "other",
        "kind": "student",
        "email": email or f"{login_id}@rehearsal.example",
        "given_name": "Léa",
        "surname": "Petit",
        "login_id": login_id,
    }
    return Call("POST", "/signups", body, key or new_uuid())


def a_login_id():
    return f"lea.{new_uuid()[:8]}"


def request_call(world, *, service="", right="prepare"):
    body = {
        "service": service or world.service,
        "rights": [right],
        "grantor": world.expert.entry_id,
        "reason": "Préparer les envois de paie",
    }
    return Call("POST", "/delegations", body, new_uuid())


def decision(delegation, action, *, version=None, **body):
    path = f"/delegations/{delegation.id}/{action}"
    return Call("POST", path, body, new_uuid(), if_match=version or delegation.version)


@pytest.fixture
def pending(world):
    """Let the collaborateur ask, and clean up what the expert's other tests left."""
    page = world.server.sync(token=world.expert.token, cursor="")
    for one in page.delegations:
        if one.grantee.account_id == world.staff.account_id and one.status in (Status.PENDING, Status.ACTIVE):
            action, note = ("refuse", "Autre dossier") if one.status is Status.PENDING else ("revoke", "Fin")
            world.server.submit(decision(one, action, note=note), token=world.expert.token)
    return read_delegation(world.server.submit(request_call(world), token=world.staff.token))


def test_a_person_is_found_by_the_first_letters_and_never_with_a_number(world):
    found = world.server.search(world.expert.surname[:4].lower(), profile=EXPERT, limit=20)
    assert world.expert.entry_id in {entry.entry_id for entry in found}
    assert {entry.registration_number for entry in found} == {""}


def test_a_list_is_no_longer_than_asked(world):
    assert len(world.server.search(world.expert.surname[:2], profile=EXPERT, limit=1)) == 1


def test_a_number_finds_one_person_or_is_unknown(world):
    assert world.server.lookup(world.expert.number, profile=EXPERT).entry_id == world.expert.entry_id
    with pytest.raises(Refused, match="REG_NUMBER_UNKNOWN"):
        world.server.lookup("999999999999", profile=EXPERT)


def test_the_firms_of_an_expert_are_told_to_those_who_are_signed_in(world):
    assert world.server.entry_firms(world.expert.entry_id, token=world.staff.token)
    with pytest.raises(SessionExpired):
        world.server.entry_firms(world.expert.entry_id, token="none")


def test_those_who_grant_in_ones_cabinets_are_named_to_members_alone(world):
    named = world.server.grantors(token=world.staff.token)
    assert all(one.entry.entry_id and one.entry.surname and one.firm for one in named)
    with pytest.raises(SessionExpired):
        world.server.grantors(token="none")


def test_services_and_councils_are_public(world):
    assert world.server.catalogue().service(world.service) is not None
    assert "bretagne" in {council.code for council in world.server.councils()}
    world.server.ping()
    assert world.server.clock().tzinfo is not None


def test_a_person_is_told_who_they_are(world):
    assert world.server.me(token=world.expert.token).account.may_grant
    assert not world.server.me(token=world.staff.token).account.may_grant
    with pytest.raises(SessionExpired):
        world.server.me(token="none")


def test_a_signup_happens_once_a_key(world):
    call = signup(a_login_id())
    first = world.server.submit(call, token="")
    assert first["status"] == "activation_sent"
    assert first["claim"]
    assert "@" in str(first["masked_email"]) or "•" in str(first["masked_email"])
    assert world.server.submit(call, token="") == first
    assert world.server.signup_status(str(first["id"]), claim=str(first["claim"])) == "activation_sent"


def test_a_key_stands_for_one_request(world):
    key = new_uuid()
    world.server.submit(signup(a_login_id(), key=key), token="")
    with pytest.raises(Refused, match="KEY_REUSED"):
        world.server.submit(signup(a_login_id(), key=key), token="")


def test_an_identifiant_is_taken_once_and_others_are_suggested(world):
    login_id = a_login_id()
    world.server.submit(signup(login_id), token="")
    with pytest.raises(Refused, match="ID_TAKEN") as caught:
        world.server.submit(signup(login_id, email=f"x.{login_id}@rehearsal.example"), token="")
    assert caught.value.data["suggestions"]


def test_a_signup_is_followed_only_with_its_claim(world):
    made = world.server.submit(signup(a_login_id()), token="")
    with pytest.raises(Refused):
        world.server.signup_status(str(made["id"]), claim="x")


def test_a_file_with_the_council_is_opened_once_a_key_and_followed_with_its_claim(world):
    body = {"entry_id": world.expert.entry_id, "code": "REG_NO_EMAIL"}
    call = Call("POST", "/escalations", body, new_uuid())
    first = world.server.submit(call, token="")
    assert world.server.submit(call, token="") == first
    assert (first["status"], first["code"]) == ("open", "REG_NO_EMAIL")
    assert first["council"]["name"]
    told = world.server.escalation(str(first["id"]), claim=str(first["claim"]))
    timeless = first.keys() - {"claim", "opened_at"}
    assert {name: told[name] for name in timeless} == {name: first[name] for name in timeless}
    assert "claim" not in told
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.escalation(str(first["id"]), claim="x")


def test_a_request_reaches_both_sides(world, pending):
    for person in (world.expert, world.staff):
        page = world.server.sync(token=person.token, cursor="")
        assert page.is_full
        assert pending.id in {delegation.id for delegation in page.delegations}
    page = world.server.sync(token=world.stranger.token, cursor="")
    assert pending.id not in {delegation.id for delegation in page.delegations}


def test_nothing_is_told_twice(world, pending):
    page = world.server.sync(token=world.expert.token, cursor="")
    assert world.server.sync(token=world.expert.token, cursor=page.cursor) is None


def test_what_changed_since_a_cursor_is_told_alone_and_anything_else_is_told_whole(world, pending):
    other = read_delegation(
        world.server.submit(request_call(world, service="rfc", right="access"), token=world.staff.token)
    )
    before = world.server.sync(token=world.expert.token, cursor="")
    assert {pending.id, other.id} <= {one.id for one in before.delegations}
    world.server.submit(decision(pending, "approve"), token=world.expert.token)
    delta = world.server.sync(token=world.expert.token, cursor=before.cursor)
    assert ([one.id for one in delta.delegations], delta.is_full, delta.removed) == ([pending.id], False, ())
    assert delta.delegations[0].status is Status.ACTIVE
    assert world.server.sync(token=world.expert.token, cursor=delta.cursor) is None
    again = world.server.sync(token=world.expert.token, cursor=before.cursor)
    assert [one.id for one in again.delegations] == [pending.id]
    for foreign in ("nonsense", world.server.sync(token=world.staff.token, cursor="").cursor):
        whole = world.server.sync(token=world.expert.token, cursor=foreign)
        assert whole.is_full
        assert {pending.id, other.id} <= {one.id for one in whole.delegations}


def test_an_approval_is_made_once_and_told(world, pending):
    call = decision(pending, "approve")
    first = world.server.submit(call, token=world.expert.token)
    assert read_delegation(first).status is Status.ACTIVE
    assert world.server.submit(call, token=world.expert.token) == first


def test_a_decision_about_what_changed_is_stale_and_shows_the_case_as_it_is(world, pending):
    world.server.submit(decision(pending, "approve"), token=world.expert.token)
    with pytest.raises(Stale, match="DEL_STALE") as caught:
        world.server.submit(decision(pending, "refuse", note="Autre dossier"), token=world.expert.token)
    assert read_delegation(caught.value.data["current"]).status is Status.ACTIVE


def test_a_case_that_does_not_exist_is_refused(world, pending):
    call = Call("POST", f"/delegations/{new_uuid()}/approve", {}, new_uuid(), if_match=1)
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.server.submit(call, token=world.expert.token)


def test_nothing_is_written_without_a_session(world):
    with pytest.raises(SessionExpired):
        world.server.submit(request_call(world), token="none")


def test_an_account_sees_where_it_is_signed_in_and_ends_what_it_wants(world):
    found = world.server.sessions(token=world.staff.token)
    assert [one.is_this_one for one in found].count(True) == 1
    assert all(one.kind in ("application", "browser") for one in found)
    world.server.end_session("00000000-0000-4000-8000-000000000000", token=world.staff.token)
    assert len(world.server.sessions(token=world.staff.token)) == len(found)
    with pytest.raises(SessionExpired):
        world.server.sessions(token="none")
    with pytest.raises(SessionExpired):
        world.server.end_session("x", token="none")
