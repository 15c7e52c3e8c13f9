"""Certificates made for a test, and listeners on loopback that answer as a fault would."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """Who signs certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def file(self, folder):
        """Write its certificate as a file of authorities."""
        path = folder / "ca.pem"
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return str(path)


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


def served_by(issuer, folder, *, address="127.0.0.1", since=-3 * DAY, until=DAY):
    """Make a server's TLS, signed by this authority, or by itself where there is none."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    issuer = issuer or Authority(key, None)
    own = issuer.certificate.subject if issuer.certificate else named("server")
    builder = x509.CertificateBuilder().subject_name(named("server")).issuer_name(own)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + since).not_valid_after(now + until)
    builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(address)]), critical=False)
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


def _general_name(address):
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)


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


class TunnelProxy(Listener):
    """A proxy that leads every tunnel to one port of loopback, once it is told the right name and password."""

    def __init__(self, port, *, login=None):
        self.target, self.login, self.heads = port, login, []
        super().__init__(b"")

    def _answer(self, spoken):
        head = b""
        while b"\r\n\r\n" not in head:
            part = spoken.recv(1)
            if not part:
                return
            head += part
        self.heads.append(head)
        self.received += head
        if self.login is not None and f"Basic {self.login}".encode() not in head:
            spoken.sendall(REFUSAL_407)
            return
        spoken.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._reach(spoken)

    def _reach(self, spoken):
        with socket.create_connection(("127.0.0.1", self.target)) as server:
            self._carry(spoken, server)

    def _carry(self, one, other):
        """Carry bytes both ways until either side ends."""
        back = threading.Thread(target=self._pour, args=(other, one), daemon=True)
        back.start()
        self._pour(one, other)
        back.join(10)

    def _pour(self, source, sink):
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                sink.sendall(part)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


REFUSAL_407 = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
)
