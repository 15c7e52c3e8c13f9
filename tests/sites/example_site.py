"""A site of the Ordre in a hundred lines, on Authlib: it lets people in and shows what they may open."""

from __future__ import annotations

import html
import secrets
import threading
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from authlib.integrations.httpx_client import OAuth2Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Start = Callable[..., Any]

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{body}</body></html>"""


class ExampleSite:
    """One site: a cookie a visitor, and what its visitor's identity provider said."""

    def __init__(self, name: str) -> None:
        """Listen on a free port; the identity provider is told later."""
        self.name = name
        self._server = make_server("127.0.0.1", 0, self._answer, server_class=_Threaded, handler_class=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.redirect_uri = f"{self.url}/retour"
        self._visitors: dict[str, dict[str, Any]] = {}
        self._known: dict[str, str] = {}
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def trust(self, issuer: str, *, client_id: str, secret: str) -> None:
        """Let this provider say who people are."""
        self._client_id, self._secret = client_id, secret
        with self._client() as client:
            self._known = client.request(
                "GET", f"{issuer}/.well-known/openid-configuration", withhold_token=True
            ).json()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _client(self, **more: Any) -> OAuth2Client:
        return OAuth2Client(
            self._client_id,
            self._secret,
            scope="openid profile",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            trust_env=False,
            **more,
        )

    def _answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        cookie = environ.get("HTTP_COOKIE", "").partition("visiteur=")[2].partition(";")[0]
        visitor = self._visitors.get(cookie)
        headers = [("Content-Type", "text/html; charset=utf-8")]
        if visitor is None:
            cookie, visitor = secrets.token_urlsafe(16), {}
            self._visitors[cookie] = visitor
            headers.append(("Set-Cookie", f"visiteur={cookie}; HttpOnly; SameSite=Lax; Path=/"))
        gateways = {"/": self._home, "/connexion": self._begin, "/retour": self._finish, "/deconnexion": self._leave}
        door = gateways.get(environ["PATH_INFO"], self._home)
        target, body = door(visitor, environ["QUERY_STRING"])
        start("302 Found" if target else "200 OK", [*headers, *([("Location", target)] if target else [])])
        return [PAGE.format(title=html.escape(self.name), body=body).encode()]

    def _home(self, visitor: dict[str, Any], _query: str) -> tuple[str, str]:
        who = visitor.get("who")
        if who is None:
            return "", '<p><a href="/connexion">Se connecter avec Comptexpert</a></p>'
        services = "".join(f"<li>{html.escape(one)}</li>" for one in who["comptexpert_services"])
        held = "".join(
            f"<li>{html.escape(one['firm']['name'])} : {html.escape(', '.join(one['rights']))}</li>"
            for one in who["comptexpert_delegations"]
        )
        return "", (
            f"<p>Bonjour {html.escape(who['name'])} ({html.escape(who['comptexpert_profile'])})</p>"
            f'<ul id="services">{services}</ul><ul id="delegations">{held}</ul><a href="/deconnexion">Quitter</a>'
        )

    def _begin(self, visitor: dict[str, Any], _query: str) -> tuple[str, str]:
        visitor["verifier"] = secrets.token_urlsafe(48)
        with self._client() as client:
            url, visitor["state"] = client.create_authorization_url(
                self._known["authorization_endpoint"], code_verifier=visitor["verifier"], nonce=secrets.token_urlsafe(9)
            )
        return str(url), ""

    def _finish(self, visitor: dict[str, Any], query: str) -> tuple[str, str]:
        if "state" not in visitor:
            return "/", ""
        with self._client() as client:
            tokens = client.fetch_token(
                self._known["token_endpoint"],
                authorization_response=f"{self.redirect_uri}?{query}",
                code_verifier=visitor.pop("verifier"),
                state=visitor.pop("state"),
            )
            visitor["who"] = client.request("GET", self._known["userinfo_endpoint"]).json()
        visitor["identity"] = tokens["id_token"]
        return "/", ""

    def _leave(self, visitor: dict[str, Any], _query: str) -> tuple[str, str]:
        hint = {"id_token_hint": visitor.pop("identity", ""), "post_logout_redirect_uri": self.redirect_uri}
        visitor.pop("who", None)
        return f"{self._known['end_session_endpoint']}?{urlencode(hint)}", ""


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing: the addresses hold codes."""
