"""Many decisions in one call: the fake and the real server tell the same of each."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.documents import read_delegation
from comptexpert_desktop.errors import Refused, SessionExpired, Stale
from tests.fakes import new_uuid
from tests.fakes_wire import Call


def decision(delegation_id, action, *, version=1, **body):
    return Call("POST", f"/delegations/{delegation_id}/{action}", body, new_uuid(), if_match=version)


@pytest.fixture
def live(world):
    """Let the expert hold one live delegation, the collaborateur's own request granted."""
    page = world.server.sync(token=world.expert.token, cursor="")
    for one in page.delegations:
        mine = one.grantee.account_id == world.staff.account_id
        if mine and one.status in (Status.PENDING, Status.ACTIVE):
            action, note = ("refuse", "Autre dossier") if one.status is Status.PENDING else ("revoke", "Fin")
            world.server.submit(decision(one.id, action, version=one.version, note=note), token=world.expert.token)
    body = {
        "service": world.service,
        "rights": ["prepare"],
        "grantor": world.expert.entry_id,
        "reason": "Préparer les envois de paie",
    }
    asked = read_delegation(
        world.server.submit(Call("POST", "/delegations", body, new_uuid()), token=world.staff.token)
    )
    approve = decision(asked.id, "approve", version=asked.version)
    return read_delegation(world.server.submit(approve, token=world.expert.token))


def test_each_decision_of_a_batch_has_its_own_answer(world, live):
    good = decision(live.id, "revoke", version=live.version)
    old = decision(live.id, "revoke", version=live.version)
    unknown = decision(new_uuid(), "approve")
    told = world.server.decide([good, old, unknown], token=world.expert.token)
    assert read_delegation(told[good.key]).status is Status.REVOKED
    assert isinstance(told[old.key], Stale)
    assert told[old.key].data["current"]["id"] == live.id
    assert isinstance(told[unknown.key], Refused)
    assert told[unknown.key].code == "NOT_FOUND"


def test_a_batch_sent_again_has_one_effect_and_the_first_answer(world, live):
    call = decision(live.id, "revoke", version=live.version)
    first = world.server.decide([call], token=world.expert.token)
    again = world.server.decide([call], token=world.expert.token)
    assert again[call.key]["version"] == first[call.key]["version"] == live.version + 1


def test_a_batch_needs_a_session(world, live):
    with pytest.raises(SessionExpired):
        world.server.decide([decision(live.id, "revoke")], token="none")
