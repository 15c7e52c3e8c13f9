"""Which addresses are reached without the proxy, in every form that curl and browsers take; anything else is refused.

`host`, `.domain` and `*.domain` (all below it), `*` (everything), `prefix*` and other stars, `host:port`,
`https://host`, an address (`10.1.2.3`, `[2001:db8::1]`), a network (`10.0.0.0/8`), `<local>` (names without a dot).
A name with stars that could be an address (`10.*`) matches addresses alone: anybody may register `10.example`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from comptexpert_desktop.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LETTERS = 253
LOCAL = "<local>"

_PORTS = {"https": 443, "http": 80}
_SCHEME = re.compile(r"(https?)://", re.ASCII)
_PORT = re.compile(r":(\d{1,5})", re.ASCII)
_NAME = re.compile(r"(\*?\.)?[\w*-]+(\.[\w*-]+)*\.?")
_LIKE_AN_ADDRESS = re.compile(r"[\d.*]*\*[\d.*]*|[\d.]+", re.ASCII)

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class ProxyException:
    """One exception, read."""

    name: str = ""
    """A name in small letters, with stars; empty for a network."""
    network: _Network | None = None
    scheme: str = ""
    port: int | None = None

    def spares(self, scheme: str, host: str, port: int) -> bool:
        """Tell whether an address is reached without the proxy."""
        if self.scheme not in ("", scheme) or self.port not in (None, port):
            return False
        address = _address(host)
        if self.network is not None:
            return address is not None and address in self.network
        if self.name == LOCAL:
            return address is None and "." not in host
        if _LIKE_AN_ADDRESS.fullmatch(self.name) and self.name != "*" and address is None:
            return False
        return _matches(self.name, host.rstrip("."))


def read(text: str) -> ProxyException:
    """Read one exception; raises InvalidInput."""
    written = text.strip().lower()
    if written == LOCAL:
        return ProxyException(LOCAL)
    scheme = _SCHEME.match(written)
    rest = written[scheme.end() :] if scheme else written
    if not rest or len(rest) > MAX_LETTERS:
        raise _refused()
    network = _network(rest)
    if network is not None:
        return ProxyException(network=network, scheme=scheme[1] if scheme else "")
    host, port = _parted(rest)
    network = _network(host.strip("[]"))
    if network is not None and "/" not in host:
        return ProxyException(network=network, scheme=scheme[1] if scheme else "", port=port)
    if _NAME.fullmatch(host) is None or (_LIKE_AN_ADDRESS.fullmatch(host) and "*" not in host):
        raise _refused()
    return ProxyException(host.rstrip("."), scheme=scheme[1] if scheme else "", port=port)


def one_form(value: object) -> str:
    """Return one exception as it is kept, or raise InvalidInput."""
    if not isinstance(value, str):
        raise _refused()
    read(value)
    return value.strip().lower()


def is_spared(url: str, exceptions: Iterable[str]) -> bool:
    """Tell whether one of the exceptions names an address; raises InvalidInput for one that means nothing."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    read_ones = [read(one) for one in exceptions]
    return any(one.spares(parts.scheme, parts.hostname or "", port) for one in read_ones)


def _parted(rest: str) -> tuple[str, int | None]:
    """Part a host from its port; a host in brackets is an address of IPv6."""
    if rest.startswith("["):
        host, closing, port = rest.partition("]")
        if not closing or _network(host[1:]) is None:
            raise _refused()
        return f"{host}]", _port(port)
    host, colon, port = rest.partition(":")
    return host, _port(f"{colon}{port}")


def _port(text: str) -> int | None:
    if not text:
        return None
    found = _PORT.fullmatch(text)
    if found is None or not 0 < int(found[1]) < 2**16:
        raise _refused()
    return int(found[1])


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _matches(name: str, host: str) -> bool:
    if name.startswith("."):
        return host.endswith(name)
    return re.fullmatch(".*".join(map(re.escape, name.split("*"))), host) is not None


def _refused() -> InvalidInput:
    return InvalidInput([Problem("proxy_exceptions", "INVALID_INPUT")])
