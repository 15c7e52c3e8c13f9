"""Import grants from a table: read here, previewed by the server a stretch at a time, then applied in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import NotAllowed, ServerFault, UnexpectedReply, Unreachable
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import SIGN_IN_FIRST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.import_file import FileFault, ImportFile, ImportLine
    from comptexpert_desktop.domain.importing import ImportAnswer
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Doors

STRETCH = 50
"""Lines previewed in one call: some seconds, between which the person sees how far it is, and may stop."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read, for the account that will import it."""

    file: ImportFile | FileFault
    account: str


def read(stores: Stores, *, content: bytes) -> Reading:
    """Read a file with the services that are known here; raises NotAllowed when nobody is signed in."""
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    return Reading(import_file.read(content, catalogue=catalogue.current(stores)), stores.account.account)


def preview(doors: Doors, *, lines: Sequence[ImportLine], account: str, key: str) -> ImportAnswer:
    """Ask what these lines would give; nothing is granted."""
    table = import_file.as_table(lines)
    return doors.session.call(
        doors,
        lambda token: doors.server.import_grants(table, dry_run=True, key=key, token=token),
        account_id=account,
    )


def apply(doors: Doors, *, lines: Sequence[ImportLine], account: str, key: str) -> ImportAnswer:
    """Grant all of these lines, or none; the same key again gives the first answer again."""
    table = import_file.as_table(lines)
    return doors.session.call(
        doors,
        lambda token: doors.server.import_grants(table, dry_run=False, key=key, token=token),
        account_id=account,
    )


def keep(stores: Stores, *, account: str, delegations: Sequence[Delegation]) -> Topics:
    """Lay what the server granted over what is known here."""
    file = stores.account
    if file is None or file.account != account:
        return frozenset()
    with file.database.transaction():
        delegation_store.keep(file, delegations=delegations)
    return frozenset({Topic.DELEGATIONS})


def may_have_happened(error: ComptexpertError) -> bool:
    """Tell whether a call that ended so may have granted: its answer is asked for again, with the same key."""
    from_the_way = isinstance(error, Unreachable) and bool(error.data.get("sent"))
    return from_the_way or isinstance(error, ServerFault | UnexpectedReply)
