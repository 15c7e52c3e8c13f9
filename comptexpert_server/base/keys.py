"""The server's own signing keys: identity tokens, registry snapshots and registers."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from comptexpert_server.base.durable_folder import make_folder, sync_folder
from comptexpert_server.base.environment import UnusableEnvironmentError, kept_secret

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


RETIREMENT = timedelta(days=1)
"""How long a replaced key still verifies: longer than any identity token lives, or is kept as a hint."""


REPLACED = "-retired-"
HANDOVER = "signing-handover-"
"""What a file begins with in which a key of the registry says which one follows it."""


class UnreadableKeyError(UnusableEnvironmentError):
    """A file of the folder `secrets` holds no key; its text says what to do."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"secrets/{name} in the data folder holds no key: put it back from your copy of that folder. Deleted, it "
            "is made anew; what the old one signed or sealed is lost then"
        )


class LazyPem:
    """A key of the data folder, made at its first use: RSA keys take a second to make."""

    def __init__(self, data_dir: Path, *, name: str) -> None:
        self._data_dir = data_dir
        self._name = name

    def read(self) -> str:
        """Give the key in PEM, made and kept if there is none yet."""
        path = self._folder / self._name
        if path.exists():
            return path.read_text("utf-8")
        return kept_secret(self._data_dir, self._name, make=self._make())

    def rotate(
        self, now: datetime, *, is_leaked: bool = False, before: Callable[[str, str], None] | None = None
    ) -> None:
        """Put a new key in its place; the old one still verifies for a day, unless somebody else may have it.

        `before` is called with both keys before the new one counts: what must be there by then is there, also when
        this process is killed in between.
        """
        with one_rotation(self._folder):
            old = self.read()
            _loaded(old, name=self._name)
            fresh = f"{self._name}.{secrets.token_hex(8)}"
            new = kept_secret(self._data_dir, fresh, make=self._make())
            try:
                if not is_leaked:
                    kept_secret(self._data_dir, _free_name(self._folder, f"{self._prefix}{{}}.pem", now), make=old)
                if before is not None:
                    before(old, new)
                (self._folder / fresh).replace(self._folder / self._name)
                sync_folder(self._folder)
            finally:
                (self._folder / fresh).unlink(missing_ok=True)

    def retired(self, now: datetime) -> list[str]:
        """Give the replaced keys that still verify, the latest first."""
        return [path.read_text("utf-8") for path in self._replaced(now) if self._age(path, now) <= RETIREMENT]

    def delete_all_retired(self) -> None:
        """Let no replaced key verify anything any more."""
        for path in self._folder.glob(f"{self._prefix}*.pem"):
            path.unlink(missing_ok=True)

    def delete_retired(self, now: datetime) -> int:
        """Delete the replaced keys that verify nothing any more; give how many."""
        gone = [path for path in self._replaced(now) if self._age(path, now) > RETIREMENT]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    @property
    def _folder(self) -> Path:
        return self._data_dir / "secrets"

    @property
    def _prefix(self) -> str:
        return f"{self._name.removesuffix('.pem')}-retired-"

    def _replaced(self, now: datetime) -> list[Path]:
        return sorted(self._folder.glob(f"{self._prefix}*.pem"), key=lambda path: self._age(path, now))

    def _age(self, path: Path, now: datetime) -> timedelta:
        at = datetime.fromtimestamp(int(path.stem.removeprefix(self._prefix)), UTC)
        return now - at

    def _make(self) -> str:
        return make_rsa_pem() if self._name.startswith("oidc") else make_ed25519_pem()


class KeptSecret:
    """The secret key of the data folder, where the environment gives none, and those that it replaced."""

    def __init__(self, data_dir: Path, *, name: str) -> None:
        self._data_dir, self._name = data_dir, name
        self._path = data_dir / "secrets" / name
        self._known: tuple[int, int] | None = None
        """Which file this process read last; None when the environment gave the key."""

    def read(self) -> str:
        """Give the key, made and kept if there is none yet."""
        key = kept_secret(self._data_dir, self._name)
        if not key.strip():
            raise UnreadableKeyError(self._name)
        self._known = self._file()
        return key

    def follow(self, opening: list[str]) -> None:
        """Add to the keys that open the one that took the place of ours: processes that know it seal with it already.

        A process seals with the key that it was started with. While others take over, both answer the same people.
        """
        if self._known is None or (found := self._file()) == self._known:
            return
        with contextlib.suppress(OSError):
            key = self._path.read_text("utf-8")
            if key not in opening:
                opening.append(key)
            self._known = found

    def rotate(self, now: datetime) -> None:
        """Put a new key in its place; the processes that run seal with it once they are started again."""
        folder = self._path.parent
        with one_rotation(folder):
            old, fresh = kept_secret(self._data_dir, self._name), f"{self._name}.{secrets.token_hex(8)}"
            kept_secret(self._data_dir, fresh)
            kept_secret(self._data_dir, _free_name(folder, f"{self._name}{REPLACED}{{}}", now), make=old)
            (folder / fresh).replace(self._path)
            sync_folder(folder)

    def replaced(self) -> list[str]:
        """Give the keys that it replaced, the latest first."""
        return [path.read_text("utf-8") for path in sorted(self._files(), reverse=True)]

    def delete_replaced(self, *, before: datetime) -> int:
        """Delete the keys that were replaced before a moment; give how many."""
        gone = [path for path in self._files() if int(path.name.rpartition(REPLACED)[2]) < before.timestamp()]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _files(self) -> list[Path]:
        return list(self._path.parent.glob(f"{self._name}{REPLACED}*"))

    def _file(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return found.st_ino, found.st_mtime_ns


@contextlib.contextmanager
def one_rotation(folder: Path) -> Iterator[None]:
    """Let one rotation at a time look at the keys and replace them."""
    if sys.platform == "win32":
        yield
        return
    make_folder(folder)
    locked = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(locked, fcntl.LOCK_EX)
        yield
    finally:
        os.close(locked)


def _free_name(folder: Path, name: str, now: datetime) -> str:
    """Return the name for the key that was replaced at this moment: two within a second are two files."""
    at = int(now.timestamp())
    while (folder / name.format(at)).exists():
        at += 1
    return name.format(at)


def handovers(data_dir: Path, *, to: str) -> list[dict[str, str]]:
    """Give what each replaced key of the registry signed of the one that follows it, the oldest first, up to `to`.

    They are followed back from key to key: neither clocks that were put back nor a rotation that was killed count.
    """
    files = (data_dir / "secrets").glob(f"{HANDOVER}*.json")
    by_target = {said["to"]: said for said in (json.loads(path.read_text("utf-8")) for path in files)}
    found: list[dict[str, str]] = []
    while (said := by_target.pop(to, None)) is not None:
        found.insert(0, said)
        to = said["from"]
    return found


def make_rsa_pem() -> str:
    """Make the key that signs identity tokens."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def make_ed25519_pem() -> str:
    """Make the key that signs snapshots and registers."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


@lru_cache(maxsize=4)
def signing_key(pem: str) -> Ed25519PrivateKey:
    """Load an Ed25519 key."""
    key = _loaded(pem, name="signing.pem")
    if not isinstance(key, Ed25519PrivateKey):
        raise UnreadableKeyError("signing.pem")
    return key


def _loaded(pem: str, *, name: str) -> object:
    try:
        return load_pem_private_key(pem.encode("ascii"), password=None)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise UnreadableKeyError(name) from fault


def public_text(key: Ed25519PrivateKey) -> str:
    """Give the public half as clients pin it: base64 of 32 bytes."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode("ascii")
