"""Look at each step between this machine and the server, one after the other, and carry no secret to any of them."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from comptexpert_desktop.adapters import http, http_date, network_certificate, raw_connect
from comptexpert_desktop.adapters.network_proxy import proxy_for
from comptexpert_desktop.adapters.raw_connect import ProxyRefused
from comptexpert_desktop.adapters.trust import CaFileError, trusting
from comptexpert_desktop.domain.network_check import Finding, ProxyAccount, Step
from comptexpert_desktop.errors import ServerError, Unreachable

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from comptexpert_desktop.adapters.network_proxy import ProxyAccess
    from comptexpert_desktop.settings import Network

MAX_SKEW = timedelta(minutes=5)
_DISCOVERY = "/.well-known/comptexpert"


class NetworkProbe:
    """Implements `ports.NetworkGateway`; every step stands for itself and ends within a few seconds."""

    def __init__(self, server_url: str, *, network: Network, access: ProxyAccess) -> None:
        """Look at the way to this server."""
        parts = urlsplit(server_url)
        self._root, self._network, self.access = server_url, network, access
        """The one account of the proxy, for what else leaves this machine."""
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._is_tls = parts.scheme == "https"
        self._place = parts.netloc
        self._steps: dict[Step, Callable[[], Finding]] = {
            Step.NAME: self._name,
            Step.PROXY: self._proxy,
            Step.TCP: self._tcp,
            Step.TLS: self._tls,
            Step.HTTP: self._http,
            Step.API: self._api,
            Step.CLOCK: self._clock,
        }

    def check(self, step: Step) -> Finding:
        """Look at one step."""
        try:
            return self._steps[step]()
        except ServerError as error:
            details = {name: str(value) for name, value in error.data.items()}
            return Finding(step, error.code, {"host": self._place, **details})
        except CaFileError as error:
            return Finding(step, "NET_CA_FILE", {"host": self._place, "file": str(error)})
        except (OSError, ValueError) as error:
            return Finding(step, "NET_OFFLINE", {"host": self._place, "kind": type(error).__name__})

    def proxy(self) -> ProxyAccount:
        """Tell which proxy stands before the server, and who we are to it."""
        found = proxy_for(self._root, self._network)
        place, is_private = (found.place, found.scheme == "https") if found else ("", False)
        return ProxyAccount(place=place, user=self.access.user, is_private=is_private)

    def sign_in_to_proxy(self, *, user: str, password: str) -> bool:
        """Take the account of the proxy; False when it holds for this run only. Without a proxy, nothing is kept."""
        found = proxy_for(self._root, self._network)
        return found is not None and self.access.sign_in(found, user=user, password=password)

    def delete_proxy_account(self) -> None:
        """Show the proxy no account any more."""
        found = proxy_for(self._root, self._network)
        if found is not None:
            self.access.delete(found)

    def _name(self) -> Finding:
        proxy = proxy_for(self._root, self._network)
        host = proxy.host if proxy else self._host
        try:
            found = raw_connect.addresses(host)
        except OSError:
            return Finding(Step.NAME, "NET_OFFLINE", {"host": host})
        return Finding(Step.NAME, data={"host": host, "addresses": ", ".join(found[:3])})

    def _proxy(self) -> Finding:
        proxy = proxy_for(self._root, self._network)
        if proxy is None:
            return Finding(Step.PROXY, is_needless=True)
        details = {"host": self._place, "proxy": proxy.place}
        try:
            self._open().close()
        except ProxyRefused as error:
            details |= {"status": str(error.status), "schemes": ", ".join(sorted(error.schemes))}
            return Finding(Step.PROXY, _code(error), details)
        except OSError:
            return Finding(Step.PROXY, "NET_PROXY", details)
        return Finding(Step.PROXY, data=details)

    def _tcp(self) -> Finding:
        with self._open() as connection:
            peer = str(connection.getpeername()[0])
        return Finding(Step.TCP, data={"host": self._place, "peer": peer})

    def _tls(self) -> Finding:
        if not self._is_tls:
            return Finding(Step.TLS, is_needless=True)
        details = {"host": self._place}
        try:
            with self._open() as plain:
                context = trusting(self._network.ca_file)
                with context.wrap_socket(plain, server_hostname=self._host) as safe:
                    seen = network_certificate.read(safe.getpeercert(binary_form=True) or b"")
                    details |= {"version": safe.version() or ""} | _dates(seen)
        except ssl.SSLError as error:
            why = network_certificate.reason(error)
            refused = None
            if why != "handshake":
                with self._open() as plain:
                    refused = network_certificate.refused_one(plain, host=self._host)
            return Finding(Step.TLS, "NET_TLS", details | {"reason": why} | (_dates(refused) if refused else {}))
        return Finding(Step.TLS, data=details)

    def _http(self) -> Finding:
        return Finding(Step.HTTP, data={"host": self._place, "status": str(self._asked().status)})

    def _api(self) -> Finding:
        reply = self._asked()
        if reply.status not in range(200, 300):
            raise http.refusal(reply)
        document = reply.json()
        if not isinstance(document, dict) or not {"api", "issuer"} <= set(document):
            return Finding(Step.API, "UNEXPECTED_REPLY", {"host": self._place})
        return Finding(Step.API, data={"host": self._place, "api": json.dumps(document["api"])[:60].strip('"')})

    def _clock(self) -> Finding:
        server_time = http_date.read(self._asked().headers.get("date"))
        if server_time is None:
            return Finding(Step.CLOCK, "UNEXPECTED_REPLY", {"host": self._place})
        skew = abs((datetime.now(UTC) - server_time).total_seconds())
        code = "CLOCK_SKEW" if skew > MAX_SKEW.total_seconds() else ""
        return Finding(Step.CLOCK, code, {"host": self._place, "seconds": f"{skew:.0f}"})

    def _asked(self) -> http.Reply:
        with http.new_client(network=self._network, access=self.access) as client:
            reply = http.exchange(client, "GET", f"{self._root}{_DISCOVERY}")
        if reply.status >= 500:  # noqa: PLR2004  (the server's own faults)
            raise http.refusal(reply)
        return reply

    def _open(self) -> socket.socket:
        proxy = proxy_for(self._root, self._network)
        login = self.access.login_for(proxy) if proxy else None
        ca_file = self._network.ca_file
        try:
            return raw_connect.open_to(self._host, self._port, proxy=proxy, login=login, ca_file=ca_file)
        except ProxyRefused as error:
            if proxy is not None and login is not None and error.takes_password:
                self.access.refused(proxy)
            raise
        except ssl.SSLError as error:  # of the proxy's own certificate
            raise Unreachable("NET_PROXY", data={"host": self._place, "proxy": proxy.place if proxy else ""}) from error


def _code(error: ProxyRefused) -> str:
    if error.takes_password:
        return "NET_PROXY_AUTH"
    return "NET_PROXY_SCHEME" if error.wants_login and error.schemes else "NET_PROXY"


def _dates(seen: network_certificate.Certificate) -> dict[str, str]:
    return {"issuer": seen.issuer, "starts": seen.starts.date().isoformat(), "ends": seen.ends.date().isoformat()}
