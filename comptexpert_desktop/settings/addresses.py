"""Addresses of a server or of a proxy, in one form, or refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from comptexpert_desktop.errors import InvalidInput, Problem

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def server_address(text: str) -> str:
    """Return a server's address in one form; https, or http on the machine itself."""
    parts = urlsplit(text.strip())
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:
        raise InvalidInput([Problem("server", "SERVER_INVALID")]) from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not host or not is_safe or parts.username or parts.query or parts.fragment:
        raise InvalidInput([Problem("server", "SERVER_INVALID")])
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def proxy_address(text: str) -> str:
    """Return a proxy's address, `http://host:port`; never with a name or a password in it."""
    parts = urlsplit(text.strip())
    try:
        port = parts.port
    except ValueError:
        raise InvalidInput([Problem("proxy", "INVALID_INPUT")]) from None
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_plain:
        raise InvalidInput([Problem("proxy", "INVALID_INPUT")])
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    return host in _LOOPBACK
