"""A backup is one file, whole or nothing; what is put back says that the server went back in time."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.idp.oidc.models import Token
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from comptexpert_server.base.clock import today
from comptexpert_server.base.epoch import current_epoch
from comptexpert_server.operations.backup import UnusableBackupError, begin_again, read, secrets_mark
from comptexpert_server.sessions.models import TokenFamily
from tests import made_once
from tests.postgresql import cluster
from tests.server.visitor import Application, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


class Host:
    """A machine on which commands are run, with a database of the kind under test."""

    def __init__(self, folder: Path, database_url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
        self.folder = folder
        self.environment = kept | {"COMPTEXPERT_DATA_DIR": str(folder / "data"), "HOME": str(folder)}
        if database_url:
            self.environment["COMPTEXPERT_DATABASE_URL"] = database_url

    def run(self, *arguments: object, code: int = 0, **variables: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "comptexpert_server", *map(str, arguments)],
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if code == 0 and done.stdout.startswith(("{", "[")) else done.stderr

    def certified(self) -> str:
        """Tell until when the collaborateur of the rehearsal has a certificate, as the database says it."""
        return self._said("print(Account.objects.get(login_id='nadia.ferrand').certificate_until or '')")

    def unsigned_registers(self) -> str:
        """Count the registers whose end the key of now did not sign."""
        return self._said(
            "from django.conf import settings; from comptexpert_server.audit.models import ChainHead;"
            "from comptexpert_server.audit.seals import is_signed; settings.SIGNING_KEY.delete_all_retired();"
            "print(sum(not is_signed(head) for head in ChainHead.objects.all()))"
        )

    def sign_in(self, login_id: str) -> None:
        """Give somebody a session of the application, as the provider writes it."""
        self._said(
            "from comptexpert_server.sessions.models import TokenFamily;"
            "TokenFamily.objects.create(account=Account.objects.get(login_id='" + login_id + "'), client_id='desktop',"
            "signed_in_at=now(), created_at=now(), used_at=now(), expires_at=now())"
        )

    def act_later(self, *, accounts: int, lines: int) -> None:
        """Make accounts and lines of a register an hour from now."""
        self._said(
            "from datetime import timedelta; from comptexpert_server.audit.services import record;"
            "at = now() + timedelta(hours=1);"
            f"[Account.objects.create(login_id=f'later.{{n}}', created_at=at) for n in range({accounts})];"
            f"[record(firm_id=None, at=at, actor=None, action='test', object_id='x') for _ in range({lines})]"
        )

    def _said(self, code: str) -> str:
        """Run code with the server's models, and return what it prints."""
        code = (
            "import django; django.setup(); from comptexpert_server.accounts.models import Account;"
            "from comptexpert_server.base.clock import now;" + code
        )
        environment = self.environment | {"DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings"}
        asked = [sys.executable, "-c", code]
        return subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("host")
    if connection.vendor != "postgresql":
        made_once.lay(folder / "data", entries=60)
        yield Host(folder, "")
        return
    with cluster(entries=60) as url:
        yield Host(folder, url)


@pytest.fixture(scope="module")
def backup(host: Host) -> Path:
    file = host.folder / "one.backup"
    told = host.run("backup", file)
    assert (told["backup"], told["vendor"]) == (str(file), connection.vendor)
    return file


def test_a_backup_is_its_owners_alone_and_never_replaces_another(host: Host, backup: Path) -> None:
    if os.name == "posix":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "exists already" in host.run("backup", backup, code=1)
    assert [one.name for one in host.folder.glob(".backup-*")] == []


def test_a_backup_holds_no_secret_of_the_server(host: Host, backup: Path) -> None:
    with zipfile.ZipFile(backup) as file:
        content = b"".join(file.read(name) for name in file.namelist())
    for kept in (host.folder / "data" / "secrets").iterdir():
        assert kept.read_bytes().strip() not in content


def test_a_used_database_is_replaced_only_when_it_is_asked_for_and_is_kept_aside(host: Host, backup: Path) -> None:
    assert "--replace" in host.run("restore", backup, code=1)
    epoch = json.loads(zipfile.ZipFile(backup).read("manifest.json"))["epoch"]
    next_year = (today() + timedelta(days=400)).isoformat()
    host.run("attest-certificate", "nadia.ferrand", "--until", next_year)
    told = host.run("restore", backup, "--replace")
    assert host.certified() == ""
    again = host.run("restore", told["put_aside"], "--replace")
    assert host.certified() == next_year
    assert len({epoch, told["epoch"], again["epoch"]}) == 3
    host.run("check")


