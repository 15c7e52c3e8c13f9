"""HTTP as we use it: one way to send, and every failure of it turned into an error of ours."""

from __future__ import annotations

import json
import logging
import re
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from comptexpert_desktop import __version__
from comptexpert_desktop.adapters import http_date, json_body, network_certificate, problems, raw_connect
from comptexpert_desktop.adapters.http_library import httpx
from comptexpert_desktop.adapters.network_proxy import ProxyAccess
from comptexpert_desktop.adapters.proxy_transport import Ways
from comptexpert_desktop.adapters.trust import CaFileError
from comptexpert_desktop.domain.documents import MALFORMED
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
MAX_BYTES = 16 * 1024 * 1024
MAX_SECONDS = 60.0
"""A reply that comes drop by drop never runs into the timeout of one read."""

_IDENTIFIER = re.compile(r"/(?=[^/]*\d)[^/]{3,}(?=/|$)")
"""A part of an address that names a case, an account or a person: it has a digit, as no call has but `v1`."""
_PORTS = {"https": 443, "http": 80}
_AUTHENTICATION_REQUIRED = 511
_OF_A_GATEWAY = frozenset({502, 503, 504})
_PROBLEM = "application/problem+json"
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_BELOW = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    OSError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the library below raises, and what it lets through of its own parsers; RuntimeError holds RecursionError."""
_PLAIN_CODINGS = frozenset({"", "identity"})
_AGAIN = frozenset({"KEY_IN_FLIGHT", "DEL_IMPORT_INCOMPLETE"})
"""Nothing is wrong with what was sent: the same goes again, whole, under its key."""
_MAX_DIGITS = 9
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
        details = {"status": self.status, "content_type": kind[:60]} | self.asked
        if kind != "application/json" and not kind.endswith("+json"):
            raise UnexpectedReply(data=details)
        try:
            return json_body.read(self.content)
        except ValueError as error:
            raise UnexpectedReply(data=details) from error

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
                "Accept-Encoding": "identity",
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
    details = network or Network()
    if transport is not None:
        return Client(ways=None, transport=transport, ca_file=details.ca_file)
    ways = Ways(details, access=access or ProxyAccess(details))
    return Client(ways=ways, transport=ways, ca_file=details.ca_file)


def exchange(
    client: Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    document: object | None = None,
    form: Mapping[str, str] | None = None,
    table: str | None = None,
    read_timeout: float | None = None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
) -> Reply:
    """Send one request and read its answer; raises a ServerError and nothing else.

    `table` is a body of comma-separated values; `read_timeout` the seconds that an answer may take to be made.
    """
    host = urlsplit(url).netloc
    sent_headers = dict(headers or {})
    timeout = httpx.USE_CLIENT_DEFAULT if read_timeout is None else httpx.Timeout(10.0, connect=5.0, read=read_timeout)
    try:
        content = _content(document, table=table, headers=sent_headers)
        with client.stream(method, url, headers=sent_headers, content=content, data=form, timeout=timeout) as response:
            body = _read(response, max_bytes=max_bytes, until=time.monotonic() + max_seconds)
            reply = Reply(response.status_code, response.headers, body, host)
    except ServerError:
        raise
    except CaFileError as error:
        raise Unreachable("NET_CA_FILE", data={"host": host, "file": str(error), "sent": False}) from error
    except _BELOW as error:
        found = _explained(client, error, url=url)
        log.info("%s %s: %s %s", method, _shape(url), found.code, found.data.get("reason", type(error).__name__))
        raise found from error
    log.debug("%s %s: %d, %d bytes", method, _shape(url), reply.status, len(reply.content))
    if _is_of_a_portal(reply, url=url):
        log.info("%s %s: NET_PORTAL %d", method, _shape(url), reply.status)
        raise Unreachable("NET_PORTAL", data={"host": host, "sent": False})
    return reply


def _content(document: object | None, *, table: str | None, headers: dict[str, str]) -> bytes | None:
    """Write the body of a request and say in its headers what it is; raises ValueError for what no body can hold."""
    if document is not None:
        headers["Content-Type"] = "application/json"
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    if table is not None:
        headers["Content-Type"] = "text/csv; charset=utf-8"
        return table.encode()
    return None


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
            code, said = client.ways.refusal_of(proxy, url=url)
            found = Unreachable(code, data=found.data | said)
    return found


def _proxy_code(error: Exception) -> str:
    status = str(int(httpx.codes.PROXY_AUTHENTICATION_REQUIRED))
    return "NET_PROXY_AUTH" if isinstance(error, httpx.ProxyError) and str(error).startswith(status) else "NET_PROXY"


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
        way = raw_connect.open_to(host, port, proxy=proxy, login=login, ca_file=client.ca_file)
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
        there = _host_of(reply.headers.get("location", ""))
        return there is not None and there != urlsplit(url).hostname
    kind = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    has_page = bool(reply.content.strip())  # an empty body is nobody's page: so ends a revocation (RFC 7009)
    return reply.status in range(200, 300) and has_page and kind in {"text/html", "application/xhtml+xml"}


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _read(response: httpx.Response, *, max_bytes: int, until: float) -> bytes:
    if response.headers.get("content-encoding", "").strip().lower() not in _PLAIN_CODINGS:
        raise UnexpectedReply("REPLY_PACKED")  # never asked for, and measured by nobody until it fills the memory
    received = bytearray()
    for part in response.iter_bytes():
        received += part
        if len(received) > max_bytes:
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
    problem = _problem(reply)
    if problem is None:
        return _of_somebody_else(reply)  # a 401 too: a gateway that asks for its own sign-in ends no session of ours
    if status == httpx.codes.UNAUTHORIZED:
        return SessionExpired()
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ServerFault(data={"status": status, **reply.asked, **retry_after(reply, problem)})
    if status >= httpx.codes.BAD_REQUEST:
        return _of_problem(status, problem | retry_after(reply, problem))
    return UnexpectedReply(data={"status": status, **reply.asked})


def _of_somebody_else(reply: Reply) -> ServerError:
    """Name an answer without our document: whoever stands before the server wrote it."""
    data = {"status": reply.status, **reply.asked}
    if reply.status in _OF_A_GATEWAY:
        # It reached nobody, or heard nobody in time: what was sent may have arrived.
        return Unreachable(ServerFault.default_code, data={"sent": True, **data})
    if reply.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return UnexpectedReply(ServerFault.default_code, data=data)
    if reply.status == httpx.codes.TOO_MANY_REQUESTS:
        return ServerFault("TOO_MANY_REQUESTS", data={"status": reply.status, **retry_after(reply)})
    return UnexpectedReply(data=data)


def _of_problem(status: int, data: dict[str, Any]) -> ServerError:
    code = str(data["code"])
    if status == httpx.codes.PRECONDITION_FAILED or code == Stale.default_code:
        return Stale(code, data=data)
    is_held = status == httpx.codes.TOO_MANY_REQUESTS and not code.startswith("REG_")
    if is_held or code in _AGAIN:
        return ServerFault(code, data=data)
    return Refused(code, data=data)


def _problem(reply: Reply) -> dict[str, Any] | None:
    """Read a refusal of our server: a problem document with a code of ours; None when somebody else answered."""
    kind = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != _PROBLEM:
        return None
    try:
        return problems.read(reply.json())
    except (UnexpectedReply, *MALFORMED):
        return None


def retry_after(reply: Reply, problem: Mapping[str, Any] | None = None) -> dict[str, float]:
    """Return the seconds that the server asks to wait, by its own clock; nothing where it says none."""
    asked = reply.headers.get("retry-after", "").strip()
    if not asked:
        details = (problem or {}).get("retry_after")
        return {} if details is None else {"retry_after": details}
    if asked.isascii() and asked.isdigit():
        return {"retry_after": problems.seconds(float(asked[:_MAX_DIGITS]))}
    until, sent = http_date.read(asked), http_date.read(reply.headers.get("date"))
    if until is None or sent is None:
        return {}
    return {"retry_after": problems.seconds(max(0.0, (until - sent).total_seconds()))}
