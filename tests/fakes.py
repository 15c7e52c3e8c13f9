"""Doors to the outside that behave as the real ones, without an outside; checked by `tests/contract`."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.catalogue import Catalogue, Right, Service
from comptexpert_desktop.domain.delegation import Action, Delegation, DelegationId, Firm, Party, Status
from comptexpert_desktop.domain.registry import EntryId, FirmGrantor, RegionalCouncil, RegistryEntry
from comptexpert_desktop.domain.session import Account, Me, OwnSession, ServiceAccess, Tokens
from comptexpert_desktop.errors import ComptexpertError, Refused, ServerError, SessionExpired, Stale
from comptexpert_desktop.usecases.ports import Gateways
from tests.fakes_account import AccountFake
from tests.fakes_effects import AFTER, EffectsFake
from tests.fakes_epoch import RestorableFake
from tests.fakes_import import ImportFake
from tests.fakes_network import FakeNetwork
from tests.fakes_registry import RegistryFake
from tests.fakes_review import ReviewFake
from tests.fakes_session import no_store, stored_session
from tests.fakes_sync import SyncFake
from tests.fakes_wire import CommandFake

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from comptexpert_desktop.usecases.ports import Snapshot
    from comptexpert_desktop.usecases.session.refresh_tokens import InStore
    from tests.fakes_wire import Call

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
FIRM = Firm(id="f1000000-0000-4000-8000-000000000001", siren="732829320", name="Cabinet Aubier")


def new_uuid() -> str:
    """Make an id."""
    return str(uuid.uuid4())


def an_entry(surname: str = "Aubier", *, given_name: str = "Claire", number: str = "140000000001") -> RegistryEntry:
    """Make a line of the registry."""
    return RegistryEntry(
        entry_id=EntryId(str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{surname}/{given_name}/{number}"))),
        surname=surname,
        given_name=given_name,
        town="Rennes",
        council="bretagne",
        list="expert_comptable",
        registration_number=number,
    )


def an_account(login_id: str = "claire.aubier", *, may_grant: bool = True) -> Account:
    """Make an account."""
    given_name, _, surname = login_id.partition(".")
    return Account(
        account_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, login_id)),
        login_id=login_id,
        given_name=given_name.title(),
        surname=surname.title(),
        profile="expert_comptable" if may_grant else "other",
        kind="" if may_grant else "firm_staff",
        may_grant=may_grant,
    )


def a_me(account: Account | None = None) -> Me:
    """Make the answer of `GET /me`."""
    account = account or an_account()
    role = "grantor" if account.may_grant else "staff"
    access = ServiceAccess("portal", "experts-comptables.fr", "https://portail.example/", "direct", True, "DIRECT")
    return Me(account=account, firms=(replace(FIRM, role=role),), services=(access,), missing=())


def a_party(account: Account) -> Party:
    """Make a side of a delegation."""
    return Party(account.account_id, account.login_id, account.given_name, account.surname)


def a_delegation(
    *,
    grantor: Account | None = None,
    grantee: Account | None = None,
    status: Status = Status.PENDING,
    version: int = 1,
    delegation_id: str | None = None,
    **changes: object,
) -> Delegation:
    """Make a delegation."""
    made = Delegation(
        id=DelegationId(delegation_id or new_uuid()),
        version=version,
        firm=FIRM,
        service="jesignexpert",
        rights=("prepare",),
        grantor=a_party(grantor or an_account()),
        grantee=a_party(grantee or an_account("karim.leroux", may_grant=False)),
        status=status,
        origin="request",
        reason="Signature des missions de paie",
        valid_until=date(2027, 3, 1),
        requested_at=NOW,
        effective=status is Status.ACTIVE,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # tests name the fields that they change


def a_catalogue() -> Catalogue:
    """Make a catalogue of two services."""
    prepare = Right("prepare", "Préparer", True, "low", 365, False)
    technical = Right("technical_signature", "Signature technique", False, "high", 180, True)
    profiles = {"expert_comptable": "direct", "firm_staff": "delegation"}
    sign = Service(
        id="jesignexpert",
        name="jesignexpert",
        url="https://sign.example/",
        evidence="S",
        firm_scoped=True,
        requires_terms=True,
        rights=(prepare, technical),
        profiles=profiles,
    )
    address = "https://portail.example/"
    portal = Service(id="portal", name="Portail", url=address, evidence="S", profiles={"other": "open"})
    return Catalogue("1", (portal, sign))


def a_council() -> RegionalCouncil:
    """Make a Conseil régional."""
    return RegionalCouncil(
        "bretagne", "Bretagne", ("22", "29", "35", "56"), "croec@bretagne.example", "02 00 00 00 00", "", ()
    )


class FakeVault:
    """A keyring in a dictionary; `failure` makes it refuse everything."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.failure: ComptexpertError | None = None

    def read(self, name: str) -> bytes | None:
        self._refuse()
        return self.kept.get(name)

    def write(self, name: str, secret: bytes) -> None:
        self._refuse()
        self.kept[name] = secret

    def delete(self, name: str) -> None:
        self._refuse()
        self.kept.pop(name, None)

    def backend(self) -> str:
        self._refuse()
        return "Fake keyring"

    def _refuse(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class FakeSignup:
    """A sign-up that the server took."""

    claim: str
    login_id: str
    status: str = "activation_sent"


@dataclass
class FakeServer(RegistryFake, ReviewFake, RestorableFake, ImportFake, SyncFake, AccountFake, EffectsFake, CommandFake):
    """A server in memory, with effects that happen once a key; `faults` are raised by the next calls."""

    accounts: dict[str, Me] = field(default_factory=dict)
    """By access token."""
    delegations: dict[str, Delegation] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """Identifiants."""
    faults: deque[ComptexpertError | None] = field(default_factory=deque)
    after: deque[ComptexpertError | None] = field(default_factory=deque)
    """Raised after the effect: the answer that was lost."""
    refusals: dict[str, ComptexpertError] = field(default_factory=dict)
    """By path: what a write is always told."""
    calls: list[str] = field(default_factory=list)
    writes: list[Call] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    signups: dict[str, FakeSignup] = field(default_factory=dict)
    snapshots: list[Snapshot] = field(default_factory=list)
    escalations: dict[str, dict[str, object]] = field(default_factory=dict)
    """Files with the council, by id."""
    dead_tokens: set[str] = field(default_factory=set)
    registers: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """By firm and form."""
    key: bytes | None = None
    time: datetime = NOW
    other_sessions: list[OwnSession] = field(default_factory=list)
    ended_sessions: list[str] = field(default_factory=list)
    cabinet_grantors: list[FirmGrantor] = field(default_factory=list)
    """Who grants for the cabinets of those who are signed in."""
    _answers: dict[str, tuple[Call, Mapping[str, object]]] = field(default_factory=dict)

    def grantors(self, *, token: str) -> tuple[FirmGrantor, ...]:
        self._signed_in(token)
        return tuple(self.cabinet_grantors)

    def entry_firms(self, entry_id: str, *, token: str) -> tuple[Firm, ...]:
        self._signed_in(token)
        return (FIRM,)

    def sessions(self, *, token: str) -> tuple[OwnSession, ...]:
        self._signed_in(token)
        ended = set(self.ended_sessions)
        now = {"signed_in_at": self.time, "used_at": self.time, "is_this_one": True}
        mine = OwnSession(id="this", kind="application", client="Comptexpert Desktop", device="Linux", **now)
        return (mine, *(one for one in self.other_sessions if one.id not in ended))

    def end_session(self, session_id: str, *, token: str) -> None:
        self._signed_in(token)
        self.ended_sessions.append(session_id)

    def register(self, firm_id: str, *, form: str, token: str) -> bytes:
        self._signed_in(token)
        return self.registers[firm_id, form]

    def pinned_key(self) -> bytes | None:
        return self.key

    def snapshot(self, *, since: int | None) -> Snapshot | None:
        self._called("snapshot")
        if not self.snapshots or self.snapshots[-1].version == since:
            return None
        return self.snapshots[-1]

    def catalogue(self) -> Catalogue:
        self._called("catalogue")
        return a_catalogue()

    def councils(self) -> tuple[RegionalCouncil, ...]:
        self._called("councils")
        return (a_council(),)

    def me(self, *, token: str) -> Me:
        return self._signed_in(token)

    def submit(self, call: Call, *, token: str) -> Mapping[str, object]:
        self._called(f"{call.method} {call.path}")
        if token or call.path not in ("/signups", "/escalations"):
            self._signed_in(token)
        answer = self._once(call, token=token)
        if self.after and (lost := self.after.popleft()) is not None:
            raise lost
        return answer

    def decide(self, calls: Sequence[Call], *, token: str) -> Mapping[str, Mapping[str, object] | ServerError]:
        self._called("POST /delegations/decisions")
        self._signed_in(token)
        told: dict[str, Mapping[str, object] | ServerError] = {}
        for call in calls:
            try:
                told[call.key] = self._once(call, token=token)
            except ServerError as error:
                told[call.key] = error
        if self.after and (lost := self.after.popleft()) is not None:
            raise lost
        return told

    def signup_status(self, signup_id: str, *, claim: str) -> str:
        self._called("signup_status")
        if signup_id not in self.signups or self.signups[signup_id].claim != claim:
            raise Refused("NOT_FOUND")
        return self.signups[signup_id].status

    def resend_activation(self, signup_id: str, *, claim: str) -> str:
        status = self.signup_status(signup_id, claim=claim)
        return "activated" if status == "activated" else "activation_sent"

    def escalation(self, escalation_id: str, *, claim: str) -> Mapping[str, object]:
        self._called("escalation")
        file = self.escalations.get(escalation_id)
        if file is None or file["claim"] != claim:
            raise Refused("NOT_FOUND")
        return {name: value for name, value in file.items() if name != "claim"}

    def ping(self) -> None:
        self._called("ping")

    def clock(self) -> datetime:
        self._called("clock")
        return self.time

    def _once(self, call: Call, *, token: str) -> Mapping[str, object]:
        """Give the first answer of a key, and have its effect only once."""
        self.writes.append(call)
        if call.path in self.refusals:
            raise self.refusals[call.path]
        if call.key in self._answers:
            first, answer = self._answers[call.key]
            if first != call:
                raise Refused("KEY_REUSED")
            return answer
        answer = self._effect(call, token=token)
        self._answers[call.key] = (call, answer)
        self.effects.append(call.key)
        return answer

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.faults and (fault := self.faults.popleft()) is not None:
            raise fault

    def _signed_in(self, token: str) -> Me:
        if token in self.dead_tokens or token not in self.accounts:
            raise SessionExpired
        return self.accounts[token]

    def _effect(self, call: Call, *, token: str) -> Mapping[str, object]:
        if call.path == "/signups":
            return self._sign_up(call)
        if call.path == "/escalations":
            return self._open_file(call)
        if call.path.startswith("/me"):
            return self.change_account(call, self._signed_in(token), token=token)
        if call.path.startswith("/firms/"):
            return codec.write(self.change_firm(call, token=token))
        if call.path == "/delegations":
            made = a_delegation(grantee=self._signed_in(token).account, delegation_id=id_of(call.key))
            self.delegations[made.id] = made
            return codec.write(made)
        _, _, delegation_id, action = call.path.split("/")
        before = self.delegations.get(delegation_id)
        if before is None:
            raise Refused("NOT_FOUND")
        if before.version != call.if_match:
            raise Stale(data={"current": codec.write(before)})
        moved = replace(before, status=AFTER[Action(action)], version=before.version + 1)
        self.delegations[delegation_id] = moved
        return codec.write(moved)

    def _open_file(self, call: Call) -> Mapping[str, object]:
        council = {"code": "bretagne", "name": "Bretagne", "email": "croec@bretagne.example", "phone": "", "site": ""}
        file: dict[str, object] = {
            "id": new_uuid(),
            "reference": "DR-2345-ABCD",
            "code": call.body["code"],
            "status": "open",
            "answer": "",
            "council": council,
            "opened_at": NOW.isoformat(),
            "closed_at": None,
        }
        self.escalations[str(file["id"])] = file | {"claim": f"claim-{file['id']}"}
        return dict(self.escalations[str(file["id"])])

    def _sign_up(self, call: Call) -> Mapping[str, object]:
        login_id = str(call.body["login_id"])
        if login_id in self.taken:
            raise Refused("ID_TAKEN", data={"suggestions": [f"{login_id}2"]})
        self.taken.add(login_id)
        signup_id = new_uuid()
        self.signups[signup_id] = FakeSignup(claim=f"claim-{signup_id}", login_id=login_id)
        return {
            "id": signup_id,
            "status": "activation_sent",
            "login_id": login_id,
            "masked_email": "c•••@aubier.example",
            "claim": f"claim-{signup_id}",
        }


def id_of(key: str) -> str:
    """Number a delegation after the key of its beginning, as the server does."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, key))


class FakeBrowser:
    """A browser whose person signs in at once, as `account`."""

    def __init__(self, server: FakeServer, *, account: Account | None = None) -> None:
        self.server = server
        self.account = account or an_account()
        self.me: Me | None = None
        """What the server says of the person; made from the account when a test says nothing."""
        self.failure: ComptexpertError | None = None
        self.refreshes = 0
        self.revoked: list[str] = []
        self.live = ""

    def sign_in(
        self, *, cancelled: threading.Event, fresh: bool = False, hand_over: Callable[[str], bool] | None = None
    ) -> Tokens:
        if hand_over is not None:
            hand_over("http://127.0.0.1:1/page")
        if self.failure is not None:
            raise self.failure
        return self._tokens()

    def refresh(self, refresh_token: str) -> Tokens:
        if self.failure is not None:
            raise self.failure
        if refresh_token != self.live:
            raise SessionExpired
        self.refreshes += 1
        return self._tokens()

    def revoke(self, refresh_token: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.revoked.append(refresh_token)

    def _tokens(self) -> Tokens:
        access, self.live = f"access-{new_uuid()}", f"refresh-{new_uuid()}"
        self.server.accounts[access] = self.me or a_me(self.account)
        return Tokens(access, self.live, expires_in=600, subject=self.account.account_id)


def fake_gateways(
    *,
    account: Account | None = None,
    vault: FakeVault | None = None,
    in_store: InStore = no_store,
    folder: Path = Path(),
) -> Gateways:
    """Make gateways that lead nowhere, for one program on a folder."""
    server = FakeServer()
    return Gateways(
        server=server,
        vault=vault or FakeVault(),
        browser=FakeBrowser(server, account=account),
        session=stored_session(in_store, folder=folder),
        network=FakeNetwork(),
    )
