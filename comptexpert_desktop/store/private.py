"""A private file: one account's, or the one of the sign-ups made before any account (account "")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.errors import VaultError
from comptexpert_desktop.store.database import PRIVATE, Database

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comptexpert_desktop.store.sealed import Cipher


class PrivateFile:
    """An open private file, and the cipher of its sealed columns when the vault gave the key."""

    def __init__(self, path: Path | None, *, account: str, cipher: Cipher | VaultError) -> None:
        """Open the file; in place of a cipher, the reason why there is none."""
        self.account = account
        self.database = Database(path, layout=PRIVATE)
        self._cipher = cipher

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

    def drop_secrets(self) -> None:
        """Forget every secret, in the free pages and the log too."""
        self.database.execute("DELETE FROM secret")
        self.database.forget_deleted()

    def close(self) -> None:
        """Close the file."""
        self.database.close()
