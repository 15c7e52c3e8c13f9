"""What the server attests, the application checks alone; a changed word is refused."""

from __future__ import annotations

import base64

import pytest

from comptexpert_desktop.domain.attestation import read
from comptexpert_desktop.domain.commands import Ask, Decide
from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.documents import read_delegation
from comptexpert_desktop.errors import Refused
from comptexpert_desktop.usecases.documents import attestation
from tests.fakes import new_uuid
from tests.fakes_wire import ask

REASON = "Préparer les envois de paie"


def test_an_attestation_of_the_real_server_holds_and_a_changed_one_does_not(real_world):
    server, expert, staff = real_world.server, real_world.expert, real_world.staff
    for one in server.sync(token=expert.token, cursor="").delegations:
        if one.grantee.account_id == staff.account_id and one.status is Status.ACTIVE:
            ask(server, Decide(one.id, Action.REVOKE, one.version), token=expert.token, key=new_uuid())
    request = Ask(real_world.service, ("prepare",), expert.entry_id, REASON)
    asked = read_delegation(ask(server, request, token=staff.token, key=new_uuid()))
    approve = Decide(asked.id, Action.APPROVE, asked.version)
    made = read_delegation(ask(server, approve, token=expert.token, key=new_uuid()))

    drawn = server.attestation(made.firm.id, account_id=staff.account_id, token=expert.token)
    server.snapshot(since=None)  # the first contact, at which the key is kept
    key = server.pinned_key()
    verdict = attestation.verify(drawn.sealed, key=key)
    assert verdict.signature == "verified"
    assert ("prepare", made.valid_until) in [(one.right, one.until) for one in verdict.statement.rights]
    assert len(drawn.qr) == len(drawn.qr[0])
    prefix, _text, signature = drawn.sealed.split(".")
    words = read(drawn.sealed).signed.decode().replace('"effective":true', '"effective":false', 1)
    forged = base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")
    assert attestation.verify(f"{prefix}.{forged}.{signature}", key=key).signature == "refused"
    assert read(drawn.sealed).statement.firm.siren == made.firm.siren


def test_whoever_does_not_grant_for_the_firm_is_told_nothing(real_world):
    server, staff, stranger = real_world.server, real_world.staff, real_world.stranger
    firm = server.me(token=real_world.expert.token).firms[0]
    for person in (staff, stranger):
        with pytest.raises(Refused):
            server.attestation(firm.id, account_id=staff.account_id, token=person.token)
