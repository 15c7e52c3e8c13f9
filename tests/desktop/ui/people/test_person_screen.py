"""The page of a person: today at once, a past day from verified registers, and the page that is printed."""

from __future__ import annotations

import json

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.ui.destinations import PERSON, Destination, ShowPerson
from comptexpert_desktop.usecases.session import session
from tests.desktop.app.test_who_can import a_register
from tests.desktop.domain.test_register import PUBLIC
from tests.desktop.ui import kit, walks
from tests.desktop.ui.window_kit import NOW, WindowKit
from tests.fakes import FIRM, a_party

KARIM = Party("account-1", "karim.leroux", "Karim", "Leroux")


class PersonDesk(WindowKit):
    """The window on the page of Karim, whose right the register of the cabinet knows."""

    def begin(self, qtbot):
        self.fill()
        self.sign_in_before()
        stores = self.stores()
        mine = a_party(self.browser.account)
        made = kit.active(1, firm=FIRM, grantor=mine, grantee=KARIM, rights=("prepare",))
        with stores.account.database.transaction():
            delegation_store.keep(stores.account, delegations=[made])
        stores.close()
        self.server.delegations[made.id] = made  # an exchange that begins by itself takes nothing away
        self.tasks.write(self.changes, lambda stores: session.restore(stores, session=self.gateways.session))
        self.show()
        self.screen = self.window.open(ShowPerson(person_id=KARIM.account_id))
        self.reads(qtbot, "Aujourd’hui")
        qtbot.waitUntil(self.window.isActiveWindow)

    def serve(self, *, change=lambda document: document):
        document = json.loads(json.dumps(a_register()))
        self.server.pinned_key = lambda: PUBLIC
        self.server.registers[FIRM.id, "json"] = json.dumps(change(document)).encode()

    def words(self):
        return walks.words_of(self.screen)

    def reads(self, qtbot, text):
        def is_said():
            assert text in self.words()

        qtbot.waitUntil(is_said)

    def ask(self, digits):
        """Type a day where the keyboard stands, and press Enter."""
        field = QApplication.focusWidget()
        assert field is self.screen.day
        field.selectAll()
        QTest.keyClicks(field, digits)
        QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.fixture
def desk(tmp_path, qapp, qtbot):
    made = PersonDesk(tmp_path)
    made.server.time = NOW
    made.serve()
    yield made
    made.close()


def test_today_is_there_at_once_with_what_led_to_it(desk, qtbot):
    desk.begin(qtbot)
    assert desk.screen.page.heading.text() == "Karim LEROUX"
    assert "Identifiant\u00a0: karim.leroux" in desk.words()
    desk.reads(qtbot, "accorde à Karim LEROUX")
    desk.reads(qtbot, "1\u00a0registre vérifié, 2\u00a0lignes.")
    assert "12\u00a0mars 2026" in desk.words()


def test_a_past_day_is_read_again_from_the_register(desk, qtbot):
    desk.begin(qtbot)
    desk.reads(qtbot, "1\u00a0registre vérifié")
    desk.ask("13032026")
    desk.reads(qtbot, "Au soir du 13\u00a0mars 2026\u00a0: 1\u00a0droit. 1\u00a0registre vérifié")
    assert "Effectif" in desk.words()
    assert "15\u00a0mars" not in desk.words(), "what came later is not told of that day"
    desk.ask("16032026")
    desk.reads(qtbot, "Pas effectif\u00a0: suspendu")
    assert "15\u00a0mars" in desk.words()


def test_a_register_that_was_touched_shows_nothing_of_that_day(desk, qtbot):
    def change(document):
        document["events"][0]["data"]["rights"] = ["sign"]
        return document

    desk.serve(change=change)
    desk.begin(qtbot)
    desk.reads(qtbot, "Effectif")
    desk.ask("13032026")
    qtbot.waitUntil(lambda: desk.screen.banner.text() != "" and desk.screen.source.text() == "")
    assert "Effectif" not in desk.words()
    assert not desk.screen.print.isEnabled()


def printed(desk, qtbot, tmp_path):
    """Press Ctrl+P, send the page to a file of the system's dialog, and read it."""
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desk.screen.findChild(QPrintDialog, "printDialog") is not None)
    dialog = desk.screen.findChild(QPrintDialog, "printDialog")
    target = tmp_path / "page.pdf"
    dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    dialog.printer().setOutputFileName(str(target))
    dialog.done(QPrintDialog.DialogCode.Accepted)
    qtbot.waitUntil(lambda: "envoyé à l’impression" in desk.screen.banner.text())
    pages = PdfReader(target).pages
    return len(pages), " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def test_the_page_of_a_past_day_is_printed_on_one_sheet(desk, qtbot, tmp_path):
    desk.begin(qtbot)
    desk.reads(qtbot, "1\u00a0registre vérifié")
    desk.ask("13032026")
    desk.reads(qtbot, "Au soir du 13\u00a0mars 2026")
    pages, said = printed(desk, qtbot, tmp_path)
    assert pages == 1
    assert "Droits de Karim LEROUX au 13 mars 2026" in said
    assert FIRM.name in said
    assert "Effectif" in said
    assert "dont la chaîne et la signature ont été vérifiées" in said


def test_the_identifiant_is_copied(desk, qtbot):
    desk.begin(qtbot)
    desk.find(object, "copyLoginButton").click()
    assert QGuiApplication.clipboard().text() == "karim.leroux"


def test_nobody_is_shown_without_a_name(desk, qtbot):
    desk.begin(qtbot)
    screen = desk.window.open(ShowPerson(person_id="nobody"))
    desk.reads(qtbot, "Cette personne n’a ni droit ni demande")
    assert not screen.print.isEnabled()
    assert desk.window.open(Destination(PERSON)) is screen


def test_nothing_of_a_person_stays_for_the_next_account(desk, qtbot):
    desk.begin(qtbot)
    desk.tasks.write(desk.changes, session.sign_out)
    qtbot.waitUntil(lambda: "Karim" not in desk.words())


def test_the_keyboard_reaches_everything_by_name(desk, qtbot):
    desk.begin(qtbot)
    assert walks.unnamed(desk.screen) == []
    assert walks.twice_used_mnemonics(desk.screen) == []
    assert walks.rich_labels(desk.screen) == []


def test_todays_rights_do_not_take_the_place_of_a_past_day_that_was_asked_for(desk, qtbot):
    desk.begin(qtbot)
    desk.reads(qtbot, "1\u00a0registre vérifié")
    desk.screen._read_again()  # an exchange ends while the person types
    desk.ask("13032026")
    assert "Effectif" not in desk.words(), "the rights of today are not shown under another day"
    desk.reads(qtbot, "Au soir du 13\u00a0mars 2026")
    desk.screen._read()
    desk.tasks.read(desk.window, lambda _stores: None, lambda _none: None)
    qtbot.wait(50)
    assert "Au soir du 13\u00a0mars 2026" in desk.words()
    assert "Aujourd’hui" not in desk.words()
