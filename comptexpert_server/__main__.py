"""The command line of the server; each command imports what it needs, so that `serve` binds its port first."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from comptexpert_server.base.environment import UnusableEnvironmentError

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Sequence

SERVING = "comptexpert_server.operations.bootstrap"
COMMANDS = "comptexpert_server.operations.commands"
DOCUMENT = "comptexpert_server.operations.openapi_document"
TEMPLATES = "comptexpert_server.operations.template_database"
BACKUPS = "comptexpert_server.operations.backup"
BEFORE_DJANGO = frozenset([SERVING, TEMPLATES])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code."""
    asked = build_parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptexpert_server.config.settings")
    module, _, function = asked.run.partition(":")
    if module != TEMPLATES:
        os.umask(0o077)  # the database and what stands beside it are their owner's alone
    _leave_no_image()
    try:
        if module not in BEFORE_DJANGO:
            import_module("django").setup()
        code: int = getattr(import_module(module), function)(asked)
    except UnusableEnvironmentError as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    except Exception as fault:
        said = _worded(fault)
        if not said:
            raise
        sys.stderr.write(f"{said}\n")
        return 1
    return code


def _leave_no_image() -> None:
    """Leave no image of the memory behind after a crash: it holds the keys of the server; processes made later too."""
    if sys.platform != "win32":
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _worded(fault: Exception) -> str:
    """Word a fault that those who run the server can mend; empty for any other, and before Django is there."""
    if "django.db" not in sys.modules:
        return ""
    return str(import_module("comptexpert_server.operations.command_faults").worded(fault))


def build_parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    parser = argparse.ArgumentParser(prog="comptexpert-server", description="The Comptexpert reference server.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = _add(commands, "serve", "answer requests", run=f"{SERVING}:serve")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0)
    serve.add_argument("--workers", type=int, default=0, help="default: COMPTEXPERT_WORKERS, or 1")
    serve.add_argument("--with-worker", action="store_true", help="also send mails and do what is due")
    serve.add_argument("--exit-with-parent", action="store_true", help="end when standard input closes")
    serve.add_argument("--listener", type=int, default=-1, help=argparse.SUPPRESS)
    serve.add_argument("--template", default="", help="a database to start from when there is none")
    _add(commands, "migrate", "bring the database up to date", run=f"{COMMANDS}:migrate")
    _add(commands, "check", "refuse unsafe settings", run=f"{COMMANDS}:check")
    _add(commands, "openapi", "print the OpenAPI document", run=f"{DOCUMENT}:openapi")
    _add(commands, "createsuperuser", "make an operator of the server", run=f"{COMMANDS}:create_superuser")
    _add_seed_options(_add(commands, "seed", "fill an empty database with fictitious people", run=f"{COMMANDS}:seed"))
    _add(commands, "demo-people", "describe the fictitious people", run=f"{COMMANDS}:demo_people")
    template = _add(commands, "template", "make a filled database to copy", run=f"{TEMPLATES}:template")
    template.add_argument("file")
    _add_seed_options(template)
    registry = _add(commands, "import-registry", "bring the registry up to date", run=f"{COMMANDS}:import_registry")
    registry.add_argument("file", help="JSON lines, or CSV with the same columns")
    registry.add_argument("--full", action="store_true", help="strike off who is absent")
    registry.add_argument("--dry-run", action="store_true", help="name what would change, and change nothing")
    registry.add_argument(
        "--allow-strike-off",
        type=int,
        default=0,
        metavar="N",
        help="let N people be struck off, N cabinets be left empty, or N large ones be left by most of their people",
    )
    _add_people(commands)
    _add_upkeep(commands)
    return parser


def _add_people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe who may do what, and which keys sign."""
    attest = _add(commands, "attest-certificate", "attest a personal certificate", run=f"{COMMANDS}:attest_certificate")
    attest.add_argument("login_id")
    attest.add_argument("--until", required=True, help="an ISO date")
    operator = _add(
        commands, "appoint-operator", "let a person on a council's desk", run=f"{COMMANDS}:appoint_operator"
    )
    operator.add_argument("login_id")
    operator.add_argument("council", help="its code, such as bretagne")
    operator.add_argument("--end", action="store_true", help="no longer")
    client = _add(commands, "create-client", "register another site", run=f"{COMMANDS}:create_client")
    client.add_argument("name")
    client.add_argument("redirect_uri")
    client.add_argument("--service", default="", help="the service whose own site it is: consent is not asked then")
    client.add_argument(
        "--backchannel-logout-uri", default="", metavar="URI", help="where the site hears that a session ended"
    )
    rotate = _add(commands, "rotate-keys", "replace a key of the server", run=f"{COMMANDS}:rotate_keys")
    rotate.add_argument(
        "--key", choices=("oidc", "secret", "signing"), default="oidc", help="which one (default: oidc)"
    )
    rotate.add_argument("--leaked", action="store_true", help="trust the old key no longer, from this moment")


def _add_upkeep(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe what keeps the server going."""
    backup = _add(commands, "backup", "write the database in one file", run=f"{BACKUPS}:backup")
    backup.add_argument("file")
    restore = _add(commands, "restore", "put a backup back and begin another epoch", run=f"{BACKUPS}:restore")
    restore.add_argument("file")
    restore.add_argument("--replace", action="store_true", help="even where people have accounts; they are kept aside")
    restore.add_argument("--other-secrets", action="store_true", help="even with secrets that are not the backup's")
    restore.add_argument("--dry-run", action="store_true", help="count what would be forgotten, and change nothing")
    restore.add_argument(
        "--allow-forget",
        type=int,
        default=0,
        metavar="N",
        help="let N accounts, or N lines of the registers, be forgotten, beyond one in twenty",
    )
    epoch = _add(commands, "new-epoch", "say that the database was put back by other means", run=f"{BACKUPS}:new_epoch")
    epoch.add_argument("--dry-run", action="store_true", help="count who would be signed out, and change nothing")
    epoch.add_argument(
        "--allow-sign-out", type=int, default=0, metavar="N", help="let N people be signed out, beyond one in twenty"
    )
    role = _add(
        commands,
        "prepare-role",
        "give a role of PostgreSQL the server's rights, and no more",
        run="comptexpert_server.operations.server_role:prepare_role",
    )
    role.add_argument("role")
    mails = _add(commands, "mails", "count the mails that have not left", run=f"{COMMANDS}:mails")
    mails.add_argument("--send-again", action="store_true", help="queue those that failed once more")
    worker = _add(commands, "worker", "send mails and do what is due", run="comptexpert_server.operations.worker:work")
    worker.add_argument("--once", action="store_true")
    worker.add_argument(
        "--accept-clock", action="store_true", help="believe a clock that went hours ahead of all that is known"
    )


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str, *, run: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _add_seed_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--entries", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=20_260)


if __name__ == "__main__":
    raise SystemExit(main())
