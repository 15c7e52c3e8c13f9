"""The command line; imports no Qt and nothing slow for a command that needs none."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from comptexpert_desktop import __version__
from comptexpert_desktop.app import crash
from comptexpert_desktop.app.single import ADDRESSES, SCHEME
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.settings import load

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    if arguments is None:  # a program of its own, and nobody else's hooks
        crash.install()
    options = _read_arguments(list(sys.argv[1:] if arguments is None else arguments))
    try:
        settings = load(server=options.server, data_dir=options.data_dir)
    except InvalidInput as error:
        sys.stderr.write(f"comptexpert-desktop: {error.code}\n")
        return USAGE
    if options.command is None:
        from comptexpert_desktop.app import window  # noqa: PLC0415  (Qt)

        return window.run(settings, address=options.address, is_unseen=options.at_sign_in)
    if options.command == "demo":
        from comptexpert_desktop.rehearsal import demo  # noqa: PLC0415  (Qt, and a server)

        return demo.main(settings, tour=options.tour, entries=options.entries)
    from comptexpert_desktop.app import commands  # noqa: PLC0415  (the window does without)

    return commands.run(settings, options=options)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with our code for a wrong use."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def _read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="comptexpert-desktop", description="Comptexpert Desktop.")
    parser.add_argument("--version", action="version", version=f"comptexpert-desktop {__version__}")
    parser.add_argument("--at-sign-in", action="store_true", help="start out of sight, as the session starts")
    _add_global(parser, absent=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    shared = _Parser(add_help=False)
    _add_global(shared, absent=argparse.SUPPRESS)
    shared.add_argument("--version", action="version", version=f"comptexpert-desktop {__version__}")
    _add_commands(commands, shared=shared)
    addresses = [one for one in arguments if one.startswith(SCHEME)]
    options = parser.parse_args([one for one in arguments if one not in addresses])
    if options.command is not None and (addresses or options.at_sign_in):
        parser.error("an address and --at-sign-in are for the window")
    options.address = next((one for one in addresses if one in ADDRESSES), "")
    return options


def _add_global(parser: argparse.ArgumentParser, *, absent: str | None) -> None:
    """Add the options that are taken before or after the command; the second place wins."""
    parser.add_argument("--server", metavar="URL", default=absent, help="address of the server")
    parser.add_argument("--data-dir", metavar="DIR", default=absent, help="where everything is kept")
    default: bool | str = False if absent is None else absent
    parser.add_argument("--json", action="store_true", default=default, help="one JSON document on stdout")


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
    decide = add("decide", "queue a decision; prints its outbox id")
    decide.add_argument("id", help="the delegation")
    decide.add_argument("action", choices=["approve", "refuse", "revoke", "suspend", "resume"])
    decide.add_argument("--note", default="", metavar="T", help="what to say with it")
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
    verified = add("verify-register", "verify an exported register offline; names the first bad line")
    verified.add_argument("file", help="the export, JSON or CSV")
    add("show-policy", "each setting: its value, where it comes from, whether it is locked")
    diagnostics = add("diagnostics", "describe this installation for support, without anything personal")
    diagnostics.add_argument("--output", metavar="FILE", default="", help="where to write it")
    diagnostics.add_argument("--preview", action="store_true", help="show it and write nothing")
    add("self-check", "check store, vault, Qt, TLS, server and clock")


if __name__ == "__main__":
    sys.exit(main())
