"""People act, a backup is made, they act more, the backup is put back: nothing is lost in silence, nothing done twice.

Real servers on SQLite and PostgreSQL, and the application's own stores and doors for each person.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.signup import SignupStatus
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import status
from tests.operations.hosting import ENTRIES, Hosted, Machine, hosting
from tests.postgresql import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def hosted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hosted]:
    if request.param == "sqlite":
        with hosting(tmp_path / "server") as served:
            yield served
        return
    with (
        cluster(entries=ENTRIES) as database_url,
        hosting(tmp_path / "server", database_url=database_url, workers=2) as served,
    ):
        yield served


class Office:
    """An expert-comptable and a collaborateur, each on a machine of their own."""

    def __init__(self, hosted: Hosted, folder: Path) -> None:
        self.hosted = hosted
        self.people = hosted.people()
        self.expert = Machine(folder / "expert", hosted.url)
        self.staff = Machine(folder / "staff", hosted.url)

    def sign_in(self) -> None:
        for machine, case in ((self.expert, "ec"), (self.staff, "staff")):
            machine.sign_in(self.people[case]["login_id"], self.people[case]["password"])

    def turn(self) -> None:
        for machine in (self.staff, self.expert, self.staff, self.expert):
            machine.turn()

    def asked(self, *rights: str, service: str = "jesignexpert") -> str:
        """Let the collaborateur ask, and give the number of the request."""
        sent = self.staff.ask(self.people["ec"], service=service, rights=rights)
        self.turn()
        assert self.staff.states()[sent] == ("sent", ""), self.staff.states()[sent]
        return self.staff.answered(sent)

    def effects(self) -> list[tuple[str, str]]:
        """List what the firm's register holds: what happened to which delegation."""
        firm = self.people["ec"]["firms"][0]["id"]
        token = self.expert.gateways.session.call(self.expert.gateways, lambda token: token)
        register = json.loads(self.expert.gateways.server.register(firm, form="json", token=token))
        lines = [(line["action"], line["object_id"]) for line in register["events"]]
        return [line for line in lines if line[0] != "register.restored"]

    def close(self) -> None:
        self.expert.close()
        self.staff.close()


@pytest.fixture
def office(hosted: Hosted, tmp_path: Path) -> Iterator[Office]:
    made = Office(hosted, tmp_path)
    made.sign_in()
    made.turn()
    yield made
    made.close()


def student(machine: Machine) -> str:
    """Queue a sign-up of its own."""
    document: dict[str, Any] = {
        "profile": "other",
        "kind": "student",
        "email": "lea.petit@ecole.example",
        "given_name": "Léa",
        "surname": "Petit",
        "login_id": "lea.petit",
    }
    draft = signup.from_document(document, draft_id=str(uuid.uuid4()))
    new_id = str(uuid.uuid4())
    signup.submit(machine.stores, draft=draft, now=machine.now(), new_id=new_id)
    machine.turn()
    return new_id


def test_nothing_is_lost_in_silence_and_nothing_is_done_twice(office: Office, tmp_path: Path) -> None:
    hosted, expert, staff = office.hosted, office.expert, office.staff
    before = office.asked("prepare")
    live = office.asked("access", service="bibliordre")
    expert.decide(live, Action.APPROVE)
    office.turn()
    assert expert.status(live) == "ACTIVE"

    hosted.command("backup", str(tmp_path / "night.backup"))
    office.sign_in()  # these sessions are lost with what comes after the backup
    approved = expert.decide(before, Action.APPROVE)
    revoked = expert.decide(live, Action.REVOKE, note="Fin de mission")
    after = office.asked("access", service="rfc")
    granted = expert.decide(after, Action.APPROVE)
    forgotten = student(staff)
    office.turn()
    requested = {before: "ACTIVE", live: "REVOKED", after: "ACTIVE"}
    assert {one: expert.status(one) for one in requested} == requested
    happened = sorted(office.effects())

    hosted.stop()
    hosted.command("restore", str(tmp_path / "night.backup"), "--replace", "--allow-forget", "99")
    hosted.start()
    office.turn()
    assert status.summary(expert.stores).unsent_revocations == 1, "the revocation is loud before anybody signs in"
    assert status.summary(expert.stores).session_code == "SESSION_EXPIRED"

    office.sign_in()
    for _ in range(3):
        office.turn()
    assert {one: expert.status(one) for one in requested} == requested
    assert sorted(office.effects()) == happened
    assert {expert.states()[one][0] for one in (approved, revoked, granted)} == {"sent"}
    shown = next(one for one in signup.progress(staff.stores) if one.outbox_id == forgotten)
    assert (shown.status, shown.code) == (SignupStatus.NEEDS_YOU, "SIGNUP_FORGOTTEN")

    office.turn()
    assert sorted(office.effects()) == happened


@pytest.mark.campaign
def test_a_server_put_back_to_what_it_is_repeats_nothing(office: Office, tmp_path: Path) -> None:
    case = office.asked("prepare")
    office.expert.decide(case, Action.APPROVE)
    office.turn()
    student(office.staff)
    happened = office.effects()
    office.hosted.command("backup", str(tmp_path / "now.backup"))
    office.hosted.stop()
    office.hosted.command("restore", str(tmp_path / "now.backup"), "--replace", "--allow-forget", "99")
    office.hosted.start()
    office.turn()
    office.sign_in()
    for _ in range(3):
        office.turn()
    assert office.effects() == happened
    assert {state for state, _ in office.expert.states().values()} == {"sent"}
    assert {state for state, _ in office.staff.states().values()} == {"sent"}
    assert signup.progress(office.staff.stores)[0].status is SignupStatus.ACTIVATION_SENT


@pytest.mark.campaign
def test_an_approval_of_a_case_that_moved_after_the_restoration_needs_the_person(
    office: Office, tmp_path: Path
) -> None:
    case = office.asked("prepare")
    office.hosted.command("backup", str(tmp_path / "night.backup"))
    approved = office.expert.decide(case, Action.APPROVE)
    office.turn()
    office.hosted.stop()
    office.hosted.command("restore", str(tmp_path / "night.backup"), "--replace", "--allow-forget", "99")
    office.hosted.start()
    office.sign_in()
    office.staff.turn()
    office.staff.decide(case, Action.WITHDRAW)
    office.turn()
    office.turn()
    assert office.expert.states()[approved][0] == "needs_you"
    assert office.expert.status(case) == "WITHDRAWN"
