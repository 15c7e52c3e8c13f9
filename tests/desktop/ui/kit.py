"""A signed-in desk on real files: real Tasks, real Stores in a folder of the test, made-up people."""

from __future__ import annotations

import itertools
import json
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.commands import Ask, Command, Decide, EndMembership, Grant, SignUp
from comptexpert_desktop.domain.delegation import (
    Action,
    Delegation,
    DelegationId,
    DelegationRow,
    Firm,
    Party,
    PendingIntent,
    Role,
    Status,
)
from comptexpert_desktop.domain.documents import read_catalogue
from comptexpert_desktop.domain.outbox import Kind, OutboxEntry, OutboxId, OutboxStatus
from comptexpert_desktop.domain.session import Account, Me, ServiceAccess, Tokens
from comptexpert_desktop.domain.timestamps import to_text
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.runtime.changes import Changes
from comptexpert_desktop.runtime.tasks import Tasks
from comptexpert_desktop.settings import Preferences, Settings
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.ui.screen import ScreenContext
from comptexpert_desktop.ui.widgets.links import Links
from comptexpert_desktop.usecases import catalogue as catalogue_usecases
from comptexpert_desktop.usecases.session import session
from tests.fakes_network import FakeNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.effects import Effects, Gesture
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.domain.identity import Identity
    from comptexpert_desktop.domain.registry import FirmGrantor
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.ui.destinations import Destination


NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
SERVER = "http://127.0.0.1:8000"

HAWTHORN = Firm(id="firm-1", siren="732829320", name="Cabinet des Aubépines", role="grantor")
QUAY = Firm(id="firm-2", siren="404833048", name="Comptoir du Vieux-Port", role="grantor")

EXPERT = Party("acc-expert", "h.delorme", "Hélène", "Delorme", entry_id="entry-1")
EXPERT_OF_PORT = Party("acc-port", "z.kerbrat", "Zélie", "Kerbrat", entry_id="entry-9")
STAFF = Party("acc-staff", "l.marchetti", "Lou", "Marchetti")


def access(service: str, name: str, **changes: Any) -> ServiceAccess:
    """Make the access of an account to a service: open by its profile."""
    made = ServiceAccess(
        service=service,
        name=name,
        url=f"https://{service}.example/",
        access="direct",
        is_open=True,
        why="DIRECT",
        rights=("access",),
    )
    return replace(made, **changes)


SERVICES_OF_EXPERT = (
    access("portal", "Portail experts-comptables"),
    access("jesignexpert", "Jesignexpert", rights=("prepare", "seal", "sign", "technical_signature")),
    access("rfc", "Revue française de comptabilité", access="delegation", why="DEL_REQUIRED", rights=(), is_open=False),
)
SERVICES_OF_STAFF = (
    access("portal", "Portail experts-comptables", access="open", why="OPEN"),
    access("jesignexpert", "Jesignexpert", access="delegation", why="DELEGATED", rights=("prepare",)),
    access("jefacture", "Jefacture", access="delegation", why="DEL_PENDING", rights=(), is_open=False),
    access("bibliordre", "Bibliordre", access="delegation", why="DEL_REQUIRED", rights=(), is_open=False),
    access("rfc", "Revue française de comptabilité", access="none", why="PROFILE_EXCLUDED", rights=(), is_open=False),
)


def catalogue() -> Catalogue:
    """Read the reference catalogue, as the server serves it."""
    source = Path(__file__).resolve().parents[3] / "comptexpert_server" / "catalogue" / "catalogue.json"
    return read_catalogue(json.loads(source.read_text(encoding="utf-8")))


def delegation(number: int = 1, **changes: Any) -> Delegation:
    """Make a delegation: by default a request that waits for the expert."""
    made = Delegation(
        id=DelegationId(f"del-{number:06}"),
        version=1,
        firm=HAWTHORN,
        service="jesignexpert",
        rights=("prepare", "sign"),
        grantor=EXPERT,
        grantee=STAFF,
        status=Status.PENDING,
        origin="request",
        reason="Je prépare les liasses du portefeuille Nord.",
        decision_note="",
        valid_from=None,
        valid_until=None,
        requested_at=NOW - timedelta(hours=8) + timedelta(minutes=number),
        decided_at=None,
        ended_at=None,
        end_cause="",
        effective=False,
        missing=(),
    )
    return replace(made, **changes)


def active(number: int = 1, **changes: Any) -> Delegation:
    """Make a delegation that is effective."""
    usual: dict[str, Any] = {
        "status": Status.ACTIVE,
        "effective": True,
        "decided_at": NOW - timedelta(days=3),
        "valid_from": TODAY - timedelta(days=3),
        "valid_until": TODAY + timedelta(days=177),
        "version": 2,
    }
    return delegation(number, **(usual | changes))


def row(made: Delegation, *, role: Role = Role.GRANTOR, intent: PendingIntent | None = None) -> DelegationRow:
    """Make a line of the table."""
    return DelegationRow(delegation=made, role=role, intent=intent)


