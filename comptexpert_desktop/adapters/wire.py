"""HTTP as we use it: one way to send, and every failure of it turned into an error of ours."""

from __future__ import annotations

import contextlib
import json
import ssl
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import truststore

from comptexpert_desktop import __version__
from comptexpert_desktop.errors import (
    Refused,
    ServerError,
    ServerFault,
    SessionExpired,
    Stale,
    UnexpectedReply,
    Unreachable,
)
from comptexpert_desktop.settings import Network, is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = httpx.Timeout(connect=5.0, read=10.0, write=10.0, pool=5.0)
MOST_BYTES = 16 * 1024 * 1024
MOST_SECONDS = 60.0
"""A reply that comes drop by drop never runs into the timeout of one read."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_BELOW = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict, OSError, ValueError)
_UNKNOWN = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the server, read to its end."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)

    def json(self) -> Any:  # noqa: ANN401  (parsed at the border)
        """Return the document; raises UnexpectedReply when it is not JSON."""
        kind = self.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise UnexpectedReply(data={"status": self.status, "content_type": kind[:60]})
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise UnexpectedReply(data={"status": self.status, "content_type": kind[:60]}) from error


class Client(httpx.Client):
    """A client that knows whether a proxy of ours stands before its server: who cannot be reached then is the proxy."""

    is_behind_proxy = False


def new_client(
    server_url: str, *, network: Network | None = None, transport: httpx.BaseTransport | None = None
) -> Client:
    """Make a client for this server: the system's certificates and the firm's, never without verification."""
    ways = network or Network()
    host = urlsplit(server_url).hostname or ""
    on_this_machine = is_loopback(host)
    verify: ssl.SSLContext | bool = True
    if server_url.startswith("https:") and transport is None:
        verify = trusting(ways.ca_file)
    through = ways.proxy_url if ways.proxy_mode == "manual" and not on_this_machine else ""
    direct: dict[str, httpx.BaseTransport | None] = {f"all://{name}": None for name in ways.proxy_exceptions}
    client = Client(
        verify=verify,
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=ways.proxy_mode == "system" and not on_this_machine,
        transport=transport,
        proxy=through or None,
        mounts=direct if through else None,
        headers={
            "User-Agent": f"comptexpert-desktop/{__version__}",
            "Accept": "application/json, application/problem+json",
        },
    )
    client.is_behind_proxy = bool(through) and host not in ways.proxy_exceptions
    return client


def trusting(ca_file: str) -> ssl.SSLContext:
    """Trust what the system trusts, and the authorities of this file; one that cannot be read adds none."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        with contextlib.suppress(OSError, ssl.SSLError):
            context.load_verify_locations(ca_file)
    return context


def exchange(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    document: object | None = None,
    form: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
    most_seconds: float = MOST_SECONDS,
) -> Reply:
    """Send one request and read its answer; raises a ServerError and nothing else."""
    host = urlsplit(url).netloc
    content, sent_headers = None, dict(headers or {})
    if document is not None:
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        sent_headers["Content-Type"] = "application/json"
    try:
        with client.stream(method, url, headers=sent_headers, content=content, data=form) as response:
            body = _read(response, most_bytes=most_bytes, until=time.monotonic() + most_seconds)
            return Reply(response.status_code, response.headers, body)
    except ServerError:
        raise
    except _BELOW as error:
        if isinstance(error, _NOT_SENT) and getattr(client, "is_behind_proxy", False) and not _is_tls(error):
            raise Unreachable("NET_PROXY", data={"host": host, "sent": False}) from error
        raise translated(error, host=host) from error


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
        return Unreachable("NET_PROXY", data={"host": host, "sent": False})
    if _is_tls(error):
        return Unreachable("NET_TLS", data={"host": host, "sent": False})
    if isinstance(error, _NOT_SENT):
        return Unreachable("NET_OFFLINE", data={"host": host, "sent": False})
    if isinstance(error, (*_UNKNOWN, OSError)):
        return Unreachable("NET_OFFLINE", data={"host": host, "sent": True})
    return UnexpectedReply(data={"host": host, "kind": type(error).__name__})


def _is_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error).upper()


def refusal(reply: Reply) -> ServerError:
    """Turn an answer that is no success into an error, by what the caller does next."""
    status = reply.status
    if status == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
        return Unreachable("NET_PROXY", data={"sent": False})
    if status == httpx.codes.UNAUTHORIZED:
        return SessionExpired()
    problem = _problem(reply)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return ServerFault(data={"status": status, **_retry_after(reply, problem)})
    if problem is not None and status >= httpx.codes.BAD_REQUEST:
        return _of_problem(status, problem | _retry_after(reply, problem))
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return ServerFault("TOO_MANY_REQUESTS", data={"status": status, **_retry_after(reply, problem)})
    return UnexpectedReply(data={"status": status})


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
