"""The download of one's data names every table in which a word or a number of the person stands (BR-39)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from comptexpert_server.accounts.models import Account
from comptexpert_server.mail.queue import send_mails
from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk
from tests.server.visitor import Application, call, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]


def lived(login_id: str) -> desk.Desk:
    """Let somebody ask, be granted, grant, sign in, mistype, move their address and be written to."""
    Application().tokens(login_id=login_id)
    somebody = desk.Desk(Account.objects.select_related("entry").get(login_id=login_id))
    claire = desk.Desk(Account.objects.get(login_id="claire.delaunay"))
    hugo = RegistryEntry.objects.get(pk=person("ec_second_of_firm")["entry_id"])
    if somebody.account.entry_id is None:
        assert claire.grant(somebody.account).status == 201
        assert somebody.ask(hugo, service="rfc").status == 201
        assert somebody.post("/me/email", {"email": "ailleurs@nouvelle.example"}).status == 202
        somebody.send("PATCH", "/me", body={"given_name": "Nadège", "surname": "Ferrand"})
    else:
        assert somebody.grant(desk.account()).status == 201
        assert somebody.grant("quelqu.un@dehors.example", service="rfc").status == 201
        desk.absence(desk.grantor_of(somebody).firms.get(), absent=somebody.account.entry, cover=hugo)
        body = {"message": "Bonjour", "entry_id": str(somebody.account.entry_id)}
        call("/escalations", body)
    call("/password-resets", {"login_id": login_id})
    send_mails()
    return somebody


def tables_with(words: set[str]) -> dict[str, set[str]]:
    """Return the tables in which one of the words stands, each with the columns."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, cell in zip(columns, row, strict=True):
                    if any(word in _text(cell) for word in words):
                        found.setdefault(table, set()).add(name)
    return found


def _text(cell: Any) -> str:
    said = cell if isinstance(cell, str) else json.dumps(cell, default=str, ensure_ascii=False)
    return said.replace("-", "").casefold()


def traces(account: Account) -> set[str]:
    """Return what names a person wherever it stands: identifiant, address, numbers."""
    named = {account.login_id, account.email, str(account.pk)}
    if account.entry is not None:
        named |= {str(account.entry_id), account.entry.registration_number, account.entry.email}
    return {_text(one) for one in named}


@pytest.mark.parametrize("login_id", ["nadia.ferrand", "claire.delaunay"])
def test_the_download_names_each_table_in_which_the_person_stands(login_id: str) -> None:
    somebody = lived(login_id)
    shown = desk.Desk(Account.objects.get(login_id=login_id)).get("/me/data")
    assert shown.status == 200
    named = {table["name"] for table in shown.body["tables"]}
    found = tables_with(traces(somebody.account))
    assert len(found) > 8
    missing = {table: columns for table, columns in found.items() if table not in named}
    assert missing == {}
    assert "config_limithit" in named, "when it was counted"
