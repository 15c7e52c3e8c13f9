"""A restart loses no request: the socket stays, new processes answer before the old ones leave."""

from __future__ import annotations

import collections
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from comptexpert_desktop.rehearsal.visitor import Visitor
from tests.server.served import command, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.served import Server

ROOT = Path(__file__).resolve().parents[3]
BOUND = 40.0
MAX_LATENCY = 1.0
pytestmark = [
    pytest.mark.own_database,
    pytest.mark.skipif(os.name != "posix", reason="elsewhere a server is stopped and started"),
]

KEEPER = """
import socket, sys
from comptexpert_server.operations.handover import keep
listener = socket.create_server(("127.0.0.1", 0))
def announce():
    print(listener.getsockname()[1], flush=True)
raise SystemExit(keep(listener, command=[sys.executable, *sys.argv[1:]], announce=announce))
"""
PROCESS = """
import os, pathlib, socket, sys, threading
starts = pathlib.Path(sys.argv[1])
starts.write_text(starts.read_text() + ".")
number = len(starts.read_text())
if number == int(sys.argv[2]):
    raise SystemExit("does not come up")
listener = socket.socket(fileno=int(sys.argv[-1]))
def answer():
    while True:
        line, _ = listener.accept()
        line.sendall(str(number).encode())
        line.close()
threading.Thread(target=answer, daemon=True).start()
print("ready", flush=True)
while os.read(0, 100):
    pass
os._exit(0)
"""


@contextmanager
def kept(folder: Path, *, broken: int = 0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run small processes behind a keeper; the start with the number `broken` fails."""
    (folder / "process.py").write_text(PROCESS)
    (folder / "starts").touch()
    command = [sys.executable, "-c", KEEPER, str(folder / "process.py"), str(folder / "starts"), str(broken)]
    keeper = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert keeper.stdout is not None
    try:
        yield keeper, int(keeper.stdout.readline() or 0)
    finally:
        keeper.kill()
        keeper.communicate()


def who_answers(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=BOUND) as line:
        return line.recv(10).decode()


def test_new_processes_take_over(tmp_path: Path) -> None:
    with kept(tmp_path) as (keeper, port):
        assert who_answers(port) == "1"
        keeper.send_signal(signal.SIGHUP)
        until = time.monotonic() + BOUND
        while (tmp_path / "starts").read_text() != ".." or {who_answers(port) for _ in range(8)} != {"2"}:
            assert time.monotonic() < until
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(timeout=BOUND) == 0


def test_processes_that_do_not_come_up_replace_nobody(tmp_path: Path) -> None:
    with kept(tmp_path, broken=2) as (keeper, port):
        keeper.send_signal(signal.SIGHUP)
        assert keeper.stderr is not None
        lines = [keeper.stderr.readline() for _ in range(2)]
        assert "those that serve go on" in "".join(lines)
        assert who_answers(port) == "1"
        assert keeper.poll() is None


def test_the_end_of_the_processes_is_the_end_of_the_server(tmp_path: Path) -> None:
    with kept(tmp_path, broken=1) as (keeper, port):
        assert port == 0
        assert keeper.wait(timeout=BOUND) == 1


class Callers:
    """People who ask without end, each on a connection that stays open, and never ask twice for the same."""

    def __init__(self, server: Server, *, number: int) -> None:
        self._stop = threading.Event()
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.slowest = 0.0
        self._threads = [threading.Thread(target=self._call, args=(server, n)) for n in range(number)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=BOUND)

    def _call(self, server: Server, number: int) -> None:
        body = b'{"q":"du","profile":"expert_comptable"}'
        with closing(HTTPConnection(server.host, timeout=BOUND)) as caller:
            while not self._stop.wait(0.02 * (number + 1)):
                began = time.monotonic()
                try:
                    caller.request("POST", "/api/v1/registry/search", body, {"Content-Type": "application/json"})
                    answer = caller.getresponse()
                    answer.read()
                    outcome = str(answer.status)
                except (OSError, HTTPException) as fault:
                    outcome = repr(fault)
                    caller.close()
                self.outcomes[outcome] += 1
                self.slowest = max(self.slowest, time.monotonic() - began)


def serving_processes(server: Server) -> set[str]:
    done = subprocess.run(["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=False)
    return set(done.stdout.split())


def test_no_request_is_lost_when_keys_are_replaced_and_the_server_restarts(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2", is_kept=True, COMPTEXPERT_ADDRESS_LIMITS="0") as server:
        before = serving_processes(server)
        with Callers(server, number=5) as callers:
            for key in ("secret", "oidc", "signing"):  # each with its overlap: callers notice nothing
                command(server.environment, "rotate-keys", "--key", key)
            os.kill(server.pid, signal.SIGHUP)
            until = time.monotonic() + BOUND
            while before & serving_processes(server):
                assert time.monotonic() < until, "the processes were not replaced"
                time.sleep(0.05)
        assert len(serving_processes(server)) == 1
    assert set(callers.outcomes) == {"200"}, callers.outcomes
    assert callers.slowest < MAX_LATENCY


def test_while_both_answer_old_processes_open_what_the_new_ones_seal(tmp_path: Path) -> None:
    with serving(tmp_path) as old:
        command(old.environment, "rotate-keys", "--key", "secret")
        with serving(tmp_path) as new:
            browser, body = Visitor(), {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
            page = browser.open(f"{new.url}/compte/login/")
            person = new.people()["staff"]
            browser.submit(page, page.form_with("password"), login=person["login_id"], password=person["password"])
            for server in (new, old, new, old):
                assert "Se déconnecter" in browser.open(f"{server.url}/").text, "the person was signed out"
            answers = [sent(server, body) for server in (new, old)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 202


def sent(server: Server, headers: dict[str, str]) -> tuple[int, bytes]:
    student = {"profile": "other", "kind": "student", "given_name": "Lou", "surname": "Releve"}
    asked = json.dumps(student | {"email": "lou@etudes.example", "login_id": "lou.releve"})
    with closing(server.caller()) as caller:
        caller.request("POST", "/api/v1/signups", asked, headers)
        answer = caller.getresponse()
        return answer.status, answer.read()
