"""More requests than the server can work on: some wait, the others are told when to come again, and nothing is lost."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from comptexpert_server.web import constant_time
from comptexpert_server.web.admission import Admission
from tests.server.served import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.served import Server

pytestmark = pytest.mark.own_database
LONG = 20.0
CALL, PAGE = "/api/v1/catalogue", "/compte/login/"


class Application:
    """Answers once it may, and notes in which order."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.began = threading.Semaphore(0)
        self.order: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.order.append(environ["PATH_INFO"])
        self.began.release()
        if not environ["PATH_INFO"].startswith(("/healthz", "/readyz", "/metrics")):
            assert self.may_answer.wait(LONG)
        if environ["PATH_INFO"] == "/fault":
            raise RuntimeError("fault")
        start_response("200 OK", [])
        return [b"answer"]


def ask(admission: Admission, path: str, *, is_writing: bool = False) -> tuple[str, dict[str, str], bytes]:
    found: list[Any] = []
    environ = {"PATH_INFO": path} | ({"HTTP_IDEMPOTENCY_KEY": "key"} if is_writing else {})
    body = b"".join(admission(environ, lambda *said: found.extend(said)))
    return found[0], dict(found[1]), body


@contextmanager
def busy(*paths: str, timeout: float = LONG) -> Iterator[tuple[Admission, Application, list[Any]]]:
    """One request is worked on, one may wait; `paths` are asked for, one after the other."""
    application = Application()
    admission = Admission(application, working=1, waiting=1, timeout=timeout)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, admission, paths[0])]
        assert application.began.acquire(timeout=LONG)
        try:
            asked += [pool.submit(ask, admission, path) for path in paths[1:]]
            while len(paths) > 1 and not admission.waiting:
                assert not asked[-1].done()
            yield admission, application, asked
        finally:
            application.may_answer.set()


def test_a_request_beyond_the_queue_is_told_when_to_come_again() -> None:
    with busy("/one", "/two") as (admission, application, asked):
        status, headers, body = ask(admission, CALL)
    assert status.startswith("503 ")
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(body)
    assert (problem["code"], problem["status"]) == ("SERVER_FAULT", 503)
    assert 2 <= int(headers["Retry-After"]) == problem["retry_after"] <= 8
    assert problem["instance"].endswith(headers["X-Request-ID"])
    assert int(headers["Content-Length"]) == len(body)
    assert [one.result()[0] for one in asked] == ["200 OK", "200 OK"]
    assert application.order == ["/one", "/two"], "what was refused was worked on"


def test_a_person_is_told_in_a_page() -> None:
    with busy("/one", "/two") as (admission, _application, _asked):
        status, headers, body = ask(admission, PAGE)
    assert status.startswith("503 ")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Trop de demandes à la fois" in body.decode()
    assert headers["Retry-After"]


