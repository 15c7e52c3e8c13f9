"""The public lists as a signed file that clients search offline: whole, or what changed since a version."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Max

from comptexpert_server.config.clock import now
from comptexpert_server.config.keys import signing_key
from comptexpert_server.registry.fold import FOLD_VERSION
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.registry.profiles import PUBLIC_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

OVERLAP = timedelta(minutes=10)
"""A delta begins earlier than its base, for writes that were still under way when the base was read."""
FIELDS = ("surname", "given_name", "list", "council", "town", "postal_code")


@dataclass(frozen=True, kw_only=True)
class SnapshotFile:
    """One file and the digest of the whole registry it leads to."""

    version: int
    base_version: int | None
    entries: int
    content: bytes = field(repr=False)
    content_digest: str

    @property
    def sha256(self) -> str:
        """Digest the file as it travels."""
        return hashlib.sha256(self.content).hexdigest()


def current_version() -> int:
    """Give the version of the registry: the moment of its last change, in milliseconds, rounded up.

    Once nothing has changed for the time of an overlap, the version is that moment later: the overlap of a delta from
    it then holds nothing of the last import, however large that was.
    """
    latest = RegistryEntry.objects.aggregate(latest=Max("changed_at"))["latest"]
    if latest is None:
        return 0
    moment = latest + OVERLAP if latest + OVERLAP < now() else latest
    return int(moment.timestamp() * 1000) + 1


def snapshot_file(*, version: int, base_version: int | None) -> SnapshotFile:
    """Build a file, the whole one where a delta would be longer.

    `version` only names the copy in memory, so that an old one is not given.
    """
    database = str(settings.DATABASES["default"]["NAME"])
    whole = _build(version, None, database)
    if base_version is None:
        return whole
    delta = _build(version, base_version, database)
    return delta if len(delta.content) < len(whole.content) else whole


def manifest(file: SnapshotFile, *, url: str) -> dict[str, Any]:
    """Describe a file and sign the description; the address is outside the signature."""
    described: dict[str, Any] = {
        "version": file.version,
        "base_version": file.base_version,
        "generated_at": datetime.fromtimestamp(file.version / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "entries": file.entries,
        "size": len(file.content),
        "sha256": file.sha256,
        "fold_version": FOLD_VERSION,
        "content_digest": file.content_digest,
    }
    canonical = json.dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    signature = signing_key(settings.SIGNING_KEY.read()).sign(canonical)
    return {**described, "url": url, "signature": base64.b64encode(signature).decode("ascii")}


@lru_cache(maxsize=4)
def _build(version: int, base_version: int | None, _database: str) -> SnapshotFile:
    digest = hashlib.sha256()
    whole: list[bytes] = []
    for line in _public_lines():
        digest.update(line)
        whole.append(line)
    lines = whole if base_version is None else list(_changed_lines(base_version))
    return SnapshotFile(
        version=version,
        base_version=base_version,
        entries=len(lines),
        content=gzip.compress(b"".join(lines), compresslevel=6, mtime=0),
        content_digest=digest.hexdigest(),
    )


def _public_lines() -> Iterator[bytes]:
    rows = RegistryEntry.objects.filter(list__in=PUBLIC_LISTS).order_by("id")
    for values in rows.values("id", "registration_number", *FIELDS).iterator(chunk_size=5000):
        yield _line(values)


def _changed_lines(base_version: int) -> Iterator[bytes]:
    since = datetime.fromtimestamp(base_version / 1000, UTC) - OVERLAP
    rows = RegistryEntry.objects.filter(changed_at__gt=since).order_by("id")
    for values in rows.values("id", "registration_number", *FIELDS).iterator(chunk_size=5000):
        if values["list"] in PUBLIC_LISTS:
            yield _line(values)
        else:
            yield _json({"entry_id": str(values["id"]), "deleted": True})


def _line(values: dict[str, Any]) -> bytes:
    return _json(
        {
            "entry_id": str(values["id"]),
            "registration_number": values["registration_number"],
            **{name: values[name] for name in FIELDS},
        }
    )


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
