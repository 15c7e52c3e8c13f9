"""Import grants from a table: read here, previewed by the server a stretch at a time, then applied whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import import_file
from comptexpert_desktop.domain.commands import Import
from comptexpert_desktop.domain.first_rights import is_first_high_risk
from comptexpert_desktop.domain.importing import LineAnswer, Verdict, grant_of
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import NotAllowed
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST
from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.import_file import FileFault, ImportFile, ImportLine
    from comptexpert_desktop.domain.importing import Checked, ImportAnswer
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.topics import Topics
    from comptexpert_desktop.store.stores import Stores
    from comptexpert_desktop.usecases.documents import workbook_rows
    from comptexpert_desktop.usecases.ports import Gateways

if not TYPE_CHECKING:  # what reads workbooks is large, and few tables are one
    workbook_rows = lazy("comptexpert_desktop.usecases.documents.workbook_rows")

STRETCH = 50
"""Lines previewed in one call: some seconds, between which the person sees how far it is, and may stop."""
_CALLS = 10
"""Of the preview of a long file, well below what the server answers in a minute."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read, for the account that will import it."""

    file: ImportFile | FileFault
    account: str


def read(stores: Stores, *, content: bytes) -> Reading:
    """Read a file with the services that are known here; raises NotAllowed when nobody is signed in."""
    if stores.account is None:
        raise NotAllowed(SIGN_IN_FIRST)
    account = stores.account.account
    if content.startswith(import_file.ZIPPED):  # a workbook; nothing else that is zipped is a table
        try:
            content = workbook_rows.as_csv(content)
        except workbook_rows.WorkbookUnreadableError as error:
            return Reading(import_file.FileFault(error.code), account)
    return Reading(import_file.read(content, catalogue=catalogue.current(stores)), account)


def stretch(lines: int) -> int:
    """Return how many lines of a file so long are previewed in one call."""
    return min(import_file.PART, max(STRETCH, -(-lines // _CALLS)))


def preview(gateways: Gateways, *, lines: Sequence[ImportLine], account: str, key: str) -> ImportAnswer:
    """Ask what these lines would give; nothing is granted."""
    table = import_file.as_table(lines)
    return gateways.session.call(
        gateways.browser.refresh,
        lambda token: gateways.server.preview_import(table, key=key, token=token),
        account_id=account,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Somebody to whom lines of a file would give a first right of high risk: who grants it calls them before."""

    grantee: str
    """The identifiant or the address, as the server takes it."""
    name: str
    lines: tuple[int, ...]
    """As they are counted in the file."""


def comparisons(stores: Stores, *, lines: Sequence[Checked]) -> tuple[Comparison, ...]:
    """Return whom to call before these lines are granted, in the order of the file; a direct grant asks the same."""
    known, held = catalogue.current(stores), {}
    found: dict[str, Comparison] = {}
    for one in lines:
        grant = grant_of(one) if one.verdict is Verdict.GRANTED else None
        if grant is None or one.answer is None or one.answer.delegation is None:
            continue
        person = one.answer.delegation.grantee
        if grant.firm not in held:
            held[grant.firm] = firm.rights_in(stores, firm_id=grant.firm) if stores.account is not None else {}
        before = held[grant.firm].get(person.account_id, ()) if person.account_id else ()
        if is_first_high_risk([grant], held=before, catalogue=known):
            key = grant.grantee.lower()
            who = found.get(key, Comparison(grant.grantee, person.display_name, ()))
            found[key] = replace(who, lines=(*who.lines, one.line.line))
    return tuple(found.values())


def queue(stores: Stores, *, lines: Sequence[Checked], outbox_id: str, account: str, now: datetime) -> Topics:
    """Queue the grant of these lines, all or nothing; raises NotAllowed once somebody else is signed in."""
    file = stores.account
    if file is None or file.account != account:
        raise NotAllowed(SIGN_IN_FIRST)
    subject = lines[0].line.shown[0] if len(lines) == 1 else ""
    outbox_store.add(file, agreed(lines), outbox_id=outbox_id, subject=subject, now=now)
    return frozenset({Topic.OUTBOX})


def agreed(lines: Sequence[Checked]) -> Import:
    """Write what the person agrees to: the lines, each with what was seen of it."""
    seen = ["" if one.answer is None else one.answer.seen for one in lines]
    return Import(import_file.as_table([one.line for one in lines], seen=seen))


def refused_lines(entry: OutboxEntry) -> tuple[LineAnswer, ...]:
    """Read what the server said of each line of a table that it refused as a whole."""
    lines = entry.answer.get("lines")
    if not isinstance(lines, list):
        return ()
    return tuple(LineAnswer(place=int(one["place"]), code=str(one["code"])) for one in lines)
