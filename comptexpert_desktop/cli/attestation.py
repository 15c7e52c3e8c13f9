"""`attestation`: signed lines that say what a person may do, or could; `verify-register` checks them offline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.cli import decisions, written
from comptexpert_desktop.cli.command_run import Exit
from comptexpert_desktop.domain.attestation import joined, read_parts
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.documents import attestation
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from comptexpert_desktop.cli import paper_files
    from comptexpert_desktop.cli.command_run import Run
    from comptexpert_desktop.domain.attestation import Statement
    from comptexpert_desktop.usecases.documents.attestation import AttestationVerdict

if not TYPE_CHECKING:  # brings Qt
    paper_files = lazy("comptexpert_desktop.cli.paper_files")


def run(command: Run) -> Exit:
    """Ask for an attestation and write its line, or one a part, to a file, or print it."""
    options = command.options
    command.in_store(partial(session.restore, session=command.gateways.session))
    on = decisions.read_day(options, "on")
    found = attestation.fetch(command.gateways, firm_id=options.firm, account_id=options.person, on=on)
    if options.output:
        written.write(options.output, f"{found.text}\n".encode(), option="output")
    if options.page:
        labels = command.in_store(catalogue.current)
        written.write(options.page, paper_files.attestation_page(found, catalogue=labels), option="page")
    statement = joined(read_parts(found.text))
    command.show({"attestation": found.text, **document(statement)}, lines=[found.text])
    return Exit.DONE


def show_verdict(command: Run, verdict: AttestationVerdict) -> Exit:
    """Say what an attestation is worth, and what it says when it holds."""
    found = {"ok": verdict.holds, "signature": verdict.signature, **document(verdict.statement)}
    said = words(verdict.statement) if verdict.holds else []
    if verdict.holds and verdict.missing and (part := verdict.statement.part):
        missing = ", ".join(str(one) for one in verdict.missing)
        said.append(f"{len(verdict.statement.rights)} of {part.total} rights: missing of {part.of} parts: {missing}")
    command.show(found | {"missing_parts": list(verdict.missing)}, lines=[f"signature: {verdict.signature}", *said])
    return Exit.DONE if verdict.holds else Exit.FAILED


def document(statement: Statement) -> dict[str, object]:
    """Describe a statement."""
    return {
        "on": statement.on.isoformat(),
        "at": statement.at,
        "firm": statement.firm.siren,
        "person": statement.person.name,
        "login_id": statement.person.login_id,
        "rights": [
            {
                "service": one.service,
                "right": one.right,
                "effective": one.effective,
                "until": one.until.isoformat() if one.until else None,
                "by": one.by,
            }
            for one in statement.rights
        ],
        "register": {"count": statement.register.count, "head": statement.register.head},
    }


def words(statement: Statement) -> list[str]:
    """Write a statement in lines."""
    firm, person = statement.firm, statement.person
    head = f"{person.name} ({person.login_id}) for {firm.name} ({firm.siren}) on {statement.on.isoformat()}"
    rights = [
        f"{one.service}/{one.right}  {'effective' if one.effective else 'not effective'}  by {one.by}"
        for one in statement.rights
    ]
    return [head, *rights]
