"""Turn what was read into the bytes of a file; imported only when somebody exports, for what stands below is large."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from comptexpert_desktop.domain import held_periods
from comptexpert_desktop.domain.documents import MALFORMED
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.report import Paper, Paragraph, Table
from comptexpert_desktop.domain.table import Sheet
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.documents import register_words, rights
from comptexpert_desktop.presentation.documents.order import Form, Order, Outcome, What
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.runtime.progress import GivenUp
from comptexpert_desktop.ui.documents import pdf
from comptexpert_desktop.ui.widgets import save_file
from comptexpert_desktop.usecases.documents import calendar, register, table_text, workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comptexpert_desktop.domain.register import Head
    from comptexpert_desktop.domain.table import Cell
    from comptexpert_desktop.presentation.documents.rights import Deadline
    from comptexpert_desktop.runtime.progress import Progress
    from comptexpert_desktop.usecases.documents.register import Export
    from comptexpert_desktop.usecases.ports import Gateways

TITLES = {
    What.VIEW: "Délégations",
    What.LIVE: "Droits en cours",
    What.DEADLINES: "Échéances des délégations",
    What.REGISTER: "Registre des délégations",
}


def carry_out(
    gateways: Gateways,
    *,
    read: Sequence[object],
    order: Order,
    target: Path,
    now: datetime,
    progress: Progress,
    known: Head | None = None,
    labels: Labels | None = None,
    owner: str = "",
) -> Outcome:
    """Write the file of an order; `read` holds the delegations, a register is asked of the server."""
    if order.what is not What.REGISTER and not read:
        return Outcome(target, problem="EMPTY")
    found = register.fetch(gateways, firm_id=order.firm.id, known=known) if order.firm else None
    lines = len(read) if found is None else len(found.register.lines)
    try:
        progress.begin(lines)
        progress.step(0)
        if found is None:
            content: bytes | None = write_rights(read, order=order, now=now, progress=progress, owner=owner)
        else:
            content = write_register(found, order=order, now=now, progress=progress, labels=labels or Labels())
    except GivenUp:
        return Outcome(target, problem="GIVEN_UP")
    if content is None:
        return Outcome(target, problem="NO_PROOF")
    problem = "" if save_file.write(target, content) else "NOT_WRITTEN"
    return Outcome(target, lines, problem=problem, verdict=found.verdict if found else None)


def write_rights(read: Sequence[object], *, order: Order, now: datetime, progress: Progress, owner: str = "") -> bytes:
    """Write delegations, read as the format wants them; `owner` is the account whose they are."""
    if order.form is Form.JSON:
        lines = ",\n".join(cast("Sequence[str]", read))
        head = f'{{"made_at":"{now.isoformat()}","count":{len(read)},"delegations":[\n'
        return f"{head}{lines}\n]}}\n".encode()
    if order.form is Form.ICS:
        found = [calendar.Deadline(*one) for one in cast("Sequence[Deadline]", read)]
        return calendar.content(found, name=TITLES[order.what], now=now, owner=owner, step=progress.step)
    rows = cast("Sequence[tuple[Cell, ...]]", read)
    sheet = Sheet(TITLES[order.what], rights.COLUMNS, rows, about=order.about)
    counted = wording.count(len(rows), "délégation")
    about = f"{counted}. {order.about}".strip()
    return _written(sheet, order.form, now=now, progress=progress, parts=(Paragraph(about),))


def write_register(found: Export, *, order: Order, now: datetime, progress: Progress, labels: Labels) -> bytes | None:
    """Write a register; None when it cannot be said in this format without losing its proof."""
    if order.form is Form.JSON:
        return found.content
    if order.form is Form.CSV:
        return found.as_table()
    lines = found.register.lines
    firm = order.firm.name if order.firm else ""
    title = f"{TITLES[order.what]} · {firm}"
    rows = [register_words.cells(line, said=found.register.said(line), labels=labels) for line in lines]
    sheet = Sheet(title, register_words.COLUMNS, rows, about=order.about)
    end = found.register.end
    parts = (
        Paragraph(register_words.worth(found.verdict), "strong"),
        Paragraph(
            f"Tête de la chaîne{wording.NBSP}: {end.get('head')}\nSignature{wording.NBSP}: {end.get('signature')}"
        ),
        Paragraph("Ce document sert à lire. La preuve est l’export JSON du même registre.", "note"),
        *(_held(found, now=now, labels=labels) if order.form is Form.PDF and found.verdict.is_readable else ()),
    )
    return _written(sheet, order.form, now=now, progress=progress, parts=parts)


def _held(found: Export, *, now: datetime, labels: Labels) -> tuple[Paragraph | Table, ...]:
    """Say who could do what and when, before the lines that it is read from."""
    try:
        read = held_periods.periods(found.register, today=day_in_france(now))
    except MALFORMED:
        return ()
    rows = [register_words.held(one, labels=labels) for one in read]
    if not rows:
        return ()
    return (
        Paragraph("Qui pouvait quoi, et quand", "heading"),
        Paragraph(register_words.HELD_NOTE, "note"),
        Table(register_words.HELD, rows, register_words.HELD_SHARES),
        Paragraph("Les lignes du registre", "heading"),
    )


def _written(
    sheet: Sheet, form: Form, *, now: datetime, progress: Progress, parts: tuple[Paragraph | Table, ...]
) -> bytes:
    if form is Form.XLSX:
        return workbook.content(sheet, step=progress.step)
    if form is Form.CSV:
        return table_text.content(sheet, step=progress.step)
    made = f"{wording.day(wording.local_day(now))} à {wording.clock_time(now)}"
    paper = Paper(
        sheet.title,
        f"Établi le {made}",
        (*parts, _table(sheet)),
        foot=f"Comptexpert · {sheet.title} · {made}",
        is_wide=True,
    )
    return pdf.content(paper, progress=progress)


def _table(sheet: Sheet) -> Table:
    return Table(
        tuple(column.name for column in sheet.columns),
        [tuple(_text(cell) for cell in row) for row in sheet.rows],
        tuple(column.share for column in sheet.columns),
    )


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{wording.short_day(cell)} {cell:%H:%M:%S}"
    return wording.short_day(cell) if isinstance(cell, date) else str(cell)
