"""The public lists as a signed file that clients search offline: whole, or what changed since a version."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Max, Q

from comptexpert_server.base.clock import now
from comptexpert_server.base.keys import signing_key
from comptexpert_server.registry.models import EntryStatus, RegistryEntry, SnapshotVersion
from comptexpert_server.registry.name_folding import FOLD_VERSION
from comptexpert_server.registry.profiles import CONFIRMED_HEADS, PUBLIC_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

OVERLAP = timedelta(minutes=10)
"""A delta begins earlier than its base, for writes that were still under way when the base was read."""
KEPT_VERSIONS = 32
"""Versions from which a delta is made: any other base gets the whole file, so that nobody chooses what is computed."""
_BUILDING = threading.Lock()
"""Those who ask together wait for one file instead of each making it."""
_IS_PUBLIC = Q(list__in=PUBLIC_LISTS) & ~(Q(list=CONFIRMED_HEADS) & ~Q(status=EntryStatus.ACTIVE))
"""Who stands in the file; the end of a mandate takes a confirmed head out of it."""
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
    """Return a file, the whole one where a delta would be longer or begins at a version that is not kept.

    `version` only names the copy in memory, so that an old one is not given.
    """
    database = str(settings.DATABASES["default"]["NAME"])
    is_kept = base_version is not None and SnapshotVersion.objects.filter(pk=base_version).exists()
    with _BUILDING:
        whole = _whole(version, database)
        if base_version is None or not is_kept:
            return whole
        delta = _delta(version, base_version, database)
    return delta if len(delta.content) < len(whole.content) else whole


def keep_version(version: int) -> None:
    """Remember that a version was given, so that deltas begin there; the oldest go."""
    _row, is_new = SnapshotVersion.objects.get_or_create(pk=version)
    if is_new:
        old = SnapshotVersion.objects.order_by("-version").values_list("version", flat=True)[KEPT_VERSIONS:]
        SnapshotVersion.objects.filter(version__in=list(old)).delete()


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


@lru_cache(maxsize=2)
def _whole(version: int, _database: str) -> SnapshotFile:
    """Read, digest and compress the public lists: once a version, however often and from wherever it is asked for."""
    lines = list(_public_lines())
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return _file(lines, version=version, base_version=None, content_digest=digest.hexdigest())


@lru_cache(maxsize=KEPT_VERSIONS)
def _delta(version: int, base_version: int, database: str) -> SnapshotFile:
    content_digest = _whole(version, database).content_digest
    return _file(
        list(_changed_lines(base_version)), version=version, base_version=base_version, content_digest=content_digest
    )


def _file(lines: list[bytes], *, version: int, base_version: int | None, content_digest: str) -> SnapshotFile:
    return SnapshotFile(
        version=version,
        base_version=base_version,
        entries=len(lines),
        content=gzip.compress(b"".join(lines), compresslevel=6, mtime=0),
        content_digest=content_digest,
    )


def _public_lines() -> Iterator[bytes]:
    rows = RegistryEntry.objects.filter(_IS_PUBLIC).order_by("id")
    for values in rows.values("id", "registration_number", *FIELDS).iterator(chunk_size=5000):
        yield _line(values)


def _changed_lines(base_version: int) -> Iterator[bytes]:
    since = datetime.fromtimestamp(base_version / 1000, UTC) - OVERLAP
    rows = RegistryEntry.objects.filter(changed_at__gt=since).order_by("id")
    public = set(rows.filter(_IS_PUBLIC).values_list("id", flat=True))
    for values in rows.values("id", "registration_number", *FIELDS).iterator(chunk_size=5000):
        if values["id"] in public:
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
