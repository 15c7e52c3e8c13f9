"""The views that a person keeps: choose one, name what is shown, forget one; all of it with the keyboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from comptexpert_desktop.domain.saved_view import MAX_NAME, SavedView
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.usecases.delegations import saved_filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.delegation import Role
    from comptexpert_desktop.domain.saved_view import Look
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks

_KEYS = 9
"""How many views have a key of their own in the menu."""


class ViewsMenu(QObject):
    """The menu of the saved views of one side of the desk."""

    chosen = Signal(object)
    """The `Look` to show."""
    announced = Signal(str)
    """Something to say: a view was kept, or could not be."""

    def __init__(self, tasks: Tasks, *, owner: QWidget, role: Role, look: Callable[[], Look]) -> None:
        super().__init__(owner)
        self._tasks, self._owner, self._role, self._look = tasks, owner, role, look
        self._views: tuple[SavedView, ...] = ()
        self.menu = QMenu(owner)
        accessible.come_back_from(self.menu)
        self.menu.setObjectName("viewsMenu")
        self.menu.setAccessibleName("Vues enregistrées")

    def open_below(self, button: QWidget) -> None:
        """Read the views, then open the menu below its button."""
        work = partial(saved_filters.every, role=self._role)
        self._tasks.read(self._owner, work, partial(self._open, button), channel=f"views-{self._role}")

    def _open(self, button: QWidget, found: tuple[SavedView, ...]) -> None:
        self._views = found
        self.menu.clear()
        for rank, view in enumerate(found, start=1):
            key = f"&{rank} " if rank <= _KEYS else ""
            action = self.menu.addAction(f"{key}{view.name.replace('&', '&&')}")
            action.triggered.connect(partial(self._choose, view))
        if not found:
            self.menu.addAction("Aucune vue enregistrée").setEnabled(False)
        self.menu.addSeparator()
        keep = self.menu.addAction("&Enregistrer cette vue…")
        keep.setObjectName("keepViewAction")
        keep.triggered.connect(self._ask_name)
        delete = self.menu.addAction("&Supprimer une vue…")
        delete.setObjectName("forgetViewAction")
        delete.setEnabled(bool(found))
        delete.triggered.connect(self._ask_which)
        self.menu.popup(button.mapToGlobal(QPoint(0, button.height())))
        self.menu.setActiveAction(self.menu.actions()[0] if found else keep)

    def _choose(self, view: SavedView, *_triggered: bool) -> None:
        self.chosen.emit(view.look)

    def _ask_name(self) -> None:
        dialog = NameDialog(self._owner, taken=[view.name for view in self._views])
        dialog.accepted.connect(lambda: self._keep(dialog.name()))
        dialog.open()

    def _keep(self, name: str) -> None:
        work = partial(saved_filters.keep, role=self._role, view=SavedView(name, self._look()))
        said = f"La vue {wording.quoted(name)} est enregistrée. Elle s’ouvre avec la touche V."
        self._tasks.write(self._owner, work, partial(self.announced.emit, said), failed=self._fail)

    def _ask_which(self) -> None:
        dialog = DeleteViewDialog(self._owner, names=[view.name for view in self._views])
        dialog.accepted.connect(lambda: self._delete(dialog.name()))
        dialog.open()

    def _delete(self, name: str) -> None:
        work = partial(saved_filters.delete, role=self._role, name=name)
        said = f"La vue {wording.quoted(name)} est supprimée."
        self._tasks.write(self._owner, work, partial(self.announced.emit, said), failed=self._fail)

    def _fail(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self.announced.emit(f"{message.title}. {message.body}")


class NameDialog(Question):
    """Asks how a view is called; a name that is taken replaces that view, and says so."""

    def __init__(self, parent: QWidget, *, taken: list[str]) -> None:
        super().__init__(
            parent,
            title="Enregistrer cette vue",
            text="La recherche et les filtres du moment, sous un nom. La vue reste sur ce poste, dans votre compte.",
            action="Enregistrer",
            tone="primary",
        )
        self.setObjectName("viewNameDialog")
        self._taken = {name.casefold() for name in taken}
        self._edit = QLineEdit()
        self._edit.setMaxLength(MAX_NAME)
        self._field = Field("&Nom de la vue", self._edit, name="viewNameEdit")
        self.body.addWidget(self._field)
        self._edit.textChanged.connect(self._refresh)
        self._edit.returnPressed.connect(self.confirm_button.click)
        self._refresh()
        self._edit.setFocus()

    def name(self) -> str:
        """Return the name."""
        return " ".join(self._edit.text().split())

    def _refresh(self) -> None:
        self.confirm_button.setEnabled(bool(self.name()))
        taken = self.name().casefold() in self._taken
        self._field.set_hint("Une vue porte déjà ce nom. Elle sera remplacée." if taken else "")


class DeleteViewDialog(Question):
    """Asks which view is forgotten."""

    def __init__(self, parent: QWidget, *, names: list[str]) -> None:
        super().__init__(
            parent,
            title=f"Supprimer une vue{wording.NBSP}?",
            text="Seule la vue est supprimée. Les délégations ne changent pas.",
            action="Supprimer",
            tone="danger",
        )
        self.setObjectName("forgetViewDialog")
        self._box = Choice()
        self._box.addItems(names)
        self.body.addWidget(Field("&Vue", self._box, name="forgetViewBox"))
        self._box.setFocus()

    def name(self) -> str:
        """Return the chosen name."""
        return str(self._box.currentText())
