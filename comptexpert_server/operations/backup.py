"""A backup of the database in one file, and its restoration, after which the server says that it went back in time.

    comptexpert-server backup FILE
    comptexpert-server restore FILE [--replace] [--other-secrets] [--dry-run] [--allow-forget N]
    comptexpert-server new-epoch [--dry-run] [--allow-sign-out N]

What many people would lose is counted first, and asked for. The secrets (`COMPTEXPERT_SECRET_KEY` and the folder
`secrets`) are not in the file: they are kept apart, and a backup knows which ones it belongs to. `new-epoch` is for
those who put a database back by other means.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from comptexpert_server import __version__
from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.services import mark_restored
from comptexpert_server.base import database_dump
from comptexpert_server.base.clock import now
from comptexpert_server.base.database_dump import ToolError
from comptexpert_server.base.durable_folder import make_folder, sync_folder
from comptexpert_server.base.epoch import current_epoch, renew_epoch
from comptexpert_server.base.keys import handovers, public_text, signing_key
from comptexpert_server.operations import clock_watch
from comptexpert_server.operations.consequences import Loss, counts, forgotten_by, signed_out
from comptexpert_server.sessions.models import TokenFamily

if TYPE_CHECKING:
    import argparse

LAYOUT = 1
MANIFEST, DATABASE = "manifest.json", "database"
_BLOCK = 1 << 20


class UnusableBackupError(Exception):
    """The file is not a backup that can be put in this place; its text says why."""


def backup(asked: argparse.Namespace) -> int:
    """Write a backup while the server works."""
    target = Path(asked.file).absolute()
    if target.exists():
        return _refuse(f"{target} exists already")
    try:
        manifest = write(target)
    except (OSError, ToolError, DatabaseError) as fault:
        return _refuse(f"no backup was made: {fault}")
    _print({"backup": str(target), **manifest})
    return 0


def restore(asked: argparse.Namespace) -> int:
    """Put a backup back, bring it up to date, begin another epoch and end every session."""
    source = Path(asked.file).absolute()
    try:
        with tempfile.TemporaryDirectory(prefix="comptexpert-restore-", dir=source.parent) as folder:
            dump = Path(folder) / DATABASE
            manifest = read(source, into=dump)
            _check(manifest, any_secrets=asked.other_secrets)
            forgotten = _forgotten(manifest)
            if asked.dry_run:
                _print({"made_at": manifest["made_at"], "forgotten": counts(forgotten)})
                return 0
            kept = _put_aside(forgotten, replace=asked.replace, allowed=asked.allow_forget)
            database_dump.load(dump)
    except UnusableBackupError as fault:
        return _refuse(str(fault))
    except (OSError, ToolError, DatabaseError) as fault:
        return _refuse(f"nothing was restored: {fault}")
    renew_epoch()  # whatever fails from here on, clients hear that the server went back
    call_command("migrate", verbosity=0)
    epoch = begin_again(has_other_key=not is_of_ours(manifest["secrets"]))
    _print({"restored": str(source), "made_at": manifest["made_at"], "epoch": epoch, "put_aside": kept})
    return 0


def new_epoch(asked: argparse.Namespace) -> int:
    """Say that the database was put back by other means: another epoch, and no session of before."""
    ended = signed_out()
    if asked.dry_run:
        _print({"signed_out": ended.count})
        return 0
    if ended.is_wide(allowed=asked.allow_sign_out):
        return _refuse(
            f"nothing was done: {ended} people would have to sign in again; allow it with --allow-sign-out N"
        )
    _print({"epoch": begin_again(), "signed_out": ended.count})
    return 0


def write(target: Path) -> dict[str, Any]:
    """Write the database and its description in one file, whole or not at all, for its owner alone."""
    make_folder(target.parent)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        dump, draft = Path(folder) / DATABASE, Path(folder) / "draft"
        manifest = {
            "layout": LAYOUT,
            "made_at": now().isoformat(timespec="seconds"),
            "version": __version__,
            "vendor": connection.vendor,
            "epoch": current_epoch(),
            "secrets": secrets_mark(),
        }
        database_dump.dump(dump)
        manifest |= {"sha256": _digest(dump), "size": dump.stat().st_size}
        with zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            file.writestr(MANIFEST, json.dumps(manifest, indent=1))
            file.write(dump, DATABASE)
        draft.chmod(0o600)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    return manifest


def read(source: Path, *, into: Path) -> dict[str, Any]:
    """Take the database out of a backup, verified; raise UnusableBackupError."""
    try:
        with zipfile.ZipFile(source) as file:
            manifest: dict[str, Any] = json.loads(file.read(MANIFEST))
            with file.open(DATABASE) as packed, into.open("xb") as plain:
                while block := packed.read(_BLOCK):
                    plain.write(block)
        is_whole = manifest["layout"] == LAYOUT and manifest["sha256"] == _digest(into)
    except FileNotFoundError as fault:
        raise UnusableBackupError(f"{source} cannot be found") from fault
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as fault:
        raise UnusableBackupError(f"{source} is not a backup, or is damaged") from fault
    if not is_whole:
        raise UnusableBackupError(f"{source} is damaged, or of another layout")
    return manifest


def begin_again(*, has_other_key: bool = False) -> str:
    """Begin another epoch, said in every register, and end every session: one that was ended must not come back.

    The backup is as old as it is: whoever put it back knows what time it is.
    """
    with transaction.atomic():
        clock_watch.accept(now())
        TokenFamily.objects.all().delete()
        Token.objects.all().delete()
        UserSession.objects.all().delete()
        Session.objects.all().delete()
        epoch = renew_epoch()
        mark_restored(epoch, at=now(), has_other_key=has_other_key, former=_public_keys()[1:])
        return epoch


def secrets_mark() -> str:
    """Tell the secrets of a server from those of another, without giving anything of them away."""
    return _mark(settings.SECRET_KEY, public_text(signing_key(settings.SIGNING_KEY.read())))


def is_of_ours(mark: str) -> bool:
    """Return whether a mark is of our secrets: those of now, or those that they replaced and that still count."""
    opening = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(mark == _mark(secret, public) for secret in opening for public in _public_keys())


def _public_keys() -> list[str]:
    """Give the public key of the registers, then those that lead to it."""
    present = public_text(signing_key(settings.SIGNING_KEY.read()))
    return [present, *(said["from"] for said in handovers(settings.ENVIRONMENT.data_dir, to=present))]


def _mark(secret: str, public: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=public.encode(), n=2**14, r=8, p=1, dklen=16).hex()


def _check(manifest: dict[str, Any], *, any_secrets: bool) -> None:
    if manifest["vendor"] != connection.vendor:
        raise UnusableBackupError(f"the backup is of {manifest['vendor']}, this database is {connection.vendor}")
    if not any_secrets and not is_of_ours(manifest["secrets"]):
        raise UnusableBackupError(
            "the secrets are not those of the backup: put COMPTEXPERT_SECRET_KEY and the folder `secrets` back first, "
            "or say --other-secrets, after which clients refuse this server until they are told its new key"
        )


def _is_used() -> bool:
    """Return whether somebody has an account; an empty database has no table of them."""
    try:
        return Account.objects.exists()
    except DatabaseError:
        return False


def _forgotten(manifest: dict[str, Any]) -> dict[str, Loss]:
    """Count what is there now and not in the backup; nothing where the tables cannot be read."""
    try:
        return forgotten_by(manifest["made_at"])
    except DatabaseError:
        return {}


def _put_aside(forgotten: dict[str, Loss], *, replace: bool, allowed: int) -> str:
    """Keep what is there now, when there is something; refuse to replace it unless it is asked for."""
    if not _is_used():
        return ""
    if not replace:
        raise UnusableBackupError("this database is in use: say --replace; what is there now is kept beside the backup")
    if any(loss.is_wide(allowed=allowed) for loss in forgotten.values()):
        raise UnusableBackupError(
            f"nothing was restored: {forgotten['accounts']} accounts and {forgotten['lines']} lines of the registers "
            "are younger than the backup; look with --dry-run, then allow it with --allow-forget N"
        )
    aside = settings.ENVIRONMENT.data_dir / "backups" / f"before-restore-{now():%Y%m%dT%H%M%S}.backup"
    write(aside)
    return str(aside)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _print(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _refuse(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1
