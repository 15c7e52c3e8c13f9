"""The commands that need no window: each queues, sends or shows, and says by its code what comes next."""

from __future__ import annotations

import io
import json
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.app import logs, reports, wiring
from comptexpert_desktop.app.progress_bar import ProgressBar
from comptexpert_desktop.domain.clock import optional_date
from comptexpert_desktop.domain.delegation import Action, Decision, DelegationQuery, NewRequest, Role
from comptexpert_desktop.domain.documents import texts
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.errors import (
    ComptexpertError,
    InvalidInput,
    NotAllowed,
    Problem,
    Refused,
    SessionExpired,
    Unreachable,
    VaultError,
)
from comptexpert_desktop.settings import policy
from comptexpert_desktop.usecases import delegations, offline, outbox, register, registry, session, signup, status, sync
from comptexpert_desktop.usecases import diagnostics as support
from comptexpert_desktop.usecases.delegations import SIGN_IN_FIRST

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Doors, Stores, Vault

MOST_DELEGATIONS = 1_000_000


class Exit(IntEnum):
    """What a command says by its exit code."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    WAITS = 3
    NEEDS_YOU = 4
    VAULT = 5
    SIGN_IN_FIRST = 6


@dataclass
class Run:
    """One command under way, and what it opened; doors are built only when they are used."""

    settings: Settings
    options: argparse.Namespace

    @cached_property
    def vault(self) -> Vault:
        """The keyring."""
        return wiring.vault_of(self.settings)

    @cached_property
    def stores(self) -> Stores:
        """The local files."""
        return wiring.open_stores(self.settings, vault=self.vault, now=_now())

    @cached_property
    def doors(self) -> Doors:
        """The network."""
        return wiring.open_doors(self.settings, vault=self.vault)

    def show(self, document: object, *, lines: list[str]) -> None:
        """Print the answer: one JSON document, or lines for people."""
        text = json.dumps(document, ensure_ascii=False) if self.options.json else "\n".join(lines)
        if text:
            sys.stdout.write(f"{text}\n")


def run(settings: Settings, *, options: argparse.Namespace) -> int:
    """Run a command; an error becomes a message on stderr and an exit code."""
    command, log = Run(settings, options), logs.start(settings, name="command")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    code = Exit.FAILED
    try:
        code = _COMMANDS[options.command](command)
    except ComptexpertError as error:
        problems = [f"{problem.field}={problem.code}" for problem in getattr(error, "problems", ())]
        _complain(" ".join([error.code, *problems]))
        code = _exit_of(error)
        log.note(error.code)
    finally:
        if "stores" in command.__dict__:
            command.stores.close()
        log.note(f"{options.command} ended with {int(code)}")
        log.stop()
    return int(code)


def _complain(text: str) -> None:
    sys.stderr.write(f"comptexpert-desktop: {text}\n")


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


def _now() -> datetime:
    return datetime.now(UTC)


def _read_file(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        document = json.loads(text)
    except (OSError, ValueError):
        raise InvalidInput([Problem("from", "FILE_INVALID")]) from None
    if not isinstance(document, dict):
        raise InvalidInput([Problem("from", "FILE_INVALID")])
    return document


def _signup(command: Run) -> Exit:
    command.stores.require_vault()
    document = _read_file(command.options.file)
    draft = signup.from_document(document, draft_id=str(uuid.uuid4()))
    new_id = str(uuid.uuid4())
    signup.submit(command.stores, draft=draft, now=_now(), new_id=new_id)
    return _send_once(command, new_id)


def _request(command: Run) -> Exit:
    document = _read_file(command.options.file)
    new_id = str(uuid.uuid4())
    delegations.ask(command.stores, request=_new_request(document), now=_now(), new_id=new_id)
    return _send_once(command, new_id)


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
    new_id = str(uuid.uuid4())
    delegations.decide(
        command.stores,
        delegation_id=command.options.id,
        decision=Decision(Action(command.options.action), note=command.options.note),
        now=_now(),
        new_id=new_id,
    )
    return _send_once(command, new_id)


def _send_once(command: Run, outbox_id: str) -> Exit:
    """Try to send what was queued, and say where it stands."""
    outcome = sync.turn(command.stores, command.doors, now=_now(), with_registry=False)
    entry = next(entry for entry in outbox.entries(command.stores) if entry.id == outbox_id)
    command.show(reports.outbox_entry(entry), lines=[entry.id])
    if entry.status is OutboxStatus.SENT:
        return Exit.DONE
    if entry.status is OutboxStatus.NEEDS_YOU:
        _complain(entry.code)
        return Exit.NEEDS_YOU
    if outcome.session and entry.kind is not Kind.SIGNUP:
        return Exit.SIGN_IN_FIRST
    return Exit.WAITS


def _sync(command: Run) -> Exit:
    stores = command.stores
    outcome = sync.turn(stores, command.doors, now=_now())
    told = status.summary(stores)
    command.show(
        reports.summary(told, network=outcome.network),
        lines=[f"waiting {told.waiting}, needs you {told.needs_you}, network {outcome.network or 'ok'}"],
    )
    waits_for_account = any(entry.account and entry.status is not OutboxStatus.SENT for entry in outbox.entries(stores))
    if told.vault:
        return Exit.VAULT
    if outcome.session or told.session_code or (waits_for_account and not told.is_signed_in):
        return Exit.SIGN_IN_FIRST
    if told.needs_you:
        return Exit.NEEDS_YOU
    return Exit.WAITS if told.waiting or outcome.network or outcome.is_busy else Exit.DONE


def _outbox(command: Run) -> Exit:
    found = [reports.outbox_entry(entry) for entry in outbox.entries(command.stores)]
    lines = [f"{entry['id']}  {entry['kind']:<10} {entry['status']:<10} {entry['code']}" for entry in found]
    command.show(found, lines=lines)
    return Exit.DONE


def _delegations(command: Run) -> Exit:
    found = [
        reports.delegation_row(row)
        for role in Role
        for row in delegations.page(
            command.stores, query=DelegationQuery(role=role), limit=MOST_DELEGATIONS, offset=0
        ).rows
    ]
    lines = [f"{row['id']}  {row['status']:<14} {row['service']}" for row in found]
    command.show(found, lines=lines)
    return Exit.DONE


def _search(command: Run) -> Exit:
    limit = command.options.limit
    if limit < 1:
        raise InvalidInput([Problem("limit", "INVALID_INPUT")])
    if command.options.text == "-":
        for line in sys.stdin:
            answer = registry.search(command.stores, text=line.rstrip("\n"), profile=None, limit=limit)
            people = [reports.registry_entry(entry) for entry in answer.entries]
            sys.stdout.write(f"{json.dumps(people, ensure_ascii=False)}\n")
            sys.stdout.flush()
        return Exit.DONE
    answer = registry.search(command.stores, text=command.options.text, profile=None, limit=limit)
    people = [reports.registry_entry(entry) for entry in answer.entries]
    lines = [f"{one['surname']} {one['given_name']}, {one['town']} ({one['council']})" for one in people]
    command.show(people, lines=lines)
    return Exit.DONE


def _registry(command: Run) -> Exit:
    since = registry.snapshot_version(command.stores)
    snapshot = registry.fetch_snapshot(command.doors, since=since)
    try:
        registry.keep_snapshot(command.stores, snapshot=snapshot, progress=ProgressBar("Registry", stream=sys.stderr))
    except KeyboardInterrupt:
        sys.stderr.write("\ncomptexpert-desktop: cancelled, the copy in place stays\n")
        return Exit.FAILED
    offline.note_contact(command.stores, now=_now())
    count = command.stores.directory.count()
    document = {"version": command.stores.directory.version, "entries": count, "changed": snapshot is not None}
    command.show(document, lines=[f"{count} entries"])
    return Exit.DONE


def _sign_in(command: Run) -> Exit:
    import threading  # noqa: PLC0415  (only here)

    command.stores.require_vault()
    signed_in = session.sign_in(command.doors, cancelled=threading.Event())
    session.begin(command.stores, signed_in=signed_in, now=_now())
    sync.turn(command.stores, command.doors, now=_now(), with_registry=False)
    account = signed_in.me.account
    command.show(
        {"account_id": account.account_id, "login_id": account.login_id, "profile": account.profile},
        lines=[f"signed in as {account.login_id}"],
    )
    return Exit.DONE


def _sign_out(command: Run) -> Exit:
    session.restore(command.stores, session=command.doors.session)
    session.revoke(command.doors)
    session.sign_out(command.stores)
    command.show({"signed_out": True}, lines=["signed out"])
    return Exit.DONE


def _accounts(command: Run) -> Exit:
    stores = command.stores
    found = [
        {
            "account_id": one.account_id,
            "login_id": one.login_id,
            "signed_in": one.is_current,
            "key_in_vault": stores.holds_key(one.account_id, server=one.server),
            "since": one.since.isoformat() if one.since else None,
            "last_used": one.used_at.isoformat() if one.used_at else None,
        }
        for one in stores.known_accounts()
        if one.server == command.settings.server_url
    ]
    lines = [f"{one['login_id']}{'  (signed in)' if one['signed_in'] else ''}" for one in found]
    command.show(found, lines=lines)
    return Exit.DONE


def _self_check(command: Run) -> Exit:
    from comptexpert_desktop.app import self_check  # noqa: PLC0415  (Qt)

    found = self_check.every(command.settings, stores=lambda: command.stores, doors=lambda: command.doors)
    lines = [f"{'ok    ' if one['ok'] else 'FAILED'} {one['check']}: {one['detail']}" for one in found]
    command.show(found, lines=lines)
    return Exit.DONE if all(one["ok"] for one in found) else Exit.FAILED


def _verify_register(command: Run) -> Exit:
    try:
        text = Path(command.options.file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        raise InvalidInput([Problem("file", "FILE_INVALID")]) from None
    verdict = register.verify(text, key=command.doors.server.pinned_key())
    document, lines = reports.of_verdict(verdict)
    command.show(document, lines=lines)
    return Exit.DONE if verdict.holds else Exit.FAILED


def _diagnostics(command: Run) -> Exit:
    from comptexpert_desktop.app import diagnostics  # noqa: PLC0415  (Qt)

    options = command.options
    if not options.preview and not options.output:
        raise InvalidInput([Problem("output", "FIELD_REQUIRED")])
    found = diagnostics.gather(command.settings, stores=lambda: command.stores, doors=lambda: command.doors, now=_now())
    content = support.text(found)
    if options.preview:
        command.show(found, lines=content.splitlines())
        return Exit.DONE
    try:
        support.write(Path(options.output), content)
    except OSError:
        raise InvalidInput([Problem("output", "FILE_INVALID")]) from None
    command.show({"output": options.output}, lines=[options.output])
    return Exit.DONE


def _show_policy(command: Run) -> Exit:
    found = policy(command.settings)
    problems = [f"{name}: {one['problem']} ({one['source']})" for name, one in found.items() if "problem" in one]
    lines = [
        f"{name}  {one['value']}  ({one['source']}{', locked' if one['locked'] else ''})" for name, one in found.items()
    ]
    command.show(found, lines=lines)
    for problem in problems:
        _complain(problem)
    return Exit.FAILED if problems else Exit.DONE


_COMMANDS: dict[str, Callable[[Run], Exit]] = {
    "signup": _signup,
    "request": _request,
    "decide": _decide,
    "sync": _sync,
    "outbox": _outbox,
    "delegations": _delegations,
    "search": _search,
    "registry": _registry,
    "sign-in": _sign_in,
    "sign-out": _sign_out,
    "accounts": _accounts,
    "self-check": _self_check,
    "show-policy": _show_policy,
    "diagnostics": _diagnostics,
    "verify-register": _verify_register,
}
