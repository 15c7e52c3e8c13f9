"""A person at the review desk, for the tests of the desk."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui.delegations.screen import DelegationsScreen
from comptexpert_desktop.usecases.outbox import outbox


class DeskRobot:
    """A person at the review desk."""

    def __init__(self, app_kit, qtbot, *delegations, links=None, **who) -> None:
        self.kit, self.qtbot = app_kit, qtbot
        app_kit.fill(*delegations, **who)
        self.screen = DelegationsScreen(app_kit.context(links=links))
        qtbot.addWidget(self.screen)
        self.screen.resize(1200, 720)
        self.screen.show()
        qtbot.waitExposed(self.screen)
        self.screen.activate()
        self.settle()

    @property
    def desk(self):
        return self.screen.desk()

    @property
    def table(self):
        return self.desk.table

    def settle(self) -> None:
        """Wait until every read that was asked has been shown."""
        for _ in range(4):
            self.kit.read(lambda _stores: True, self.qtbot)

    def press(self, key, *, modifier=Qt.KeyboardModifier.NoModifier, on=None) -> None:
        self.qtbot.keyClick(on or self.table, key, modifier)

    def dialog(self) -> QDialog:
        found = [dialog for dialog in self.screen.findChildren(QDialog) if dialog.isVisible()]
        assert len(found) == 1
        return found[0]

    def compare_words(self) -> QDialog:
        """Tick that the three words were compared, and return the dialog that asks it."""
        dialog = self.dialog()
        self.press(Qt.Key.Key_Space, on=dialog.check)
        return dialog

    def entries(self):
        return self.kit.read(outbox.entries, self.qtbot)

    def people(self) -> list[str]:
        model = self.desk.model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def change(self, work) -> None:
        """Change the files as a turn of synchronisation would."""
        topics = frozenset({Topic.DELEGATIONS, Topic.OUTBOX})

        def write(stores):
            with stores.account.database.transaction():
                work(stores.account)
            return topics

        with self.qtbot.waitSignal(self.kit.changes.changed):
            self.kit.tasks.write(self.screen, write)
        self.settle()