def me(*, grants: bool = True, firms: tuple[Firm, ...] = (HAWTHORN,)) -> Me:
    """Make the account that is signed in: the expert, or the collaborateur."""
    who = EXPERT if grants else STAFF
    account = Account(
        account_id=who.account_id,
        login_id=who.login_id,
        given_name=who.given_name,
        surname=who.surname,
        profile="expert_comptable" if grants else "other",
        kind="" if grants else "firm_staff",
        may_grant=grants,
        entry_id=who.entry_id,
    )
    services = SERVICES_OF_EXPERT if grants else SERVICES_OF_STAFF
    return Me(account=account, firms=firms, services=services, missing=())


class MemoryVault:
    """A keyring in memory."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        """Return a secret."""
        return self._secrets.get(name)

    def write(self, name: str, secret: bytes) -> None:
        """Keep a secret."""
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        """Forget a secret."""
        self._secrets.pop(name, None)

    def backend(self) -> str:
        """Name the keyring."""
        return "Mémoire (essai)"


class FakeGateways:
    """The gateways, as far as the screens of this part go through them."""

    def __init__(self) -> None:
        self.vault = MemoryVault()
        self.server = self
        self.session = self
        self.browser = self
        self.network = FakeNetwork()
        self.found: tuple[Any, ...] = ()
        self.snapshots: list[Any] = []
        self.pages: dict[str, FirmPage] = {}
        self.foreseen: Effects | Exception = Unreachable()
        """What gestures would change, as the test prepared it."""
        self.asked: list[tuple[Gesture, ...]] = []
        self.identities: dict[str, Identity] = {}
        self.identities_asked: list[str] = []
        self.cabinet_grantors: tuple[FirmGrantor, ...] | None = None
        """Who grants for the cabinets of the person; None when nobody answers."""

    def search(self, _text: str, *, profile: object, limit: int) -> tuple[Any, ...]:
        """Answer what the test prepared."""
        return self.found[:limit]

    def search_grantors(self, _text: str, *, limit: int) -> tuple[Any, ...]:
        """Answer what the test prepared."""
        return self.found[:limit]

    def grantors(self, *, token: str) -> tuple[FirmGrantor, ...]:
        """Name whom the test prepared; without them, nobody answers."""
        if self.cabinet_grantors is None:
            raise Unreachable
        return self.cabinet_grantors

    def snapshot(self, *, since: int | None) -> Any:
        """Give or raise the next of the snapshots that the test prepared."""
        answer = self.snapshots.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def refresh(self, _refresh_token: str) -> Any:
        """Trade no token: the session of these screens never ends."""
        raise AssertionError

    def call(self, _refresh: object, work: Any, *, account_id: str = "") -> Any:
        """Work with a token."""
        return work("token")

    def firm(self, firm_id: str, *, token: str) -> FirmPage:
        """Tell the page that the test prepared; without one, nobody answers."""
        if firm_id not in self.pages:
            raise Unreachable
        return self.pages[firm_id]

    def show_effects(self, gestures: Sequence[Gesture], *, token: str) -> Effects:
        """Say what the test prepared."""
        self.asked.append(tuple(gestures))
        if isinstance(self.foreseen, Exception):
            raise self.foreseen
        return self.foreseen

    def identity(self, delegation_id: str, *, token: str) -> Identity:
        """Say whom the test prepared; without them, nobody answers."""
        self.identities_asked.append(delegation_id)
        if delegation_id not in self.identities:
            raise Unreachable
        return self.identities[delegation_id]

    def entry_firms(self, _entry_id: str, *, token: str) -> tuple[Firm, ...]:
        """Tell the firms of the expert."""
        return (HAWTHORN, QUAY)


class RecordingNavigator(QObject):
    """Remembers where a screen leads."""

    opened = Signal(object)
    signing_in = Signal()
    synchronising = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.destinations: list[Destination] = []
        self.names: dict[str, str] = {}
        self.asked: list[str] = []

    def open(self, destination: Destination) -> None:
        """Remember where one would go."""
        self.destinations.append(destination)
        self.opened.emit(destination)

    def rename(self, screen: str, title: str) -> None:
        """Remember what a screen is called."""
        self.names[screen] = title

    def sign_in(self) -> None:
        """Remember that the browser would open."""
        self.asked.append("sign-in")
        self.signing_in.emit()

    def switch_done(self) -> None:
        """Remember that another account is shown."""
        self.asked.append("switch")

    def lock(self) -> None:
        """Remember that the window would lock."""
        self.asked.append("lock")

    def synchronise(self) -> None:
        """Remember that an exchange would begin."""
        self.asked.append("synchronise")
        self.synchronising.emit()


class Kit:
    """What a screen needs, with shortcuts to fill the files behind it."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self._ids = itertools.count(1)
        self.changes = Changes()
        self.navigator = RecordingNavigator()
        self.gateways = FakeGateways()
        self._vault = MemoryVault()
        self.folder = folder
        self.tasks = Tasks(
            open_stores=lambda: Stores(folder, server_url=SERVER, vault=self._vault),
            open_gateways=lambda: self.gateways,
            changes=self.changes,
        )

    def clock(self) -> datetime:
        """Tell the time of the test."""
        return self.now

    def new_id(self) -> str:
        """Make an identifier that a test can foresee."""
        return str(uuid.UUID(int=next(self._ids)))

    def fill(
        self,
        *delegations: Delegation,
        grants: bool = True,
        signed_in: bool = True,
        firms: tuple[Firm, ...] = (HAWTHORN,),
    ) -> None:
        """Write the files before the screens read them, and start the workers."""
        stores = Stores(self.folder, server_url=SERVER, vault=self._vault)
        catalogue_usecases.keep(stores, catalogue=catalogue(), now=self.now)
        if signed_in:
            self._begin(stores, grants=grants, firms=firms)
            assert stores.account is not None
            with stores.account.database.transaction():
                delegation_store.keep(stores.account, delegations=delegations)
        stores.close()
        self.tasks.start()

    def sign_in(self, *, grants: bool) -> None:
        """Let another person sign in while the screens are open."""

        def begin(stores: Stores) -> Topics:
            return self._begin(stores, grants=grants, firms=(HAWTHORN,))

        self.tasks.write(self.changes, begin)

    def _begin(self, stores: Stores, *, grants: bool, firms: tuple[Firm, ...]) -> Topics:
        tokens = Tokens(access_token="a", refresh_token="r", expires_in=600, subject="")
        signed_in = session.SignedIn(tokens=tokens, me=me(grants=grants, firms=firms))
        return session.begin(stores, signed_in=signed_in, now=self.now)

    def read(self, work: Any, qtbot: Any) -> Any:
        """Read the files in the store worker, and wait."""
        got: list[Any] = []
        self.tasks.read(self.changes, work, got.append)
        qtbot.waitUntil(lambda: bool(got))
        return got[0]

    def queue(self, *entries: OutboxEntry) -> None:
        """Put entries in the outbox of the account; call before `fill` starts reading them."""
        stores = Stores(self.folder, server_url=SERVER, vault=self._vault)
        put_entries(stores, *entries)
        stores.close()

    def context(self, *, links: Links | None = None, **settings: Any) -> ScreenContext:
        """Make what a screen is built with; `settings` are those of the run."""
        made = Settings(server_url=SERVER, data_dir=self.folder, **settings)
        return ScreenContext(
            self.tasks,
            self.changes,
            clock=self.clock,
            new_id=self.new_id,
            links=links or Links(server_url=SERVER, opener=lambda _url: False),
            preferences=Preferences(made),
            navigator=self.navigator,
        )

    def close(self) -> None:
        """End the workers."""
        self.tasks.close()


