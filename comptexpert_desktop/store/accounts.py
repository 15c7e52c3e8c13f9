"""The accounts that signed in on this machine: which server, since when, and which one is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.timestamps import optional_time, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.store.account_file import PrivateFile


PIN_READY, PIN_SPENT = "ready", "spent"


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """A line of the table."""

    server: str
    account_id: str
    login_id: str
    is_current: bool
    since: datetime | None
    used_at: datetime | None


def every(device: PrivateFile) -> list[KnownAccount]:
    """List the accounts of every server, by identifiant."""
    rows = device.database.rows("SELECT * FROM account ORDER BY login_id, server, account_id")
    return [
        KnownAccount(
            server=row["server"],
            account_id=row["account_id"],
            login_id=row["login_id"],
            is_current=bool(row["is_current"]),
            since=optional_time(row["since"]),
            used_at=optional_time(row["used_at"]),
        )
        for row in rows
    ]


def current(device: PrivateFile, *, server: str) -> str:
    """Tell the account that is at the desk; empty when there is none."""
    row = device.database.one(
        "SELECT account_id FROM account WHERE server = :server AND is_current = 1", {"server": server}
    )
    return "" if row is None else str(row["account_id"])


def register(device: PrivateFile, *, server: str, account_id: str, login_id: str) -> None:
    """Put an account at the desk of its server, known before or not."""
    values = {"server": server, "account_id": account_id, "login_id": login_id}
    with device.database.transaction():
        device.database.execute("UPDATE account SET is_current = 0 WHERE server = :server", {"server": server})
        device.database.execute(
            "INSERT INTO account (server, account_id, login_id, is_current)"
            " VALUES (:server, :account_id, :login_id, 1) ON CONFLICT (server, account_id)"
            " DO UPDATE SET login_id = excluded.login_id, is_current = 1",
            values,
        )


def leave(device: PrivateFile, *, server: str, account_id: str) -> None:
    """Let an account leave the desk; one that another program put there meanwhile stays."""
    device.database.execute(
        "UPDATE account SET is_current = 0 WHERE server = :server AND account_id = :account_id",
        {"server": server, "account_id": account_id},
    )


def note_sign_in(device: PrivateFile, *, server: str, account_id: str, now: datetime) -> None:
    """Remember when an account signed in."""
    device.database.execute(
        "UPDATE account SET since = :now, used_at = :now WHERE server = :server AND account_id = :account_id",
        {"server": server, "account_id": account_id, "now": to_text(now)},
    )


def note_use(device: PrivateFile, *, server: str, account_id: str, now: datetime) -> None:
    """Remember that the server answered an account."""
    device.database.execute(
        "UPDATE account SET used_at = :now WHERE server = :server AND account_id = :account_id",
        {"server": server, "account_id": account_id, "now": to_text(now)},
    )


def remove(device: PrivateFile, *, server: str, account_id: str) -> None:
    """Forget that an account was here."""
    set_locked(device, account_id=account_id, is_locked=False)
    set_pin_state(device, account_id=account_id, state="")
    device.database.execute(
        "DELETE FROM account WHERE server = :server AND account_id = :account_id",
        {"server": server, "account_id": account_id},
    )


def is_locked(device: PrivateFile, *, account_id: str) -> bool:
    """Tell whether the desk of an account is locked."""
    return bool(device.meta(f"locked/{account_id}"))


def set_locked(device: PrivateFile, *, account_id: str, is_locked: bool) -> None:
    """Lock the desk of an account, or open it."""
    name = f"locked/{account_id}"
    if is_locked:
        device.set_meta(name, "1")
    else:
        device.database.execute("DELETE FROM meta WHERE name = :name", {"name": name})


def pin_state(device: PrivateFile, *, account_id: str) -> str:
    """Tell whether a PIN may open the desk of an account, as far as is known without the keyring; empty for no PIN."""
    return device.meta(f"pin/{account_id}")


def set_pin_state(device: PrivateFile, *, account_id: str, state: str) -> None:
    """Note that an account has a PIN, that its tries are spent, or that it has none."""
    name = f"pin/{account_id}"
    if state:
        device.set_meta(name, state)
    else:
        device.database.execute("DELETE FROM meta WHERE name = :name", {"name": name})
