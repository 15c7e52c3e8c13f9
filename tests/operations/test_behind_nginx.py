"""The server as it is run for others: PostgreSQL, two granian workers, the shipped nginx example in front."""

from __future__ import annotations

import json
import re
import socket
import ssl
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.rehearsal.visitor import Visitor
from comptexpert_desktop.usecases.signup import signup
from tests.operations.hosting import ENTRIES, PUBLIC_NAME, Hosted, Machine, free_port, hosting, nginx, wait_for
from tests.postgresql import cluster
from tests.server.config.test_protocol import REQUESTS, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "girouette mandarine sablier ventouse"
RESETS_AN_HOUR = 100
FIRST_STARTS = 60
CALLS_OF_A_START = (
    "/.well-known/comptexpert",
    "/.well-known/openid-configuration",
    "/api/v1/councils",
    "/api/v1/catalogue",
    "/api/v1/registry/snapshot",
    "/inscription/",
    "/compte/login/",
    "/assets/site.css",
)
SECURITY = (
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "cache-control",
    "date",
    "comptexpert-epoch",
    "x-request-id",
)
FORGED = {
    "X-Forwarded-For": "127.0.0.1, 198.51.100.7",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hosted, Path, int]]:
    """Give the server, nginx's folder, and the port where it speaks TLS."""
    folder, before = tmp_path_factory.mktemp("server"), tmp_path_factory.mktemp("nginx")
    plain, sealed = free_port(), free_port()
    _certificate(before)
    variables = {
        "COMPTEXPERT_TRUSTED_PROXIES": "1",
        "COMPTEXPERT_ALLOWED_HOSTS": PUBLIC_NAME,
        "COMPTEXPERT_LOG_FORMAT": "json",
        "COMPTEXPERT_LOG_LEVEL": "info",
    }
    with (
        cluster(entries=ENTRIES) as database_url,
        hosting(folder, url=f"http://127.0.0.1:{plain}", database_url=database_url, workers=2, **variables) as hosted,
        nginx(before, upstream=hosted.port, plain=plain, sealed=sealed),
    ):
        yield hosted, before, sealed


@pytest.fixture(scope="module")
def hosted(front: tuple[Hosted, Path, int]) -> Hosted:
    return front[0]


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, PUBLIC_NAME)])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(PUBLIC_NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)


def call(hosted: Hosted, method: str, path: str, **options: Any) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=20) as client:
        return client.request(method, hosted.url + path, **options)


NGINX_ANSWERS = {
    "a chunked body": 200,  # handed over with its length
    "a body cut on its way": 0,  # never handed over, and nobody is left to answer
    "a form cut on its way": 0,
    "a chunked body, cut": 0,
    "chunks that are none": 400,
    "a length and chunks": 400,
    "two lengths": 400,
    "a length below nothing": 400,
    "a length that is no number": 400,
    "two hosts": 400,
    "NUL in an address": 400,
    "NUL in a page's address": 400,
    "figures for a name led here": 404,
    "figures for a name led here, with a token of its own": 404,
}
"""What never reaches the server as it was sent; every other answer is the server's own, to the letter."""


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_is_answered_as_without_nginx(hosted: Hosted, name: str) -> None:
    sent, is_cut, _expected = REQUESTS[name]
    public = hosted.url.removeprefix("http://")
    sent = sent.replace(b"HOST", public.encode())
    before = said(public, sent, is_cut=is_cut)
    if name in NGINX_ANSWERS:
        assert (0 if before is None else before.status) == NGINX_ANSWERS[name]
    else:
        assert before == said(f"127.0.0.1:{hosted.port}", sent, is_cut=is_cut)


