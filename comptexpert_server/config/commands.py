"""The commands of the server but `serve`, `worker` and `template`; Django is set up when this is imported."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import transaction

from comptexpert_server.accounts.demo_people import describe
from comptexpert_server.accounts.models import Account
from comptexpert_server.accounts.seeding import OtherPeopleError, fill
from comptexpert_server.config.api import api
from comptexpert_server.config.checks import safe_database, safe_settings
from comptexpert_server.config.clock import now
from comptexpert_server.config.meter import Meter
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.standing import touch
from comptexpert_server.registry.importing import BadLinesError, import_file
from comptexpert_server.registry.selectors import council
from comptexpert_server.sso.clients import UnknownServiceError, UnsafeAddressError, register_site

if TYPE_CHECKING:
    import argparse


def migrate(_asked: argparse.Namespace) -> int:
    """Bring the database up to date."""
    call_command("migrate", verbosity=1)
    return 0


def create_superuser(_asked: argparse.Namespace) -> int:
    """Make an operator of the server; asks for what it needs."""
    call_command("createsuperuser", interactive=sys.stdin.isatty())
    for account in Account.objects.filter(is_superuser=True, emailaddress=None):
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return 0


def check(_asked: argparse.Namespace) -> int:
    """Refuse unsafe settings; 1 when something must change."""
    found = [*checks.run_checks(), *safe_settings(), *safe_database()]
    for message in found:
        sys.stderr.write(f"{message.id}: {message.msg}\n")
    return 1 if any(message.level >= checks.ERROR for message in found) else 0


def openapi(_asked: argparse.Namespace) -> int:
    """Print the OpenAPI document."""
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    _print(document, sort_keys=True)
    return 0


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
        counts = import_file(Path(asked.file), is_full=asked.full, progress=Meter(sys.stderr))
    except BadLinesError as fault:
        for line, problems in fault.lines.items():
            sys.stderr.write(json.dumps({"line": line, "errors": problems}, ensure_ascii=False) + "\n")
        return 1
    except (OSError, UnicodeDecodeError):
        return _refuse("the file cannot be read", code=2)
    except KeyboardInterrupt:
        return _refuse("\nstopped: nothing was taken", code=130)
    _print(counts)
    return 0


def attest_certificate(asked: argparse.Namespace) -> int:
    """Note until when a person holds the personal certificate that `sign` needs."""
    login_id = asked.login_id.lower()
    try:
        until = date.fromisoformat(asked.until)
    except ValueError:
        return _refuse("--until takes a date such as 2028-12-31", code=2)
    with transaction.atomic():
        if not Account.objects.filter(login_id=login_id).update(certificate_until=until):
            return _refuse("no account has this identifiant")
        touch(Delegation.objects.filter(grantee__login_id=login_id))
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
        client_id, secret = register_site(asked.name, redirect_uri=asked.redirect_uri, service=asked.service)
    except UnknownServiceError:
        return _refuse("--service takes the code of a service of the catalogue", code=2)
    except UnsafeAddressError:
        return _refuse("the redirect address must be https, or http on 127.0.0.1, without fragment or star", code=2)
    _print({"client_id": client_id, "client_secret": secret})
    return 0


def rotate_keys(asked: argparse.Namespace) -> int:
    """Sign identity tokens with a new key from now on."""
    settings.OIDC_KEY.rotate(now(), is_leaked=asked.leaked)
    _print({"verifying": 1 + len(settings.OIDC_KEY.retired(now()))})
    return 0


def _print(document: object, *, sort_keys: bool = False) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=sort_keys) + "\n")


def _refuse(why: str, *, code: int = 1) -> int:
    sys.stderr.write(f"{why}\n")
    return code
