"""The key of the registry and of the registers is replaced: registers still hold, and clients are led to the new one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from comptexpert_desktop.adapters.key_handovers import leads
from comptexpert_desktop.adapters.snapshot_keys import read_key
from comptexpert_server.audit.models import ChainHead
from comptexpert_server.audit.seals import is_signed
from comptexpert_server.base.keys import RETIREMENT, LazyPem
from comptexpert_server.operations.key_rotation import rotate_signing
from tests.server import desk

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def own_key(settings: Any, tmp_path: Path) -> LazyPem:
    """Keep the key that the other tests share from being replaced."""
    settings.SIGNING_KEY = LazyPem(tmp_path, name="signing.pem")
    settings.ENVIRONMENT = _at(settings.ENVIRONMENT, tmp_path)
    return settings.SIGNING_KEY


def _at(environment: Any, folder: Path) -> Any:
    return type(environment)(**(vars(environment) | {"data_dir": folder}))


def published() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/.well-known/comptexpert").json()
    return found


def a_register() -> ChainHead:
    desk.pending(desk.staff(), desk.expert(desk.firm()))
    return ChainHead.objects.get()


def test_clients_are_led_from_the_old_key_to_the_new_one() -> None:
    before = published()
    assert before["snapshot_key_handovers"] == []
    for days in range(3):
        rotate_signing(NOW + timedelta(days=days), is_leaked=False)
    after = published()
    old, new = read_key(before["snapshot_key"]), read_key(after["snapshot_key"])
    assert len(after["snapshot_key_handovers"]) == 3
    assert leads(old, to=new, statements=after["snapshot_key_handovers"])
    assert not leads(new, to=old, statements=after["snapshot_key_handovers"])


def test_registers_are_signed_by_the_new_key_and_go_on(own_key: LazyPem) -> None:
    before = a_register()
    assert rotate_signing(NOW, is_leaked=False) == 1
    own_key.delete_all_retired()
    after = ChainHead.objects.get()
    assert after.signature != before.signature
    assert is_signed(after)
    desk.pending(desk.staff(), desk.expert(desk.firm("Autre")))
    assert all(is_signed(head) for head in ChainHead.objects.all())


def test_a_head_that_is_not_signed_anew_yet_counts_for_a_day(own_key: LazyPem) -> None:
    head = a_register()
    own_key.rotate(timezone.now())
    assert is_signed(head)
    own_key.delete_retired(timezone.now() + RETIREMENT + timedelta(minutes=1))
    assert not is_signed(head)


def test_a_register_that_somebody_touched_is_not_signed_anew() -> None:
    head = a_register()
    ChainHead.objects.update(digest="0" * 64)
    assert rotate_signing(NOW, is_leaked=False) == 0
    head.refresh_from_db()
    assert not is_signed(head)


def test_a_key_that_somebody_else_may_have_leads_nobody(own_key: LazyPem) -> None:
    a_register()
    old = published()["snapshot_key"]
    assert rotate_signing(NOW, is_leaked=True) == 1
    found = published()
    assert found["snapshot_key"] != old
    assert found["snapshot_key_handovers"] == []
    assert own_key.retired(NOW) == []
    assert is_signed(ChainHead.objects.get())
