"""Choose who is asked for a right, in the registry, and learn of which cabinets they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry
from comptexpert_desktop.ui.registry.name_search import NameSearch
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.typeahead_edit import TypeaheadEdit
from comptexpert_desktop.usecases import registry

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Firm, Party
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks


class GrantorField(QWidget):
    """A typeahead on everybody who may be asked; only a chosen line counts."""

    firms_known = Signal(object)
    """The firms of the chosen person, as the server tells them; empty while it is not reached."""

    def __init__(self, tasks: Tasks, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.edit = TypeaheadEdit(edit_name="grantorEdit", list_name="grantorSuggestions")
        self.field = Field(
            "&Expert-comptable",
            self.edit,
            hint="Ou un responsable ou salarié habilité d’AGC. Saisissez son nom, puis choisissez la ligne.",
        )
        self._search = NameSearch(self.edit, tasks, channel="request-grantor")
        self._search.use_grantors()
        self._search.chosen.connect(self._on_chosen)
        self._search.cleared.connect(self._on_cleared)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)

    def entry(self) -> RegistryEntry | None:
        """Return the chosen person."""
        return self._search.entry

    def choose(self, entry: RegistryEntry) -> None:
        """Choose somebody known already, as if the line had been chosen."""
        self._search.show(entry)
        self._on_chosen(entry)

    def clear(self) -> None:
        """Forget what was typed and chosen."""
        self._search.show(None)
        self.firms_known.emit(())

    def _on_chosen(self, entry: RegistryEntry) -> None:
        self.field.clear_error()
        work = partial(registry.firms_of, entry_id=entry.entry_id)
        self._tasks.call(self, work, self._on_firms, failed=self._on_no_firms, channel="request-firms")

    def _on_cleared(self) -> None:
        self.firms_known.emit(())

    def _on_firms(self, firms: tuple[Firm, ...]) -> None:
        self.firms_known.emit(firms)

    def _on_no_firms(self, _error: ComptexpertError) -> None:
        self.firms_known.emit(())


def entry_of(party: Party) -> RegistryEntry:
    """Write a party of a delegation as a line of the registry, without what is not known of it here."""
    return RegistryEntry(
        entry_id=EntryId(party.entry_id),
        surname=party.surname,
        given_name=party.given_name,
        town="",
        council="",
        list=Profile.EXPERT_COMPTABLE,
        registration_number="",
    )
