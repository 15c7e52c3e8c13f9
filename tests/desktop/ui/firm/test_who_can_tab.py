"""« Droits d’un jour »: a past day is read again from the verified register, today from the last synchronisation."""

from __future__ import annotations

import json

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.domain.delegation import Status
from tests.desktop.app.test_who_can import a_register
from tests.desktop.domain.test_register import PUBLIC
from tests.fakes import a_delegation, an_account
from tests.fakes_firm import FIRM_ID


def serve(desk, *, change=lambda document: document):
    document = json.loads(json.dumps(a_register(firm=FIRM_ID)))
    desk.server.pinned_key = lambda: PUBLIC
    desk.server.registers[FIRM_ID, "json"] = json.dumps(change(document)).encode()


def ask(desk, qtbot, digits):
    desk.open(qtbot, tab=4)
    field = desk.find(QLineEdit, "whoCanDay")
    field.selectAll()
    QTest.keyClicks(field, digits)
    desk.press("whoCanButton")


def test_a_past_day_is_read_from_the_verified_register(desk, qtbot):
    serve(desk)
    ask(desk, qtbot, "13032026")
    desk.reads(qtbot, "Au soir du 13\u00a0mars 2026\u00a0: 1\u00a0droit. Registre vérifié, 2\u00a0lignes.")
    for said in ("Karim LEROUX", "Effectif", "Accordé par Claire AUBIER, jusqu’au 30\u00a0juin 2026"):
        assert said in desk.words()


def test_what_does_not_work_says_why(desk, qtbot):
    serve(desk)
    ask(desk, qtbot, "16032026")
    desk.reads(qtbot, "Pas effectif\u00a0: suspendu")


def test_a_register_that_was_tampered_with_answers_nothing(desk, qtbot):
    def change(document):
        document["events"][0]["data"]["rights"] = ["sign"]
        return document

    serve(desk, change=change)
    ask(desk, qtbot, "13032026")
    qtbot.waitUntil(lambda: desk.is_shown("whoCanBanner"))
    assert "Registre vérifié" not in desk.words()


def test_today_is_answered_from_what_was_last_told(desk, qtbot):
    karim = an_account("karim.leroux", may_grant=False)
    made = a_delegation(grantor=desk.browser.account, grantee=karim, status=Status.ACTIVE)
    desk.server.delegations[made.id] = made
    desk.open(qtbot, tab=4)
    desk.press("whoCanButton")
    desk.reads(qtbot, "d’après le dernier échange avec le serveur")


def test_a_day_to_come_is_not_asked(desk, qtbot):
    ask(desk, qtbot, "01012040")
    assert desk.screen.who_can.field.error().startswith("Choisissez un jour")
