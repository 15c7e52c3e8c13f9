"""A server that fails in every way, over a real socket: each way has its error, and a write its certainty."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import threading

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from comptexpert_desktop.adapters import http
from comptexpert_desktop.adapters.server import HttpServer
from comptexpert_desktop.domain.commands import SignUp
from comptexpert_desktop.domain.wire_types import Sending
from comptexpert_desktop.errors import ServerFault, UnexpectedReply, Unreachable

CALL = Sending("key-1", SignUp("other", "canary"))


class Peer:
    """Listens on loopback and treats each connection as a test says."""

    def __init__(self, act, *, context=None):
        self.received = b""
        self._act = act
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, contextlib.suppress(OSError):
                    if self._context is None:
                        self._act(self, connection)
                        continue
                    with self._context.wrap_socket(connection, server_side=True) as spoken:
                        self._act(self, spoken)

    def read(self, connection):
        """Read a whole request."""
        request = b""
        while b"\r\n\r\n" not in request:
            if not (part := connection.recv(65536)):
                return  # whoever came only looked
            request += part
        head, _, body = request.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += connection.recv(65536)
        self.received += head + body

    def close(self):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def served(tmp_path, monkeypatch):
    opened = []

    def serve(act, *, scheme="http", context=None):
        peer = Peer(act, context=context)
        server = HttpServer(f"{scheme}://127.0.0.1:{peer.port}", pins=tmp_path / "pins.json")
        opened.extend([server, peer])
        return server, peer

    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(0.5))
    yield serve
    for one in opened:
        one.close()


def submit(server):
    return server.send([CALL], token="")


def answering(raw):
    def act(peer, connection):
        peer.read(connection)
        connection.sendall(raw)

    return act


FAULT = (
    b'HTTP/1.1 500 Oops\r\nContent-Type: application/problem+json\r\nContent-Length: 23\r\n\r\n{"code":"SERVER_FAULT"}'
)
OK = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"


def drop_after_reading(peer, connection):
    peer.read(connection)


def stay_silent(peer, connection):
    peer.read(connection)
    threading.Event().wait(1.0)


LOST = {
    "dropped after reading": drop_after_reading,
    "silent": stay_silent,
    "cut in the head": answering(b"HTTP/1.1 202 Acc"),
    "cut in the body": answering(OK + b'Content-Length: 50\r\n\r\n{"id"'),
    "garbage": answering(b"\x16\x03\x01garbage\r\n\r\n"),
}


@pytest.mark.parametrize("name", LOST)
def test_an_answer_that_was_lost_leaves_the_write_unknown(served, name):
    server, _ = served(LOST[name])
    with pytest.raises(Unreachable) as caught:
        submit(server)
    assert (caught.value.code, caught.value.data["sent"]) == ("NET_OFFLINE", True)


def test_a_port_that_nobody_listens_on_received_nothing(served):
    server, peer = served(drop_after_reading)
    peer.close()
    with pytest.raises(Unreachable) as caught:
        submit(server)
    assert caught.value.data["sent"] is False


def test_a_reply_that_comes_drop_by_drop_has_an_end(served):
    def drip(peer, connection):
        peer.read(connection)
        connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
        for _ in range(40):
            connection.sendall(b" ")
            threading.Event().wait(0.05)

    server, peer = served(drip)
    with pytest.raises(Unreachable) as caught:
        http.exchange(server._client, "POST", f"http://127.0.0.1:{peer.port}/", document={}, max_seconds=0.3)
    assert caught.value.data["sent"] is True


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", UnexpectedReply),
        (FAULT, ServerFault),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", Unreachable),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", Unreachable),
        (OK + b"Content-Length: 2\r\n\r\n[]", UnexpectedReply),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", UnexpectedReply),
        (b"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n", Unreachable),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", UnexpectedReply),
    ],
)
def test_an_answer_that_is_wrong_has_its_error(served, raw, kind):
    server, _ = served(answering(raw))
    with pytest.raises(kind):
        submit(server)


def own_certificate(folder):
    """Make a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - day).not_valid_after(now + day)
    (folder / "tls.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    return context


def test_a_certificate_that_nobody_vouches_for_receives_nothing(served, tmp_path):
    server, peer = served(drop_after_reading, scheme="https", context=own_certificate(tmp_path))
    with pytest.raises(Unreachable) as caught:
        submit(server)
    assert (caught.value.code, caught.value.data["sent"]) == ("NET_TLS", False)
    assert peer.received == b""


def test_no_variable_of_the_environment_turns_verification_off(served, tmp_path, monkeypatch):
    context = own_certificate(tmp_path)
    for name in ("PYTHONHTTPSVERIFY", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_NO_VERIFY"):
        monkeypatch.setenv(name, "0")
    server, _ = served(drop_after_reading, scheme="https", context=context)
    with pytest.raises(Unreachable, match="NET_TLS"):
        submit(server)
