"""The key that signs identity tokens is replaced, and nobody who signed in just before is turned away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.test import Client

from comptexpert_server.base.clock import now
from comptexpert_server.base.keys import RETIREMENT, LazyPem
from tests.server.visitor import Application

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]


@pytest.fixture(autouse=True)
def own_key(settings: Any, tmp_path: Path) -> LazyPem:
    """Keep the key that the other tests share from being replaced."""
    settings.OIDC_KEY = LazyPem(tmp_path / "own", name="oidc.pem")
    return settings.OIDC_KEY


def published() -> dict[str, Any]:
    keys = Client().get("/.well-known/jwks.json").json()["keys"]
    return {key["kid"]: jwt.PyJWK(key).key for key in keys}


def key_of(identity: str) -> str:
    return str(jwt.get_unverified_header(identity)["kid"])


def verifies(identity: str) -> bool:
    key = published().get(key_of(identity))
    if key is None:
        return False
    jwt.decode(identity, key, algorithms=["RS256"], audience="comptexpert-desktop", issuer=settings.PUBLIC_URL)
    return True


def test_a_new_key_signs_from_now_on_and_the_old_one_verifies_for_a_day(own_key: LazyPem) -> None:
    before = Application().tokens()["id_token"]
    own_key.rotate(now())
    after = Application().tokens()["id_token"]
    assert key_of(before) != key_of(after)
    assert verifies(before)
    assert verifies(after)
    own_key.rotate(now() + timedelta(seconds=5))
    assert key_of(Application().tokens()["id_token"]) not in {key_of(before), key_of(after)}
    assert len(published()) == 3


def test_a_replaced_key_is_forgotten_after_its_day(own_key: LazyPem, tmp_path: Path) -> None:
    before = Application().tokens()["id_token"]
    own_key.rotate(now() - RETIREMENT - timedelta(seconds=1))
    assert not verifies(before)
    assert own_key.delete_retired(now()) == 1
    assert [path.name for path in (tmp_path / "own" / "secrets").iterdir()] == ["oidc.pem"]
    assert own_key.delete_retired(now()) == 0


def test_a_key_that_leaked_verifies_nothing_any_more(own_key: LazyPem) -> None:
    before = Application().tokens()["id_token"]
    own_key.rotate(now(), is_leaked=True)
    assert not verifies(before)
    assert len(published()) == 1


def test_the_keys_are_read_by_their_owner_alone(own_key: LazyPem, tmp_path: Path) -> None:
    own_key.read()
    own_key.rotate(now())
    files = list((tmp_path / "own" / "secrets").iterdir())
    assert len(files) == 2
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


def test_the_key_that_signs_is_read_once_and_another_one_at_once(
    own_key: LazyPem, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    real = serialization.load_pem_private_key

    def reading(pem: bytes, **options: Any) -> Any:
        read.append(pem)
        return real(pem, **options)

    monkeypatch.setattr(serialization, "load_pem_private_key", reading)
    Application().tokens()
    read.clear()
    for _ in range(2):
        Application().tokens()
    assert read == []
    own_key.rotate(now())
    Application().tokens()
    assert read == [own_key.read().encode()]
