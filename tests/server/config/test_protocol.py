"""What a hostile or broken client sends, through the server as it ships: one worker and two, on both databases."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.postgresql import cluster
from tests.server.served import PROGRAM, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.served import Server

TIMEOUT = 20
LATE_ACKNOWLEDGEMENT = 0.04
"""Seconds after which Linux acknowledges a segment to which nothing is answered."""
SEARCH = b'{"q":"du","profile":"trainee"}'


@dataclass(frozen=True)
class Said:
    """The answer to one request, without what differs by request."""

    status: int
    kind: str
    text: str


def said(address: str, sent: bytes, *, is_cut: bool = False) -> Said | None:
    """Send bytes on a connection of their own; with `is_cut`, end our side before the request is whole.

    None is a connection that was closed without an answer.
    """
    host, _, port = address.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT) as line:
        try:
            line.sendall(sent)
            if is_cut:
                line.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass  # refused while it was still being sent: the answer is there all the same
        received = b""
        while True:
            try:
                piece = line.recv(65536)
            except ConnectionResetError:
                break
            if not piece:
                break
            received += piece
    if not received:
        return None
    head, _, body = received.partition(b"\r\n\r\n")
    while head.startswith(b"HTTP/1.1 100"):
        head, _, body = body.partition(b"\r\n\r\n")
    kinds = re.findall(rb"(?im)^content-type: ([^\r\n]*)", head)
    assert len(kinds) <= 1, head
    text = re.sub(r'"instance": "[^"]*"', '"instance": ""', body.decode())
    return Said(int(head.split()[1]), kinds[0].decode() if kinds else "", text.replace(address, "HOST"))


def request(line: str, *headers: str, body: bytes = b"", host: str = "HOST") -> bytes:
    """Write a request; HOST stands for the server's own."""
    head = "\r\n".join([f"{line} HTTP/1.1", f"Host: {host}", "Connection: close", *headers])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def post(path: str, body: bytes, *headers: str, kind: str = "application/json", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return request(f"POST {path}", f"Content-Type: {kind}", f"Content-Length: {size}", *headers, body=body)


API, PAGE = "/api/v1/registry/search", "/compte/login/"
CHUNKED = "Transfer-Encoding: chunked"
WHOLE_CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(SEARCH), SEARCH)
PASSKEY = b"credential=" + b"[" * 5000
REQUESTS: dict[str, tuple[bytes, bool, int]] = {
    "a right search": (post(API, SEARCH), False, 200),
    "a body after Expect": (post(API, SEARCH, "Expect: 100-continue"), False, 200),
    "an expectation that nobody knows": (post(API, SEARCH, "Expect: miracles"), False, 200),
    "HEAD of data": (request("HEAD /api/v1/catalogue"), False, 200),
    "HEAD of a page": (request(f"HEAD {PAGE}"), False, 200),
    "HEAD of health": (request("HEAD /healthz"), False, 200),
    "a method that nobody knows": (request("BREW /api/v1/catalogue"), False, 405),
    "a body cut on its way": (post(API, SEARCH[:9], length=len(SEARCH)), True, 400),
    "a form cut on its way": (
        post(PAGE, b"login=cla", kind="application/x-www-form-urlencoded", length=40), True, 400,
    ),
    "a chunked body": (request(f"POST {API}", CHUNKED, "Content-Type: application/json", body=WHOLE_CHUNKS), False, 411),
    "a chunked body, cut": (
        request(f"POST {API}", CHUNKED, "Content-Type: application/json", body=b'1e\r\n{"q"'), True, 411,
    ),
    "chunks that are none": (request(f"POST {API}", CHUNKED, body=b"ZZ\r\nabc\r\n0\r\n\r\n"), False, 411),
    "a length and chunks": (post(API, SEARCH, CHUNKED), False, 411),
    "two lengths": (post(API, SEARCH, "Content-Length: 4"), False, 400),
    "a length below nothing": (post(API, SEARCH, length=-1), False, 400),
    "a length that is no number": (
        request(f"POST {API}", "Content-Length: many", "Content-Type: application/json", body=SEARCH), False, 400,
    ),
    "a body of 6 MB": (post(API, b"x" * 6_000_000), False, 413),
    "a form of 2 MB": (post(PAGE, b"x" * 2_000_000, kind="application/x-www-form-urlencoded"), False, 413),
    "a host that is not ours": (request("GET /api/v1/catalogue", host="scanner.example"), False, 400),
    "a page of a host that is not ours": (request(f"GET {PAGE}", host="scanner.example"), False, 400),
    "an IPv6 host that is not ours": (request(f"GET {PAGE}", host="[2001:db8::1]:80"), False, 400),
    "a host that is none": (request(f"GET {PAGE}", host="[::1"), False, 400),
    "two hosts": (request(f"GET {PAGE}", "Host: scanner.example"), False, 400),
    "figures for a name led here": (request("GET /metrics", host="rebound.example"), False, 400),
    "figures for a name led here, with a token of its own": (
        request("GET /metrics", "Authorization: Bearer guessed", host="rebound.example"), False, 400,
    ),
    "health under any name": (request("GET /healthz", host="probe.example"), False, 200),
    "NUL in a query": (request("GET /api/v1/councils?x=%00"), False, 400),
    "a new line in a query": (request("GET /api/v1/councils?x=%0a"), False, 400),
    "NUL in an address": (request("GET /api/v1/%00"), False, 400),
    "NUL in a page's address": (request("GET /%00"), False, 400),
    "bytes that are no UTF-8 in an address": (request("GET /%ff%fe"), False, 404),
    "NUL in JSON": (post(API, b'{"q":"a\\u0000b","profile":"trainee"}'), False, 400),
    "NUL in JSON of another type": (post(API, b'{"q":"a\\u0000b","profile":"trainee"}', kind="text/plain"), False, 400),
    "a lone surrogate in JSON": (post(API, b'{"q":"\\ud800","profile":"trainee"}'), False, 400),
    "NUL in a form": (post(PAGE, b"login=a%00b", kind="application/x-www-form-urlencoded"), False, 400),
    "a control character in a head": (request("GET /healthz", "X-Note: \x01"), False, 400),
    "deep brackets in JSON": (post(API, b"[" * 50_000), False, 400),
    "deep brackets in a passkey": (
        post("/compte/2fa/webauthn/login/", PASSKEY, kind="application/x-www-form-urlencoded"), False, 400,
    ),
    "an address that nobody knows": (request("GET /api/v1/nowhere"), False, 404),
    "an absolute address": (request("GET http://scanner.example/healthz"), False, 200),
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Run the server with one worker and with two."""
    if request.param == "postgresql" and not os.environ.get("COMPTEXPERT_DATABASE_URL"):
        pytest.skip("runs with the tests on PostgreSQL, on a cluster of its own")
    with ExitStack() as stack:
        servers = []
        for workers in ("1", "2"):
            url = stack.enter_context(cluster(entries=60)) if request.param == "postgresql" else ""
            folder = tmp_path_factory.mktemp(f"workers-{workers}")
            servers.append(stack.enter_context(serving(folder, "--workers", workers, database_url=url)))
        yield servers[0], servers[1]


@pytest.mark.parametrize("name", REQUESTS)
def test_one_worker_and_two_answer_alike(both: tuple[Server, Server], name: str) -> None:
    sent, is_cut, expected = REQUESTS[name]
    one, two = (said(server.host, sent.replace(b"HOST", server.host.encode()), is_cut=is_cut) for server in both)
    assert one == two
    assert one is not None
    assert one.status == expected, one
    if one.status >= 400 and b" /api/" in sent.split(b"\r\n")[0] and one.text:
        assert one.kind == "application/problem+json"
        assert json.loads(one.text)["status"] == expected


def is_fine(server: Server, sent: bytes) -> bool:
    found = said(server.host, sent)
    return found is not None and found.status == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_answer_waits_for_an_acknowledgement_of_its_first_half(tmp_path: Path, workers: str) -> None:
    with serving(tmp_path, "--workers", workers) as server, closing(server.caller()) as caller:
        spent = []
        for _ in range(60):
            began = time.monotonic()
            caller.request("GET", "/healthz")
            caller.getresponse().read()
            spent.append(time.monotonic() - began)
    assert sorted(spent)[len(spent) * 3 // 4] < LATE_ACKNOWLEDGEMENT


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_address_of_ipv6_is_served_and_printed_between_brackets(tmp_path: Path, workers: str) -> None:
    with serving(tmp_path, "--host", "0:0:0:0:0:0:0:1", "--workers", workers) as server:
        assert server.url.startswith("http://[::1]:")
        assert is_fine(server, request("GET /api/v1/catalogue", host=server.host))
        with urllib.request.urlopen(f"{server.url}/.well-known/openid-configuration", timeout=TIMEOUT) as answer:
            assert json.loads(answer.read())["issuer"] == server.url


def children(pid: int) -> list[int]:
    done = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in done.stdout.split()]


def test_a_worker_that_dies_is_replaced_and_nobody_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as server:
        before = children(server.pid)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        for _ in range(40):
            assert is_fine(server, request("GET /healthz", host=server.host))
        until = time.monotonic() + TIMEOUT
        while len(children(server.pid)) < 2 or before[0] in children(server.pid):
            assert time.monotonic() < until, "the worker was not replaced"
            is_fine(server, request("GET /healthz", host=server.host))


def test_what_is_reached_from_elsewhere_needs_a_proxy(tmp_path: Path) -> None:
    environment = os.environ | {
        "COMPTEXPERT_DATA_DIR": str(tmp_path),
        "COMPTEXPERT_PUBLIC_URL": "https://comptexpert.example",
        "COMPTEXPERT_TRUSTED_PROXIES": "0",
    }
    command = [*PROGRAM, "serve", "--host", "0.0.0.0"]  # noqa: S104 - refused
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "COMPTEXPERT_TRUSTED_PROXIES" in done.stderr
