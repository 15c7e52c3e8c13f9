"""`kill -9` between « enregistré » and the server's answer loses nothing and does nothing twice, whatever was asked.

`COMPTEXPERT_CAMPAIGN_ROUNDS` and `COMPTEXPERT_CAMPAIGN_SEED` change the length and the chance of the campaign.
"""

from __future__ import annotations

import json
import os
import random
import shlex
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from contextlib import contextmanager

import pytest

from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.rehearsal.embedded import running
from comptexpert_desktop.rehearsal.visitor import PERSON_FILE
from tests import made_once
from tests.campaigns.mix import MAKERS, MOST, kinds_of

pytestmark = [pytest.mark.secretservice, pytest.mark.timeout(600)]

ROUNDS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "200"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
MAX_REPRIEVE = 0.4
"""Seconds from « enregistré » to a kill that waits for nothing: on a quick machine the commit falls inside."""
MAX_WAIT = 30.0
"""Seconds that a kill waits for the server's commit, where it is to come right after it."""
LOOK = 0.01
PEOPLE = ("ec", "staff", "staff_other_firm")

MARKS = (
    "SELECT action || ' ' || object_id FROM audit_auditevent",
    "SELECT 'terms ' || firm_id FROM firms_termsacceptance",
    "SELECT 'absent ' || firm_id FROM firms_absence",
    "SELECT 'review ' || firm_id FROM reviews_review",
    "SELECT 'renews ' || supersedes_id FROM delegations_delegation",
    "SELECT 'asked ' || reason FROM delegations_delegation",
    "SELECT 'invited ' || invited_email FROM delegations_delegation",
    "SELECT 'file ' || entry_id FROM desk_escalation",
    "SELECT 'mail ' || about FROM mail_delivery",
    "SELECT 'mail to ' || recipient FROM mail_delivery",
    "SELECT 'weekly mails' FROM accounts_account WHERE weekly_mails",
    "SELECT 'signed up ' || login_id FROM accounts_signup",
)
"""What a command that was carried out leaves in the server's database, once for each time."""


def test_every_kind_of_entry_is_in_the_mix():
    assert set(MAKERS) == set(Kind)
    assert set(kinds_of(len(Kind))) == set(Kind)
    shared = Counter(kinds_of(200))
    assert shared.total() == 200
    each = [shared[kind] for kind in Kind if kind not in MOST]
    assert max(each) - min(each) <= 1


@pytest.fixture
def machines(tmp_path, monkeypatch):
    """A server, and a folder of the application for each person, signed in: each start rotates its refresh token."""
    with running(tmp_path / "server", entries=200, cache=made_once.folder()) as server:
        people = made_once.people(server)
        monkeypatch.setenv("BROWSER", shlex.join([sys.executable, "-m", "comptexpert_desktop.rehearsal.visitor"]))
        for case in PEOPLE:
            person = tmp_path / f"{case}.json"
            person.write_text(json.dumps(people[case]))
            monkeypatch.setenv(PERSON_FILE, str(person))
            assert command(server, tmp_path / case, "sign-in")[0] == 0
        yield server, tmp_path


def command(server, folder, *arguments):
    """Run the application's own command line; returns its exit code and what it printed."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "comptexpert_desktop",
            "--json",
            "--server",
            server.url,
            "--data-dir",
            folder,
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def lay(server, rounds):
    """Lay on the server what the commands are about; returns the commands."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.mix", str(rounds)],
        env=server.environment | {"DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def victim(server, folder, asked):
    """Start the application, wait for « enregistré » of all that is asked, and kill it at the end of the block."""
    log = folder.parent / "victim.log"
    with log.open("w") as written:
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.victim", folder, server.url, json.dumps(asked)],
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
    try:
        assert started.stdout.readline().strip() == "kept", log.read_text()
        yield
    finally:
        started.kill()
        started.wait()
        started.stdout.close()


def marks(server):
    """Count what the commands left in the server's database."""
    with sqlite3.connect(f"file:{server.folder / 'comptexpert.db'}?mode=ro", uri=True) as connection:
        return Counter(row[0] for sql in MARKS for row in connection.execute(sql))


def drain(server, folder):
    """Turn until nothing waits; the account that was signed in throughout must still be."""
    for _ in range(60):
        code, printed = command(server, folder, "sync")
        if code == 0:
            return
        assert code == 3, (code, printed, command(server, folder, "outbox"))
        time.sleep(2)
    pytest.fail("The outbox did not drain.")


def let_live(server, one, *, before, chance):
    """Wait a moment before the kill: any moment, or every second time that of the server's commit, on any machine."""
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, MAX_REPRIEVE))
        return
    ends = time.monotonic() + MAX_WAIT
    while time.monotonic() < ends and marks(server)[one["mark"]] <= before[one["mark"]]:
        time.sleep(LOOK)


def named(asked, *, chance):
    return asked | {"id": str(uuid.UUID(int=chance.getrandbits(128), version=4))}


def check(server, root, asked, *, before):
    """Nothing is lost: each entry was sent. Nothing is doubled: each left its mark once."""
    entries = {}
    for case in PEOPLE:
        drain(server, root / case)
        entries |= {entry["id"]: entry for entry in json.loads(command(server, root / case, "outbox")[1])}
    lost = {one["id"]: (one["kind"], entries.get(one["id"])) for one in asked}
    assert {key: found for key, found in lost.items() if not found[1] or found[1]["status"] != "sent"} == {}
    wanted = Counter(one["mark"] for one in asked)
    found = marks(server)
    assert {mark: found[mark] - before[mark] for mark in wanted} == dict(wanted)


def test_a_kill_over_many_commands_loses_and_repeats_nothing(machines):
    server, root = machines
    chance = random.Random(SEED)
    asked = [named(one, chance=chance) for one in lay(server, len(Kind))]
    before = marks(server)
    for case in PEOPLE:
        queued = [{name: one[name] for name in ("id", "kind", "command")} for one in asked if one["who"] == case]
        with victim(server, root / case, queued):
            time.sleep(chance.uniform(0, MAX_REPRIEVE))
        with victim(server, root / case, []):
            time.sleep(chance.uniform(0, MAX_REPRIEVE))
    check(server, root, asked, before=before)


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_kills_between_kept_and_answered_lose_and_repeat_nothing(machines):
    server, root = machines
    chance = random.Random(SEED)
    asked = [named(one, chance=chance) for one in lay(server, ROUNDS)]
    chance.shuffle(asked)
    before = marks(server)
    answered_before_the_kill = 0
    for one in asked:
        with victim(server, root / one["who"], [{name: one[name] for name in ("id", "kind", "command")}]):
            let_live(server, one, before=before, chance=chance)
        answered_before_the_kill += marks(server)[one["mark"]] > before[one["mark"]]
    check(server, root, asked, before=before)
    print(f"{ROUNDS} kills, seed {SEED}; {answered_before_the_kill} of them after the server's commit")
    assert ROUNDS / 4 < answered_before_the_kill < ROUNDS
