"""A sign-up made without a server, by command line: nothing is lost, nothing is done twice, nothing is left behind."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from comptexpert_desktop.app import wiring
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import DraftId, SignupDraft
from comptexpert_desktop.rehearsal import secret_service
from comptexpert_desktop.settings import Settings
from comptexpert_desktop.usecases.signup import signup
from comptexpert_desktop.usecases.sync import sync
from tests.fakes import new_uuid
from tests.journeys.losing import losing

pytestmark = [pytest.mark.journey, pytest.mark.secretservice]

DONE, WAITS = 0, 3
BORN = date(1990, 5, 6)
WRITTEN = tuple(
    text.encode(encoding)
    for text in ("1990-05-06", "06/05/1990", "19900506", "06051990")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
SEALED = {"draft": ("id", ("sealed",)), "secret": ("name", ("sealed",)), "outbox": ("id", ("payload", "answer"))}
KINDS = {("draft", "sealed"): "draft", ("secret", "sealed"): "secret"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that is down until a test starts it, and a keyring that outlives every program."""
    with secret_service.session() as service, service.inside():
        assert service.is_available, "dbus-daemon and gnome-keyring-daemon are installed by dev.py"
        with losing(tmp_path_factory.mktemp("server")) as made:
            made.start()
            made.wait_until_ready()
            made.cast = {person["case"]: person for person in made.people()}
            yield made


def run(url, data_dir, *arguments):
    """Run one command in a program of its own, which is gone when this returns."""
    command = [sys.executable, "-m", "comptexpert_desktop", "--server", url, "--data-dir", str(data_dir)]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def form(server, folder, *, case, login_id):
    person = server.cast[case]
    document = {
        "profile": person["profile"],
        "entry_id": person["entry_id"],
        "date_of_birth": person["date_of_birth"],
        "login_id": login_id,
    }
    file = folder / "signup.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def accounts(server, login_id):
    with closing(sqlite3.connect(server.folder / "comptexpert.db", timeout=20)) as database:
        (signups,) = database.execute("SELECT count(*) FROM accounts_signup WHERE login_id = ?", (login_id,)).fetchone()
        (made,) = database.execute("SELECT count(*) FROM accounts_account WHERE login_id = ?", (login_id,)).fetchone()
    return signups, made


def status(url, data_dir):
    return json.loads(run(url, data_dir, "outbox", "--json").stdout)[0]["status"]


def test_a_signup_made_without_a_server_leaves_after_a_restart_and_makes_one_account(server, tmp_path):
    file = form(server, tmp_path, case="signup_ok_honorary", login_id="honor.offline")
    server.kill()
    kept = run(server.direct, tmp_path / "data", "signup", "--from", file)
    assert kept.returncode == WAITS
    assert status(server.direct, tmp_path / "data") == "queued"
    assert run(server.direct, tmp_path / "data", "sync").returncode == WAITS
    server.start()
    server.wait_until_ready()
    assert accounts(server, "honor.offline") == (0, 0)
    for _ in range(2):
        assert run(server.direct, tmp_path / "data", "sync").returncode == DONE
        assert accounts(server, "honor.offline") == (1, 1)
    assert status(server.direct, tmp_path / "data") == "sent"


def test_an_answer_lost_after_the_commit_makes_one_account(server, tmp_path):
    file = form(server, tmp_path, case="signup_ok_in_company", login_id="company.lost")
    server.loses, server.lost = "POST /api/v1/signups", []
    assert run(server.url, tmp_path / "data", "signup", "--from", file).returncode == WAITS
    assert server.lost == [202]
    assert accounts(server, "company.lost") == (1, 1)
    assert status(server.url, tmp_path / "data") == "unknown"
    server.loses = ""
    server.start()
    server.wait_until_ready()
    assert run(server.url, tmp_path / "data", "sync").returncode == DONE
    assert accounts(server, "company.lost") == (1, 1)
    assert status(server.url, tmp_path / "data") == "sent"


@pytest.fixture
def desk(server, tmp_path):
    """The files and the doors of one program, with the keyring of the system."""
    settings = Settings(server_url=server.url, data_dir=tmp_path / "data")
    vault = wiring.open_vault()
    stores = wiring.open_stores(settings, vault=vault)
    yield stores, wiring.open_gateways(settings, vault=vault, in_store=stores.attempt)
    stores.close()


def blobs(file):
    """Read every sealed value of the file, with what opens it."""
    with closing(sqlite3.connect(file.database.path, timeout=20)) as database:
        for table, (name, columns) in SEALED.items():
            for column in columns:
                for key, sealed in database.execute(f"SELECT {name}, {column} FROM {table}"):
                    if sealed is not None:
                        yield KINDS.get((table, column), column), key, sealed


def opened(file):
    return "\n".join(
        json.dumps(file.unseal(sealed, kind=kind, name=key), ensure_ascii=False) for kind, key, sealed in blobs(file)
    )


def bytes_below(folder):
    """Read every file as it lies on the disk: pages in use, free pages, write-ahead log, settings."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_date_of_birth_is_nowhere_once_the_server_has_answered(server, desk):
    stores, gateways = desk
    person = server.cast["signup_ok"]
    seen = []
    draft = SignupDraft(id=DraftId(new_uuid()), profile=Profile.EXPERT_COMPTABLE)
    now = datetime.now(UTC)
    typed = "maelys.offline"
    for length in range(1, len(typed) + 1):
        draft = replace(draft, registration_number=person["registration_number"], date_of_birth=BORN)
        draft = replace(draft, login_id=typed[:length], login_id_again=typed[:length])
        signup.save_draft(stores, draft=draft, now=now)
        seen += [sealed for _, _, sealed in blobs(stores.device)]
    signup.submit(stores, draft=draft, now=now, new_id=new_uuid())
    seen += [sealed for _, _, sealed in blobs(stores.device)]
    before = bytes_below(stores.folder)
    assert "1990-05-06" in opened(stores.device), "the search must find the date while it still waits"
    assert any(sealed in before for sealed in seen), "the search must find what is sealed"
    assert not any(written in before for written in WRITTEN)

    sync.turn(stores, gateways, now=datetime.now(UTC), with_registry=False)

    assert signup.progress(stores)[0].masked_email
    after = bytes_below(stores.folder)
    assert not any(written in after for written in WRITTEN)
    assert not any(written.decode() in opened(stores.device) for written in WRITTEN[::3])
    assert [sealed for sealed in seen if sealed[:24] in after or sealed[-24:] in after] == []
