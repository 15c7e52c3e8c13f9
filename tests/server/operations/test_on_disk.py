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

from comptexpert_server.accounts.mentions import REPLACED
from comptexpert_server.accounts.models import Account
from comptexpert_server.accounts.services import PROPOSAL_TTL
from comptexpert_server.audit.models import AuditEvent, SaidText
from comptexpert_server.audit.verification import fault_of, read
from comptexpert_server.delegations.closing import close_account
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.desk.models import Correction
from comptexpert_server.firms.models import Absence
from comptexpert_server.inbox.services import RETENTION as INBOX_RETENTION
from comptexpert_server.intake.importing import import_file
from comptexpert_server.mail.queue import send_mails
from comptexpert_server.operations import worker
from comptexpert_server.registry.models import Firm
from tests.server import desk
from tests.server.mail.test_killed_worker import database_url
from tests.server.registry.test_importing import line, write
from tests.server.visitor import call

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("one_file")]
WORDS = (b"Prenomtemoin", b"Nomtemoin", b"temoin@cabinet.example", b"p.nomtemoin")
LOOKS = 8
TIMEOUT = 90
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
    """Wait for whoever may still see old rows: a reader of this database, and a writer of any, however long it takes.

    A rewrite keeps what its own view of the cluster cannot exclude, and a transaction that writes in the database of
    another worker of the tests is part of that view: it ends with that worker's test.
    """
    cursor.execute("SELECT pg_current_xact_id()::text::bigint")
    (newest,) = cursor.fetchone()
    until = time.monotonic() + TIMEOUT
    while time.monotonic() < until:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s AND NOT EXISTS (SELECT 1 "
            "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_xmin IS NOT NULL)",
            [newest],
        )
        if cursor.fetchone() == (True,):
            return
        time.sleep(0.02)
    pytest.fail("Somebody reads or writes in this cluster all the time.")


def left_on_disk() -> list[bytes]:
    """List the words that are found each time: a program that connects to the cluster meanwhile keeps old rows too."""
    left = list(WORDS)
    for _look in range(LOOKS if connection.vendor == "postgresql" else 1):
        everything = on_disk()
        left = [word for word in left if word in everything]
        if not left:
            break
    return left


@pytest.fixture
def person() -> Account:
    return desk.account(
        login_id="p.nomtemoin",
        email="temoin@cabinet.example",
        given_name="Prenomtemoin",
        surname="Nomtemoin",
        activated_at=timezone.now(),
    )


def close(person: Account) -> None:
    """Close an account, and let the time pass that its mails and the answers to others are kept."""
    close_account(Account.objects.get(pk=person.pk), at=timezone.now(), actor=person.pk)
    send_mails()
    assert worker.clean(timezone.now() + INBOX_RETENTION + timedelta(days=1))


def test_a_closed_account_leaves_no_byte_once_its_last_mail_is_old(person: Account) -> None:
    agathe = desk.expert(desk.firm())
    assert agathe.grant(person).status == 201
    assert set(left_on_disk()) >= {b"Prenomtemoin", b"Nomtemoin", b"temoin@cabinet.example"}
    close(person)
    assert left_on_disk() == []


def test_nor_does_what_others_wrote_of_them(person: Account) -> None:
    cabinet = desk.firm()
    agathe, bruno = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand")
    own = agathe.grant(person, service="jesignexpert", rights=["prepare"], reason="Prenomtemoin remplace Luc").body
    agathe.decide(own, "suspend", note="NOMTEMOIN est en congé")
    desk.pending(desk.staff(), agathe, reason="Aide de nomtemoin, temoin@cabinet.example, au dossier")
    other = desk.expert(desk.firm("Cabinet Brume"), surname="Carré")
    other.grant(desk.account(), reason="Comme Nomtemoin Prenomtemoin (p.nomtemoin) l’a proposé")
    desk.absence(cabinet, absent=desk.grantor_of(agathe), cover=desk.grantor_of(bruno), reason="Vu avec M. Nomtemoin")
    Correction.objects.create(operator=bruno.account, object_id=person.pk, reason="Nomtemoin a appelé")
    close(person)
    assert left_on_disk() == []
    assert Delegation.objects.get(pk=own["id"]).reason == f"{REPLACED} remplace Luc"
    assert Absence.objects.get().reason == f"Vu avec M. {REPLACED}"
    for firm in Firm.objects.all():
        assert fault_of(read(str(firm.pk))) is None


def test_a_namesake_keeps_the_name(person: Account) -> None:
    cabinet = desk.firm()
    agathe, twin = desk.expert(cabinet), desk.staff(cabinet, surname="Nomtemoin")
    agathe.grant(person)
    kept = agathe.grant(twin.account, reason="Mme Nomtemoin prépare les Nomtemoins").body
    twice = agathe.grant(desk.account(), service="rfc", reason="Prenomtemoin  Nomtemoin et Mme Nomtemoin").body
    close(person)
    assert Delegation.objects.get(pk=kept["id"]).reason == "Mme Nomtemoin prépare les Nomtemoins"
    assert Delegation.objects.get(pk=twice["id"]).reason == f"{REPLACED} et Mme Nomtemoin"
    names = SaidText.objects.filter(name="grantee", about=twin.account.pk)
    assert [one.text for one in names] == ["Léa NOMTEMOIN"]


def test_a_sign_up_that_nobody_activates_leaves_no_byte_on_the_fifteenth_day(
    own_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    asked = {"profile": "other", "kind": "student", "email": "temoin@cabinet.example", "login_id": "p.nomtemoin"}
    asked |= {"given_name": "Prenomtemoin", "surname": "Nomtemoin"}
    assert call("/signups", asked).status_code == 202
    send_mails()
    assert set(left_on_disk()) == set(WORDS)
    (mail,) = (own_folder / "mail").iterdir()
    assert b"temoin@cabinet.example" in mail.read_bytes()
    assert worker.clean(timezone.now() + PROPOSAL_TTL + timedelta(hours=1))
    assert left_on_disk() == []
    kept = [one for one in own_folder.rglob("*") if one.is_file() and one != mail]
    words = [word for word in WORDS for one in kept if word in one.read_bytes()]
    assert words == [], "what was sent is the recipient's alone"
    assert [word for word in WORDS if word.decode() in caplog.text] == []