def test_the_whole_story_passes_through(hosted: Hosted, tmp_path: Path) -> None:
    people = hosted.people()
    expert, staff = Machine(tmp_path / "expert", hosted.url), Machine(tmp_path / "staff", hosted.url)
    with closing(expert), closing(staff):
        sent = signed_up(staff, email="karim.leroux@cabinet.example", login_id="karim.leroux")
        hosted.command("worker", "--once")
        link = hosted.mailbox.last_link(to="karim.leroux@cabinet.example", containing="/activation/")
        assert link is not None
        assert link.startswith(f"{hosted.url}/activation/")
        assert Visitor().set_password(link, PASSWORD).status == 200
        staff.turn()
        assert signup.progress(staff.stores)[0].status.value == "activated"
        assert sent

        staff.sign_in("karim.leroux", PASSWORD)
        expert.sign_in(people["ec"]["login_id"], people["ec"]["password"])
        asked = staff.ask(people["ec"], rights=("prepare",))
        staff.turn()
        case = staff.answered(asked)
        expert.turn()
        expert.decide(case, Action.APPROVE)
        expert.turn()
        staff.turn()
        assert staff.status(case) == "ACTIVE"
        expert.decide(case, Action.REVOKE, note="Fin de mission")
        expert.turn()
        staff.turn()
        assert staff.status(case) == "REVOKED"
        assert actions(expert, people["ec"]["firms"][0]["id"], case) == ["request", "approve", "revoke"]


def signed_up(machine: Machine, *, email: str, login_id: str) -> str:
    document: dict[str, Any] = {
        "profile": "other",
        "kind": "firm_staff",
        "email": email,
        "given_name": "Karim",
        "surname": "Leroux",
        "login_id": login_id,
        "firm_hint": "Cabinet Alba",
    }
    new_id = str(uuid.uuid4())
    draft = signup.from_document(document, draft_id=str(uuid.uuid4()))
    signup.submit(machine.stores, draft=draft, now=machine.now(), new_id=new_id)
    machine.turn()
    assert machine.states()[new_id] == ("sent", "")
    return new_id


def actions(machine: Machine, firm: str, case: str) -> list[str]:
    token = machine.gateways.session.call(machine.gateways, lambda token: token)
    register = json.loads(machine.gateways.server.register(firm, form="json", token=token))
    return [line["action"].removeprefix("delegation.") for line in register["events"] if line["object_id"] == case]


def test_limits_count_the_address_that_nginx_saw_and_a_forged_one_does_nothing(hosted: Hosted) -> None:
    address = f"{hosted.url}/api/v1/password-resets"
    body = {"login_id": "nobody.at.all"}
    with (
        httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=20) as one,
        httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.3"), timeout=20) as other,
    ):
        forged = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(RESETS_AN_HOUR + 1)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda headers: one.post(address, json=body, headers=headers), forged))
        assert Counter(answer.status_code for answer in answers) == {202: RESETS_AN_HOUR, 429: 1}, "one address"
        forging = {"X-Forwarded-For": "127.0.0.2"}
        assert other.post(address, json=body, headers=forging).status_code == 202, "nobody spends another's tries"


def test_sixty_first_starts_behind_one_address_are_all_answered(hosted: Hosted) -> None:
    def start(_number: int) -> set[int]:
        with httpx.Client(base_url=hosted.url, trust_env=False, timeout=60) as client:
            return {client.get(path).status_code for path in CALLS_OF_A_START}

    with ThreadPoolExecutor(FIRST_STARTS) as pool:
        assert set().union(*pool.map(start, range(FIRST_STARTS))) == {200}


def test_beyond_its_burst_nginx_says_in_french_when_to_come_back(front: tuple[Hosted, Path, int]) -> None:
    hosted, folder, _ = front
    rate = re.search(r"burst=(\d+)", (folder / "nginx.conf").read_text())
    assert rate is not None
    with (
        httpx.Client(base_url=hosted.url, trust_env=False, timeout=60) as client,
        ThreadPoolExecutor(16) as pool,
    ):
        sent = list(pool.map(lambda _: client.get("/api/healthz"), range(int(rate[1]) + 400)))
        refused = [answer for answer in sent if answer.status_code == 429]
        assert refused, "the burst ended"
        assert refused[0].headers["content-type"] == "application/problem+json"
        assert (refused[0].json()["code"], refused[0].headers["retry-after"]) == ("TOO_MANY_REQUESTS", "5")
        pages = list(pool.map(lambda _: client.get("/aide/"), range(200)))
        page = next(answer for answer in pages if answer.status_code == 429)
        assert "Réessayez dans quelques secondes." in page.text


