"""Each step between this machine and the server is looked at for itself, over real sockets."""

from __future__ import annotations

import base64
from email.utils import formatdate

import pytest

from comptexpert_desktop.adapters import raw_connect
from comptexpert_desktop.adapters.connectivity_check import NetworkProbe
from comptexpert_desktop.adapters.network_proxy import ProxyAccess
from comptexpert_desktop.domain.network_check import Step
from comptexpert_desktop.settings import Network
from tests.desktop.adapters.listening import DAY, Listener, TunnelProxy, authority, served_by
from tests.fakes import FakeVault

HOST = "comptexpert.example"
BODY = b'{"api": "/api/v1", "issuer": "https://comptexpert.example", "epoch": "1"}'
LOGIN = base64.b64encode(b"poste:canary").decode()


def answer(body=BODY, *, status=b"200 OK", kind=b"application/json", date=None):
    head = [
        b"HTTP/1.1 " + status,
        b"Content-Type: " + kind,
        b"Connection: close",
        f"Content-Length: {len(body)}".encode(),
        f"Date: {date or formatdate(usegmt=True)}".encode(),
    ]
    return b"\r\n".join([*head, b"", body])


@pytest.fixture
def listening():
    made = []

    def listen(kind=Listener, *given, **options):
        made.append(kind(*given, **options))
        return made[-1]

    yield listen
    for one in reversed(made):
        one.close()


def probe(url, **network):
    ways = Network(**network)
    return NetworkProbe(url, network=ways, access=ProxyAccess(ways, vault=FakeVault()))


def test_a_server_on_this_machine_passes_every_step(listening):
    server = listening(Listener, answer())
    looking = probe(f"http://127.0.0.1:{server.port}")
    findings = {step: looking.check(step) for step in Step}
    assert {step for step, found in findings.items() if not found.is_ok} == set()
    assert {step for step, found in findings.items() if found.is_needless} == {Step.PROXY, Step.TLS}
    assert findings[Step.HTTP].data["status"] == "200"
    assert int(findings[Step.CLOCK].data["seconds"]) < 60


def test_the_certificate_is_told_with_its_issuer_and_its_dates(listening, tmp_path):
    firm = authority("Autorité du cabinet")
    server = listening(Listener, answer(), context=served_by(firm, tmp_path))
    found = probe(f"https://127.0.0.1:{server.port}", ca_file=firm.file(tmp_path)).check(Step.TLS)
    assert found.is_ok
    assert found.data["issuer"] == "Autorité du cabinet"
    assert found.data["starts"] < found.data["ends"]
    assert found.data["version"].startswith("TLSv1.")


@pytest.mark.parametrize(
    ("options", "reason"), [({}, "authority"), ({"until": -DAY}, "expired"), ({"address": "127.0.0.2"}, "other_host")]
)
def test_a_certificate_that_is_refused_is_told_too_and_receives_nothing(listening, tmp_path, options, reason):
    firm = authority("Autorité du cabinet")
    server = listening(Listener, answer(), context=served_by(firm, tmp_path, **options))
    ca_file = "" if reason == "authority" else firm.file(tmp_path)
    found = probe(f"https://127.0.0.1:{server.port}", ca_file=ca_file).check(Step.TLS)
    assert (found.code, found.data["reason"], found.data["issuer"]) == ("NET_TLS", reason, "Autorité du cabinet")
    assert server.received == b""


def test_a_name_that_nobody_knows_and_a_port_where_nobody_listens_are_told(listening):
    unknown = probe("https://nulle-part.invalid").check(Step.NAME)
    assert (unknown.code, unknown.data["host"]) == ("NET_OFFLINE", "nulle-part.invalid")
    gone = listening(Listener, b"")
    gone.close()
    assert probe(f"http://127.0.0.1:{gone.port}").check(Step.TCP).code == "NET_OFFLINE"


def test_a_system_that_never_resolves_is_not_waited_for(monkeypatch):
    import threading

    held = threading.Event()
    monkeypatch.setattr(raw_connect.socket, "getaddrinfo", lambda *_given, **_options: [held.wait(10)] * 0)
    with pytest.raises(TimeoutError):
        raw_connect.addresses("lent.example", timeout=0.05)
    held.set()


ANSWERS = {
    "portal": (answer(b"<html>", kind=b"text/html"), Step.HTTP, "NET_PORTAL"),
    "server down": (answer(b"", status=b"503 Busy"), Step.HTTP, "SERVER_FAULT"),
    "another site": (answer(b"{}"), Step.API, "UNEXPECTED_REPLY"),
    "no such page": (answer(b"", status=b"404 Not Found"), Step.API, "UNEXPECTED_REPLY"),
    "clock": (answer(date="Tue, 24 Nov 2020 09:30:00 GMT"), Step.CLOCK, "CLOCK_SKEW"),
    "no clock": (answer(date="demain"), Step.CLOCK, "UNEXPECTED_REPLY"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_answers_in_the_servers_place_is_told(listening, name):
    raw, step, code = ANSWERS[name]
    server = listening(Listener, raw)
    assert probe(f"http://127.0.0.1:{server.port}").check(step).code == code


def test_a_proxy_is_looked_at_with_the_account_that_it_asks_for(listening, tmp_path):
    firm = authority("Autorité du cabinet")
    server = listening(Listener, answer(), context=served_by(firm, tmp_path, address=HOST))
    proxy = listening(TunnelProxy, server.port, login=LOGIN)
    ways = {"proxy_mode": "manual", "proxy_url": f"http://127.0.0.1:{proxy.port}", "ca_file": firm.file(tmp_path)}
    looking = probe(f"https://{HOST}", **ways)
    place = f"127.0.0.1:{proxy.port}"
    assert looking.proxy().place == place
    asked = looking.check(Step.PROXY)
    assert (asked.code, asked.data["proxy"]) == ("NET_PROXY_AUTH", place)
    assert looking.sign_in_to_proxy(user="poste", password="canary")
    findings = {step: looking.check(step) for step in Step}
    assert {step: found.code for step, found in findings.items() if not found.is_ok} == {}
    assert findings[Step.NAME].data["host"] == "127.0.0.1"
    assert LOGIN.encode() not in server.received
    assert not any("canary" in str(found) for found in findings.values())


@pytest.mark.parametrize("raw", [b"HTTP/1.1 403 Forbidden\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b""])
def test_a_proxy_that_does_not_let_through_is_told(listening, raw):
    proxy = listening(Listener, raw)
    looking = probe(f"https://{HOST}", proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    assert looking.check(Step.PROXY).code == "NET_PROXY"


def test_without_a_proxy_no_account_is_taken():
    looking = probe("http://127.0.0.1:1")
    assert looking.proxy().place == ""
    assert looking.sign_in_to_proxy(user="poste", password="canary") is False
