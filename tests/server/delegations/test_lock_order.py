"""Every writer waits for the others before it locks anything else: none can wait for another in a circle (ADR 0030)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptexpert_server.__main__ import main
from comptexpert_server.base.clock import now, today
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.desk import corrections
from comptexpert_server.intake.bulk_upsert import upsert
from comptexpert_server.registry.import_lines import Line, read_line
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.desk import Desk

pytestmark = pytest.mark.django_db
OTHERS = re.compile(
    r'^(UPDATE "(accounts_account|registry_registryentry|audit_chainhead)"|UPDATE "registry_firm" SET "name"'
    r'|SELECT .* "audit_chainhead"|SELECT .* FROM "(accounts_account|registry_registryentry)" .* FOR (NO KEY )?UPDATE)'
)
"""Rows that writers lock once they hold the counter."""


class Cabinet:
    """Léa signs in a firm, under a certificate."""

    def __init__(self) -> None:
        self.firm = desk.firm()
        self.agathe: Desk = desk.expert(self.firm)
        self.lea: Desk = desk.staff(self.firm, certificate_until=today())
        self.operator = desk.account(council="bretagne", is_staff=True)
        assert self.agathe.grant(self.lea.account, service="jesignexpert", rights=["sign"]).status == 201


def _certificate_ends(cabinet: Cabinet) -> None:
    assert cabinet.lea.account.certificate_until == today()
    run_due(timezone.now() + timedelta(days=1))


def _attested(cabinet: Cabinet) -> None:
    until, account = today() + timedelta(days=90), cabinet.lea.account
    corrections.attest_certificate(account, until=until, reason="Vu", operator=cabinet.operator, at=now())


def _attested_by_command(cabinet: Cabinet) -> None:
    until = (today() + timedelta(days=90)).isoformat()
    assert main(["attest-certificate", cabinet.lea.account.login_id, "--until", until]) == 0


def _corrected(cabinet: Cabinet) -> None:
    entry = desk.grantor_of(cabinet.agathe)
    corrections.correct_entry(
        entry.pk, changes={"email": "autre@alba.example"}, reason="Vu", operator=cabinet.operator, at=now()
    )


def _departure_shown(cabinet: Cabinet) -> None:
    gesture = {"firm": str(cabinet.firm.pk), "member": str(cabinet.lea.account.pk), "at": today().isoformat()}
    assert cabinet.agathe.post("/delegations/effects", {"gestures": [gesture]}).status == 200


def _imported(cabinet: Cabinet) -> None:
    entry = desk.grantor_of(cabinet.agathe)
    siren = "732829320"
    cabinet.firm.siren = siren
    cabinet.firm.save(update_fields=["siren"])
    names = ("registration_number", "surname", "list", "status", "council", "town", "postal_code")
    line = read_line(
        {name: getattr(entry, name) for name in names}
        | {"given_name": "Autrement", "email": "autre@alba.example", "date_of_birth": entry.date_of_birth.isoformat()}
        | {"firms": [{"siren": siren, "name": "Cabinet du Port"}]}
    )
    assert isinstance(line, Line)
    assert upsert([line])["changed"] == 1


@pytest.mark.parametrize(
    "act",
    [_certificate_ends, _attested, _attested_by_command, _corrected, _departure_shown, _imported],
    ids=lambda one: one.__name__,
)
def test_the_counter_of_changes_is_the_first_lock(act: Callable[[Cabinet], None]) -> None:
    cabinet = Cabinet()
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        act(cabinet)
    statements = [one["sql"] for one in seen]
    locks = [number for number, sql in enumerate(statements) if OTHERS.search(sql)]
    counted = next(number for number, sql in enumerate(statements) if "delegations_synccounter" in sql)
    assert locks, "the act writes something beside rights"
    assert counted < min(locks), statements[min(locks)]
