"""The command line; imports no Qt and nothing slow for a command that needs none."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from comptexpert_desktop import __version__
from comptexpert_desktop.app import crash, hardening
from comptexpert_desktop.cli import terminal
from comptexpert_desktop.desktop import single_instance
from comptexpert_desktop.desktop.single_instance import SCHEME, known_address
from comptexpert_desktop.errors import ComptexpertError, InvalidInput, PolicyRefused
from comptexpert_desktop.lazy_import import lazy
from comptexpert_desktop.rehearsal import server_program
from comptexpert_desktop.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_desktop.cli import commands
    from comptexpert_desktop.desktop import autostart, window
    from comptexpert_desktop.settings import Settings
else:
    autostart = lazy("comptexpert_desktop.desktop.autostart")  # a leaver alone needs it here
    commands = lazy("comptexpert_desktop.cli.commands")  # the window does without
    window = lazy("comptexpert_desktop.desktop.window")  # Qt, which no command needs

FAILED, USAGE = 1, 2
DECISIONS = (
    "approve",
    "refuse",
    "withdraw",
    "suspend",
    "resume",
    "revoke",
    "renew",
    "transfer",
    "relinquish",
    "prolong",
    "narrow",
    "broaden",
    "edit",
)
"""What `decide` takes, as the API names it."""
REGISTER_FORMATS = ("json", "csv", "xlsx", "pdf")
"""What `register` writes: JSON and CSV verify again, a workbook and a PDF are read by people."""
LOOKING = frozenset({"show-policy", "self-check", "check-policy"})
"""The commands that tell what a policy says, whatever it says."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    if arguments is None:  # a program of its own, and nobody else's hooks
        crash.install()
        hardening.harden()
    options = _read_arguments(list(sys.argv[1:] if arguments is None else arguments))
    try:
        settings = load(server=options.server, data_dir=options.data_dir, is_lenient=options.command in LOOKING)
        if options.command == "demo":
            _allow_rehearsal(settings)
    except ComptexpertError as error:
        return _refuse(error, with_window=options.command is None)
    if options.command is None:
        return window.run(settings, address=options.address, is_unseen=options.at_sign_in)
    if options.command == "demo":
        from comptexpert_desktop.rehearsal import demo  # noqa: PLC0415  (Qt, and a server)

        return demo.main(settings, tour=options.tour, entries=options.entries)
    if options.command == "forget-everything":
        return _leave(settings, options=options)
    return commands.run(settings, options=options)


def _allow_rehearsal(settings: Settings) -> None:
    """Raise why the rehearsal does not start: the policy, or a package that is not installed."""
    if not settings.may_rehearse:
        raise PolicyRefused("REHEARSAL_OFF", data={"contact": settings.support_contact})
    if server_program.command() is None:
        raise ComptexpertError("REHEARSAL_ABSENT")


def _leave(settings: Settings, *, options: argparse.Namespace) -> int:
    """Erase everything, the start with the session too; a window that is open is closed by its person first."""
    seat = single_instance.Seat(settings.data_dir)
    if not seat.take():
        terminal.complain("STORE_BUSY")
        return FAILED
    try:
        code = commands.run(settings, options=options)
    finally:
        seat.release()
    if not code:
        autostart.follow(is_on=False, settings=settings)
    return code


