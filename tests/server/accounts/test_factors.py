"""Second factors at rest, and passkeys under the exact address of the server."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal import auth
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.utils.module_loading import import_string
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from comptexpert_server.accounts.passkeys import AddPasskeyForm, AuthenticatePasskeyForm
from tests.server import desk
from tests.server.visitor import totp_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptexpert_server.accounts.models import Account

pytestmark = pytest.mark.django_db
ADDRESS = "https://comptexpert.example:8443"


@pytest.fixture
def person() -> Account:
    return desk.account()


def test_no_seed_lies_in_the_database_in_the_clear(person: Account) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    seed = RecoveryCodes.activate(person)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in seed.generate_codes())
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(totp_code(secret))


def test_another_secret_key_opens_what_the_one_before_sealed(person: Account, settings: Any) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [settings.SECRET_KEY]
    assert TOTP(Authenticator.objects.get()).validate_code(totp_code(secret))


def test_a_seed_that_nobody_can_open_lets_nobody_in(
    person: Account, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    settings.SECRET_KEY = "another key " * 5
    assert not TOTP(Authenticator.objects.get()).validate_code(totp_code(secret))
    assert "cannot be read" in caplog.text


def test_seeds_of_before_are_sealed_once(person: Account) -> None:
    secret = generate_totp_secret()
    Authenticator.objects.create(user=person, type="totp", data={"secret": secret})
    Authenticator.objects.create(user=person, type="recovery_codes", data={"seed": "00" * 20, "used_mask": 1})
    migrate = import_string("comptexpert_server.accounts.migrations.0005_sealed_seeds.seal_seeds")
    editor = SimpleNamespace(connection=connection)
    migrate(apps, editor)
    once = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    migrate(apps, editor)
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == once
    assert once[1]["used_mask"] == 1
    cache.clear()
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(totp_code(secret))


class Key:
    """A passkey in memory, as a laptop has one."""

    def __init__(self) -> None:
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.counter = 0

    def register(self, challenge: str, *, origin: str = ADDRESS, framed: bool = False) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.secret.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        proof = AttestationObject.create("none", self._data(made), {})
        said = {"attestationObject": websafe_encode(proof)}
        return self._credential("webauthn.create", challenge, origin=origin, framed=framed, said=said)

    def sign(self, challenge: str, *, origin: str = ADDRESS, framed: bool = False) -> dict[str, Any]:
        found = self._credential("webauthn.get", challenge, origin=origin, framed=framed, said={})
        data, client = self._data(None), self._client("webauthn.get", challenge, origin=origin, framed=framed)
        signed = self.secret.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        found["response"] |= {"authenticatorData": websafe_encode(data), "signature": websafe_encode(signed)}
        return found

    def _data(self, made: AttestedCredentialData | None) -> AuthenticatorData:
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        if made is not None:
            flags |= AuthenticatorData.FLAG.AT
        host = hashlib.sha256(b"comptexpert.example").digest()
        return AuthenticatorData.create(host, flags, self.counter, made or b"")

    def _client(self, kind: str, challenge: str, *, origin: str, framed: bool) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": framed}).encode()

    def _credential(
        self, kind: str, challenge: str, *, origin: str, framed: bool, said: dict[str, Any]
    ) -> dict[str, Any]:
        client = websafe_encode(self._client(kind, challenge, origin=origin, framed=framed))
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": {"clientDataJSON": client, **said}}


@pytest.fixture
def page(settings: Any) -> Iterator[HttpRequest]:
    """A page of a server that has a name and a port."""
    settings.PUBLIC_URL = ADDRESS
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, public_url=ADDRESS)
    request = HttpRequest()
    request.session = SessionStore()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    with context.request_context(request):
        yield request


def _add(person: Account, key: Key, **said: Any) -> bool:
    auth.begin_registration(person, passwordless=True)
    credential = key.register(auth.get_state()["challenge"], **said)
    data = {"name": "Clé", "credential": json.dumps(credential), "passwordless": "on"}
    form = AddPasskeyForm(user=person, data=data)
    if form.is_valid():
        auth.WebAuthn.add(person, "Clé", form.cleaned_data["credential"])
    return bool(form.is_valid())


def _show(person: Account, key: Key, **said: Any) -> bool:
    auth.begin_authentication(person)
    credential = key.sign(auth.get_state()["challenge"], **said)
    return bool(AuthenticatePasskeyForm(user=person, data={"credential": json.dumps(credential)}).is_valid())


ELSEWHERE = [
    {"origin": "https://comptexpert.example"},
    {"origin": "https://comptexpert.example:9443"},
    {"origin": "https://evil.comptexpert.example:8443"},
    {"origin": "https://comptexpert.example:8443/"},
    {"framed": True},
]


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("said", ELSEWHERE)
def test_a_passkey_of_another_page_is_refused(person: Account, said: dict[str, Any]) -> None:
    key = Key()
    assert not _add(person, Key(), **said)
    assert _add(person, key)
    assert not _show(person, key, **said)
    assert _show(person, key)


@pytest.mark.usefixtures("page")
def test_a_counter_that_does_not_go_on_is_a_copy(person: Account) -> None:
    key = Key()
    key.counter = 5
    assert _add(person, key)
    assert not _show(person, key), "as it was when it was added"
    key.counter = 7
    assert _show(person, key)
    for counter in (7, 6, 0):
        key.counter = counter
        assert not _show(person, key)
    key.counter = 8
    assert _show(person, key)


@pytest.mark.usefixtures("page")
def test_a_passkey_that_does_not_count_is_taken_each_time(person: Account) -> None:
    key = Key()
    assert _add(person, key)
    assert _show(person, key)
    assert _show(person, key)


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("credential", ["{}", "[]", "3", '{"response": 3}', '{"response": {"clientDataJSON": "é"}}'])
def test_a_credential_that_is_none_is_an_error_of_the_form(person: Account, credential: str) -> None:
    for form in (AuthenticatePasskeyForm, AddPasskeyForm):
        auth.begin_authentication(person)
        assert not form(user=person, data={"credential": credential}).is_valid()