def put_entries(stores: Stores, *entries: OutboxEntry) -> None:
    """Write entries in the outbox of the account that is signed in, each as it stands."""
    file = stores.account
    assert file is not None
    with file.database.transaction():
        for entry in entries:
            outbox_store.add(
                file,
                a_command(entry),
                outbox_id=entry.id,
                subject=entry.subject,
                now=entry.created_at,
            )
            file.database.execute(
                "UPDATE outbox SET next_attempt_at = :due, status = :status, code = :code, attempts = :attempts,"
                " faults = :faults, is_uncertain = :is_uncertain WHERE id = :id",
                {
                    "id": entry.id,
                    "due": to_text(entry.next_attempt_at),
                    "status": entry.status.value,
                    "code": entry.code,
                    "attempts": entry.attempts,
                    "faults": entry.faults,
                    "is_uncertain": int(entry.is_uncertain),
                },
            )


def a_command(entry: OutboxEntry) -> Command:
    """Make what an entry asks, of its kind."""
    if entry.kind is Kind.REQUEST:
        return Ask("jesignexpert", ("prepare",), "entry-1", "Envois de la paie")
    if entry.kind is Kind.GRANT:
        return Grant("jesignexpert", ("prepare",), "karim.leroux")
    if entry.kind is Kind.SIGNUP:
        return SignUp("expert_comptable", "claire.aubier")
    if entry.kind is Kind.LEAVE:
        return EndMembership("firm-1", "account-1")
    return Decide(entry.delegation_id, Action(entry.kind.value), 1)


def entry(number: int = 1, **changes: Any) -> OutboxEntry:
    """Make an entry of the outbox: by default a request that waits."""
    made = OutboxEntry(
        id=OutboxId(str(uuid.UUID(int=1000 + number))),
        kind=Kind.REQUEST,
        account=STAFF.account_id,
        subject="jesignexpert · Hélène DELORME",
        delegation_id="",
        created_at=NOW - timedelta(minutes=number),
        status=OutboxStatus.QUEUED,
        code="",
        attempts=0,
        next_attempt_at=NOW,
    )
    return replace(made, **changes)
