"""HTTP as we use it: one way to send, and every failure of it turned into an error of ours."""

from __future__ import annotations

import json
import logging
import re
import ssl
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from comptexpert_desktop import __version__
from comptexpert_desktop.adapters import network_certificate, network_path
from comptexpert_desktop.adapters.network_proxy import ProxyAccess
from comptexpert_desktop.adapters.network_ways import Ways
from comptexpert_desktop.errors import (
    Refused,
    ServerError,
    ServerFault,
    SessionExpired,
    Stale,
    UnexpectedReply,
    Unreachable,
)
from comptexpert_desktop.settings import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.adapters.network_proxy import Proxy

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(connect=5.0, read=10.0, write=10.0, pool=5.0)
MOST_BYTES = 16 * 1024 * 1024
MOST_SECONDS = 60.0
"""A reply that comes drop by drop never runs into the timeout of one read."""

_IDENTIFIER = re.compile(r"/(?=[^/]*\d)[^/]{3,}(?=/|$)")
"""A part of an address that names a case, an account or a person: it has a digit, as no call has but `v1`."""
_PORTS = {"https": 443, "http": 80}
_AUTHENTICATION_REQUIRED = 511
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_BELOW = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict, OSError, ValueError)
_UNKNOWN = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the server, read to its end."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    host: str = ""
    """Who was asked, for the words of what went wrong."""

    def json(self) -> Any:  # noqa: ANN401  (parsed at the border)
        """Return the document; raises UnexpectedReply when it is not JSON."""
        kind = self.headers.get("content-type", "").split(";")[0].strip().lower()
        told = {"status": self.status, "content_type": kind[:60]} | self.asked
        if kind != "application/json" and not kind.endswith("+json"):
            raise UnexpectedReply(data=told)
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise UnexpectedReply(data=told) from error

    @property
    def asked(self) -> dict[str, str]:
        """Tell who was asked, as data of an error."""
        return {"host": self.host} if self.host else {}


class Client(httpx.Client):
    """A client that knows its ways out: who cannot be reached, the server or the proxy before it."""

    def __init__(self, *, ways: Ways | None, transport: httpx.BaseTransport, ca_file: str) -> None:
        super().__init__(
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers={
                "User-Agent": f"comptexpert-desktop/{__version__}",
                "Accept": "application/json, application/problem+json",
            },
        )
        self.ways, self.ca_file = ways, ca_file

    def proxy_of(self, url: str) -> Proxy | None:
        """Return the proxy that leads to an address."""
        return self.ways.proxy_of(url) if self.ways else None


def new_client(
    *,
    network: Network | None = None,
    access: ProxyAccess | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Client:
    """Make a client: the system's certificates and the firm's, never without verification."""
    told = network or Network()
    if transport is not None:
        return Client(ways=None, transport=transport, ca_file=told.ca_file)
    ways = Ways(told, access=access or ProxyAccess(told))
    return Client(ways=ways, transport=ways, ca_file=told.ca_file)


def exchange(
    client: Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    document: object | None = None,
    form: Mapping[str, str] | None = None,
    table: str | None = None,
    patience: float | None = None,
    most_bytes: int = MOST_BYTES,
    most_seconds: float = MOST_SECONDS,
) -> Reply:
    """Send one request and read its answer; raises a ServerError and nothing else.

    `table` is a body of comma-separated values; `patience` the seconds to wait for an answer that takes long to make.
    """
    host = urlsplit(url).netloc
    content, sent_headers = None, dict(headers or {})
    if document is not None:
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        sent_headers["Content-Type"] = "application/json"
    elif table is not None:
        content, sent_headers["Content-Type"] = table.encode(), "text/csv; charset=utf-8"
    timeout = httpx.USE_CLIENT_DEFAULT if patience is None else httpx.Timeout(10.0, connect=5.0, read=patience)
    try:
        with client.stream(method, url, headers=sent_headers, content=content, data=form, timeout=timeout) as response:
            body = _read(response, most_bytes=most_bytes, until=time.monotonic() + most_seconds)
            reply = Reply(response.status_code, response.headers, body, host)
    except ServerError:
        raise
    except _BELOW as error:
        found = _explained(client, error, url=url)
        log.info("%s %s: %s %s", method, _shape(url), found.code, found.data.get("reason", type(error).__name__))
        raise found from error
    log.debug("%s %s: %d, %d bytes", method, _shape(url), reply.status, len(reply.content))
    if _is_of_a_portal(reply, url=url):
        log.info("%s %s: NET_PORTAL %d", method, _shape(url), reply.status)
        raise Unreachable("NET_PORTAL", data={"host": host, "sent": False})
    return reply


def _shape(url: str) -> str:
    """Tell which call it was, of which server, and of nobody's case."""
    parts = urlsplit(url)
    return f"{parts.netloc}{_IDENTIFIER.sub('/…', parts.path)}"


def _explained(client: Client, error: Exception, *, url: str) -> ServerError:
    """Say who failed: the network, the proxy, or the certificate with its issuer."""
    host = urlsplit(url).netloc
    found = translated(error, host=host)
    proxy = client.proxy_of(url)
    if found.code == "NET_TLS":
        found.data |= _certificate(client, error, url=url)
    elif proxy is not None and isinstance(error, (*_NOT_SENT, httpx.ProxyError)):
        found = Unreachable(_proxy_code(error), data={"host": host, "proxy": proxy.place, "sent": False})
        if found.code == "NET_PROXY_AUTH" and client.ways is not None:
            client.ways.access.refused(proxy)
    return found


def _proxy_code(error: Exception) -> str:
    wanted = str(int(httpx.codes.PROXY_AUTHENTICATION_REQUIRED))
    return "NET_PROXY_AUTH" if isinstance(error, httpx.ProxyError) and str(error).startswith(wanted) else "NET_PROXY"


def _certificate(client: Client, error: Exception, *, url: str) -> dict[str, str]:
    """Tell why a certificate was refused, and who issued it, by a look that carries nothing."""
    fault = _tls_fault(error)
    why = network_certificate.reason(fault) if fault else "authority"
    if why == "handshake":
        return {"reason": why}
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)
    proxy = client.proxy_of(url)
    login = client.ways.access.login_for(proxy) if proxy and client.ways else None
    try:
        way = network_path.open_to(host, port, proxy=proxy, login=login, ca_file=client.ca_file)
    except (OSError, ValueError):
        return {"reason": why}
    with way:
        seen = network_certificate.refused_one(way, host=host)
    return {"reason": why, "issuer": seen.issuer if seen else ""}


