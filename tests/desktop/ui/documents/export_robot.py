"""A person who exports from the screen of the delegations."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QFileDialog

from tests.desktop.ui.delegations.desk_robot import DeskRobot


class ExportRobot(DeskRobot):
    """Chooses what, the format and the place."""

    def said(self):
        return self.desk.banner.text()

    def open(self):
        self.screen.exports.button.click()
        return self.dialog()

    def offers(self):
        box = self.dialog().findChild(QComboBox, "exportWhatBox")
        return [box.itemText(row) for row in range(box.count())]

    def choose(self, what, form):
        """Choose in the two lists."""
        dialog = self.dialog()
        contents, forms = (dialog.findChild(QComboBox, name) for name in ("exportWhatBox", "exportFormBox"))
        contents.setCurrentIndex(next(row for row in range(contents.count()) if what in contents.itemText(row)))
        forms.setCurrentIndex(forms.findData(form))

    def export(self, what, form, target, *, wait=True):
        """Export to a file, and wait until something is said."""
        self.desk.banner.clear()
        self.open()
        self.choose(what, form)
        self.dialog().confirm_button.click()
        (files,) = [one for one in self.screen.findChildren(QFileDialog, "exportFileDialog") if one.isVisible()]
        files.fileSelected.emit(str(target))
        files.close()
        if wait:
            self.qtbot.waitUntil(lambda: bool(self.said()), timeout=20_000)
        return target
