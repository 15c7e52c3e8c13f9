"""A person with a browser and an application: pages are read and forms sent as a browser does."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.db import connection
from django.test import Client

from comptexpert_server.mail.queue import send_mails
from comptexpert_server.rehearsal.demo_people import PASSWORD, PEOPLE, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AUTHORIZE = "/identity/o/authorize"
TOKEN = "/identity/o/api/token"
REDIRECT = "http://127.0.0.1:51234/callback"
SCOPES = "openid profile comptexpert offline_access"


class Form(HTMLParser):
    """The first form of a page: its address and its fields."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, list[str]] = {}
        self.names: list[str] = []
        self._inside = False
        self._seen = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form" and not self._seen:
            self._inside = self._seen = True
            self.action = found.get("action") or ""
        elif tag == "input" and self._inside and found.get("name"):
            self.names.append(str(found["name"]))
            self.fields.setdefault(str(found["name"]), []).append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


@dataclass
class Visitor:
    """A browser."""

    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(path, query_params=query or None)

    def submit(self, page: Any, *, at: str = "", **fields: str) -> Any:
        form = Form(page.content)
        values: dict[str, Any] = {**form.fields, **{name: [value] for name, value in fields.items()}}
        return self.client.post(form.action or at, urlencode(values, doseq=True), "application/x-www-form-urlencoded")

    def sign_in(self, login_id: str, password: str = PASSWORD, *, secret: str = "") -> Any:
        answer = self.submit(self.get("/compte/login/"), login=login_id, password=password)
        if not secret:
            return answer
        return self.submit(self.get(answer["Location"]), code=totp_code(secret))


@dataclass
class Application:
    """A public client with PKCE, as the desktop is."""

    client_id: str = "comptexpert-desktop"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def request(self, **changes: str) -> dict[str, str]:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": SCOPES,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (asked | changes).items() if value != "-"}

    def code(self, visitor: Visitor, *, login_id: str = "claire.delaunay", **changes: str) -> str:
        """Go through the pages: sign in, consent, come back with a code."""
        visitor.sign_in(login_id)
        page = visitor.get(AUTHORIZE, **self.request(**changes))
        assert page.status_code == 200, page.content
        answer = visitor.submit(page, action="grant")
        assert answer.status_code == 302, answer.content
        query = parse_qs(urlsplit(answer["Location"]).query)
        assert query["state"] == [self.state]
        return query["code"][0]

    def exchange(self, code: str, **changes: str) -> Any:
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "client_id": self.client_id,
            "code_verifier": self.verifier,
        }
        return token_call(body | changes)

    def refresh(self, refresh_token: str, **changes: str) -> Any:
        body = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": self.client_id}
        return token_call(body | changes)

    def tokens(self, *, login_id: str = "claire.delaunay") -> dict[str, Any]:
        answer = self.exchange(self.code(Visitor(), login_id=login_id))
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found


def totp_code(secret: str) -> str:
    """Read the telephone: the code of this half minute."""
    return str(auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time()))))


def token_call(body: dict[str, str]) -> Any:
    kept = {name: value for name, value in body.items() if value != "-"}
    return Client().post(TOKEN, urlencode(kept), "application/x-www-form-urlencoded")


def me(access_token: str) -> Any:
    return Client().get("/api/v1/me", headers={"Authorization": f"Bearer {access_token}"})


def call(path: str, body: object, *, key: str = "", client: Client | None = None, **headers: str) -> Any:
    """Post JSON to the API with an idempotency key."""
    sent = {"Idempotency-Key": key or str(uuid.uuid4())} | {k.replace("_", "-"): v for k, v in headers.items()}
    caller = client or Client(raise_request_exception=False)
    return caller.post(f"/api/v1{path}", json.dumps(body), "application/json", headers=sent)


def person(case: str) -> dict[str, Any]:
    """Give somebody of the rehearsal."""
    assert any(one.case == case for one in PEOPLE)
    return next(one for one in describe() if one["case"] == case)


def mails() -> list[Any]:
    """Send what is queued and read the folder, oldest first."""
    send_mails()
    folder = Path(urlsplit(settings.EMAIL_URL).path)
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def text_of(mail: Any) -> str:
    """Give the text part of a mail."""
    return str(mail.get_body(("plain",)).get_content())


def link_in(mail: Any) -> str:
    """Give the path of the one link that stands alone on its line."""
    lines = [line for line in text_of(mail).splitlines() if line.startswith("http")]
    assert len(lines) == 1, text_of(mail)
    return urlsplit(lines[0]).path


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start every act at the same moment, each on its own connection."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
