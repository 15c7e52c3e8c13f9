"""An OpenID provider on a MockTransport, which a test may make lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

ROOT = "http://127.0.0.1:8000"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})


def led_from(page):
    """Return where the page that a browser is handed leads: to the authorization request."""
    answer = httpx.get(page, follow_redirects=False, trust_env=False)
    return answer.headers["Location"]


class Identity:
    """Knows one person; `claims`, `key` and `header` change what it signs."""

    def __init__(self):
        self.metadata = {
            "issuer": ROOT,
            "authorization_endpoint": f"{ROOT}/o/authorize",
            "token_endpoint": f"{ROOT}/o/token",
            "jwks_uri": f"{ROOT}/o/jwks",
            "revocation_endpoint": f"{ROOT}/o/revoke",
        }
        self.claims = {}
        self.key = KEY
        self.header = {"alg": "RS256", "kid": "k1"}
        self.refusal = None
        self.forms = []
        self.asked = {}
        self.transport = httpx.MockTransport(self._answer)

    def authorize(self, url, **changes):
        """Return the callback address that a browser would be sent to."""
        self.asked = dict(parse_qsl(urlsplit(url).query))
        answer = {"code": "the-code", "state": self.asked["state"]} | changes
        query = urlencode({name: value for name, value in answer.items() if value is not None})
        return f"{self.asked['redirect_uri']}?{query}"

    def _answer(self, request):
        path = request.url.path
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.metadata)
        if path == "/o/jwks":
            return httpx.Response(200, json={"keys": [KEY.as_dict(private=False)]})
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.forms.append((path, form))
        if self.refusal is not None:
            return self.refusal
        if path == "/o/revoke":
            return httpx.Response(200)
        return self._tokens(form)

    def _tokens(self, form):
        if form["grant_type"] == "authorization_code":
            verifier = form["code_verifier"].encode()
            challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
            if challenge != self.asked["code_challenge"] or form["redirect_uri"] != self.asked["redirect_uri"]:
                return httpx.Response(400, json={"error": "invalid_grant"})
        document = {"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 600, "token_type": "Bearer"}
        now = int(time.time())
        claims = {
            "iss": ROOT,
            "aud": "comptexpert-desktop",
            "sub": "account-1",
            "nonce": self.asked.get("nonce"),
            "exp": now + 300,
            "iat": now,
        } | self.claims
        document["id_token"] = self._signed({name: value for name, value in claims.items() if value is not None})
        return httpx.Response(200, json=document)

    def _signed(self, claims):
        if self.header["alg"] in ("none", "HS256"):
            signed = f"{_encoded(self.header)}.{_encoded(claims)}"
            secret = KEY.as_pem(private=False)
            proof = hmac.digest(secret, signed.encode(), "sha256") if self.header["alg"] == "HS256" else b""
            return f"{signed}.{base64.urlsafe_b64encode(proof).rstrip(b'=').decode()}"
        return jwt.encode(self.header, claims, self.key)


def _encoded(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
