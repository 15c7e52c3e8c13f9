"""HTTP as cheap as it can be, for loads: connections that stay open, no library, one request at a time on each.

A request that finds its open connection closed is sent once more on a new one, as HTTP allows for what may be repeated:
every write here has a key.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from comptexpert_desktop.rehearsal.visitor import read_page

CLIENT = "comptexpert-desktop"
REDIRECT = "http://127.0.0.1:9/callback"
SCOPES = "openid profile comptexpert offline_access"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")
MAX_STEPS = 12
TIMEOUT = 30.0


class UnexpectedAnswerError(Exception):
    """An answer that ends what a person does; its status stands in it."""

    def __init__(self, status: int, where: str) -> None:
        super().__init__(f"{status} {where}")
        self.status = status


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    status: int
    headers: dict[str, str]
    cookies: tuple[str, ...] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """Connections to one server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.repeated = 0
        self.answered: list[tuple[int, float]] = []
        """Each answer, with the seconds that it took."""

    async def ask(self, method: str, path: str, *headers: tuple[str, str], body: bytes = b"") -> Reply:
        """Send a request and read its answer."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        request = "\r\n".join([*lines, "", ""]).encode() + body
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(TIMEOUT):
            reply = await self._sent(request)
        self.answered.append((reply.status, loop.time() - began))
        return reply

    async def _sent(self, request: bytes) -> Reply:
        if self._idle:
            try:
                return await self._exchange(*self._idle.pop(), request)
            except (OSError, asyncio.IncompleteReadError):
                self.repeated += 1
        return await self._exchange(*await asyncio.open_connection(self._host, self._port), request)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> Reply:
        try:
            writer.write(request)
            status, headers, cookies = _head(await reader.readuntil(b"\r\n\r\n"))
            has_body = status != 304
            body = await reader.readexactly(int(headers.get("content-length", 0))) if has_body else b""
        except BaseException:
            await _shut(writer)
            raise
        if headers.get("connection") == "close":
            await _shut(writer)
        else:
            self._idle.append((reader, writer))
        return Reply(status, headers, cookies, body)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._idle:
            await _shut(self._idle.pop()[1])


async def _shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _head(raw: bytes) -> tuple[int, dict[str, str], tuple[str, ...]]:
    first, *lines = raw.decode("latin-1").split("\r\n")
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines) if name]
    assert ("transfer-encoding", "chunked") not in pairs, "every answer says its length"
    return int(first.split()[1]), dict(pairs), tuple(value for name, value in pairs if name == "set-cookie")


class Browsing:
    """One sign-in: its cookies and the pages on its way."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._cookies: dict[str, str] = {}

    async def sign_in(self, login_id: str, password: str) -> dict[str, Any]:
        """Go through the pages as the desktop's browser does, and trade the code; returns the tokens."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code", "client_id": CLIENT, "redirect_uri": REDIRECT, "scope": SCOPES, "state": "s",
            "nonce": secrets.token_hex(8), "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        where, fields = f"/identity/o/authorize?{urlencode(asked)}", None
        for _ in range(MAX_STEPS):
            reply = await self._visit(where, fields)
            if reply.status in {302, 303}:
                where, fields = urljoin(self._wire.url + where, reply.headers["location"]), None
                if where.startswith(REDIRECT):
                    code = parse_qs(urlsplit(where).query)["code"][0]
                    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
                    return await trade(self._wire, **given, code_verifier=verifier)
                where = where.removeprefix(self._wire.url)
                continue
            if reply.status != 200:
                raise UnexpectedAnswerError(reply.status, where.partition("?")[0])
            page = read_page(self._wire.url + where, reply.status, reply.body)
            wanted = next(form for form in page.forms if {"password", "action"} & set(form.fields))
            chosen = {"login": [login_id], "password": [password], "action": ["grant"]}
            fields = wanted.fields | {name: given for name, given in chosen.items() if name in wanted.fields}
            where = urljoin(page.url, wanted.action or page.url).removeprefix(self._wire.url)
        raise UnexpectedAnswerError(310, where.partition("?")[0])

    async def _visit(self, where: str, fields: dict[str, list[str]] | None) -> Reply:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = [("Accept", "text/html"), *([("Cookie", cookies)] if cookies else [])]
        if fields is None:
            reply = await self._wire.ask("GET", where, *headers)
        else:
            reply = await self._wire.ask("POST", where, FORM, *headers, body=urlencode(fields, doseq=True).encode())
        for line in reply.cookies:
            name, _, value = line.partition(";")[0].strip().partition("=")
            self._cookies[name] = value
        return reply


async def trade(wire: Wire, **fields: str) -> dict[str, Any]:
    """Trade a code or a refresh token for tokens."""
    reply = await wire.ask(
        "POST", "/identity/o/api/token", FORM, body=urlencode({**fields, "client_id": CLIENT}).encode()
    )
    if reply.status != 200:
        raise UnexpectedAnswerError(reply.status, "token")
    tokens: dict[str, Any] = reply.json()
    return tokens
