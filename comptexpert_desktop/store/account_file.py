"""A private file: one account's, or the one of the sign-ups made before any account (account "")."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.errors import VaultError
from comptexpert_desktop.store.database import GENERATION, PRIVATE, Database

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comptexpert_desktop.store.encryption import Cipher

INSTANCE = "instance"
"""In the meta table: what the names of this folder's keys begin with. It stands in every private file."""
OWNER, OWNER_SERVER = "owner", "owner_server"
"""In the meta table of an account's file: whose it is, should `signup.db` be lost."""

TABLES = ("delegation_document", "delegation", "notice", "review_answer", "secret", "draft", "outbox", "account")
"""Every table of a private file but `meta`, in an order in which they can be emptied."""


class PrivateFile:
    """An open private file, and the cipher of its sealed columns when the vault gave the key."""

    def __init__(self, path: Path | None, *, account: str, cipher: Cipher | VaultError) -> None:
        """Open the file; in place of a cipher, the reason why there is none."""
        self.account = account
        self.database = Database(path, layout=PRIVATE)
        self._cipher = cipher
        try:
            self.database.generation = self._known_generation()
        except BaseException:
            self.database.close()
            raise

    @property
    def name(self) -> str:
        """The name of the file; empty in memory."""
        return "" if self.database.path is None else self.database.path.name

    @property
    def in_memory(self) -> bool:
        """Tell whether all of it goes away with the program."""
        return self.database.path is None

    @property
    def is_open(self) -> bool:
        """Tell whether sealed columns can be read and written."""
        return not isinstance(self._cipher, VaultError)

    def cipher(self) -> Cipher:
        """Return the cipher; raises the VaultError that explains its absence."""
        if isinstance(self._cipher, VaultError):
            raise self._cipher
        return self._cipher

    def use(self, cipher: Cipher) -> None:
        """Take the cipher that the vault gave at last."""
        self._cipher = cipher

    def refuse(self, reason: VaultError) -> None:
        """Remember why there is no cipher."""
        self._cipher = reason

    def seal(self, document: Mapping[str, Any], *, kind: str, name: str) -> bytes:
        """Seal a document for a row of this file."""
        return self.cipher().seal(document, account=self.account, kind=kind, name=name)

    def unseal(self, sealed: bytes, *, kind: str, name: str) -> dict[str, Any]:
        """Open the sealed document of a row of this file."""
        return self.cipher().unseal(sealed, account=self.account, kind=kind, name=name)

    def meta(self, name: str) -> str:
        """Read a plain value; absent is empty."""
        row = self.database.one("SELECT value FROM meta WHERE name = :name", {"name": name})
        return "" if row is None else str(row["value"])

    def set_meta(self, name: str, value: str) -> None:
        """Keep a plain value."""
        self.database.execute(
            "INSERT INTO meta (name, value) VALUES (:name, :value)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            {"name": name, "value": value},
        )

    def secret(self, name: str) -> str:
        """Read a secret; absent is empty. Raises a VaultError when the key is out of reach."""
        row = self.database.one("SELECT sealed FROM secret WHERE name = :name", {"name": name})
        if row is None:
            return ""
        return str(self.unseal(row["sealed"], kind="secret", name=name)["value"])

    def set_secret(self, name: str, value: str) -> None:
        """Keep a secret."""
        self.database.execute(
            "INSERT INTO secret (name, sealed) VALUES (:name, :sealed)"
            " ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
            {"name": name, "sealed": self.seal({"value": value}, kind="secret", name=name)},
        )

    def secret_names(self, prefix: str) -> list[str]:
        """List the names of the secrets that begin so."""
        rows = self.database.rows(
            "SELECT name FROM secret WHERE substr(name, 1, length(:prefix)) = :prefix ORDER BY name", {"prefix": prefix}
        )
        return [str(row["name"]) for row in rows]

    def delete_secret(self, name: str) -> None:
        """Delete one secret."""
        self.database.execute("DELETE FROM secret WHERE name = :name", {"name": name})

    def drop_secrets(self) -> None:
        """Forget every secret, in the free pages and the log too."""
        self.database.execute("DELETE FROM secret")
        self.database.purge_deleted()

    def begin_generation(self) -> None:
        """Forget every plain value, and refuse the writes of whoever opened the file before; inside a transaction."""
        kept = {"instance": INSTANCE, "owner": OWNER, "server": OWNER_SERVER}
        self.database.execute("DELETE FROM meta WHERE name NOT IN (:instance, :owner, :server)", kept)
        self.database.begin_generation(str(uuid.uuid4()))

    def erase(self) -> None:
        """Delete every row, in the free pages and the log too, under the lock that each write takes.

        The file itself stays as long as another program has it open: what it wrote there would be lost without a word.
        """
        with self.database.transaction():
            for table in TABLES:
                self.database.execute(f"DELETE FROM {table}")  # noqa: S608  (names below)
            self.database.execute("DELETE FROM meta")
            self.begin_generation()
        self.database.purge_deleted()

    def _known_generation(self) -> str:
        generation = self.meta(GENERATION)
        if not generation and self.database.refusal is None:
            with self.database.transaction():
                generation = self.meta(GENERATION) or str(uuid.uuid4())
                self.set_meta(GENERATION, generation)
        return generation

    def close(self) -> None:
        """Close the file."""
        self.database.close()
