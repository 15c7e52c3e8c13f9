"""`account`: who is signed in, another address, one's name, one's data, and the end of the account."""

from __future__ import annotations

import sys
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.cli import queued, terminal
from comptexpert_desktop.cli.command_run import Exit, now
from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.commands import kind_of
from comptexpert_desktop.errors import InvalidInput, NotAllowed, Problem
from comptexpert_desktop.settings import private_files
from comptexpert_desktop.usecases.session import accounts, own_account, session

if TYPE_CHECKING:
    from comptexpert_desktop.cli.command_run import Run
    from comptexpert_desktop.domain.commands import AccountChange
    from comptexpert_desktop.domain.session import Account

FIELDS = {"email": {"email"}, "name": {"given_name", "surname"}}
"""Of the document that says a change."""


def run(command: Run) -> Exit:
    """Do what the first word says with the account that is signed in."""
    me = command.in_store(session.current)
    if me is None:
        raise NotAllowed(own_account.SIGN_IN_FIRST)
    match command.options.account_action:
        case "data":
            return _data(command, me.account)
        case "status":
            return _status(command, me.account)
        case "invitations":
            return _invitations(command)
        case "close":
            return _close(command, me.account)
        case "email" | "name":
            return _change(command, me.account)
    return _show(command, me.account)


def _show(command: Run, account: Account) -> Exit:
    known = {
        "account_id": account.account_id,
        "login_id": account.login_id,
        "given_name": account.given_name,
        "surname": account.surname,
        "profile": account.profile,
        "masked_email": account.masked_email,
        "of_registry": bool(account.entry_id),
    }
    command.show(known, lines=[f"{name}: {value}" for name, value in known.items()])
    return Exit.DONE


def _change(command: Run, account: Account) -> Exit:
    change = _change_of(command)
    new_id = str(uuid.uuid4())
    work = partial(own_account.queue, change=change, account_id=account.account_id, now=now(), new_id=new_id)
    return queued.queue(command, work, outbox_id=new_id, kind=kind_of(change))


def _change_of(command: Run) -> AccountChange:
    asked = command.options.account_action
    if not command.options.file:
        raise InvalidInput([Problem("from", "FIELD_REQUIRED")])
    document: dict[str, Any] = queued.read_file(command.options.file)
    unknown = [Problem(name, "FIELD_UNKNOWN") for name in document if name not in FIELDS[asked]]
    if unknown:
        raise InvalidInput(unknown)
    said = {name: str(document.get(name) or "") for name in FIELDS[asked]}
    return own_account.change_email(said["email"]) if asked == "email" else own_account.correct_name(**said)


def _data(command: Run, account: Account) -> Exit:
    target = command.options.output
    if not target:
        raise InvalidInput([Problem("output", "FIELD_REQUIRED")])
    command.in_store(partial(session.restore, session=command.gateways.session))
    content = own_account.fetch_data(command.gateways, account_id=account.account_id)
    private_files.write_whole(Path(target), content)
    command.show({"output": target}, lines=[target])
    return Exit.DONE


def _status(command: Run, account: Account) -> Exit:
    """Say what another profile would change, and what changed before."""
    command.in_store(partial(session.restore, session=command.gateways.session))
    story = own_account.profile_story(command.gateways, account_id=account.account_id)
    lines = [f"profile: {story.profile}"]
    lines += [f"{one.at:%Y-%m-%d}: {one.before} -> {one.after}" for one in story.steps]
    for other in story.others:
        grants = "grants" if other.may_grant else "does not grant"
        lines.append(f"{other.profile}: {grants}; ends {other.ends_held} held")
        lines += [
            f"  {name}: {', '.join(services)}"
            for name, services in (
                ("opens", other.opens),
                ("closes", other.closes),
                ("by delegation", other.by_delegation),
            )
            if services
        ]
    lines += [
        f"needs a successor: {one.holder}, {one.service}, {one.firm.name} ({one.peers} may take over)"
        for one in story.granted
    ]
    command.show(codec.write(story), lines=lines)
    return Exit.DONE


def _invitations(command: Run) -> Exit:
    """Say where what was granted to one's address is accepted: in a browser, where its owner is known."""
    page = f"{command.settings.server_url.rstrip('/')}/"
    command.show({"page": page}, lines=[page])
    return Exit.DONE


def _close(command: Run, account: Account) -> Exit:
    unsent = command.in_store(own_account.unsent)
    if command.options.yes != account.login_id:
        _ask(account.login_id, unsent=unsent)
    command.in_store(partial(session.restore, session=command.gateways.session))
    own_account.close(command.gateways, account_id=account.account_id)
    command.in_store(partial(accounts.delete, account_id=account.account_id))
    command.show({"closed": True, "unsent": unsent}, lines=["the account is closed"])
    return Exit.DONE


def _ask(login_id: str, *, unsent: int) -> None:
    """Let the person write their identifiant: nothing else closes an account for good."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise InvalidInput([Problem("yes", "FIELD_REQUIRED")])
    lost = f" {unsent} that wait to be sent are lost." if unsent else ""
    terminal.complain(f"the account is closed for good, and its rights end.{lost} Write {login_id} to go on:")
    if sys.stdin.readline().strip().lower() != login_id:
        raise InvalidInput([Problem("yes", "GIVEN_UP")])
