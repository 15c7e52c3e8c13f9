"""The commands that need no window: each queues, sends or shows, and says by its code what comes next."""

from __future__ import annotations

import errno
import sys
import threading
import uuid
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.app import logs
from comptexpert_desktop.cli import (
    attestation,
    decisions,
    delete_everything,
    departure,
    importing,
    output,
    own_account,
    policy_commands,
    queued,
    register_file,
    terminal,
    who_can,
)
from comptexpert_desktop.cli.command_run import Exit, Run, now
from comptexpert_desktop.cli.progress_bar import ProgressBar
from comptexpert_desktop.domain.attestation import is_attestation
from comptexpert_desktop.domain.delegation import DelegationQuery, NewRequest, Role
from comptexpert_desktop.domain.documents import texts
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.timestamps import optional_date
from comptexpert_desktop.errors import (
    ComptexpertError,
    InvalidInput,
    NotAllowed,
    Problem,
    Refused,
    SessionExpired,
    StoreError,
    Unreachable,
    VaultError,
)
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.settings import text_files
from comptexpert_desktop.settings.sources import USER_INVALID
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.delegations.delegations import SIGN_IN_FIRST
from comptexpert_desktop.usecases.documents import attestation as attestations
from comptexpert_desktop.usecases.documents import register
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import session
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.support import diagnostics as support
from comptexpert_desktop.usecases.support import local_files, status
from comptexpert_desktop.usecases.sync import cache_expiry, sync

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from comptexpert_desktop.cli import diagnostics, self_check
    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Stores

if not TYPE_CHECKING:  # both bring Qt
    diagnostics = lazy("comptexpert_desktop.cli.diagnostics")
    self_check = lazy("comptexpert_desktop.cli.self_check")

MAX_DELEGATIONS = 1_000_000


def run(settings: Settings, *, options: argparse.Namespace) -> int:
    """Run a command; an error becomes a message on stderr and an exit code."""
    command, log = Run(settings, options), logs.start(settings, name="command")
    terminal.speak_utf8()
    _complain_of_settings(settings)
    code = Exit.FAILED
    try:
        code = _COMMANDS[options.command](command)
    except ComptexpertError as error:
        problems = [f"{problem.field}={problem.code}" for problem in getattr(error, "problems", ())]
        files = [str(error.data.get("file") or "")] if isinstance(error, StoreError) else []
        terminal.complain(" ".join(filter(None, [error.code, *files, *problems])))
        code = _exit_of(error)
        log.note(error.code)
    except OSError as error:  # of a disk or a pipe that does not do what was asked
        terminal.complain(f"STORE_UNUSABLE {error.strerror or type(error).__name__}")
        log.note("STORE_UNUSABLE")
    finally:
        if "stores" in command.__dict__:
            with suppress(Exception):  # what was said by then stays true
                command.stores.close()
        log.note(f"{options.command} ended with {int(code)}")
        log.stop()
    return int(code)


def _complain_of_settings(settings: Settings) -> None:
    """Say that the person's own choices cannot be read: what is built in, or imposed, stands in their place."""
    for place, one in settings.resolved.items():
        if one.problem == USER_INVALID:
            terminal.complain(f"{USER_INVALID} {place}")


def _complain_of_files(command: Run) -> None:
    """Say which file cannot be used, or lost something: the others are read all the same."""
    for trouble in command.in_store(local_files.troubles):
        lost = str(trouble.lost) if trouble.is_counted else "unknown"
        terminal.complain(f"{trouble.code} {trouble.file} kept={trouble.kept} lost={lost}")


def _exit_of(error: ComptexpertError) -> Exit:
    if isinstance(error, NotAllowed) and error.code == SIGN_IN_FIRST:
        return Exit.SIGN_IN_FIRST
    codes: list[tuple[tuple[type[ComptexpertError], ...], Exit]] = [
        ((VaultError,), Exit.VAULT),
        ((SessionExpired,), Exit.SIGN_IN_FIRST),
        ((Unreachable,), Exit.WAITS),
        ((Refused, NotAllowed), Exit.NEEDS_YOU),
        ((InvalidInput,), Exit.USAGE),
    ]
    return next((code for classes, code in codes if isinstance(error, classes)), Exit.FAILED)


def _lines_of_stdin() -> Iterator[str]:
    try:
        yield from text_files.lines_of(sys.stdin.buffer)
    except UnicodeError:
        raise InvalidInput([Problem("text", text_files.ENCODING)]) from None


def _require_vault(stores: Stores) -> None:
    stores.require_vault()


def _signup(command: Run) -> Exit:
    command.in_store(_require_vault)
    document = queued.read_file(command.options.file)
    draft = signup.from_document(document, draft_id=str(uuid.uuid4()))
    new_id = str(uuid.uuid4())
    submit = partial(signup.submit, draft=draft, now=now(), new_id=new_id)
    return queued.queue(command, submit, outbox_id=new_id, kind=Kind.SIGNUP)