def test_nothing_that_a_visitor_forges_is_believed(hosted: Hosted) -> None:
    found = call(hosted, "GET", "/.well-known/openid-configuration", headers=FORGED).json()
    assert found["issuer"] == hosted.url
    assert call(hosted, "GET", "/metrics", headers=FORGED).status_code == 404
    assert call(hosted, "GET", "/readyz", headers=FORGED).status_code == 404
    assert call(hosted, "GET", "/", headers={"Host": "evil.example"}).status_code == 400


def test_figures_and_readiness_are_on_the_port_of_the_server_itself(hosted: Hosted) -> None:
    with httpx.Client(base_url=hosted.direct, trust_env=False) as client:
        assert client.get("/readyz").json() == {"status": "ok"}
        for _ in range(12):
            client.get("/api/v1/catalogue")
        name = 'comptexpert_requests_total{method="GET",route="/api/v1/catalogue",status="200"}'
        told = {figure(client.get("/metrics").text, name) for _ in range(6)}
        assert len(told) == 1, "whichever worker answers, the figures are those of both"
        assert told.pop() >= 12
        assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (.+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_each_security_header_comes_once_and_the_name_of_the_request_is_nginxs(
    front: tuple[Hosted, Path, int],
) -> None:
    hosted, folder, _ = front
    answer = call(hosted, "GET", "/compte/login/", headers={"X-Request-ID": "written-by-the-visitor"})
    for name in SECURITY:
        assert len(answer.headers.get_list(name)) == 1, name
    name = answer.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", name)
    wait_for(lambda: name in (folder / "comptexpert.log").read_text(), seconds=10)
    lines = [json.loads(line) for line in hosted.log().splitlines() if name in line]
    assert [(line["route"], line["status"], line["request_id"]) for line in lines] == [("/compte/login/", 200, name)]


def test_neither_log_says_what_was_asked_or_by_whom(front: tuple[Hosted, Path, int]) -> None:
    hosted, folder, _ = front
    canary = "canary" + uuid.uuid4().hex
    call(hosted, "GET", f"/activation/{canary}/?code={canary}")
    call(hosted, "POST", f"/api/v1/registry/search?q={canary}", json={"q": canary})
    call(hosted, "GET", "/api/v1/me", headers={"Authorization": f"Bearer {canary}"})
    last = call(hosted, "GET", f"/{canary}").headers["x-request-id"]
    wait_for(lambda: last in (folder / "comptexpert.log").read_text() and last in hosted.log(), seconds=10)
    for written in (hosted.log(), *(path.read_text() for path in folder.glob("*.log"))):
        assert canary not in written
        assert "karim" not in written.lower()


def test_a_body_that_is_too_large_or_cut_never_reaches_the_server(hosted: Hosted) -> None:
    large = call(hosted, "POST", "/api/v1/registry/search", content=b"x" * 1_100_000)
    assert large.status_code == 413
    before = hosted.log().count('"/api/v1/signups"')
    host, port = hosted.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        head = f"POST /api/v1/signups HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 500\r\n\r\n"
        line.sendall(head.encode() + b'{"profile":')
    call(hosted, "GET", "/healthz")
    assert hosted.log().count('"/api/v1/signups"') == before


def test_over_tls_the_shipped_example_answers_and_old_versions_are_refused(front: tuple[Hosted, Path, int]) -> None:
    hosted, folder, port = front
    context = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname=PUBLIC_NAME) as line,
    ):
        assert line.version() in {"TLSv1.2", "TLSv1.3"}
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {PUBLIC_NAME}\r\nConnection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: line.recv(65536), b"")).decode()
    assert said.startswith("HTTP/1.1 200")
    assert said.lower().count("content-security-policy:") == 1
    assert "nginx/" not in said
    assert hosted.process is not None
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw, pytest.raises((ssl.SSLError, OSError)):
        old.wrap_socket(raw, server_hostname=PUBLIC_NAME)
