"""Import grants from a table: read here, previewed by the server a stretch at a time, then applied in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.commands import Import
from comptexpert_desktop.domain.importing import LineAnswer
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.import_file import FileFault, ImportFile, ImportLine
    from comptexpert_desktop.domain.importing import ImportAnswer
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.ports import Gateways

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


def preview(gateways: Gateways, *, lines: Sequence[ImportLine], account: str, key: str) -> ImportAnswer:
    """Ask what these lines would give; nothing is granted."""
    table = import_file.as_table(lines)
    return gateways.session.call(
        gateways.browser.refresh,
        lambda token: gateways.server.preview_import(table, key=key, token=token),
        account_id=account,
    )


def queue(stores: Stores, *, lines: Sequence[ImportLine], account: str, now: datetime, new_id: str) -> Topics:
    """Queue the grant of all of these lines, or of none; raises NotAllowed once somebody else is signed in."""
    file = stores.account
    if file is None or file.account != account:
        raise NotAllowed(SIGN_IN_FIRST)
    file.cipher()
    subject = lines[0].shown[0] if len(lines) == 1 else ""
    outbox_store.add(file, Import(import_file.as_table(lines)), outbox_id=new_id, subject=subject, now=now)
    return frozenset({Topic.OUTBOX})


def refused_lines(entry: OutboxEntry) -> tuple[LineAnswer, ...]:
    """Read what the server said of each line of a table that it refused as a whole."""
    lines = entry.answer.get("lines")
    if not isinstance(lines, list):
        return ()
    return tuple(LineAnswer(place=int(one["place"]), code=str(one["code"])) for one in lines)
