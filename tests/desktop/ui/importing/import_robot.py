"""A person who imports a table from the screen of the delegations, against the server in memory."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QTableView

from comptexpert_desktop.domain.delegation import Party
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.session import session
from tests.fakes import a_catalogue, a_me, an_account

HEAD = "Identifiant ou courriel;Service;Droits;Motif\n"
GOOD = "karim.leroux;jesignexpert;prepare;Paie\n"
INVITED = "nora.petit@cabinet.example;jesignexpert;prepare;Paie\n"
UNKNOWN = "inconnu.total;jesignexpert;prepare;Paie\n"
WRONG = "karim.leroux;jesignexpert;tout;Paie\n"


class ImportRobot:
    """Signs in, opens the dialog, gives it a file, and reads what it says."""

    def __init__(self, window_kit, qtbot, tmp_path, *, may_grant=True) -> None:
        self.kit, self.qtbot, self.folder = window_kit, qtbot, tmp_path / "files"
        self.folder.mkdir()
        self.server = window_kit.server
        self.server.people_by_login = {"karim.leroux": Party("acc-karim", "karim.leroux", "Karim", "Leroux")}
        self._sign_in(may_grant=may_grant)
        window_kit.tasks.start()
        self.screen = DelegationsScreen(window_kit.window.context)
        qtbot.addWidget(self.screen)
        self.screen.resize(1100, 760)
        self.screen.show()
        qtbot.waitExposed(self.screen)
        self.screen.activate()
        qtbot.waitUntil(self.screen.exports.button.isVisible)

    def _sign_in(self, *, may_grant) -> None:
        account = an_account() if may_grant else an_account("karim.leroux", may_grant=False)
        self.kit.browser.account = account
        tokens = self.kit.browser.sign_in(cancelled=None)
        stores = self.kit.stores()
        catalogue.keep(stores, catalogue=a_catalogue(), now=self.kit.now)
        session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=a_me(account)), now=self.kit.now)
        stores.close()
        self.kit.gateways.session.adopt(tokens, account_id=account.account_id)

    @property
    def dialog(self):
        return self.screen.imports._dialog

    @property
    def table(self):
        return self.dialog.findChild(QTableView, "importTable")

    def said(self):
        return self.dialog.banner.text()

    def open(self):
        self.screen.imports.button.click()
        assert self.dialog.isVisible()
        return self.dialog

    def file(self, text, *, name="import.csv"):
        target = self.folder / name
        target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8-sig"))
        return target

    def give(self, text):
        """Choose a file with the dialog's own button."""
        dialog = self.dialog or self.open()
        dialog.choose.choose_button.click()
        files = dialog.findChild(QFileDialog, "importFileDialog")
        files.fileSelected.emit(str(self.file(text)))
        files.close()

    def preview(self, text):
        """Give a file and wait until each line says what it would give."""
        self.give(text)
        self.qtbot.waitUntil(self.table.isVisible)
        return self.rows()

    def rows(self):
        model = self.table.model()
        return [tuple(str(model.index(row, column).data()) for column in (0, 1, 3)) for row in range(model.rowCount())]

    def sentence(self, row):
        model = self.table.model()
        return str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))

    def applied(self):
        """The tables that were sent to be applied, with their keys."""
        return [(table, key) for table, dry_run, key in self.server.import_calls if not dry_run]

    def wait_for(self, words):
        self.qtbot.waitUntil(lambda: self.dialog is not None and words in self.said(), timeout=10_000)

    def wait_for_banner(self, words):
        self.qtbot.waitUntil(lambda: words in self.screen.review.banner.text(), timeout=10_000)
