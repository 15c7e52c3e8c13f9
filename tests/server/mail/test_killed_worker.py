"""A mail worker that is killed loses nothing, and sends at most one mail again, under the same Message-ID."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from comptexpert_server.mail.outgoing import Kind, Mail
from comptexpert_server.mail.outgoing import queue as write
from comptexpert_server.mail.queue import CLAIM_TTL, send_round
from tests.server.mail.relay import StubRelay, running_relay

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("one_file")]
ROUNDS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "200"))
MAILS_A_KILL = 10
TIMEOUT = 60


def database_url() -> str:
    """Return where another process finds the database of this test."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    where = quote(found["HOST"], safe="")  # a folder, where the cluster listens on a socket alone
    return f"postgresql://{found['USER']}:{found['PASSWORD']}@{where}:{found['PORT']}/{found['NAME']}"


def kill_one(relay: StubRelay, folder: Path, dice: random.Random) -> None:
    """Start a worker that sends mails, and kill it in the middle of one."""
    relay.hold_after(dice.randrange(1, 4))
    environment = os.environ | {
        "COMPTEXPERT_DATABASE_URL": database_url(),
        "COMPTEXPERT_DATA_DIR": str(folder),
        "COMPTEXPERT_EMAIL_URL": relay.url,
    }
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.server.mail.victim"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        assert relay.holding.wait(TIMEOUT), victim.poll()
    finally:
        victim.kill()
        victim.wait()
        relay.let_go()


def play(rounds: int, tmp_path: Path, settings: Any) -> None:
    seed = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
    dice = random.Random(seed)
    number = rounds * MAILS_A_KILL
    for rank in range(number):
        write(Mail(kind=Kind.OTHER, to=f"p{rank}@x.example", subject="S", text="Bonjour"))
    ids = set(Email.objects.values_list("message_id", flat=True))
    with running_relay() as relay:
        settings.EMAIL_URL = relay.url
        for _ in range(rounds):
            kill_one(relay, tmp_path, dice)
        send_round(now=lambda: timezone.now() + CLAIM_TTL + timedelta(minutes=1))
        received = Counter(relay.message_ids())
        assert set(received) == ids, f"seed {seed}"
        assert sum(received.values()) - number <= rounds, f"seed {seed}"
    assert not Email.objects.exclude(status=STATUS.sent).exists()
    print(f"{rounds} kills over {number} mails: {sum(received.values()) - number} sent again, seed {seed}")


def test_three_kills_over_thirty_mails(tmp_path: Path, settings: Any) -> None:
    play(3, tmp_path, settings)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_two_hundred_kills_over_two_thousand_mails(tmp_path: Path, settings: Any) -> None:
    play(ROUNDS, tmp_path, settings)
