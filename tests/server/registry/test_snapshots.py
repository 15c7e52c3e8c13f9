"""The signed file that clients search offline."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import F
from django.test import Client

from comptexpert_server.registry import snapshots
from comptexpert_server.registry.models import RegistryEntry, SnapshotVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
PUBLIC = {"expert_comptable", "agc_employee_83_ter", "agc_employee_83_quater", "honorary"}


def manifest(**query: object) -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/registry/snapshot", query_params=query or None).json()
    return found


def lines(described: dict[str, Any]) -> list[dict[str, Any]]:
    url = urlsplit(described["url"])
    answer = Client().get(f"{url.path}?{url.query}" if url.query else url.path)
    assert answer.status_code == 200
    assert len(answer.content) == described["size"]
    assert hashlib.sha256(answer.content).hexdigest() == described["sha256"]
    return [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]


def a_day_later() -> None:
    RegistryEntry.objects.update(changed_at=F("changed_at") - timedelta(days=1))


def verify(described: dict[str, Any]) -> None:
    key = base64.b64decode(Client().get("/.well-known/comptexpert").json()["snapshot_key"])
    signed = {name: value for name, value in described.items() if name not in {"signature", "url"}}
    canonical = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(described["signature"]), canonical)


def test_the_whole_file_holds_the_public_lists_alone_and_no_private_field() -> None:
    described = manifest()
    found = lines(described)
    assert len(found) == described["entries"] == RegistryEntry.objects.filter(list__in=PUBLIC).count()
    assert {line["list"] for line in found} <= PUBLIC
    assert found[0].keys() == {
        "entry_id", "registration_number", "surname", "given_name", "list", "council", "town", "postal_code"
    }  # fmt: skip


def test_the_manifest_is_signed_and_any_change_shows() -> None:
    described = manifest()
    verify(described)
    for name, value in (("entries", 1), ("version", described["version"] + 1), ("sha256", "0" * 64)):
        with pytest.raises(InvalidSignature):
            verify(described | {name: value})


def test_the_digest_is_that_of_the_whole_content_for_a_delta_too() -> None:
    whole = manifest()
    answer = Client().get(urlsplit(whole["url"]).path)
    assert hashlib.sha256(gzip.decompress(answer.content)).hexdigest() == whole["content_digest"]
    assert manifest(**{"from": whole["version"]})["content_digest"] == whole["content_digest"]


def test_a_delta_brings_what_changed_and_what_left_the_public_lists() -> None:
    a_day_later()
    base = manifest()
    later = RegistryEntry.objects.get(surname="Delaunay", given_name="Claire")
    gone = RegistryEntry.objects.get(surname="Kerbrat", given_name="Hugo")
    later.town, gone.list = "Dinan", "in_company"
    later.save()
    gone.save()
    delta = manifest(**{"from": base["version"]})
    assert delta["base_version"] == base["version"] < delta["version"]
    verify(delta)
    found = {line["entry_id"]: line for line in lines(delta)}
    assert found[str(later.id)]["town"] == "Dinan"
    assert found[str(gone.id)] == {"entry_id": str(gone.id), "deleted": True}
    assert delta["content_digest"] == manifest()["content_digest"] != base["content_digest"]


def test_a_day_after_a_large_import_a_delta_holds_only_what_changed_since() -> None:
    a_day_later()
    base = manifest()
    RegistryEntry.objects.get(surname="Delaunay", given_name="Claire").save()
    delta = manifest(**{"from": base["version"]})
    assert (delta["base_version"], delta["entries"]) == (base["version"], 1)
    verify(delta)


def test_a_version_goes_up_when_the_registry_settles_and_up_again_when_it_changes() -> None:
    unsettled = manifest()["version"]
    a_day_later()
    settled = manifest()["version"]
    assert settled == unsettled - 86_400_000 + 600_000
    RegistryEntry.objects.get(surname="Delaunay", given_name="Claire").save()
    assert manifest()["version"] > settled


def test_where_a_delta_would_be_longer_the_whole_file_is_given() -> None:
    a_day_later()
    base = manifest()
    for entry in RegistryEntry.objects.all():
        entry.save()
    given = manifest(**{"from": base["version"]})
    assert given["base_version"] is None
    assert len(lines(given)) == given["entries"]
    verify(given)


@pytest.mark.parametrize("asked", ["x", "-1", "0", "99999999999999999999", "²"])
def test_a_version_that_cannot_be_gets_the_whole_file(asked: str) -> None:
    assert manifest(**{"from": asked})["base_version"] is None


def test_an_old_file_is_gone_and_an_unchanged_one_is_not_sent_again() -> None:
    described = manifest()
    tag = Client().get("/api/v1/registry/snapshot")["ETag"]
    again = Client().get("/api/v1/registry/snapshot", headers={"If-None-Match": tag})
    assert again.status_code == 304
    RegistryEntry.objects.get(surname="Delaunay", given_name="Claire").save()
    assert Client().get(urlsplit(described["url"]).path).status_code == 404


def test_whatever_base_is_asked_for_the_lists_are_read_once_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    a_day_later()
    RegistryEntry.objects.get(surname="Delaunay", given_name="Claire").save()
    read = []
    real = snapshots._public_lines
    changed = []
    real_changes = snapshots._changed_lines
    monkeypatch.setattr(snapshots, "_public_lines", lambda: read.append(1) or real())
    monkeypatch.setattr(snapshots, "_changed_lines", lambda base: changed.append(base) or real_changes(base))
    version = manifest()["version"]
    for base in range(version - 200, version):
        assert manifest(**{"from": base})["base_version"] is None
    assert (len(read), changed) == (1, [])


def test_deltas_begin_at_the_versions_given_last() -> None:
    for number in range(1, snapshots.KEPT_VERSIONS + 3):
        snapshots.keep_version(number)
    kept = sorted(SnapshotVersion.objects.values_list("version", flat=True))
    assert kept == list(range(3, snapshots.KEPT_VERSIONS + 3))
