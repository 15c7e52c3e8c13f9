"""The basic and config plans of the OpenID Foundation's suite, module by module, under the names that they have there.

Each module is imitated from what it asks of a provider. One thing differs: every request carries a PKCE challenge,
which this server asks of each client (docs/adr/0048).
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from joserfc import jws
from joserfc.jwk import KeySet

from comptexpert_server.sso.clients import register_site
from tests.server.visitor import AUTHORIZE, TOKEN, Application, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
RETURN = "https://suite.example/retour"
USERINFO = "/identity/o/api/userinfo"
LOGOUT = "/identity/o/logout"


class Party:
    """A site of the suite and the browser of one person."""

    def __init__(self, service: str = "bibliordre") -> None:
        self.client_id, self.secret = register_site("Suite", redirect_uri=RETURN, service=service)
        self.browser = Visitor()
        self.app = Application(client_id=self.client_id)

    def signed_in(self) -> Party:
        self.browser.sign_in("claire.delaunay")
        return self

    def ask(self, **changes: str) -> Any:
        return self.browser.get(AUTHORIZE, **self.asked(**changes))

    def asked(self, **changes: str) -> dict[str, str]:
        return self.app.request(**{"redirect_uri": RETURN, "scope": "openid"} | changes)

    def back(self, **changes: str) -> dict[str, str]:
        """Give what came back to the site."""
        answer = self.ask(**changes)
        assert answer.status_code == 302, answer.content
        where = answer.headers["Location"]
        assert where.startswith(f"{RETURN}?"), where
        return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}

    def exchange(self, code: str, *, post: bool = False, both: bool = False, **changes: str) -> Any:
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN}
        body |= {"code_verifier": self.app.verifier} | changes
        if post or both:
            body |= {"client_id": self.client_id, "client_secret": self.secret}
        return self.call(body, basic=both or not post)

    def call(self, body: dict[str, str], *, basic: bool = True, secret: str = "") -> Any:
        credentials = base64.b64encode(f"{self.client_id}:{secret or self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}"} if basic else {}
        return Client().post(TOKEN, urlencode(body), "application/x-www-form-urlencoded", headers=headers)

    def tokens(self, **changes: str) -> dict[str, Any]:
        back = self.back(**changes)
        assert back["state"] == self.app.state
        assert back["iss"] == settings.PUBLIC_URL
        answer = self.exchange(back["code"])
        assert answer.status_code == 200, answer.content
        assert "no-store" in answer.headers["Cache-Control"]
        return dict(answer.json())


def claims(tokens: dict[str, Any]) -> dict[str, Any]:
    """Check an identity token as a site does, with the published keys."""
    keys = KeySet.import_key_set(Client().get("/.well-known/jwks.json").json())
    opened = jws.deserialize_compact(tokens["id_token"], keys, algorithms=["RS256"])
    found: dict[str, Any] = json.loads(opened.payload)
    assert found["iss"] == settings.PUBLIC_URL
    assert {"sub", "aud", "exp", "iat"} <= found.keys()
    return found


def userinfo(tokens: dict[str, Any], *, method: str = "GET", in_body: bool = False) -> Any:
    headers = {} if in_body else {"Authorization": f"Bearer {tokens['access_token']}"}
    body = urlencode({"access_token": tokens["access_token"]}) if in_body else ""
    return Client().generic(method, USERINFO, body, "application/x-www-form-urlencoded", headers=headers)


def server(party: Party) -> None:
    tokens = party.signed_in().tokens()
    found = claims(tokens)
    assert (found["aud"], found["nonce"]) == (party.client_id, party.app.nonce)
    assert tokens["token_type"].lower() == "bearer"
    assert userinfo(tokens).json()["sub"] == found["sub"]


def response_type_missing(party: Party) -> None:
    assert party.signed_in().back(response_type="-")["error"] in {"invalid_request", "unsupported_response_type"}


def userinfo_get(party: Party) -> None:
    tokens = party.signed_in().tokens()
    assert userinfo(tokens).json()["sub"] == claims(tokens)["sub"]


def userinfo_post_header(party: Party) -> None:
    tokens = party.signed_in().tokens()
    assert userinfo(tokens, method="POST").json()["sub"] == claims(tokens)["sub"]


def userinfo_post_body(party: Party) -> None:
    answer = userinfo(party.signed_in().tokens(), method="POST", in_body=True)
    assert answer.status_code in {200, 400, 401}, "RFC 6750 leaves the body to the provider"


def without_nonce(party: Party) -> None:
    assert "nonce" not in claims(party.signed_in().tokens(nonce="-"))


def scope_profile(party: Party) -> None:
    found = userinfo(party.signed_in().tokens(scope="openid profile")).json()
    assert {"name", "given_name", "family_name", "preferred_username"} <= found.keys()


def _scope_ignored(scope: str) -> Callable[[Party], None]:
    def module(party: Party) -> None:
        tokens = party.signed_in().tokens(scope=f"openid {scope}")
        assert scope not in tokens.get("scope", "").split()
        assert userinfo(tokens).json()["sub"]

    return module


def scope_all(party: Party) -> None:
    found = userinfo(party.signed_in().tokens(scope="openid profile email address phone")).json()
    assert "name" in found


def other_scope_order(party: Party) -> None:
    assert claims(party.signed_in().tokens(scope="profile openid"))["sub"]


def _ignored(**changes: str) -> Callable[[Party], None]:
    def module(party: Party) -> None:
        assert claims(party.signed_in().tokens(**changes))["sub"]

    return module


def prompt_login(party: Party) -> None:
    first = claims(party.signed_in().tokens())
    again = party.ask(prompt="login")
    assert again.status_code == 302
    assert "/compte/reauthenticate/" in again.headers["Location"]
    assert first["auth_time"]


def prompt_none_not_logged_in(party: Party) -> None:
    back = party.back(prompt="none")
    assert (back["error"], back["state"]) == ("login_required", party.app.state)


def prompt_none_logged_in(party: Party) -> None:
    first = claims(party.signed_in().tokens())
    second = claims(party.tokens(prompt="none"))
    assert (first["sub"], first["auth_time"]) == (second["sub"], second["auth_time"])


def prompt_consent(party: Party) -> None:
    page = party.signed_in().ask(prompt="consent")
    assert page.status_code == 200
    back = party.browser.submit(page, action="grant").headers["Location"]
    assert parse_qs(urlsplit(back).query)["code"]


def max_age_1(party: Party) -> None:
    party.signed_in()
    answer = party.ask(max_age="0")
    assert answer.status_code == 302
    assert "prompt=login" in answer.headers["Location"]


def max_age_10000(party: Party) -> None:
    first = claims(party.signed_in().tokens())
    assert claims(party.tokens(max_age="10000"))["auth_time"] == first["auth_time"]


def id_token_hint(party: Party) -> None:
    tokens = party.signed_in().tokens()
    assert claims(party.tokens(prompt="none", id_token_hint=tokens["id_token"]))["sub"] == claims(tokens)["sub"]
    assert party.back(prompt="none", id_token_hint="x.y.z")["error"] == "login_required"
    party.browser = Visitor()
    party.browser.sign_in("nadia.ferrand")
    assert party.back(prompt="none", id_token_hint=tokens["id_token"])["error"] == "login_required"


def code_reuse(party: Party) -> None:
    code = party.signed_in().back()["code"]
    tokens = party.exchange(code).json()
    assert party.exchange(code).json() == {"error": "invalid_grant"}
    assert userinfo(tokens).status_code == 401, "what the first exchange gave is revoked"


def registered_redirect_uri(party: Party) -> None:
    assert party.signed_in().ask(redirect_uri=f"{RETURN}/other").status_code == 400
    assert party.ask(redirect_uri=f"{RETURN}?foo=bar").status_code == 400


def id_token_signature(party: Party) -> None:
    tokens = party.signed_in().tokens()
    head = jws.extract_compact(tokens["id_token"].encode()).headers()
    published = Client().get("/.well-known/jwks.json").json()["keys"]
    assert head["alg"] == "RS256"
    assert [key["kty"] for key in published if key["kid"] == head["kid"]] == ["RSA"]
    assert claims(tokens)["sub"]


def id_token_unsigned(party: Party) -> None:
    """No site may register for identity tokens without a signature: the module is for those who announce them."""
    announced = Client().get("/.well-known/openid-configuration").json()["id_token_signing_alg_values_supported"]
    assert "none" not in announced
    head, _, signature = party.signed_in().tokens()["id_token"].split(".")
    assert json.loads(base64.urlsafe_b64decode(f"{head}=="))["alg"] != "none"
    assert signature


def post_request(party: Party) -> None:
    party.signed_in()
    form = urlencode(party.asked())
    sent = party.browser.client.post(AUTHORIZE, form, "application/x-www-form-urlencoded")
    assert sent.status_code == 303
    back = party.browser.client.get(sent.headers["Location"]).headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert party.exchange(code).status_code == 200


def client_secret_post(party: Party) -> None:
    assert party.exchange(party.signed_in().back()["code"], post=True).status_code == 200


def one_authentication(party: Party) -> None:
    code = party.signed_in().back()["code"]
    assert party.exchange(code, both=True).json() == {"error": "invalid_request"}
    refused = party.call({"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN}, secret="x" * 20)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["WWW-Authenticate"].startswith("Basic")


def request_uri(party: Party) -> None:
    assert party.signed_in().back(request_uri="https://suite.example/r")["error"] == "request_uri_not_supported"


def request_object(party: Party) -> None:
    assert party.signed_in().back(request="eyJhbGciOiJub25lIn0.e30.")["error"] == "request_not_supported"


def claims_essential(party: Party) -> None:
    requested = json.dumps({"userinfo": {"name": {"essential": True}}})
    assert userinfo(party.signed_in().tokens(scope="openid profile", claims=requested)).json()["name"]


def refresh_token(party: Party) -> None:
    tokens = party.signed_in().tokens()
    answer = party.call({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert answer.status_code == 200
    if "id_token" in answer.json():
        assert claims(answer.json())["sub"] == claims(tokens)["sub"]


def with_pkce(party: Party) -> None:
    code = party.signed_in().back()["code"]
    assert party.exchange(code, code_verifier="w" * 64).json()["error"] == "invalid_grant"
    assert claims(party.tokens())["sub"]


def discovery(party: Party) -> None:
    del party
    found = Client().get("/.well-known/openid-configuration").json()
    assert found["issuer"] == settings.PUBLIC_URL
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        assert found[name].startswith(("https://", settings.PUBLIC_URL))
    assert found["response_types_supported"] == ["code"]
    assert found["subject_types_supported"] == ["public"]
    assert found["id_token_signing_alg_values_supported"] == ["RS256"]
    assert {"openid"} <= set(found["scopes_supported"])
    flags = ("request_parameter_supported", "request_uri_parameter_supported", "claims_parameter_supported")
    assert [found[flag] for flag in flags] == [False] * 3
    keys = Client().get("/.well-known/jwks.json")
    assert keys.headers["Cache-Control"] == "max-age=300, must-revalidate"
    assert all("d" not in key and key["kty"] == "RSA" for key in keys.json()["keys"])


def logout_exact(party: Party) -> None:
    tokens = party.signed_in().tokens()
    for address in (f"{RETURN}?a=b", f"{RETURN}/", "https://evil.example/"):
        asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": address}
        assert party.browser.get(LOGOUT, **asked).status_code == 400
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": RETURN, "state": "s"}
    answer = party.browser.get(LOGOUT, **asked)
    if answer.status_code == 200:
        answer = party.browser.submit(answer, at=LOGOUT, action="logout")
    assert answer.headers["Location"] == f"{RETURN}?state=s"
    assert party.back(prompt="none")["error"] == "login_required"


MODULES: dict[str, Callable[[Party], None]] = {
    "oidcc-server": server,
    "oidcc-response-type-missing": response_type_missing,
    "oidcc-idtoken-signature": id_token_signature,
    "oidcc-idtoken-unsigned": id_token_unsigned,
    "oidcc-userinfo-get": userinfo_get,
    "oidcc-userinfo-post-header": userinfo_post_header,
    "oidcc-userinfo-post-body": userinfo_post_body,
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": without_nonce,
    "oidcc-scope-profile": scope_profile,
    "oidcc-scope-email": _scope_ignored("email"),
    "oidcc-scope-address": _scope_ignored("address"),
    "oidcc-scope-phone": _scope_ignored("phone"),
    "oidcc-scope-all": scope_all,
    "oidcc-ensure-other-scope-order-succeeds": other_scope_order,
    "oidcc-display-page": _ignored(display="page"),
    "oidcc-display-popup": _ignored(display="popup"),
    "oidcc-prompt-login": prompt_login,
    "oidcc-prompt-none-not-logged-in": prompt_none_not_logged_in,
    "oidcc-prompt-none-logged-in": prompt_none_logged_in,
    "oidcc-max-age-1": max_age_1,
    "oidcc-max-age-10000": max_age_10000,
    "oidcc-ensure-request-with-unknown-parameter-succeeds": _ignored(extra="foobar"),
    "oidcc-id-token-hint": id_token_hint,
    "oidcc-login-hint": _ignored(login_hint="claire.delaunay"),
    "oidcc-ui-locales": _ignored(ui_locales="se"),
    "oidcc-claims-locales": _ignored(claims_locales="se"),
    "oidcc-ensure-request-with-acr-values-succeeds": _ignored(acr_values="1 2"),
    "oidcc-codereuse": code_reuse,
    "oidcc-codereuse-30seconds": code_reuse,
    "oidcc-ensure-registered-redirect-uri": registered_redirect_uri,
    "oidcc-ensure-post-request-succeeds": post_request,
    "oidcc-server-client-secret-post": client_secret_post,
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": request_uri,
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": request_object,
    "oidcc-claims-essential": claims_essential,
    "oidcc-ensure-request-object-with-redirect-uri": request_object,
    "oidcc-refresh-token": refresh_token,
    "oidcc-ensure-request-with-valid-pkce-succeeds": with_pkce,
    "oidcc-discovery-endpoint-verification": discovery,
}
OURS: dict[str, Callable[[Party], None]] = {
    "one authentication of a client": one_authentication,
    "prompt=consent at a site of the Ordre": prompt_consent,
    "sign-out and an address to the letter": logout_exact,
}
"""What the plans leave out and the specification asks for."""


@pytest.mark.filterwarnings("ignore:The default scheme will be changed")  # allauth's own form of the sign-out
@pytest.mark.parametrize("module", MODULES | OURS)
def test_the_provider_passes(module: str) -> None:
    (MODULES | OURS)[module](Party())