def _refuse(error: ComptexpertError, *, with_window: bool) -> int:
    """Say why nothing starts, where a person sees it: a program that was clicked on has no console."""
    terminal.complain(" ".join([error.code, *(str(value) for name, value in error.data.items() if name != "contact")]))
    if with_window:
        window.refuse(error)
    return USAGE if isinstance(error, InvalidInput) else FAILED


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with our code for a wrong use."""
        self.print_usage(sys.stderr)
        terminal.complain(message)
        self.exit(USAGE)


def command_line() -> argparse.ArgumentParser:
    """Describe the command line; the manual and the completions of shells are made from it."""
    parser = _Parser(prog="comptexpert-desktop", description="Comptexpert Desktop.")
    parser.add_argument("--version", action="version", version=f"comptexpert-desktop {__version__}")
    parser.add_argument("--at-sign-in", action="store_true", help="start out of sight, as the session starts")
    _add_global(parser, absent=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    shared = _Parser(add_help=False)
    _add_global(shared, absent=argparse.SUPPRESS)
    shared.add_argument("--version", action="version", version=f"comptexpert-desktop {__version__}")
    _add_commands(commands, shared=shared)
    return parser


def _read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = command_line()
    addresses = [one for one in arguments if one.startswith(SCHEME)]
    options = parser.parse_args([one for one in arguments if one not in addresses])
    if options.command is not None and (addresses or options.at_sign_in):
        parser.error("an address and --at-sign-in are for the window")
    options.address = next(filter(None, map(known_address, addresses)), "")
    return options


def _add_global(parser: argparse.ArgumentParser, *, absent: str | None) -> None:
    """Add the options that are taken before or after the command; the second place wins."""
    parser.add_argument("--server", metavar="URL", default=absent, help="address of the server")
    parser.add_argument("--data-dir", metavar="DIR", default=absent, help="where everything is kept")
    default: bool | str = False if absent is None else absent
    parser.add_argument("--json", action="store_true", default=default, help="one JSON document on stdout")


def _add_decide(decide: argparse.ArgumentParser) -> None:
    decide.add_argument("id", help="the delegation")
    decide.add_argument("action", choices=DECISIONS, metavar="ACTION", help=", ".join(DECISIONS))
    decide.add_argument("--note", default="", metavar="T", help="what to say with it")
    decide.add_argument("--rights", default="", metavar="R,R", help="those that are meant, by their codes")
    decide.add_argument("--from", default="", metavar="DATE", dest="valid_from", help="a first day")
    decide.add_argument("--until", default="", metavar="DATE", dest="valid_until", help="a last day")
    decide.add_argument("--at", default="", metavar="DATE", help="the last day of what is revoked")
    decide.add_argument("--to", default="", metavar="ENTRY", dest="grantor", help="who takes over, by registry entry")
    decide.add_argument("--email", default="", metavar="E", help="the new address of an invitation")


def _add_commands(
    commands: argparse._SubParsersAction[_Parser],
    *,
    shared: _Parser,
) -> None:
    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[shared])

    demo = add("demo", "embedded server and window; --tour plays the whole story")
    demo.add_argument("--tour", metavar="DIR", help="play the story and write its pictures here")
    demo.add_argument("--entries", metavar="N", type=int, default=None, help="people of the registry")
    signup = add("signup", "queue an account request; prints its outbox id")
    signup.add_argument("--from", metavar="FILE", dest="file", required=True, help="JSON, fields of the API")
    request = add("request", "queue a delegation request; prints its outbox id")
    request.add_argument("--from", metavar="FILE", dest="file", required=True, help="JSON, fields of the API")
    _add_decide(add("decide", "queue a decision; prints its outbox id"))
    add("sync", "send what can leave, fetch what changed")
    add("outbox", "list what was written here")
    add("delegations", "list the delegations as last told by the server")
    search = add("search", "search the local copy of the registry; - reads a query a line")
    search.add_argument("text", help="a name or a number, or -")
    search.add_argument("--limit", type=int, default=20, metavar="N")
    registry = add("registry", "the local copy of the registry")
    registry.add_argument("registry_action", choices=["update"])
    add("sign-in", "sign in with the system browser")
    add("sign-out", "forget the session and what was cached for it")
    add("accounts", "list the accounts of this machine, and what the vault holds")
    _add_own_account(add("account", "the account that is signed in: show, email, name, status, data, close"))
    _add_documents(add)
    _add_departure(add("departure", "end somebody's place in a cabinet, now or after a last day; or cancel that"))
    imported = add("import-grants", "what each line of a CSV table would give; with --apply, grant them")
    imported.add_argument("file", help="the table, or - for stdin")
    imported.add_argument("--apply", action="store_true", help="grant it; nothing when a line is to be corrected")
    imported.add_argument("--compared", action="store_true", help="the words that are shown were compared by voice")
    _add_who_can(add("who-can", "people, rights, effective or what is missing, grantor, until when"))
    add("show-policy", "each setting: its value, where it comes from, whether it is locked")
    forgotten = add("forget-everything", "erase the data and the keyring entries of this account of the machine")
    forgotten.add_argument("--yes", action="store_true", help="ask nothing")
    checked = add("check-policy", "check a policy before it is put in place; names each fault")
    checked.add_argument("file", help="the policy, JSON")
    diagnostics = add("diagnostics", "describe this installation for support, without anything personal")
    diagnostics.add_argument("--output", metavar="FILE", default="", help="where to write it")
    diagnostics.add_argument("--preview", action="store_true", help="show it and write nothing")
    add("self-check", "check store, vault, Qt, TLS, server and clock")


def _add_documents(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add the commands that write and verify a register and an attestation."""
    _add_register(add("register", "write the register of a firm to a file, verified: data, or pages for people"))
    verified = add("verify-register", "verify an exported register offline; names the first bad line")
    verified.add_argument("file", help="the export, JSON or CSV; or an attestation")
    verified.add_argument("--since", metavar="OLD", default="", help="an earlier export, which FILE must continue")
    _add_attestation(add("attestation", "write one signed line that says what a person may do today"))


