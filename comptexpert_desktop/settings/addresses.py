"""Addresses of a server or of a proxy, in one form, or refused."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from comptexpert_desktop.errors import InvalidInput, Problem

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_DEFAULT_PORTS = {"https": 443, "http": 80}


class _Address(NamedTuple):
    parts: SplitResult
    host: str
    port: int | None


def server_address(text: str) -> str:
    """Return a server's address in one form; https, or http on the machine itself."""
    found = _read(text)
    parts, host = (found.parts, found.host) if found else (urlsplit(""), "")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if found is None or not is_safe or parts.username is not None or parts.query or parts.fragment:
        raise InvalidInput([Problem("server", "SERVER_INVALID")])
    return f"{parts.scheme}://{_place(found)}{parts.path.rstrip('/')}"


def proxy_address(text: str) -> str:
    """Return a proxy's address, `http://host:port`; never with a name or a password in it."""
    found = _read(text)
    if found is None:
        raise InvalidInput([Problem("proxy", "INVALID_INPUT")])
    parts = found.parts
    is_plain = parts.username is None and not (parts.query or parts.fragment or parts.path.strip("/"))
    if parts.scheme not in {"http", "https"} or not is_plain:
        raise InvalidInput([Problem("proxy", "INVALID_INPUT")])
    shown = f"[{found.host}]" if ":" in found.host else found.host
    return f"{parts.scheme}://{shown}{f':{found.port}' if found.port else ''}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    return host in _LOOPBACK


def _read(text: str) -> _Address | None:
    """Take an address apart; None when it has no host, or one that could not be written in a header."""
    shown = text.strip()
    try:
        parts = urlsplit(shown)
        host, port = parts.hostname or "", parts.port
        if ":" in host:
            host = ipaddress.IPv6Address(host).compressed
    except ValueError:
        return None
    if not host or port == 0 or not shown.isprintable() or any(letter in "\\ " for letter in shown):
        return None
    return _Address(parts, host, port)


def _place(found: _Address) -> str:
    """Write the host, and the port where it is not the usual one: both forms are one server."""
    shown = f"[{found.host}]" if ":" in found.host else found.host
    is_usual = found.port is None or found.port == _DEFAULT_PORTS.get(found.parts.scheme)
    return shown if is_usual else f"{shown}:{found.port}"