def _request(command: Run) -> Exit:
    document = queued.read_file(command.options.file)
    new_id = str(uuid.uuid4())
    ask = partial(delegations.ask, request=_new_request(document), now=now(), new_id=new_id)
    return queued.queue(command, ask, outbox_id=new_id, kind=Kind.REQUEST)


def _new_request(document: dict[str, Any]) -> NewRequest:
    known = {"firm", "service", "rights", "grantor", "grantee", "reason", "valid_from", "valid_until"}
    unknown = [Problem(name, "FIELD_UNKNOWN") for name in document if name not in known]
    if unknown:
        raise InvalidInput(unknown)
    try:
        return NewRequest(
            service=str(document.get("service") or ""),
            rights=texts(document.get("rights")),
            grantor_entry_id=str(document.get("grantor") or ""),
            grantor_name="",
            firm_id=str(document.get("firm") or ""),
            reason=str(document.get("reason") or ""),
            valid_from=optional_date(document.get("valid_from")),
            valid_until=optional_date(document.get("valid_until")),
            grantee=str(document.get("grantee") or ""),
        )
    except (TypeError, ValueError):
        raise InvalidInput([Problem("from", "FILE_INVALID")]) from None


def _decide(command: Run) -> Exit:
    decision = decisions.read(command.options)
    new_id = str(uuid.uuid4())
    decide = partial(delegations.decide, delegation_id=command.options.id, decision=decision, now=now(), new_id=new_id)
    return queued.queue(command, decide, outbox_id=new_id, kind=Kind(decision.action.value))


def _sync(command: Run) -> Exit:
    command.in_store(partial(outbox.make_all_due, now=now()))
    outcome = sync.turn(command.stores, command.gateways, now=now())
    found = command.in_store(status.summary)
    command.show(
        output.summary(found, network=outcome.network),
        lines=[f"waiting {found.waiting}, needs you {found.needs_you}, network {outcome.network or 'ok'}"],
    )
    _complain_of_files(command)
    if found.clock_is_wrong:
        terminal.complain("CLOCK_SKEW")
    entries = command.in_store(outbox.entries)
    waits_for_account = any(entry.account and entry.status is not OutboxStatus.SENT for entry in entries)
    if found.vault:
        return Exit.VAULT
    if outcome.session or found.session_code or (waits_for_account and not found.is_signed_in):
        return Exit.SIGN_IN_FIRST
    if found.needs_you:
        return Exit.NEEDS_YOU
    return Exit.WAITS if found.waiting or outcome.network or outcome.is_busy else Exit.DONE


def _outbox(command: Run) -> Exit:
    found = [output.outbox_entry(entry) for entry in command.in_store(outbox.entries)]
    _complain_of_files(command)
    lines = [f"{entry['id']}  {entry['kind']:<10} {entry['status']:<10} {entry['code']}" for entry in found]
    command.show(found, lines=lines)
    return Exit.DONE


def _rows(stores: Stores) -> list[dict[str, object]]:
    queries = [DelegationQuery(role=role) for role in Role]
    pages = [delegations.page(stores, query=query, limit=MAX_DELEGATIONS, offset=0) for query in queries]
    return [output.delegation_row(row) for page in pages for row in page.rows]


def _delegations(command: Run) -> Exit:
    found = command.in_store(_rows)
    _complain_of_files(command)
    lines = [f"{row['id']}  {row['status']:<14} {row['service']}" for row in found]
    command.show(found, lines=lines)
    return Exit.DONE


def _search(command: Run) -> Exit:
    limit = command.options.limit
    if limit < 1:
        raise InvalidInput([Problem("limit", "INVALID_INPUT")])
    if command.options.text == "-":
        for line in _lines_of_stdin():
            answer = command.in_store(partial(registry.search, text=line.rstrip("\n"), profile=None, limit=limit))
            people = [output.registry_entry(entry) for entry in answer.entries]
            terminal.show_document(people)
        return Exit.DONE
    answer = command.in_store(partial(registry.search, text=command.options.text, profile=None, limit=limit))
    people = [output.registry_entry(entry) for entry in answer.entries]
    lines = [f"{one['surname']} {one['given_name']}, {one['town']} ({one['council']})" for one in people]
    command.show(people, lines=lines)
    return Exit.DONE


