"""Which proxy stands between this machine and a server, and who we are to it."""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit

from comptexpert_desktop.adapters import pac
from comptexpert_desktop.errors import InvalidInput, VaultError
from comptexpert_desktop.settings import Network, is_loopback, proxy_exceptions

log = logging.getLogger(__name__)

_PORTS = {"http": 80, "https": 443}
_SYSTEM_CHOOSES = sys.platform in {"win32", "darwin"}
"""Their settings name proxies, scripts and exceptions; elsewhere variables do, and they are stronger everywhere."""


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


UNUSABLE = Proxy("invalid", "?", 0)
"""Stands where settings name a proxy that cannot be understood: nothing passes, and nothing goes round it."""


def proxy_for(url: str, network: Network) -> Proxy | None:
    """Return the proxy that leads to an address; None when the way is direct, as it always is on this machine.

    What means nothing is no way round: an address that cannot be read gives a proxy that nothing passes.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if network.proxy_mode == "none" or is_loopback(host):
        return None
    if network.proxy_mode == "manual":
        try:
            is_spared = proxy_exceptions.is_spared(url, network.proxy_exceptions)
        except InvalidInput:
            is_spared = False
        return None if is_spared else _read(network.proxy_url)
    if network.proxy_mode == "pac":
        return _by_script(url, network.pac_url)
    found = urllib.request.getproxies_environment()
    address = found.get(parts.scheme) or found.get("all") or ""
    if not address:
        return _by_script(url, pac.OF_THE_SYSTEM) if _SYSTEM_CHOOSES else None
    return None if _spares(url, found.get("no", "")) else _read(address)


def _by_script(url: str, address: str) -> Proxy | None:
    try:
        found = pac.script_at(address).way(url)
    except pac.PacError as error:
        log.info("proxy %s: %s", "script" if address else "of the system", error)
        return UNUSABLE
    return _read(f"{found.scheme}://{found.place}") if found.scheme else None


def _spares(url: str, exceptions: str) -> bool:
    """Tell whether a variable names an address as one without a proxy; a bare name there stands for all below."""
    for one in exceptions.split(","):
        forms = [one] if one.strip().startswith((".", "*", "<")) else [one, f".{one.strip()}"]
        for form in forms:
            with suppress(InvalidInput):  # the proxy is used, which is what no exception means
                if proxy_exceptions.is_spared(url, [form]):
                    return True
    return False


def _read(text: str) -> Proxy:
    parts = urlsplit("")
    with suppress(ValueError):
        parts = urlsplit(text if "://" in text else f"http://{text}")
    try:
        port = parts.port or _PORTS.get(parts.scheme, 1080)
    except ValueError:
        return UNUSABLE
    if not parts.hostname:
        return UNUSABLE
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(parts.scheme, parts.hostname, port, login)


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

    def delete(self, proxy: Proxy) -> None:
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
