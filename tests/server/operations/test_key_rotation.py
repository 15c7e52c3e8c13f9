"""The key of the registry and of the registers is replaced: registers still hold, and clients are led to the new one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptexpert_desktop.adapters.key_handovers import leads
from comptexpert_desktop.adapters.snapshot_keys import read_key
from comptexpert_server.audit.models import ChainHead
from comptexpert_server.audit.seals import is_signed
from comptexpert_server.base.keys import RETIREMENT, KeptSecret, LazyPem
from comptexpert_server.operations.key_rotation import rotate_signing
from tests.server import desk

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


@pytest.mark.parametrize("seconds", [0, 0.001, -86400])
def test_neither_haste_nor_a_clock_that_was_put_back_breaks_the_chain(seconds: float) -> None:
    old = read_key(published()["snapshot_key"])
    for number in range(3):
        rotate_signing(NOW + timedelta(seconds=number * seconds), is_leaked=False)
    after = published()
    assert leads(old, to=read_key(after["snapshot_key"]), statements=after["snapshot_key_handovers"])


def test_a_rotation_that_was_killed_before_the_new_key_counted_leads_nobody_astray(
    own_key: LazyPem, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published()
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", _raise)
        with pytest.raises(KeyboardInterrupt):
            rotate_signing(NOW, is_leaked=False)
    assert published() == before
    rotate_signing(NOW, is_leaked=False)
    after = published()
    old, new = read_key(before["snapshot_key"]), read_key(after["snapshot_key"])
    assert new != old
    assert leads(old, to=new, statements=after["snapshot_key_handovers"])


def _raise(*_: object) -> None:
    raise KeyboardInterrupt


def test_whoever_is_offered_a_key_is_told_of_its_handover(own_key: LazyPem, monkeypatch: pytest.MonkeyPatch) -> None:
    before = published()
    offered: list[dict[str, Any]] = []
    replace = Path.replace

    def look(path: Path, target: Path) -> Path:
        made = replace(path, target)
        offered.append(published())
        return made

    monkeypatch.setattr(Path, "replace", look)
    rotate_signing(NOW, is_leaked=False)
    old = read_key(before["snapshot_key"])
    assert offered[-1]["snapshot_key"] != before["snapshot_key"]
    assert leads(old, to=read_key(offered[-1]["snapshot_key"]), statements=offered[-1]["snapshot_key_handovers"])


def test_rotations_at_the_same_moment_lose_no_key(tmp_path: Path) -> None:
    signing, secret = LazyPem(tmp_path, name="signing.pem"), KeptSecret(tmp_path, name="secret_key")
    first = signing.read(), secret.read()
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda _: (signing.rotate(NOW), secret.rotate(NOW)), range(8)):
            pass
    assert len(set(signing.retired(NOW))) == 8
    assert len(set(secret.replaced())) == 8
    assert first[0] in signing.retired(NOW)
    assert first[1] in secret.replaced()


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
