"""Another version is installed under an open window, with a form being typed and an entry on its way; and back again.

Two folders of the sources stand for two packages: the second has other words, and a migration of the person's file.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from comptexpert_desktop.desktop import installation
from tests.journeys.losing import CUT, PASS, losing

pytestmark = [
    pytest.mark.journey,
    pytest.mark.secretservice,
    pytest.mark.skipif(sys.platform == "win32", reason="a link that is replaced in one step"),
]

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = "9.1.0+aaaa", "9.2.0+bbbb"
WAITING = 3
"""The exit code of a command whose entry waits for the network."""
EMAIL = "marin.kermeur@rehearsal.example"
TYPED = [
    "open signup", "into profileList", "key Down", "key Down", "key Return", f"type {EMAIL}", "key Tab", "type marin.ker",
]  # fmt: skip


class Machine:
    """A machine with versions beside each other, and one person on it."""

    def __init__(self, folder: Path, *, server: str) -> None:
        self.root, self.hand, self.data, self._server = folder / "lib", folder / "hand", folder / "data", server
        self.hand.mkdir(parents=True)
        (self.root / installation.VERSIONS).mkdir(parents=True)
        outside = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}
        self._environment = outside | {
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "COMPTEXPERT_HAND": str(self.hand),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._started: list[subprocess.Popen[bytes]] = []

    def folder(self, version: str) -> Path:
        return self.root / installation.VERSIONS / version

    def put(self, version: str) -> Path:
        """Put the folder of a version beside the others."""
        folder = self.folder(version)
        shutil.copytree(ROOT / "comptexpert_desktop", folder / "comptexpert_desktop")
        (folder / "resources").symlink_to(ROOT / "resources")
        shutil.copy(ROOT / "tests/journeys/driven_window.py", folder / "__main__.py")
        (folder / "comptexpert_desktop/__init__.py").write_text(
            f'"""Another build."""\n\n__version__ = "{installation.shown(version)}"\n'
        )
        return folder

    def name(self, version: str) -> None:
        """Let the next start run a version, in one step."""
        made = self.root / "current.new"
        made.symlink_to(Path(installation.VERSIONS) / version)
        made.rename(self.root / installation.CURRENT)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*arguments), env=self._environment, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(self._command(), env=self._environment)
        self._started.append(process)
        return process

    def ask(self, version: str, *commands: str) -> dict[str, object]:
        """Let the hand in a version's window do something, and return what it then sees."""
        seen = self.hand / f"{version}.seen"
        seen.unlink(missing_ok=True)
        draft = self.hand / "draft"
        draft.write_text("\n".join(commands or ("look",)))
        draft.rename(self.hand / f"{version}.do")
        wait_for(seen.exists, f"the window of {version} answers")
        found: dict[str, object] = json.loads(seen.read_text())
        return found

    def run_folder(self, version: str) -> subprocess.CompletedProcess[str]:
        """Start a version by its folder, as a link that somebody made does."""
        command = [sys.executable, str(self.folder(version)), *self._command()[2:]]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=False)

    def outbox(self) -> list[dict[str, object]]:
        done = self.run("outbox", "--json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, object]] = json.loads(done.stdout)
        return found

    def end(self) -> None:
        for pid in self.pids():
            os.kill(pid, 15)
        wait_for(lambda: not self.pids(), "every program ends")
        for process in self._started:
            process.wait(timeout=20)
        self._started = []

    def pids(self) -> list[int]:
        """Find the programs that run from this machine's folders, whoever started them."""
        return [
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if str(self.root).encode() in _content(path)
        ]

    def _command(self, *arguments: str) -> list[str]:
        current = self.root / installation.CURRENT
        return [sys.executable, str(current), "--server", self._server, "--data-dir", str(self.data), *arguments]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


def wait_for(holds, what, *, seconds=40.0):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.05)  # other programs: nobody tells us


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with losing(tmp_path_factory.mktemp("server"), entries=200) as made:
        made.start()
        made.wait_until_ready()
        yield made


@pytest.fixture
def machine(tmp_path_factory, server):
    made = Machine(tmp_path_factory.mktemp("m"), server=server.url)
    made.put(OLD)
    made.name(OLD)
    yield made
    made.end()


def change(folder: Path, *, shape: bool) -> None:
    """Make the code of a version another one: other words on a screen and, if asked, another shape of the files."""
    words = folder / "comptexpert_desktop/ui/outbox/screen.py"
    text = words.read_text()
    assert "Boîte d’envoi" in text
    words.write_text(text.replace("Boîte d’envoi", "Boîte des envois"))
    if shape:
        migrations = folder / "comptexpert_desktop/store/migrations/private"
        script = f"{len(list(migrations.glob('*.sql'))) + 1:04d}_told_twice.sql"
        (migrations / script).write_text("CREATE TABLE told_twice (id INTEGER PRIMARY KEY);\n")