def test_nobody_waits_for_long() -> None:
    with busy("/one", timeout=0.05) as (admission, application, _asked):
        assert ask(admission, CALL)[0].startswith("503 ")
        assert not admission.waiting
    assert application.order == ["/one"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_who_watches_passes_beside_the_queue(path: str) -> None:
    with busy("/one", "/two") as (admission, _application, _asked):
        assert ask(admission, path)[0] == "200 OK"


def test_writes_leave_room_for_those_who_read() -> None:
    """The database takes one write at a time: those that wait for it must not hold every slot."""
    application = Application()
    admission = Admission(application, working=3, waiting=4, timeout=LONG, writing=2)
    with ThreadPoolExecutor(6) as pool:
        writes = [pool.submit(ask, admission, f"/write/{number}", is_writing=True) for number in range(2)]
        try:
            assert all(application.began.acquire(timeout=LONG) for _ in writes)
            for waiting in (1, 2):
                writes.append(pool.submit(ask, admission, f"/write/{1 + waiting}", is_writing=True))
                while admission.waiting < waiting:
                    assert not writes[-1].done()
            assert ask(admission, CALL, is_writing=True)[0].startswith("503 "), "writes fill the queue"
            read = pool.submit(ask, admission, "/read")
            assert application.began.acquire(timeout=LONG), "a read waits behind writes"
            assert application.order[2:] == ["/read"]
        finally:
            application.may_answer.set()
    assert [one.result()[0] for one in (*writes, read)] == ["200 OK"] * 5
    assert set(application.order[3:]) == {"/write/2", "/write/3"}
    assert not admission.waiting
    with ThreadPoolExecutor(2) as pool:
        assert [one[0] for one in pool.map(lambda _: ask(admission, "/a", is_writing=True), range(2))] == ["200 OK"] * 2


def test_a_fault_leaves_its_place_to_the_next() -> None:
    application = Application()
    application.may_answer.set()
    admission = Admission(application, working=1, waiting=0, timeout=LONG)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            ask(admission, "/fault")
    assert ask(admission, "/one")[0] == "200 OK"


class Resting:
    """Answers at once what is asked, but for what is held until a beat."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_held, self.may_leave = threading.Event(), threading.Event()
        self.slept: list[float] = []
        monkeypatch.setattr(constant_time.time, "sleep", self._sleep)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        if environ["PATH_INFO"] == "/held":
            with constant_time.paced(50.0):
                return [b"made"]
        return [b"answer"]

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.is_held.set()
        assert self.may_leave.wait(LONG)


def test_an_answer_that_is_held_leaves_its_place_and_counts_among_those_that_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    application = Resting(monkeypatch)
    admission = Admission(application, working=1, waiting=1, timeout=LONG)
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(ask, admission, "/held")
        try:
            assert application.is_held.wait(LONG)
            assert admission.waiting == 1
            assert ask(admission, "/one")[2] == b"answer"
            second = pool.submit(ask, admission, "/held")
            while admission.waiting == 1:
                assert not second.done()
            assert ask(admission, CALL)[0].startswith("503 "), "answers that wait take all threads"
        finally:
            application.may_leave.set()
    assert held.result()[2] == second.result()[2] == b"made"
    assert [round(seconds) for seconds in application.slept] == [50, 50]
    assert not admission.waiting


CROWD = 150


def test_a_write_refused_under_load_is_done_once_when_it_comes_again(tmp_path: Path) -> None:
    with serving(tmp_path, entries=400, COMPTEXPERT_ADDRESS_LIMITS="0") as server:
        keys = [str(uuid.uuid4()) for _ in range(CROWD)]
        barrier = threading.Barrier(CROWD)
        with ThreadPoolExecutor(CROWD) as pool:
            first = list(pool.map(lambda number: signed_up(server, number, keys[number], barrier), range(CROWD)))
            refused = [number for number, (status, _, _) in enumerate(first) if status == 503]
            assert refused, "nobody had to come again"
            assert all(retry for status, _, retry in first if status == 503)
            figures = read(server, "/metrics")
            assert json.loads(read(server, "/readyz")) == {"status": "ok"}
        assert {status for status, _, _ in first} <= {202, 503}
        answers = []
        with ThreadPoolExecutor(3) as pool:  # each answer is held until its beat
            second = list(pool.map(lambda number: signed_up(server, number, keys[number]), range(CROWD)))
        for number, (status, text, _) in enumerate(second):
            assert status == 202, text
            if number not in refused:
                assert text == first[number][1], "another answer under the same key"
            answers.append(json.loads(text)["id"])
        assert len(set(answers)) == CROWD
    counted = re.findall(r"^comptexpert_requests_refused_total (\d+)", figures, re.MULTILINE)
    assert int(counted[0]) == len(refused)


def signed_up(server: Server, number: int, key: str, barrier: threading.Barrier | None = None) -> tuple[int, str, str]:
    body = {
        "profile": "other",
        "kind": "student",
        "given_name": "Lou",
        "surname": f"Charge {'abcdefghijklmnopqrst'[number // 20]}{'abcdefghijklmnopqrst'[number % 20]}",
        "email": f"lou{number}@etudes.example",
        "login_id": f"lou.charge.{number}",
    }
    with closing(server.caller()) as caller:
        caller.connect()
        if barrier is not None:
            barrier.wait(timeout=LONG)
        caller.request(
            "POST", "/api/v1/signups", json.dumps(body), {"Content-Type": "application/json", "Idempotency-Key": key}
        )
        answer = caller.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("Retry-After", "")


def read(server: Server, path: str) -> str:
    with urllib.request.urlopen(f"{server.url}{path}", timeout=LONG) as answer:
        return str(answer.read().decode())