def test_a_backup_goes_into_an_empty_place_with_its_secrets(host: Host, backup: Path, tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("the cluster has one database")
    other = Host(tmp_path, "")
    assert "the secrets are not those of the backup" in other.run("restore", backup, code=1)
    secret = (host.folder / "data" / "secrets" / "secret_key").read_text()
    assert "the secrets are not" in other.run("restore", backup, code=1, COMPTEXPERT_SECRET_KEY=secret)
    (tmp_path / "data" / "secrets" / "signing.pem").write_bytes(
        (host.folder / "data" / "secrets" / "signing.pem").read_bytes()
    )
    assert other.run("restore", backup, COMPTEXPERT_SECRET_KEY=secret)["put_aside"] == ""
    assert other.certified() == ""
    assert "--replace" in other.run("restore", backup, "--other-secrets", code=1)


def test_a_backup_of_before_a_rotation_is_still_one_of_this_server(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "before.backup"
    host.run("backup", file)
    for key in ("secret", "signing", "signing"):
        host.run("rotate-keys", "--key", key)
    assert host.run("restore", file, "--replace")["epoch"]
    assert host.unsigned_registers() == "0", "a register is signed by a key that counts for a day"
    host.run("rotate-keys", "--key", "signing", "--leaked")
    assert "the secrets are not those of the backup" in host.run("restore", file, "--replace", code=1)


def test_a_damaged_file_is_not_read(backup: Path, tmp_path: Path) -> None:
    absent, text, cut, bent = (tmp_path / name for name in ("absent", "text", "cut", "bent"))
    text.write_text("not a backup")
    cut.write_bytes(backup.read_bytes()[:-100])
    _repack(backup, bent, database=b"something else")
    for number, (file, said) in enumerate(((absent, "found"), (text, "not a"), (cut, "not a"), (bent, "damaged"))):
        with pytest.raises(UnusableBackupError, match=said):
            read(file, into=tmp_path / f"into-{number}")


def test_a_backup_of_another_kind_of_database_restores_nothing(host: Host, backup: Path, tmp_path: Path) -> None:
    _repack(backup, tmp_path / "foreign", vendor="oracle")
    assert "oracle" in host.run("restore", tmp_path / "foreign", "--replace", code=1)
    assert list(tmp_path.glob("comptexpert-restore-*")) == []


def _repack(source: Path, target: Path, *, database: bytes | None = None, **changes: str) -> None:
    with zipfile.ZipFile(source) as one, zipfile.ZipFile(target, "x") as other:
        manifest = json.loads(one.read("manifest.json")) | changes
        other.writestr("manifest.json", json.dumps(manifest))
        other.writestr("database", one.read("database") if database is None else database)


def test_another_epoch_can_be_begun_after_a_restoration_by_other_means(host: Host) -> None:
    first, second = (host.run("new-epoch")["epoch"] for _ in range(2))
    assert first != second


def test_an_epoch_that_signs_many_people_out_asks_first(host: Host) -> None:
    host.sign_in("nadia.ferrand")
    assert host.run("new-epoch", "--dry-run") == {"signed_out": 1}
    assert "--allow-sign-out" in host.run("new-epoch", code=1)
    assert host.run("new-epoch", "--allow-sign-out", "1")["signed_out"] == 1
    assert host.run("new-epoch", "--dry-run") == {"signed_out": 0}


def test_a_backup_older_than_much_of_the_register_asks_first(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "old.backup"
    made_at = host.run("backup", file)["made_at"]
    assert host.run("restore", file, "--dry-run") == {"made_at": made_at, "forgotten": {"accounts": 0, "lines": 0}}
    host.act_later(accounts=2, lines=3)
    assert host.run("restore", file, "--dry-run")["forgotten"] == {"accounts": 2, "lines": 3}
    assert "2 of " in host.run("restore", file, "--replace", code=1)
    assert host.run("restore", file, "--dry-run")["forgotten"] == {"accounts": 2, "lines": 3}, "nothing was restored"
    host.run("restore", file, "--replace", "--allow-forget", "3")
    assert host.run("restore", file, "--dry-run")["forgotten"]["accounts"] == 0


@pytest.mark.django_db
def test_no_session_of_before_comes_back(crowd: None) -> None:
    visitor, application = Visitor(), Application()
    assert application.exchange(application.code(visitor)).status_code == 200
    assert Session.objects.exists()
    assert Token.objects.exists()
    before = current_epoch()
    assert begin_again() == current_epoch() != before
    assert not Session.objects.exists()
    assert not Token.objects.exists()
    assert not TokenFamily.objects.exists()
    assert Client().get("/inscription/")["Comptexpert-Epoch"] != before


def test_the_mark_of_the_secrets_changes_with_each_of_them(settings: SettingsWrapper, tmp_path: Path) -> None:
    first = secrets_mark()
    assert secrets_mark() == first
    settings.SECRET_KEY = "another" * 10
    assert secrets_mark() != first
    assert settings.SECRET_KEY not in first
