"""`register`: the register of a firm, fetched, verified and written to a file, as data or to be read by people."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.cli import output, terminal, written
from comptexpert_desktop.cli.command_run import Exit, now
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.documents import register, who_can
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from comptexpert_desktop.cli import paper_files
    from comptexpert_desktop.cli.command_run import Run
    from comptexpert_desktop.domain.delegation import Firm

if not TYPE_CHECKING:  # brings Qt
    paper_files = lazy("comptexpert_desktop.cli.paper_files")

FORMATS = frozenset({"json", "csv", "xlsx", "pdf"})
READ = frozenset({"xlsx", "pdf"})
"""What people read; the proof is the JSON."""


def run(command: Run) -> Exit:
    """Write the register, and say what it is worth: one that does not hold is written too, and is a failure."""
    options = command.options
    if not command.settings.may_export:
        raise NotAllowed("EXPORTS_OFF")
    target = Path(options.output)
    form = options.format or target.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise InvalidInput([Problem("format", "INVALID_INPUT")])
    known = command.in_store(partial(who_can.known, firm_id=options.firm))
    firm = _only(known.firms)
    command.in_store(partial(session.restore, session=command.gateways.session))
    found = register.fetch(command.gateways, firm_id=firm.id, known=known.heads.get(firm.id))
    if form in READ:
        labels = command.in_store(catalogue.current)
        content = paper_files.register_content(found, firm=firm, form=form, now=now(), catalogue=labels)
    else:
        content = found.content if form == "json" else found.as_table()
    if content is None:  # a table that would no longer verify
        raise InvalidInput([Problem("format", "REGISTER_NO_PROOF")])
    written.write(options.output, content, option="output")
    command.in_store(partial(register.save_head, verdict=found.verdict))
    document, lines = output.of_verdict(found.verdict)
    command.show(document | {"output": str(target), "format": form}, lines=[str(target), *lines])
    if not found.verdict.holds and found.verdict.fault is not None:
        terminal.complain(f"{found.verdict.fault.code} line={found.verdict.fault.line}")
    return Exit.DONE if found.verdict.holds else Exit.FAILED


def _only(firms: tuple[Firm, ...]) -> Firm:
    """Return the one firm whose register is meant."""
    if len(firms) != 1:
        raise InvalidInput([Problem("firm", "FIELD_REQUIRED" if firms else "DEL_NOT_GRANTOR")])
    return firms[0]
