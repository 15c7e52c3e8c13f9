"""Certificates and proxies that go wrong, on loopback: each has its own code, and no credential leaves."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from comptexpert_desktop.adapters import wire
from comptexpert_desktop.errors import UnexpectedReply, Unreachable
from comptexpert_desktop.settings import Network

SECRET = "Bearer canary-of-a-token"
DAY = dt.timedelta(days=1)
ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"ok":true}'
)


@dataclass(frozen=True)
class Authority:
    """Who signs certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def authority(text):
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(named(text)).issuer_name(named(text)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return Authority(key, builder.sign(key, hashes.SHA256()))


def served_by(issuer, folder, *, address="127.0.0.1", until=DAY):
    """Make a server's TLS, signed by this authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(named("server")).issuer_name(issuer.certificate.subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - 3 * DAY).not_valid_after(now + until)
    names = [x509.IPAddress(ipaddress.ip_address(address))]
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


class Listener:
    """Answers every connection of loopback with the same bytes, and keeps what it read."""

    def __init__(self, answer, *, context=None):
        self.answer, self.context, self.received = answer, context, b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        """Stop listening; the port answers nobody once this returned."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a connection
        self.socket.close()
        self._thread.join(10)

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                connection.settimeout(10)
                with connection, contextlib.suppress(OSError), self._spoken(connection) as spoken:
                    self._answer(spoken)

    def _spoken(self, connection):
        return self.context.wrap_socket(connection, server_side=True) if self.context else connection

    def _answer(self, spoken):
        read = b""
        while b"\r\n\r\n" not in read:
            part = spoken.recv(65536)
            if not part:
                break
            read += part
        self.received += read
        spoken.sendall(self.answer)
        if self.context:
            spoken.unwrap()


@pytest.fixture
def listening():
    made = []

    def listen(answer, **options):
        made.append(Listener(answer, **options))
        return made[-1]

    yield listen
    for one in made:
        one.close()


def ask(url, *, network=None):
    with wire.new_client(url, network=network) as client:
        return wire.exchange(client, "GET", f"{url}/api/v1/me", headers={"Authorization": SECRET})


FAULTS = {
    "unknown authority": {},
    "another host": {"address": "127.0.0.2", "is_trusted": True},
    "expired": {"until": -DAY, "is_trusted": True},
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_certificate_that_does_not_hold_is_said_and_nothing_is_sent(listening, tmp_path, name):
    options = dict(FAULTS[name])
    firm = authority("Autorité du cabinet")
    ca_file = ""
    if options.pop("is_trusted", False):
        ca_file = str(tmp_path / "ca.pem")
        (tmp_path / "ca.pem").write_bytes(firm.certificate.public_bytes(Encoding.PEM))
    server = listening(ANSWER, context=served_by(firm, tmp_path, **options))
    with pytest.raises(Unreachable) as caught:
        ask(f"https://127.0.0.1:{server.port}", network=Network(ca_file=ca_file))
    assert (caught.value.code, caught.value.data["sent"]) == ("NET_TLS", False)
    assert server.received == b""


def test_the_authority_of_the_firm_is_added_to_those_of_the_system(listening, tmp_path):
    firm = authority("Autorité du cabinet")
    (tmp_path / "ca.pem").write_bytes(firm.certificate.public_bytes(Encoding.PEM))
    server = listening(ANSWER, context=served_by(firm, tmp_path))
    reply = ask(f"https://127.0.0.1:{server.port}", network=Network(ca_file=str(tmp_path / "ca.pem")))
    assert reply.json() == {"ok": True}


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_never_turns_verification_off(listening, tmp_path, content):
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    server = listening(ANSWER, context=served_by(authority("Inconnue"), tmp_path))
    with pytest.raises(Unreachable, match="NET_TLS"):
        ask(f"https://127.0.0.1:{server.port}", network=Network(ca_file=str(tmp_path / "ca.pem")))
    assert server.received == b""


def test_a_redirection_to_plain_http_is_not_followed(listening):
    elsewhere = listening(ANSWER)
    move = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0\r\n\r\n"
    server = listening(move.encode())
    reply = ask(f"http://127.0.0.1:{server.port}")
    assert isinstance(wire.refusal(reply), UnexpectedReply)
    assert elsewhere.received == b""


def test_the_page_of_a_captive_portal_is_no_answer(listening):
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
    server = listening(page)
    with pytest.raises(UnexpectedReply):
        ask(f"http://127.0.0.1:{server.port}").json()


REFUSALS = {
    "asks for a password": b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
    "forbids": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    "cannot reach": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_proxy_that_refuses_is_named_and_learns_no_credential(listening, name):
    proxy = listening(REFUSALS[name])
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(Unreachable) as caught:
        ask("https://comptexpert.example", network=network)
    assert (caught.value.code, caught.value.data["sent"]) == ("NET_PROXY", False)
    assert proxy.received.startswith(b"CONNECT comptexpert.example:443 ")
    assert b"canary" not in proxy.received


def test_a_proxy_that_is_down_is_named(listening):
    proxy = listening(b"")
    proxy.close()
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(Unreachable, match="NET_PROXY"):
        ask("https://comptexpert.example", network=network)


def test_a_server_among_the_exceptions_and_this_machine_are_reached_directly(listening):
    proxy = listening(REFUSALS["forbids"])
    manual = {"proxy_mode": "manual", "proxy_url": f"http://127.0.0.1:{proxy.port}"}
    with pytest.raises(Unreachable, match="NET_OFFLINE"):
        ask("https://comptexpert.example:9", network=Network(**manual, proxy_exceptions=("comptexpert.example",)))
    server = listening(ANSWER)
    assert ask(f"http://127.0.0.1:{server.port}", network=Network(**manual)).json() == {"ok": True}
    assert proxy.received == b""


@pytest.mark.parametrize(("mode", "is_through"), [("system", True), ("none", False)])
def test_the_systems_proxy_is_taken_unless_none_is_wanted(listening, monkeypatch, mode, is_through):
    proxy = listening(REFUSALS["forbids"])
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Unreachable):
        ask("https://comptexpert.example:9", network=Network(proxy_mode=mode))
    assert bool(proxy.received) is is_through
