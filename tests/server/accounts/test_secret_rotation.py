"""A new secret key: nobody is signed out, nothing sealed is lost, and the old key is needed no more after a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.utils import timezone

from comptexpert_server.accounts.seed_rotation import reseal
from comptexpert_server.accounts.seeds import is_present, seal, unseal
from comptexpert_server.base.environment import read_environment
from comptexpert_server.base.keys import KeptSecret
from comptexpert_server.inbox import sealing
from comptexpert_server.operations import worker
from tests.server import desk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
NEW, OTHER = "n" * 50, "o" * 50


@pytest.fixture
def rotate(settings: Any) -> Any:
    def rotated() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = NEW

    return rotated


def test_what_was_sealed_and_signed_before_still_opens(rotate: Any, settings: Any) -> None:
    answer, cursor = sealing.seal("réponse", bound_to="x"), signing.dumps([1], salt="s")
    rotate()
    assert sealing.unseal(answer, bound_to="x") == "réponse"
    assert signing.loads(cursor, salt="s") == [1]
    settings.SECRET_KEY_FALLBACKS = [OTHER]
    with pytest.raises(sealing.UnreadableSealError):
        sealing.unseal(answer, bound_to="x")


def test_seeds_are_sealed_anew_and_the_old_key_may_go(rotate: Any, settings: Any) -> None:
    account = desk.account()
    kinds = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
    for kind, member in kinds.items():
        Authenticator.objects.create(user=account, type=kind, data={member: seal(f"seed of {kind}"), "used_mask": 5})
    assert reseal() == 0, "nothing was rotated"
    rotate()
    assert reseal() == 2
    assert reseal() == 0
    settings.SECRET_KEY_FALLBACKS = []
    for factor in Authenticator.objects.filter(user=account):
        sealed = factor.data[kinds[factor.type]]
        assert is_present(sealed)
        assert unseal(sealed) == f"seed of {factor.type}"
        assert factor.data["used_mask"] == 5


def test_a_seed_that_no_key_opens_is_left_alone(rotate: Any, settings: Any) -> None:
    factor = Authenticator.objects.create(user=desk.account(), type=Authenticator.Type.TOTP, data={"secret": seal("x")})
    rotate()
    settings.SECRET_KEY_FALLBACKS = [OTHER]
    assert reseal() == 0
    factor.refresh_from_db()
    assert unseal(factor.data["secret"]) is None


def test_the_worker_seals_anew_and_deletes_the_key_after_ninety_days(
    rotate: Any, settings: Any, tmp_path: Path
) -> None:
    kept = settings.KEPT_SECRET_KEY = KeptSecret(tmp_path, name="secret_key")
    now = timezone.now()
    first = kept.read()
    kept.rotate(now)
    assert kept.read() != first
    assert kept.replaced() == [first]
    Authenticator.objects.create(user=desk.account(), type=Authenticator.Type.TOTP, data={"secret": seal("x")})
    rotate()
    assert worker.clean(now + timedelta(days=89))
    assert is_present(Authenticator.objects.get().data["secret"])
    assert kept.replaced() == [first]
    assert worker.clean(now + timedelta(days=91))
    assert kept.replaced() == []


def test_several_former_keys_are_read_from_the_environment() -> None:
    found = read_environment({"COMPTEXPERT_SECRET_KEY_FALLBACKS": f"{NEW}, {OTHER}"})
    assert found.former_secret_keys == (NEW, OTHER)
