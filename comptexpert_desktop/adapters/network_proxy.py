"""Which proxy stands between this machine and a server, and who we are to it."""

from __future__ import annotations

import hashlib
import threading
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from comptexpert_desktop.errors import VaultError
from comptexpert_desktop.settings import Network, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable

_PORTS = {"http": 80, "https": 443}


class Secrets(Protocol):
    """What keeps a password; each call may raise a VaultError."""

    def read(self, name: str) -> bytes | None:
        """Return the secret kept under this name."""

    def write(self, name: str, secret: bytes) -> None:
        """Keep a secret under this name."""

    def delete(self, name: str) -> None:
        """Forget the secret kept under this name, if any."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy at one address."""

    scheme: str
    host: str
    port: int
    login: tuple[str, str] | None = None
    """The name and the password that the system's own settings give."""

    @property
    def address(self) -> str:
        """Its address, without whoever we are to it."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{shown}:{self.port}"

    @property
    def place(self) -> str:
        """Its host and port, for people."""
        return self.address.partition("://")[2]

    def __repr__(self) -> str:
        return f"Proxy({self.address})"


def proxy_for(url: str, network: Network) -> Proxy | None:
    """Return the proxy that leads to an address; None when the way is direct, as it always is on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if network.proxy_mode == "none" or is_loopback(host):
        return None
    if network.proxy_mode == "manual":
        return None if _is_among(host, network.proxy_exceptions) else _read(network.proxy_url)
    if urllib.request.proxy_bypass(host):
        return None
    found = urllib.request.getproxies()
    return _read(found.get(parts.scheme) or found.get("all") or "")


def _is_among(host: str, names: Iterable[str]) -> bool:
    """Tell whether a host is one of the names; `.cabinet.example` and `*.cabinet.example` stand for all below."""
    for name in (one.lower().removeprefix("*") for one in names):
        if host == name or (name.startswith(".") and host.endswith(name)):
            return True
    return False


def _read(text: str) -> Proxy | None:
    if not text:
        return None
    parts = urlsplit(text if "://" in text else f"http://{text}")
    try:
        port = parts.port or _PORTS.get(parts.scheme, 1080)
    except ValueError:
        return None
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(parts.scheme, parts.hostname or "", port, login)


class ProxyAccess:
    """The account that we show to proxies: its password is asked of the person, and kept by the keyring alone.

    A password belongs to one name at one address: no other proxy, and no server, is ever shown it.
    """

    def __init__(self, network: Network | None = None, *, vault: Secrets | None = None) -> None:
        self.user = (network or Network()).proxy_user
        self._vault = vault
        self._known: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def login_for(self, proxy: Proxy) -> tuple[str, str] | None:
        """Return the name and the password for this proxy; None while the person was not asked."""
        with self._lock:
            place = (proxy.address, self.user)
            if self.user and place not in self._known:
                self._known[place] = self._kept(place)
            password = self._known.get(place, "")
            return (self.user, password) if password else proxy.login

    def sign_in(self, proxy: Proxy, *, user: str, password: str) -> bool:
        """Take what the person entered; False when it holds for this run only, for want of a keyring."""
        with self._lock:
            self.user = user
            self._known[proxy.address, user] = password
            if self._vault is None:
                return False
            try:
                self._vault.write(_name((proxy.address, user)), password.encode("utf-8").hex().encode("ascii"))
            except VaultError:
                return False
            return True

    def forget(self, proxy: Proxy) -> None:
        """Show this proxy no account of ours any more, and keep nothing of it."""
        with self._lock:
            place = (proxy.address, self.user)
            self._known[place], self.user = "", ""
            if self._vault is not None:
                with suppress(VaultError):
                    self._vault.delete(_name(place))

    def refused(self, proxy: Proxy) -> None:
        """Forget what this proxy did not take: a wrong password is shown once, and never locks an account."""
        with self._lock:
            place = (proxy.address, self.user)
            if self._known.get(place):
                self._known[place] = ""
                if self._vault is not None:
                    with suppress(VaultError):
                        self._vault.delete(_name(place))

    def _kept(self, place: tuple[str, str]) -> str:
        if self._vault is None:
            return ""
        try:
            kept = self._vault.read(_name(place))
            return bytes.fromhex(kept.decode("ascii")).decode("utf-8") if kept else ""
        except (VaultError, ValueError):
            return ""


def _name(place: tuple[str, str]) -> str:
    digest = hashlib.sha256("\n".join(place).encode()).hexdigest()[:32]
    return f"proxy/{digest}"