def signup_file(folder: Path, login_id: str) -> str:
    path = folder / f"{login_id}.json"
    document = {
        "profile": "other",
        "kind": "student",
        "email": f"{login_id}@rehearsal.example",
        "given_name": "Camille",
        "surname": "Essai",
        "login_id": login_id,
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def held_by(server, login_id):
    with sqlite3.connect(f"file:{server.folder / 'comptexpert.db'}?mode=ro", uri=True) as connection:
        found = [row[0] for row in connection.execute("SELECT login_id FROM accounts_signup")]
    connection.close()
    return found.count(login_id)


class Gate:
    """Holds the first sign-up on its way to the server."""

    def __init__(self, server):
        self.heard, self.opened = threading.Event(), threading.Event()
        server.fault = self

    def __call__(self, request):
        if request.endswith("/signups") and not self.heard.is_set():
            self.heard.set()
            self.opened.wait(60)
        return PASS


@pytest.mark.timeout(240)
def test_an_update_loses_nothing_of_what_is_typed_or_on_its_way(machine, server, tmp_path):
    server.fault = lambda _request: CUT
    assert machine.run("signup", "--from", signup_file(tmp_path, "camille.essai")).returncode == WAITING
    gate = Gate(server)
    old = machine.start()
    machine.ask(OLD, "sync")
    assert gate.heard.wait(30), "the entry is on its way"

    change(machine.put(NEW), shape=True)
    machine.name(NEW)
    wait_for(lambda: machine.ask(OLD)["banner"], "the person is told")
    seen = machine.ask(OLD, "open outbox", "open settings")
    assert "La version 9.2.0 est installée." in seen["banner"]
    assert seen["button"] == "Redémarrer pour terminer la mise à jour"
    assert {"outboxScreen", "settingsScreen"} <= set(seen["screens"]), "a screen never opened before opens"
    assert ("Boîte d’envoi" in seen["texts"], "Boîte des envois" in seen["texts"]) == (True, False)
    assert seen["elsewhere"] == []

    machine.ask(OLD, *TYPED)
    machine.ask(OLD, "type m", "click restartBanner")
    assert old.wait(timeout=30) == 0
    seen = machine.ask(NEW, "open outbox")
    assert (seen["banner"], seen["elsewhere"]) == ("", [])
    assert "Boîte des envois" in seen["texts"]
    assert seen["drafts"] == [[EMAIL, "marin.kerm"]]

    gate.opened.set()
    machine.ask(NEW, "sync")
    wait_for(lambda: [one["status"] for one in machine.outbox()] == ["sent"], "the entry arrives")
    assert held_by(server, "camille.essai") == 1


@pytest.mark.timeout(240)
def test_a_way_back_to_the_same_shape_loses_nothing_either(machine):
    change(machine.put(NEW), shape=False)
    machine.name(NEW)
    new = machine.start()
    machine.ask(NEW, *TYPED)
    machine.name(OLD)
    wait_for(lambda: machine.ask(NEW)["banner"], "the person is told")
    assert "La version 9.1.0 a été remise en place." in machine.ask(NEW)["banner"]
    machine.ask(NEW, "click restartBanner")
    assert new.wait(timeout=30) == 0
    assert machine.ask(OLD)["drafts"] == [[EMAIL, "marin.ker"]]


@pytest.mark.timeout(240)
def test_a_way_back_over_a_migration_says_which_copy_leads_back(machine):
    old = machine.start()
    machine.ask(OLD, *TYPED)
    change(machine.put(NEW), shape=True)
    machine.name(NEW)
    machine.start()  # a second start, of the version that was installed since: it takes over
    assert old.wait(timeout=30) == 0
    machine.ask(NEW, "open signup", "into profileList", "key Down", "open home")
    assert len(machine.ask(NEW)["drafts"]) == 2

    machine.name(OLD)
    wait_for(lambda: machine.ask(NEW)["banner"], "the person is told")
    assert machine.ask(NEW)["button"] == "Redémarrer en version 9.1.0"
    machine.start()
    seen = machine.ask(OLD)
    assert seen["page"] == "TroublePage"
    (copy,) = machine.data.glob("signup.v*.copy")
    assert any(copy.name in text and "signup.db" in text for text in seen["page_texts"])
    machine.end()
    newer = machine.data / "signup.db.newer"
    (machine.data / "signup.db").rename(newer)
    shutil.copy(copy, machine.data / "signup.db")
    machine.start()
    assert machine.ask(OLD)["drafts"] == [[EMAIL, "marin.ker"]]
    machine.end()

    newer.rename(machine.data / "signup.db")
    refused = machine.start()
    assert machine.ask(OLD)["page"] == "TroublePage"
    machine.name(NEW)
    machine.start()
    assert refused.wait(timeout=30) == 0, "a window that can read nothing leaves its place too"
    assert len(machine.ask(NEW)["drafts"]) == 2, "what the newer version wrote is there again"


@pytest.mark.timeout(120)
def test_an_older_program_that_is_not_installed_only_brings_the_window_forward(machine):
    change(machine.put(NEW), shape=False)
    machine.name(NEW)
    new = machine.start()
    machine.ask(NEW)
    done = machine.run_folder(OLD)
    assert done.returncode == 0
    assert new.poll() is None
