"""Two relying parties that are not ours, behind one set of verbs: openid-client on Node, and Authlib."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import httpx
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.sites.foreign import HERE, Script, ScriptError

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, kw_only=True)
class Site:
    """How a site is known to the server."""

    issuer: str
    client_id: str
    secret: str
    redirect_uri: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What a site received; `claims` are those of an identity token that its library found sound."""

    access: str
    refresh: str
    identity: str
    claims: dict[str, Any]


class RefusedError(Exception):
    """The library, or the server through it, said no; the text is the code."""


class Party(Protocol):
    """What the tests ask of a library."""

    def begin(self, **more: str) -> str:
        """Give the address to send the browser to."""

    def finish(self, url: str, *, max_age: int | None = None) -> Pair:
        """Take the browser's answer and exchange its code."""

    def refresh(self, token: str) -> Pair:
        """Exchange a refresh token."""

    def userinfo(self, access: str, *, subject: str) -> dict[str, Any]:
        """Read the claims of the person."""

    def revoke(self, token: str) -> None:
        """Give a token back."""

    def logout(self, identity: str, *, state: str) -> str:
        """Give the address that signs out."""


class NodeParty:
    """A site built on openid-client."""

    def __init__(self, site: Site) -> None:
        self._script = Script(HERE / "relying_party.mjs", site.issuer, site.client_id, site.secret, site.redirect_uri)

    def __enter__(self) -> Party:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._script.__exit__(kind, error, trace)

    def _ask(self, what: str, **values: object) -> Any:
        try:
            return self._script.ask(what, **values)
        except ScriptError as refusal:
            raise RefusedError(str(refusal)) from refusal

    def begin(self, **more: str) -> str:
        return str(self._ask("begin", more=more))

    def finish(self, url: str, *, max_age: int | None = None) -> Pair:
        return Pair(**self._ask("finish", url=url, maxAge=max_age))

    def refresh(self, token: str) -> Pair:
        return Pair(**self._ask("refresh", token=token))

    def userinfo(self, access: str, *, subject: str) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("userinfo", access=access, subject=subject)
        return found

    def revoke(self, token: str) -> None:
        self._ask("revoke", token=token)

    def logout(self, identity: str, *, state: str) -> str:
        return str(self._ask("logout", identity=identity, state=state))


@dataclass
class AuthlibParty:
    """A site built on Authlib."""

    site: Site
    _known: dict[str, Any] = field(default_factory=dict)
    _asked: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Party:
        self._client = OAuth2Client(
            self.site.client_id,
            self.site.secret,
            scope="openid profile",
            redirect_uri=self.site.redirect_uri,
            code_challenge_method="S256",
            trust_env=False,
        )
        self._known = httpx.get(f"{self.site.issuer}/.well-known/openid-configuration", trust_env=False).json()
        assert self._known["issuer"] == self.site.issuer
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def begin(self, **more: str) -> str:
        self._asked = {"verifier": secrets.token_urlsafe(48), "nonce": secrets.token_urlsafe(16)}
        url, self._asked["state"] = self._client.create_authorization_url(
            self._known["authorization_endpoint"],
            code_verifier=self._asked["verifier"],
            nonce=self._asked["nonce"],
            **more,
        )
        return str(url)

    def finish(self, url: str, *, max_age: int | None = None) -> Pair:
        try:
            tokens = self._client.fetch_token(
                self._known["token_endpoint"],
                authorization_response=url,
                code_verifier=self._asked["verifier"],
                state=self._asked["state"],
            )
        except OAuthError as refusal:
            raise RefusedError(refusal.error) from refusal
        return self._pair(tokens, max_age=max_age)

    def refresh(self, token: str) -> Pair:
        try:
            tokens = self._client.refresh_token(self._known["token_endpoint"], refresh_token=token)
        except OAuthError as refusal:
            raise RefusedError(refusal.error) from refusal
        return self._pair(tokens, max_age=None)

    def userinfo(self, access: str, *, subject: str) -> dict[str, Any]:
        answer = httpx.get(
            self._known["userinfo_endpoint"], headers={"Authorization": f"Bearer {access}"}, trust_env=False
        )
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise RefusedError("invalid_token")
        found: dict[str, Any] = answer.json()
        assert found["sub"] == subject
        return found

    def revoke(self, token: str) -> None:
        self._client.revoke_token(self._known["revocation_endpoint"], token=token).raise_for_status()

    def logout(self, identity: str, *, state: str) -> str:
        query = {"id_token_hint": identity, "post_logout_redirect_uri": self.site.redirect_uri, "state": state}
        return f"{self._known['end_session_endpoint']}?{urlencode(query)}"

    def _pair(self, tokens: dict[str, Any], *, max_age: int | None) -> Pair:
        identity, claims = tokens.get("id_token", ""), {}
        if identity and self._asked.get("nonce"):
            keys = KeySet.import_key_set(httpx.get(self._known["jwks_uri"], trust_env=False).json())
            read = jwt.decode(identity, keys, algorithms=["RS256"])
            sound = CodeIDToken(
                read.claims,
                read.header,
                options={"iss": {"value": self.site.issuer}, "aud": {"value": self.site.client_id}},
                params={"nonce": self._asked.pop("nonce"), "max_age": max_age, "access_token": tokens["access_token"]},
            )
            sound.validate()
            claims = dict(sound)
        return Pair(
            access=tokens["access_token"],
            refresh=tokens.get("refresh_token", ""),
            identity=identity,
            claims=claims,
        )


PARTIES = {"openid-client": NodeParty, "authlib": AuthlibParty}
