"""What is on the disk: a killed import left nothing there, and of a closed account no byte stays."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.audit.models import AuditEvent
from comptexpert_server.delegations.closing import close_account
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.intake.importing import import_file
from comptexpert_server.mail.queue import send_mails
from comptexpert_server.operations import worker
from comptexpert_server.registry.models import Firm
from tests.server import desk
from tests.server.mail.test_killed_worker import database_url
from tests.server.registry.test_importing import line, write

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("one_file")]
WORDS = (b"Prenomtemoin", b"Nomtemoin", b"temoin@cabinet.example", b"p.nomtemoin")
TIMEOUT = 60
AGATHE, BRUNO = "990000000071", "990000000072"


def killed(file: Path, folder: Path, *, after: int) -> None:
    """Start an import of a file, and kill it once it wrote so many lines."""
    where = {"COMPTEXPERT_DATABASE_URL": database_url(), "COMPTEXPERT_DATA_DIR": str(folder)}
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.server.operations.import_victim", str(file), str(after)],
        env=os.environ | where,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert victim.stdout is not None
        ready, _, _ = select.select([victim.stdout], [], [], TIMEOUT)
        assert ready, victim.poll()
        assert victim.stdout.readline() == b"in the middle\n"
    finally:
        victim.kill()
        victim.wait()
        for pipe in (victim.stdin, victim.stdout):
            assert pipe is not None
            pipe.close()


def known() -> list[object]:
    """Return all that an import may move."""
    return [
        list(Account.objects.order_by("pk").values_list("email", "entry__surname", "entry__list", "entry__email")),
        list(Delegation.objects.order_by("pk").values_list("status", "version")),
        AuditEvent.objects.count(),
        Email.objects.count(),
    ]


def test_a_killed_import_moves_nobody_and_the_next_one_everybody(tmp_path: Path) -> None:
    cabinet = Firm.objects.create(siren="732829320", name="Cabinet Alba")
    people = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand")
    for person, number in zip(people, (AGATHE, BRUNO), strict=True):
        entry = desk.grantor_of(person)
        entry.registration_number = number
        entry.save()
        person.grant(desk.account(), service="rfc")
    before = known()
    moved = {"list": "honorary", "firms": [{"siren": cabinet.siren, "name": cabinet.name}]}
    file = write(
        tmp_path,
        line(registration_number=AGATHE, surname="Mariée", email="agathe@apres.example", **moved),
        line(registration_number=BRUNO, surname="Mariot", email="bruno@apres.example", **moved),
    )
    killed(file, tmp_path, after=1)
    assert known() == before
    killed(file, tmp_path, after=2)
    assert known() == before
    assert import_file(file, is_full=False).changed == 2
    assert set(Account.objects.exclude(entry=None).values_list("email", "entry__surname")) == {
        ("agathe@apres.example", "Mariée"),
        ("bruno@apres.example", "Mariot"),
    }
    assert set(Delegation.objects.values_list("status", flat=True)) == {"CEASED"}
    told = {address for mail in Email.objects.all() for address in mail.to}
    assert {"agathe@apres.example", "delorme@alba.example"} <= told, "both addresses are written to"


def on_disk() -> bytes:
    """Return every byte of the tables: SQLite's file, its log and the pages that are free; PostgreSQL's relations.

    PostgreSQL keeps old row versions until they are vacuumed, and its write-ahead log for as long as its operator says:
    the relations are rewritten first, once nobody else reads them (its own clean-up does at times), and that log is not
    looked at.
    """
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        return b"".join(one.read_bytes() for one in sorted(name.parent.glob(f"{name.name}*")))
    with connection.cursor() as cursor:
        _wait_until_nobody_reads(cursor)
        cursor.execute("VACUUM FULL")
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
            "WHERE relkind IN ('r', 'i', 't') AND pg_relation_filepath(oid) IS NOT NULL AND relnamespace <> "
            "'pg_catalog'::regnamespace AND pg_relation_size(oid) > 0"
        )
        return b"".join(bytes(row[0]) for row in cursor.fetchall())


def _wait_until_nobody_reads(cursor: CursorWrapper) -> None:
    until = time.monotonic() + TIMEOUT
    while time.monotonic() < until:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL"
        )
        if cursor.fetchone() is None:
            return
        time.sleep(0.02)
    pytest.fail("Somebody reads this database all the time.")


def left_on_disk() -> list[bytes]:
    everything = on_disk()
    return [word for word in WORDS if word in everything]


def test_a_closed_account_leaves_no_byte_once_its_last_mail_is_old() -> None:
    agathe = desk.expert(desk.firm())
    person = desk.account(
        email="temoin@cabinet.example",
        given_name="Prenomtemoin",
        surname="Nomtemoin",
        activated_at=timezone.now(),
    )
    assert agathe.grant(person).status == 201
    assert set(left_on_disk()) >= {b"Prenomtemoin", b"Nomtemoin", b"temoin@cabinet.example"}
    close_account(person, at=timezone.now(), actor=person.pk)
    send_mails()
    assert worker.clean(timezone.now() + worker.SENT_RETENTION + timedelta(days=1))
    assert left_on_disk() == []
