"""The commands of the server but `serve`, `worker` and `template`; Django is set up when this is imported."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import transaction

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now, today
from comptexpert_server.base.progress import Meter
from comptexpert_server.delegations import standing
from comptexpert_server.delegations.certificates import MAX_YEARS, last_day
from comptexpert_server.delegations.eligibility import touch
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.transitions import lock_writer
from comptexpert_server.intake.file_lines import UnreadableFileError
from comptexpert_server.intake.importing import BadLinesError, WideChangeError, import_file
from comptexpert_server.mail import queue
from comptexpert_server.operations.checks import safe_database, safe_settings
from comptexpert_server.operations.key_rotation import rotate_signing
from comptexpert_server.registry.selectors import council
from comptexpert_server.rehearsal.demo_people import describe
from comptexpert_server.rehearsal.seeding import OtherPeopleError, fill
from comptexpert_server.sso.clients import UnknownServiceError, UnsafeAddressError, register_site

if TYPE_CHECKING:
    import argparse

    from comptexpert_server.intake.importing import Report


SUPERUSER = ("DJANGO_SUPERUSER_LOGIN_ID", "DJANGO_SUPERUSER_EMAIL", "DJANGO_SUPERUSER_PASSWORD")
"""What `createsuperuser` reads where nobody can be asked."""


def migrate(_asked: argparse.Namespace) -> int:
    """Bring the database up to date."""
    call_command("migrate", verbosity=1)
    return 0


def create_superuser(_asked: argparse.Namespace) -> int:
    """Make an operator of the server; asks for what it needs."""
    is_asked = sys.stdin.isatty()
    lacking = [] if is_asked else [name for name in SUPERUSER if not os.environ.get(name)]
    if lacking:
        return _refuse(
            f"without a terminal, createsuperuser reads {', '.join(SUPERUSER)}: {lacking[0]} is empty", code=2
        )
    if not is_asked and Account.objects.filter(login_id=os.environ[SUPERUSER[0]].lower()).exists():
        return _refuse("this identifiant has an account: take another one, or choose a new password on the pages")
    call_command("createsuperuser", interactive=is_asked)
    for account in Account.objects.filter(is_superuser=True, emailaddress=None):
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return 0


def check(_asked: argparse.Namespace) -> int:
    """Refuse unsafe settings; 1 when something must change."""
    found = [*checks.run_checks(), *safe_settings(), *safe_database()]
    for message in found:
        sys.stderr.write(f"{message.id}: {message.msg}\n")
    return 1 if any(message.level >= checks.ERROR for message in found) else 0


def seed(asked: argparse.Namespace) -> int:
    """Fill an empty database with fictitious people."""
    try:
        added = fill(entries=asked.entries, seed=asked.seed)
    except OtherPeopleError:
        return _refuse("this database holds other people: use an empty one")
    _print({"added": added, "entries": asked.entries, "seed": asked.seed})
    return 0


def demo_people(_asked: argparse.Namespace) -> int:
    """Print every fictitious person of the rehearsal."""
    _print(describe())
    return 0


def import_registry(asked: argparse.Namespace) -> int:
    """Bring the registry up to date from a file, all or nothing; name each bad line."""
    try:
        report = import_file(
            Path(asked.file),
            is_full=asked.full,
            progress=Meter(sys.stderr),
            is_dry_run=asked.dry_run,
            allowed=asked.allow_strike_off,
        )
    except WideChangeError as fault:
        _print(fault.report.counts())
        return _refuse(
            f"nothing was taken: {fault.report.struck_off} of {fault.report.standing} people would be struck off, "
            f"{fault.report.firms_closed} of {fault.report.firms} cabinets left empty and "
            f"{len(fault.report.firms_halved)} large ones left by more than half of their people; look with --dry-run, "
            "then allow it with --allow-strike-off N"
        )
    except UnreadableFileError as fault:
        sys.stderr.write(json.dumps({"line": fault.line, "errors": [{"field": "file", "code": fault.code}]}) + "\n")
        return 1
    except BadLinesError as fault:
        for line, problems in fault.lines.items():
            sys.stderr.write(json.dumps({"line": line, "errors": problems}, ensure_ascii=False) + "\n")
        return 1
    except OSError:
        return _refuse("the file cannot be read", code=2)
    except KeyboardInterrupt:
        return _refuse("\nstopped: nothing was taken", code=130)
    if asked.dry_run:
        _name_changes(report)
    _print(report.counts())
    return 0


def _name_changes(report: Report) -> None:
    """Name what an import would change, a line each."""
    for number, members in report.changes.items():
        change = {"registration_number": number, "change": "changed" if members else "added", "members": members}
        sys.stdout.write(json.dumps(change) + "\n")
    for number in report.gone:
        sys.stdout.write(json.dumps({"registration_number": number, "change": "struck_off", "members": []}) + "\n")


def attest_certificate(asked: argparse.Namespace) -> int:
    """Note until when a person holds the personal certificate that `sign` needs."""
    login_id = asked.login_id.lower()
    try:
        until = date.fromisoformat(asked.until)
    except ValueError:
        return _refuse("--until takes a date such as 2028-12-31", code=2)
    if until > last_day(today()):
        return _refuse(f"a certificate lasts {MAX_YEARS} years at most: until {last_day(today())}", code=2)
    with transaction.atomic():
        lock_writer()  # the first lock of every writer: the account's comes after it
        if not Account.objects.filter(login_id=login_id).update(certificate_until=until, certificate_warned=None):
            return _refuse("no account has this identifiant")
        held = Delegation.objects.filter(grantee__login_id=login_id)
        touch(held)
        standing.note(held, at=now(), actor=None)
    _print({"login_id": login_id, "until": until.isoformat()})
    return 0


def appoint_operator(asked: argparse.Namespace) -> int:
    """Let a person correct the entries of a council on its desk, or end that."""
    if not asked.end and council(asked.council) is None:
        return _refuse("no council has this code: see /api/v1/councils", code=2)
    place = "" if asked.end else asked.council
    people = Account.objects.filter(login_id=asked.login_id.lower(), is_active=True, is_superuser=False)
    if not people.update(is_staff=not asked.end, council=place):
        return _refuse("no active account has this identifiant")
    _print({"login_id": asked.login_id.lower(), "council": place})
    return 0


def create_client(asked: argparse.Namespace) -> int:
    """Register a confidential OpenID client; its secret is printed once and kept as a digest."""
    try:
        client_id, secret = register_site(
            asked.name,
            redirect_uri=asked.redirect_uri,
            service=asked.service,
            backchannel_logout_uri=asked.backchannel_logout_uri,
        )
    except UnknownServiceError:
        return _refuse("--service takes the code of a service of the catalogue", code=2)
    except UnsafeAddressError:
        return _refuse("both addresses must be https, or http on 127.0.0.1, without fragment or star", code=2)
    _print({"client_id": client_id, "client_secret": secret})
    return 0


def rotate_keys(asked: argparse.Namespace) -> int:
    """Take a new key from now on: for identity tokens, or for what the server signs and seals for itself."""
    if asked.key == "secret":
        return _rotate_secret()
    if asked.key == "signing":
        _print({"registers": rotate_signing(now(), is_leaked=asked.leaked)})
        return 0
    settings.OIDC_KEY.rotate(now(), is_leaked=asked.leaked)
    _print({"verifying": 1 + len(settings.OIDC_KEY.retired(now()))})
    return 0


def _rotate_secret() -> int:
    """Replace the secret key of the data folder; one that the environment gives is replaced there."""
    if settings.ENVIRONMENT.secret_key:
        return _refuse(
            "COMPTEXPERT_SECRET_KEY is in the environment: put its value in COMPTEXPERT_SECRET_KEY_FALLBACKS, "
            "write a new one, and start server and worker again",
            code=2,
        )
    settings.KEPT_SECRET_KEY.rotate(now())
    _print({"opening": 1 + len(settings.KEPT_SECRET_KEY.replaced())})
    return 0


def mails(asked: argparse.Namespace) -> int:
    """Count the mails that have not left; `--send-again` queues those that failed once more."""
    again = queue.queue_again(queue.failed(), now=now()) if asked.send_again else 0
    oldest = round(queue.age_of_oldest(now()))
    counts = {"waiting": queue.waiting().count(), "failed": queue.failed().count()}
    _print({**counts, "oldest_seconds": oldest, "sent_again": again})
    return 0


def _print(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _refuse(why: str, *, code: int = 1) -> int:
    sys.stderr.write(f"{why}\n")
    return code
