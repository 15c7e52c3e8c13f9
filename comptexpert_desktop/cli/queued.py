"""How a command queues a write: from a file, with its id on stdout, tried at once, and its exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.cli import output, terminal
from comptexpert_desktop.cli.command_run import Exit, Run, now
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.errors import ComptexpertError, InvalidInput, Problem
from comptexpert_desktop.settings import text_files
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.sync import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.usecases.ports import Stores


def read_file(name: str) -> dict[str, Any]:
    """Read the JSON document of an option, `-` for stdin; raises InvalidInput."""
    try:
        document = json.loads(text_files.decode(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()))
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()  # half of a letter cannot be sent
    except UnicodeError:
        raise InvalidInput([Problem("from", text_files.ENCODING)]) from None
    except (OSError, ValueError, RecursionError):
        raise InvalidInput([Problem("from", "FILE_INVALID")]) from None
    if not isinstance(document, dict):
        raise InvalidInput([Problem("from", "FILE_INVALID")])
    return document


def queue(command: Run, work: Callable[[Stores], object], *, outbox_id: str, kind: Kind) -> Exit:
    """Queue a write, say its id once it is on disk, and try to send it.

    What goes wrong after the commit makes the write wait, and nothing else: no error may say that it failed.
    """
    said: list[str] = []
    try:
        command.in_store(work)
        if not command.options.json:
            _say(command, outbox_id, said=said)
        return _send_once(command, outbox_id, kind=kind, said=said)
    except Exception as error:
        entry = _find(command, outbox_id)
        if entry is None:
            raise
        terminal.complain(error.code if isinstance(error, ComptexpertError) else ComptexpertError.default_code)
        if not said:
            _say(command, outbox_id, said=said, document=output.outbox_entry(entry))
        return _standing(entry, session="")


def queue_all(command: Run, work: Callable[[Stores], object], *, outbox_ids: Sequence[str], kind: Kind) -> Exit:
    """Queue several writes at once, try to send them, and say where each stands; none is queued without the others."""
    if not outbox_ids:
        command.show([], lines=[])
        return Exit.DONE
    try:
        command.in_store(work)
    except Exception as error:
        if any(_find(command, outbox_id) is None for outbox_id in outbox_ids):
            raise
        terminal.complain(error.code if isinstance(error, ComptexpertError) else ComptexpertError.default_code)
    if not command.options.json:
        command.show(None, lines=list(outbox_ids))
    session = _turn(command)
    entries = [_find(command, outbox_id) for outbox_id in outbox_ids]
    if command.options.json:
        named = zip(outbox_ids, entries, strict=True)
        command.show([_document(outbox_id, entry, kind=kind) for outbox_id, entry in named], lines=[])
    return max(Exit.WAITS if entry is None else _standing(entry, session=session) for entry in entries)


def _send_once(command: Run, outbox_id: str, *, kind: Kind, said: list[str]) -> Exit:
    session = _turn(command)
    entry = _find(command, outbox_id)
    if command.options.json:
        _say(command, outbox_id, said=said, document=_document(outbox_id, entry, kind=kind))
    return Exit.WAITS if entry is None else _standing(entry, session=session)


def _turn(command: Run) -> str:
    """Try to send what is queued; return where the session stands, empty when nobody knows."""
    try:
        return sync.turn(command.stores, command.gateways, now=now(), with_registry=False).session
    except Exception as error:  # noqa: BLE001  what is queued is on disk, and leaves with the next turn
        terminal.complain(error.code if isinstance(error, ComptexpertError) else ComptexpertError.default_code)
        return ""


def _document(outbox_id: str, entry: OutboxEntry | None, *, kind: Kind) -> dict[str, object]:
    """Describe a write; one that cannot be read again is queued all the same."""
    if entry is None:
        return {"id": outbox_id, "kind": kind.value, "status": OutboxStatus.QUEUED.value}
    return output.outbox_entry(entry)


def _say(command: Run, outbox_id: str, *, said: list[str], document: dict[str, object] | None = None) -> None:
    """Print the id of what was queued, and remember that it is printed."""
    command.show(document, lines=[outbox_id])
    said.append(outbox_id)


def _find(command: Run, outbox_id: str) -> OutboxEntry | None:
    """Read an entry of the outbox again; None too when that cannot be done."""
    try:
        return next((entry for entry in command.in_store(outbox.entries) if entry.id == outbox_id), None)
    except Exception:  # noqa: BLE001  asked after something went wrong: what it was is said by the caller
        return None


def _standing(entry: OutboxEntry, *, session: str) -> Exit:
    """Say by an exit code where a write stands."""
    if entry.status is OutboxStatus.SENT:
        return Exit.DONE
    if entry.status is OutboxStatus.NEEDS_YOU:
        terminal.complain(entry.code)
        return Exit.NEEDS_YOU
    if session and entry.kind is not Kind.SIGNUP:
        return Exit.SIGN_IN_FIRST
    return Exit.WAITS
