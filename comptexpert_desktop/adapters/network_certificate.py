"""What a server's certificate says of itself: who issued it and for how long."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.lazy_import import lazy

if TYPE_CHECKING:
    import socket
    from datetime import datetime

    from cryptography import x509
    from cryptography.x509 import oid
else:  # a certificate that was refused alone needs them
    x509 = lazy("cryptography.x509")
    oid = lazy("cryptography.x509.oid")

MAX_BYTES = 80
_REASONS = {
    9: "not_yet",
    10: "expired",
    18: "self_signed",
    62: "other_host",
    63: "other_host",
    64: "other_host",
}
"""OpenSSL's verdicts; every other one is an authority that this machine does not know."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What matters of it to somebody who asks why it was refused."""

    issuer: str
    starts: datetime
    ends: datetime


def read(der: bytes) -> Certificate:
    """Read a certificate; raises ValueError."""
    found = x509.load_der_x509_certificate(der)
    return Certificate(_name(found.issuer), found.not_valid_before_utc, found.not_valid_after_utc)


def reason(error: ssl.SSLError) -> str:
    """Say in one word why a handshake failed."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "handshake"
    code = getattr(error, "verify_code", 0)
    if not code and "hostname" in str(error).lower():
        return "other_host"
    return _REASONS.get(code, "authority")


def refused_one(connection: socket.socket, *, host: str) -> Certificate | None:
    """Look at a certificate that was refused, to name its issuer; None when it cannot be read.

    This handshake trusts nobody and carries nothing: the connection is closed as soon as the certificate was read.
    """
    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE
    try:
        with looking.wrap_socket(connection, server_hostname=host) as seen:
            der = seen.getpeercert(binary_form=True)
        return read(der) if der else None
    except (OSError, ValueError):
        return None


def _name(name: x509.Name) -> str:
    """Write a name on one line of bounded length: whoever made the certificate chose it."""
    for kind in (oid.NameOID.COMMON_NAME, oid.NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            shown = "".join(one for one in str(attribute.value) if one.isprintable()).strip()
            if shown:
                return shown[:MAX_BYTES]
    return ""