def _is_of_a_portal(reply: Reply, *, url: str) -> bool:
    """Recognise the page of whoever sells or guards the way to the Internet: our server never answers with one."""
    if reply.status == _AUTHENTICATION_REQUIRED:
        return True
    if reply.status in range(300, 400):
        there = urlsplit(reply.headers.get("location", "")).hostname
        return there is not None and there != urlsplit(url).hostname
    kind = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    has_page = bool(reply.content.strip())  # an empty body is nobody's page: so ends a revocation (RFC 7009)
    return reply.status in range(200, 300) and has_page and kind in {"text/html", "application/xhtml+xml"}


def _read(response: httpx.Response, *, most_bytes: int, until: float) -> bytes:
    received = bytearray()
    for part in response.iter_bytes():
        received += part
        if len(received) > most_bytes:
            raise UnexpectedReply("REPLY_TOO_LARGE")
        if time.monotonic() > until:
            raise httpx.ReadTimeout("The reply has no end.")
    return bytes(received)


def translated(error: Exception, *, host: str) -> ServerError:
    """Turn an exception of the library below into ours; `sent` says whether the request may have left."""
    if isinstance(error, httpx.ProxyError):
        return Unreachable(_proxy_code(error), data={"host": host, "sent": False})
    if _is_tls(error):
        return Unreachable("NET_TLS", data={"host": host, "sent": False})
    if isinstance(error, _NOT_SENT):
        return Unreachable("NET_OFFLINE", data={"host": host, "sent": False})
    if isinstance(error, (*_UNKNOWN, OSError)):
        return Unreachable("NET_OFFLINE", data={"host": host, "sent": True})
    return UnexpectedReply(data={"host": host, "kind": type(error).__name__})


def _is_tls(error: BaseException) -> bool:
    if _tls_fault(error) is not None:
        return True
    return isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error).upper()


def _tls_fault(error: BaseException) -> ssl.SSLError | None:
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLError):
        seen = seen.__cause__ or seen.__context__
    return seen


def refusal(reply: Reply) -> ServerError:
    """Turn an answer that is no success into an error, by what the caller does next."""
    status = reply.status
    if status == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
        return Unreachable("NET_PROXY", data={"sent": False, **reply.asked})
    if status == httpx.codes.UNAUTHORIZED:
        return SessionExpired()
    problem = _problem(reply)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ServerFault(data={"status": status, **reply.asked, **_retry_after(reply, problem)})
    if problem is not None and status >= httpx.codes.BAD_REQUEST:
        return _of_problem(status, problem | _retry_after(reply, problem))
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return ServerFault("TOO_MANY_REQUESTS", data={"status": status, **_retry_after(reply, problem)})
    return UnexpectedReply(data={"status": status, **reply.asked})


def _of_problem(status: int, data: dict[str, Any]) -> ServerError:
    code = str(data["code"])
    if status == httpx.codes.PRECONDITION_FAILED or code == Stale.default_code:
        return Stale(code, data=data)
    is_held = status == httpx.codes.TOO_MANY_REQUESTS and not code.startswith("REG_")
    if is_held or code == "KEY_IN_FLIGHT":
        return ServerFault(code, data=data)
    return Refused(code, data=data)


def _problem(reply: Reply) -> dict[str, Any] | None:
    try:
        document = reply.json()
    except UnexpectedReply:
        return None
    if not isinstance(document, dict) or not isinstance(document.get("code"), str):
        return None
    return document


def _retry_after(reply: Reply, problem: Mapping[str, Any] | None) -> dict[str, float]:
    told = reply.headers.get("retry-after") or str((problem or {}).get("retry_after") or "")
    if not told:
        return {}
    if told.strip().isdigit():
        return {"retry_after": float(told)}
    try:
        until, sent = parsedate_to_datetime(told), parsedate_to_datetime(reply.headers["date"])
    except (KeyError, ValueError):
        return {}
    return {"retry_after": max(0.0, (until - sent).total_seconds())}
