"""Sign-in through the system browser (RFC 8252): authorization code, PKCE S256, loopback, ID token checked."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import shlex
import subprocess
import threading
import webbrowser
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm

from comptexpert_desktop.adapters import http, http_date
from comptexpert_desktop.adapters.loopback import Loopback
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.session import Tokens
from comptexpert_desktop.errors import (
    SessionExpired,
    SignInCancelled,
    SignInError,
    SignInForged,
    UnexpectedReply,
)
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.settings import CLIENT_ID, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from joserfc import errors as jose_errors
    from joserfc import jwk, jwt

    from comptexpert_desktop.adapters.network_proxy import ProxyAccess
    from comptexpert_desktop.settings import Network

if not TYPE_CHECKING:  # a sign-in alone needs them
    jose_errors = lazy("joserfc.errors")
    jwk = lazy("joserfc.jwk")
    jwt = lazy("joserfc.jwt")

SCOPES = "openid profile comptexpert offline_access"
TIMEOUT = 120.0
_LEEWAY = 60
_DEAD = "invalid_grant"
_ERRORS = frozenset({"invalid_request", "invalid_client", _DEAD, "unauthorized_client", "unsupported_token_type"})
"""The words of OAuth for « not like this » (RFC 6749, section 5.2; RFC 7009, section 2.2.1); others are a gateway's."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_MAX_TOKEN = 8 * 1024
_MAX_ADDRESS = 2 * 1024
_MAX_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Provider:
    """What the server says of its OpenID endpoints."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str
    names_itself: bool = False
    """Its answers say who they come from (RFC 9207): one that does not is not its own."""


class SystemBrowser:
    """The browser and the token endpoint. Implements `ports.Browser`; safe to use from several threads."""

    def __init__(
        self,
        server_url: str,
        *,
        open_url: Callable[[str], bool] | None = None,
        network: Network | None = None,
        access: ProxyAccess | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        """Sign in at this server; `open_url` shows an address to the person."""
        self._root = server_url
        self._open_url = open_url or open_in_browser
        self._client = http.new_client(network=network, access=access, transport=transport)
        self._timeout = timeout
        self._provider: Provider | None = None

    def sign_in(
        self, *, cancelled: threading.Event, fresh: bool = False, hand_over: Callable[[str], bool] | None = None
    ) -> Tokens:
        """Let the person sign in; returns once the answer came, within 120 s. `fresh` asks for the password.

        `hand_over` takes the address of the page, which leads on once, instead of the system's browser.
        """
        provider = self._discover()
        verifier, state, nonce = (secrets.token_urlsafe(48) for _ in range(3))
        with Loopback(state=state) as loopback:
            query = {
                "response_type": "code",
                "client_id": CLIENT_ID,
                "redirect_uri": loopback.redirect_uri,
                "scope": SCOPES,
                "state": state,
                "nonce": nonce,
                "code_challenge": _challenge(verifier),
                "code_challenge_method": "S256",
                **({"prompt": "login"} if fresh else {}),
            }
            question = f"{provider.authorization_endpoint}?{urlencode(query)}"
            if not (hand_over or self._open_url)(loopback.page_to(question)):
                raise SignInError("SIGN_IN_NO_BROWSER")
            answer = loopback.wait(seconds=self._timeout, cancelled=cancelled)
        if answer.get("iss", "" if provider.names_itself else provider.issuer) != provider.issuer:
            raise SignInForged
        if "code" not in answer:
            denied = answer.get("error") == "access_denied"
            raise SignInCancelled("SIGN_IN_REFUSED") if denied else SignInError("SIGN_IN_REFUSED")
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": loopback.redirect_uri,
            "client_id": CLIENT_ID,
            "code_verifier": verifier,
        }
        reply = http.exchange(self._client, "POST", provider.token_endpoint, form=form)
        if _error_of(reply):
            raise SignInForged
        if not _is_success(reply):
            raise http.refusal(reply)
        return self._checked(provider, reply, nonce=nonce)

    def refresh(self, refresh_token: str) -> Tokens:
        """Trade a refresh token for a new pair; raises `SessionExpired` when it is dead.

        Only `invalid_grant` says so: whatever else is answered, by the server or by who stands before it, the token is
        presented again later.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": CLIENT_ID}
        reply = http.exchange(self._client, "POST", self._discover().token_endpoint, form=form)
        if _error_of(reply) == _DEAD:
            raise SessionExpired
        if not _is_success(reply):
            raise http.refusal(reply)
        return _tokens(reply.json(), subject="")

    def revoke(self, refresh_token: str) -> None:
        """End the token family on the server; returns only when the server heard it, not one that stands before it."""
        provider = self._discover()
        if provider.revocation_endpoint:
            form = {"token": refresh_token, "token_type_hint": "refresh_token", "client_id": CLIENT_ID}
            reply = http.exchange(self._client, "POST", provider.revocation_endpoint, form=form)
            if not _is_success(reply) and not _error_of(reply):
                raise http.refusal(reply)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _discover(self) -> Provider:
        if self._provider is None:
            url = f"{self._root}/.well-known/openid-configuration"
            reply = http.exchange(self._client, "GET", url)
            if not _is_success(reply):
                raise http.refusal(reply)
            self._provider = _read_provider(reply.json(), root=self._root)
        return self._provider

    def _checked(self, provider: Provider, reply: http.Reply, *, nonce: str) -> Tokens:
        """Check the ID token: signature, algorithm, issuer, audience, nonce, dates by the server's clock."""
        document = reply.json()
        keys = http.exchange(self._client, "GET", provider.jwks_uri).json()
        try:
            token = jwt.decode(str(document["id_token"]), jwk.KeySet.import_key_set(keys), algorithms=["RS256"])
            _check_claims(token.claims, provider=provider, nonce=nonce, now=_server_time(reply))
            _check_binding(token.claims, access_token=str(document["access_token"]))
        except (jose_errors.JoseError, UnsupportedAlgorithm, *MALFORMED) as error:
            raise SignInForged from error
        return _tokens(document, subject=str(token.claims["sub"]))


