"""`import-grants`: what each line of a table would give; with `--apply`, the grants, all or nothing.

Before a first right of high risk the words of the person are shown, and nothing is granted until `--compared` says that
they were compared by voice.
"""

from __future__ import annotations

import sys
import uuid
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop.cli import queued
from comptexpert_desktop.cli.command_run import Exit, now
from comptexpert_desktop.domain.check_words import own_words
from comptexpert_desktop.domain.import_file import MAX_BYTES, FileFault
from comptexpert_desktop.domain.importing import Verdict, checked
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.errors import InvalidInput, Problem, Refused
from comptexpert_desktop.usecases.documents import importing
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from comptexpert_desktop.cli.command_run import Run
    from comptexpert_desktop.domain.import_file import ImportFile
    from comptexpert_desktop.domain.importing import Checked, LineAnswer


def run(command: Run) -> Exit:
    """Preview a file; grant it when that is asked for and no line is to be corrected."""
    reading = command.in_store(partial(importing.read, content=_content(command.options.file)))
    if isinstance(reading.file, FileFault):
        raise InvalidInput([Problem("from", "FILE_INVALID")])
    command.in_store(partial(session.restore, session=command.gateways.session))
    lines = _previewed(command, file=reading.file, account=reading.account)
    is_sound = not any(one.verdict is Verdict.REFUSED for one in lines)
    people = command.in_store(partial(importing.comparisons, lines=lines))
    is_compared = command.options.compared or not people
    if not (command.options.apply and is_sound and is_compared):
        by_line = {line: one.grantee for one in people for line in one.lines}
        shown = [_document(one, to_call=by_line.get(one.line.line)) for one in lines]
        command.show({"lines": shown}, lines=[_text(one, to_call=by_line.get(one.line.line)) for one in lines])
        return Exit.DONE if is_sound and not command.options.apply else Exit.NEEDS_YOU
    return _apply(command, lines=[one for one in lines if one.verdict is Verdict.GRANTED], account=reading.account)


def _content(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(name).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError:
        raise InvalidInput([Problem("from", "FILE_INVALID")]) from None


def _previewed(command: Run, *, file: ImportFile, account: str) -> tuple[Checked, ...]:
    """Ask what each line would give, a stretch after the other."""
    answers: list[LineAnswer] = []
    length = importing.stretch(len(file.sound))
    for first in range(0, len(file.sound), length):
        lines = file.sound[first : first + length]
        answer = importing.preview(command.gateways, lines=lines, account=account, key=str(uuid.uuid4()))
        if answer.about_the_person:
            raise Refused(answer.about_the_person)
        answers += [replace(line, place=line.place + first) for line in answer.lines]
    return checked(file.lines, answers)


def _apply(command: Run, *, lines: list[Checked], account: str) -> Exit:
    """Queue the lines, all or nothing, and say where they stand."""
    outbox_id = str(uuid.uuid4())
    work = partial(importing.queue, lines=lines, outbox_id=outbox_id, account=account, now=now())
    return queued.queue_all(command, work, outbox_ids=[outbox_id], kind=Kind.IMPORT)


def _document(one: Checked, *, to_call: str | None) -> dict[str, object]:
    given = None if one.answer is None else one.answer.delegation
    return {
        "line": one.line.line,
        "person": one.line.shown[0],
        "verdict": one.verdict.value,
        "code": _code(one),
        "until": given.valid_until.isoformat() if given is not None and given.valid_until else None,
        "compare": None if to_call is None else _words(to_call),
    }


def _text(one: Checked, *, to_call: str | None) -> str:
    said = _code(one) if to_call is None else f"compare: {_words(to_call)}"
    return f"{one.line.line}  {one.line.shown[0]}  {one.verdict.value}  {said}".rstrip()


def _words(grantee: str) -> str:
    """Return what the person is to say: their three words, or the address, which they spell."""
    return grantee if "@" in grantee else own_words(grantee)


def _code(one: Checked) -> str:
    if one.line.fault is not None:
        return one.line.fault.code
    return one.answer.code if one.answer is not None else ""
