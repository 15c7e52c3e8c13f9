"""Open a screen of this part of the application on real files, and wait for what it reads."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from comptexpert_desktop.usecases.outbox import outbox


class Robot:
    """A person in front of one screen."""

    def __init__(self, screen, app_kit, qtbot) -> None:
        self.screen, self.kit, self.qtbot = screen, app_kit, qtbot
        qtbot.addWidget(screen)
        screen.resize(960, 720)
        screen.show()
        qtbot.waitExposed(screen)
        screen.activate()
        self.settle()

    def settle(self) -> None:
        """Wait until every read that was asked has been shown."""
        for _ in range(4):
            self.kit.read(lambda _stores: True, self.qtbot)

    def find(self, name: str):
        """Find a widget by its object name, whatever its class."""
        found = [each for each in self.screen.findChildren(object) if each.objectName() == name]
        assert found, name
        return found[-1]

    def dialog(self) -> QDialog:
        """Return the one dialog that is open."""
        found = [dialog for dialog in self.screen.findChildren(QDialog) if dialog.isVisible()]
        assert len(found) == 1
        return found[0]

    def entries(self):
        """Read the outbox."""
        return self.kit.read(outbox.entries, self.qtbot)
