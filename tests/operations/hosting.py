"""A server as it is run for others: PostgreSQL, two workers, a real nginx in front; and the machines of its people."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.adapters.server import HttpServer
from comptexpert_desktop.domain.delegation import Action, Decision, NewRequest
from comptexpert_desktop.rehearsal.mailbox import Mailbox
from comptexpert_desktop.rehearsal.visitor import Visitor
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.ports import Gateways, Stores
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.sync import sync
from tests import made_once
from tests.fakes import FakeVault
from tests.fakes_network import FakeNetwork
from tests.fakes_session import stored_session
from tests.server.served import PROGRAM, command

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "server"
MAX_START = 60.0
ENTRIES = 60
PUBLIC_NAME = "comptexpert.example"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Hosted:
    """A server, the address where people reach it, and the port that its proxy alone should call."""

    url: str
    port: int
    environment: dict[str, str] = field(repr=False)
    workers: int = 1
    process: subprocess.Popen[bytes] | None = None

    @property
    def direct(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(Path(self.environment["COMPTEXPERT_DATA_DIR"]) / "mail")

    def start(self) -> None:
        options = ["--port", str(self.port), "--workers", str(self.workers), "--exit-with-parent"]
        log = Path(self.environment["COMPTEXPERT_DATA_DIR"]) / "server.log"
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", *options],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=written,
            )
        wait_for(lambda: httpx.get(f"{self.direct}/readyz", trust_env=False).status_code == 200)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        self.process.wait(timeout=30)
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process = None

    def command(self, *arguments: str) -> str:
        return command(self.environment, *arguments)

    def log(self) -> str:
        return (Path(self.environment["COMPTEXPERT_DATA_DIR"]) / "server.log").read_text("utf-8")

    def people(self) -> dict[str, dict[str, Any]]:
        """Describe everybody of the rehearsal, by case."""
        return {one["case"]: one for one in json.loads(self.command("demo-people"))}


@contextlib.contextmanager
def hosting(
    folder: Path, *, url: str = "", database_url: str = "", workers: int = 1, **variables: str
) -> Iterator[Hosted]:
    """Serve people, or the database of an address that has some, until the end of the block; `url` is the public address, by default the server's own."""
    port = free_port()
    public = url or f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
    environment = kept | {"COMPTEXPERT_DATA_DIR": str(folder), "COMPTEXPERT_PUBLIC_URL": public} | variables
    if database_url:
        folder.mkdir(mode=0o700, exist_ok=True)
        environment["COMPTEXPERT_DATABASE_URL"] = database_url
    else:
        made_once.lay(folder, entries=ENTRIES)
    hosted = Hosted(public, port, environment, workers)
    hosted.start()
    try:
        yield hosted
    finally:
        hosted.stop()


def wait_for(holds: Any, *, seconds: float = MAX_START) -> None:
    """Wait until something holds; what cannot be asked yet does not."""
    until, pause = time.monotonic() + seconds, threading.Event()
    while True:
        with contextlib.suppress(httpx.TransportError, OSError):
            if holds():
                return
        assert time.monotonic() < until, "it did not come to hold in time"
        pause.wait(0.05)


@contextlib.contextmanager
def nginx(folder: Path, *, upstream: int, plain: int, sealed: int) -> Iterator[Path]:
    """Run the nginx of the shipped example as anybody, on ports of loopback; `plain` is a copy without TLS."""
    configuration = laid_out(folder, upstream=upstream, plain=plain, sealed=sealed)
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log"), "-g", "daemon off;"],
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: process.poll() is not None or _answers(plain))
        assert process.poll() is None, "nginx ended: see what it wrote above"
        yield folder
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(port: int) -> bool:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()
    return True


def laid_out(folder: Path, *, upstream: int, plain: int, sealed: int) -> Path:
    """Write what surrounds the shipped files, and the files with the ports and folders of this test."""
    shutil.copy(SHIPPED / "nginx" / "comptexpert-proxy.conf", folder / "comptexpert-proxy.conf")
    site = (SHIPPED / "nginx" / "comptexpert.conf").read_text("utf-8")
    site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)
    for shipped, here in (
        ("server 127.0.0.1:8000", f"server 127.0.0.1:{upstream}"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{sealed} ssl"),
        ("/etc/nginx/snippets/", f"{folder}/"),
        ("/etc/ssl/comptexpert/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert shipped in site, shipped
        site = site.replace(shipped, here)
    _, _, server = site.rpartition("\nserver {")
    without_tls = re.sub(r"^ *ssl_.*\n", "", server.replace(f"{sealed} ssl http2", str(plain)), flags=re.MULTILINE)
    bodies = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = f"{user}pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\n{bodies}{site}\nserver {{{without_tls}\n}}\n"
    (folder / "nginx.conf").write_text(main, "utf-8")
    return folder / "nginx.conf"


class Machine:
    """One person's machine: the application's own stores and doors, without its window."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self.vault = FakeVault()
        self.stores = Stores(folder, server_url=url, vault=self.vault)
        self._person: dict[str, str] = {}
        self.gateways = Gateways(
            server=HttpServer(url, pins=folder / "pins.json"),
            vault=self.vault,
            browser=SystemBrowser(url, open_url=self._visit),
            session=stored_session(self.stores.attempt, folder=folder, clock=time.monotonic),
            network=FakeNetwork(),
        )

    def sign_in(self, login_id: str, password: str) -> None:
        self._person = {"login_id": login_id, "password": password}
        signed_in = session.sign_in(self.gateways, cancelled=threading.Event())
        session.begin(self.stores, signed_in=signed_in, now=self.now())

    def _visit(self, address: str) -> bool:
        threading.Thread(target=lambda: Visitor().sign_in(address, **self._person), daemon=True).start()
        return True

    def turn(self) -> None:
        sync.turn(self.stores, self.gateways, now=self.now(), with_registry=False)

    def ask(self, grantor: dict[str, Any], *, service: str = "jesignexpert", rights: tuple[str, ...]) -> str:
        new_id = str(uuid.uuid4())
        names = f"{grantor['given_name']} {grantor['surname']}"
        request = NewRequest(service, rights, grantor["entry_id"], names, "", "Préparer les envois de paie")
        delegations.ask(self.stores, request=request, now=self.now(), new_id=new_id)
        return new_id

    def decide(self, delegation_id: str, action: Action, note: str = "") -> str:
        new_id = str(uuid.uuid4())
        decision = Decision(action, note=note)
        delegations.decide(self.stores, delegation_id=delegation_id, decision=decision, now=self.now(), new_id=new_id)
        return new_id

    def status(self, delegation_id: str) -> str:
        found = delegations.detail(self.stores, delegation_id=delegation_id)
        return "" if found is None else str(found.delegation.status.value)

    def states(self) -> dict[str, tuple[str, str]]:
        return {entry.id: (entry.status.value, entry.code) for entry in outbox.entries(self.stores)}

    def answered(self, outbox_id: str) -> str:
        entry = next(entry for entry in outbox.entries(self.stores) if entry.id == outbox_id)
        return str(entry.answer.get("id") or "")

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    def close(self) -> None:
        self.stores.close()
        self.gateways.server.close()  # type: ignore[attr-defined]  # of the real door
        self.gateways.browser._client.close()  # type: ignore[attr-defined]  # of the real door