def _registry(command: Run) -> Exit:
    since = command.in_store(registry.snapshot_version)
    snapshot = registry.fetch_snapshot(command.gateways, since=since)
    try:
        progress = ProgressBar("Registry", stream=sys.stderr)
        command.in_store(partial(registry.keep_snapshot, snapshot=snapshot, progress=progress))
    except KeyboardInterrupt:
        terminal.complain("cancelled, the copy in place stays")
        return Exit.FAILED
    command.in_store(partial(cache_expiry.note_contact, now=now()))
    count = command.stores.directory.count()
    document = {"version": command.stores.directory.version, "entries": count, "changed": snapshot is not None}
    command.show(document, lines=[f"{count} entries"])
    return Exit.DONE


def _sign_in(command: Run) -> Exit:
    command.in_store(_require_vault)
    signed_in = session.sign_in(command.gateways, cancelled=threading.Event())
    command.in_store(partial(session.begin, signed_in=signed_in, now=now()))
    sync.turn(command.stores, command.gateways, now=now(), with_registry=False)
    account = signed_in.me.account
    command.show(
        {"account_id": account.account_id, "login_id": account.login_id, "profile": account.profile},
        lines=[f"signed in as {account.login_id}"],
    )
    return Exit.DONE


def _sign_out(command: Run) -> Exit:
    command.in_store(partial(session.restore, session=command.gateways.session))
    is_heard = session.revoke(command.gateways)
    command.in_store(partial(session.sign_out, unheard_at=None if is_heard else now()))
    command.show({"signed_out": True}, lines=["signed out"])
    return Exit.DONE


def _accounts(command: Run) -> Exit:
    found = command.in_store(partial(_known_accounts, server=command.settings.server_url))
    lines = [f"{one['login_id']}{'  (signed in)' if one['signed_in'] else ''}" for one in found]
    command.show(found, lines=lines)
    return Exit.DONE


def _known_accounts(stores: Stores, *, server: str) -> list[dict[str, object]]:
    return [
        {
            "account_id": one.account_id,
            "login_id": one.login_id,
            "signed_in": one.is_current,
            "key_in_vault": stores.accounts.holds_key(one.account_id, server=one.server),
            "since": one.since.isoformat() if one.since else None,
            "last_used": one.used_at.isoformat() if one.used_at else None,
        }
        for one in stores.accounts.known()
        if one.server == server
    ]


def _self_check(command: Run) -> Exit:
    found = self_check.every(command.settings, stores=lambda: command.stores, gateways=lambda: command.gateways)
    lines = [f"{'ok    ' if one['ok'] else 'FAILED'} {one['check']}: {one['detail']}" for one in found]
    command.show(found, lines=lines)
    return Exit.DONE if all(one["ok"] for one in found) else Exit.FAILED


def _verify_register(command: Run) -> Exit:
    options = command.options
    try:
        text = text_files.decode(Path(options.file).read_bytes())
        since = text_files.decode(Path(options.since).read_bytes()) if options.since else ""
    except UnicodeError:
        raise InvalidInput([Problem("file", text_files.ENCODING)]) from None
    except (OSError, ValueError):
        raise InvalidInput([Problem("file", "FILE_INVALID")]) from None
    key = command.gateways.server.pinned_key()
    if is_attestation(text):
        return attestation.show_verdict(command, attestations.verify(text, key=key))
    verdict = register.verify(text, key=key, since=since)
    document, lines = output.of_verdict(verdict)
    command.show(document, lines=lines)
    return Exit.DONE if verdict.holds else Exit.FAILED


def _diagnostics(command: Run) -> Exit:
    options = command.options
    if not options.preview and not options.output:
        raise InvalidInput([Problem("output", "FIELD_REQUIRED")])
    found = diagnostics.gather(
        command.settings, stores=lambda: command.stores, gateways=lambda: command.gateways, now=now()
    )
    content = support.text(found)
    if options.preview:
        command.show(found, lines=content.splitlines())
        return Exit.DONE
    try:
        support.write(Path(options.output), content)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError("STORE_FULL", data={"file": options.output}) from None
        raise InvalidInput([Problem("output", "FILE_INVALID")]) from None
    command.show({"output": options.output}, lines=[options.output])
    return Exit.DONE


_COMMANDS: dict[str, Callable[[Run], Exit]] = {
    "signup": _signup,
    "request": _request,
    "decide": _decide,
    "departure": departure.run,
    "import-grants": importing.run,
    "sync": _sync,
    "outbox": _outbox,
    "delegations": _delegations,
    "search": _search,
    "registry": _registry,
    "sign-in": _sign_in,
    "sign-out": _sign_out,
    "accounts": _accounts,
    "account": own_account.run,
    "self-check": _self_check,
    "show-policy": policy_commands.show,
    "check-policy": policy_commands.check,
    "forget-everything": delete_everything.run,
    "diagnostics": _diagnostics,
    "register": register_file.run,
    "verify-register": _verify_register,
    "who-can": who_can.run,
    "attestation": attestation.run,
}
