"""The honest state of the application, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.outbox_rules import URGENT
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.session import lock, pin, session
from comptexpert_desktop.usecases.session.refresh_tokens import PAUSED
from comptexpert_desktop.usecases.sync import cache_expiry, retention

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_desktop.domain.file_trouble import FileTrouble
    from comptexpert_desktop.domain.session import Account
    from comptexpert_desktop.store.stores import Stores


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """An account of this machine that is not at the desk."""

    account_id: str
    login_id: str


@dataclass(frozen=True, slots=True)
class StatusSummary:
    """What the status bar tells."""

    account: Account | None
    is_signed_in: bool
    """An account is attached to this machine, even while the vault keeps its name from us."""
    session_code: str
    """`SESSION_EXPIRED` when the person must sign in again; empty otherwise."""
    in_memory: bool
    """The session, or the drafts, go away with the program."""
    vault: str
    """`KEYRING_LOCKED`, `KEYRING_ABSENT`, `KEYRING_UNSAFE`…; empty when the vault answers."""
    network: str | None
    """`NET_OFFLINE`, `SERVER_FAULT`…; empty when the last turn reached the server, None before the first."""
    waiting: int
    needs_you: int
    unsent_revocations: int
    last_sync: datetime | None
    snapshot_date: datetime | None
    others: tuple[OtherAccount, ...] = ()
    """The other accounts of this machine, at this server."""
    is_locked: bool = False
    """The desk is covered until somebody proves who is there."""
    pin: pin.State = "absent"
    """Whether a PIN may open it."""
    network_data: Mapping[str, object] = field(default_factory=dict)
    """What else is known of why the server was not reached: the proxy, the certificate's issuer."""
    clock_is_wrong: bool = False
    """This machine's clock is minutes from the server's, or years."""
    file_troubles: tuple[FileTrouble, ...] = ()
    """Files that were put aside, or were not there any more, and nobody has read it yet."""
    copies_expired: bool = False
    """The local copies were erased: the server was silent for longer than the machine allows."""
    unsent_cuts: int = 0
    """What takes rights away and has not left, revocations among it: the rights are still open."""


def summary(stores: Stores) -> StatusSummary:
    """Count what waits and say what does not work."""
    unsent = [entry for file in stores.files for entry in outbox_store.unsent(file)]
    needs_you = sum(entry.status is OutboxStatus.NEEDS_YOU for entry in unsent)
    me = session.current(stores)
    account = stores.account
    return StatusSummary(
        account=me.account if me else None,
        is_signed_in=account is not None,
        session_code=account.meta(PAUSED) if account else "",
        in_memory=not stores.signups.is_open or any(file.in_memory for file in stores.files),
        vault=stores.vault_code,
        network=stores.heard.network_code,
        waiting=len(unsent) - needs_you,
        needs_you=needs_you,
        unsent_revocations=sum(entry.kind is Kind.REVOKE for entry in unsent),
        unsent_cuts=sum(entry.kind in URGENT for entry in unsent),
        last_sync=cache_expiry.last_contact(stores),
        snapshot_date=stores.directory.snapshot_date,
        is_locked=lock.is_locked(stores),
        pin=pin.state(stores),
        network_data=stores.heard.network_data,
        file_troubles=stores.file_troubles(),
        clock_is_wrong=retention.is_skewed(stores),
        copies_expired=cache_expiry.has_expired(stores),
        others=tuple(
            OtherAccount(known.account_id, known.login_id)
            for known in stores.accounts.known()
            if known.server == stores.server_url and not known.is_current
        ),
    )