def _add_register(register: argparse.ArgumentParser) -> None:
    register.add_argument("--firm", default="", metavar="ID", help="the firm; not needed with one")
    register.add_argument("--output", required=True, metavar="FILE", help="where to write it")
    register.add_argument(
        "--format",
        default="",
        choices=REGISTER_FORMATS,
        metavar="FORMAT",
        help=f"{', '.join(REGISTER_FORMATS)}; by the name of FILE without it",
    )


def _add_attestation(attested: argparse.ArgumentParser) -> None:
    attested.add_argument("--firm", required=True, metavar="ID", help="the firm")
    attested.add_argument("--person", required=True, metavar="ID", help="the account of the person")
    attested.add_argument("--on", default="", metavar="DATE", help="a past day; today without it")
    attested.add_argument("--output", default="", metavar="FILE", help="where to write the line, or one a part")
    attested.add_argument("--page", default="", metavar="FILE", help="where to write the pages, PDF, with QR codes")


def _add_departure(departure: argparse.ArgumentParser) -> None:
    departure.add_argument("person", help="the account, or its identifiant")
    departure.add_argument("--firm", default="", metavar="ID", help="the cabinet; not needed with one")
    when = departure.add_mutually_exclusive_group()
    when.add_argument("--on", default="", metavar="DATE", help="the last day; now without it")
    when.add_argument("--cancel", action="store_true", help="cancel the departure that is planned")


def _add_who_can(who: argparse.ArgumentParser) -> None:
    who.add_argument("--firm", default="", metavar="ID", help="one firm; all of them otherwise")
    who.add_argument("--service", default="", metavar="S", help="one service, by its code")
    who.add_argument("--right", default="", metavar="R", help="one right, by its code")
    who.add_argument("--on", default="", metavar="DATE", help="a past day, read from the verified register")


def _add_own_account(own: argparse.ArgumentParser) -> None:
    own.add_argument("account_action", choices=["show", "email", "name", "status", "data", "invitations", "close"])
    own.add_argument("--from", metavar="FILE", dest="file", default="", help="JSON, fields of the API: email, name")
    own.add_argument("--output", metavar="FILE", default="", help="where to write the data")
    own.add_argument("--yes", metavar="ID", default="", help="close without a question: the identifiant itself")


if __name__ == "__main__":
    sys.exit(main())
