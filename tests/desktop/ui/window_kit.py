"""The real window on real files, with doors that lead nowhere."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from comptexpert_desktop.runtime.changes import Changes
from comptexpert_desktop.runtime.sync_loop import SyncLoop
from comptexpert_desktop.runtime.tasks import Tasks
from comptexpert_desktop.settings import Preferences, Settings
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.widgets.links import Links
from comptexpert_desktop.ui.window.main_window import MainWindow
from comptexpert_desktop.ui.window.screens import specs
from comptexpert_desktop.usecases import catalogue, registry
from comptexpert_desktop.usecases.ports import Snapshot
from comptexpert_desktop.usecases.session import session
from tests.fakes import FakeVault, a_catalogue, a_council, a_me, an_account, fake_gateways

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SERVER = "http://127.0.0.1:8000"
PEOPLE = (
    ("Aubier", "Claire", "Rennes"),
    ("Aubier", "Paul", "Brest"),
    ("Auberive", "Zoé", "Quimper"),
    ("Le Gall", "Maëlle", "Vannes"),
    ("<b>Gras</b>", "Lou", "Rennes"),
)


class WindowKit:
    """A window, its workers, and what they work on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.vault = FakeVault()
        self.gateways = fake_gateways(vault=self.vault, in_store=self.in_store, folder=folder)
        self.server: Any = self.gateways.server
        self.browser: Any = self.gateways.browser
        self.changes = Changes()
        self.tasks = Tasks(open_stores=self.stores, open_gateways=lambda: self.gateways, changes=self.changes)
        self.sync = SyncLoop(self.tasks, clock=lambda: self.now)
        self._ids = itertools.count(1)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        if not theme.style_sheet():
            theme.apply(application, theme.Scheme.LIGHT)
        settings = Settings(server_url=SERVER, data_dir=folder)
        self.window = MainWindow(
            self.tasks,
            self.changes,
            self.sync,
            clock=lambda: self.now,
            new_id=self.new_id,
            links=Links(server_url=SERVER),
            preferences=Preferences(settings),
            specs=specs(),
        )
        theme.dress(self.window)
        self.window.resize(1200, 780)

    def in_store(self, work: Callable[[Stores], T], /) -> T:
        return self.tasks.in_store(work)

    def stores(self) -> Stores:
        return Stores(self.folder, server_url=SERVER, vault=self.vault)

    def new_id(self) -> str:
        return str(uuid.UUID(int=next(self._ids)))

    def fill(self, *, people: tuple[tuple[str, str, str], ...] = PEOPLE) -> None:
        """Put a directory, the councils and a catalogue on the machine."""
        stores = self.stores()
        rows = tuple(
            {
                "entry_id": f"entry-{number}",
                "registration_number": f"{140000000000 + number}",
                "surname": surname,
                "given_name": given_name,
                "list": "expert_comptable",
                "council": "bretagne",
                "town": town,
                "postal_code": "35000",
            }
            for number, (surname, given_name, town) in enumerate(people)
        )
        snapshot = Snapshot(version=1, base_version=None, generated_at="2026-11-20T08:00:00Z", rows=rows)
        registry.keep_snapshot(stores, snapshot=snapshot)
        registry.keep_councils(stores, found=(a_council(),), now=self.now)
        catalogue.keep(stores, catalogue=a_catalogue(), now=self.now)
        stores.close()

    def sign_in_before(self, *, may_grant: bool = True) -> None:
        """Keep a session, as if the person had signed in yesterday."""
        account = an_account() if may_grant else an_account("karim.leroux", may_grant=False)
        self.browser.account = account
        tokens = self.browser.sign_in(cancelled=None)
        stores = self.stores()
        session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=a_me(account)), now=self.now)
        stores.close()

    def show(self) -> None:
        """Show the window and start the workers, without the synchronisation."""
        self.tasks.start()
        self.window.show()
        self.window.activateWindow()
        self.window.navigation.add_shortcuts()
        self.window.status.reload()
        self.window.home.activate()

    def read(self, work: Any, qtbot: Any) -> Any:
        """Read the files in the store worker, after everything given before."""
        got: list[Any] = []
        self.tasks.read(self.changes, work, got.append)
        qtbot.waitUntil(lambda: bool(got))
        return got[0]

    def find(self, kind: type[Any], name: str) -> Any:
        """Find a visible widget by its object name."""
        found = [each for each in self.window.findChildren(kind, name) if each.isVisible()]
        assert found, f"{name} is not on screen"
        return found[0]

    def is_shown(self, name: str) -> bool:
        return any(each.isVisible() for each in self.window.findChildren(QWidget, name))

    def type(self, name: str, text: str) -> None:
        edit = self.find(QWidget, name)
        edit.setFocus()
        QTest.keyClicks(edit, text)

    def close(self) -> None:
        self.window.close()
        self.sync.stop()
        self.tasks.start()
        self.tasks.close()
        self.window.deleteLater()