def open_in_browser(url: str) -> bool:
    """Show an address in the person's browser; `$BROWSER` is honoured, never through a shell."""
    commands = [command for command in os.environ.get("BROWSER", "").split(os.pathsep) if command.strip()]
    for command in commands:
        words = shlex.split(command)
        has_place = any("%s" in word for word in words)
        arguments = [word.replace("%s", url) for word in words] if has_place else [*words, url]
        try:
            process = subprocess.Popen(  # noqa: S603  (the person's own command, words and not a shell line)
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            continue
        threading.Thread(target=process.wait, name="browser", daemon=True).start()
        return True
    return not commands and webbrowser.open(url)


def _error_of(reply: http.Reply) -> str:
    """Return the error that the provider names; empty when it names none, or somebody else answered."""
    if reply.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
        return ""
    try:
        document = reply.json()
    except UnexpectedReply:
        return ""
    error = document.get("error") if isinstance(document, dict) else None
    return error if isinstance(error, str) and error in _ERRORS else ""


def _is_success(reply: http.Reply) -> bool:
    return HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _check_claims(claims: dict[str, Any], *, provider: Provider, nonce: str, now: int | None) -> None:
    """Check that a token is for us alone, of now, and the answer to our question; raises JoseError or ValueError."""
    jwt.JWTClaimsRegistry(
        now=now,
        leeway=_LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": CLIENT_ID},
        azp={"value": CLIENT_ID},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    ).validate(claims)
    if claims["aud"] not in (CLIENT_ID, [CLIENT_ID]):
        raise ValueError("The token is for others too.")


def _check_binding(claims: dict[str, Any], *, access_token: str) -> None:
    """Check that the access token is the one that the ID token was made with, when it says so; raises ValueError."""
    claimed = claims.get("at_hash")
    if claimed is None:
        return
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    if str(claimed).rstrip("=") != base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii"):
        raise ValueError("The access token is another one.")


def _read_provider(document: Any, *, root: str) -> Provider:  # noqa: ANN401  (parsed at the border)
    try:
        provider = Provider(
            issuer=_address(document["issuer"]),
            revocation_endpoint=_address(document.get("revocation_endpoint") or ""),
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
            **{name: _address(document[name]) for name in _ENDPOINTS},
        )
        is_of_the_server = _is_of(provider.issuer, root=root)
        addresses = [provider.issuer, *(getattr(provider, name) for name in _ENDPOINTS)]
        are_safe = [_is_safe(address) for address in [*addresses, *filter(None, [provider.revocation_endpoint])]]
    except MALFORMED as error:
        raise UnexpectedReply from error
    if not is_of_the_server or not all(are_safe):
        raise SignInForged
    return provider


def _address(value: object) -> str:
    """Return an address that may stand in a header; raises TypeError or ValueError."""
    if not isinstance(value, str):
        raise TypeError("address")
    if len(value) > _MAX_ADDRESS or not value.isascii() or not value.isprintable():
        raise ValueError("address")
    return value


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _is_of(issuer: str, *, root: str) -> bool:
    """Tell whether an issuer is the server that we asked; on this machine it may be reached through a relay."""
    if issuer.rstrip("/") == root:
        return True
    return all(is_loopback(urlsplit(address).hostname or "") for address in (issuer, root))


def _server_time(reply: http.Reply) -> int | None:
    found = http_date.read(reply.headers.get("date"))
    return None if found is None else int(found.timestamp())


def _tokens(document: Any, *, subject: str) -> Tokens:  # noqa: ANN401  (parsed at the border)
    try:
        return Tokens(
            access_token=_read_token(document["access_token"]),
            refresh_token=_optional_token(document.get("refresh_token")),
            expires_in=_seconds(document.get("expires_in") or 0),
            subject=subject,
        )
    except MALFORMED as error:
        raise UnexpectedReply from error


def _read_token(value: object) -> str:
    """Return a token that may stand in a header; raises TypeError or ValueError."""
    if not isinstance(value, str):
        raise TypeError("token")
    if not 0 < len(value) <= _MAX_TOKEN or not value.isascii() or not value.isprintable():
        raise ValueError("token")
    return value


def _optional_token(value: object) -> str:
    return _read_token(value) if value else ""


def _seconds(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("seconds")
    return max(0, min(value, _MAX_SECONDS))
