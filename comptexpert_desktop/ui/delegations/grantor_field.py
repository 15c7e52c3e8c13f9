"""Choose who is asked for a right, in the registry, and learn of which cabinets they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.registry import EntryId, RegistryEntry
from comptexpert_desktop.presentation.delegations import holder_words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.registry.name_search import NameSearch, entry_title
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionRow, TypeaheadEdit
from comptexpert_desktop.usecases import registry
from comptexpert_desktop.usecases.delegations import whom_to_ask

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Firm, Party
    from comptexpert_desktop.domain.registry import FirmGrantor
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.delegations.whom_to_ask import KnownGrantor


class GrantorField(QWidget):
    """A typeahead on everybody who may be asked; only a chosen line counts."""

    firms_known = Signal(object)
    """The firms of the chosen person, as the server tells them; empty while it is not reached."""

    def __init__(self, tasks: Tasks, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._labels = Labels()
        self._known: dict[str, KnownGrantor] = {}
        self._peers: dict[str, FirmGrantor] = {}
        self.edit = TypeaheadEdit(edit_name="grantorEdit", list_name="grantorSuggestions", offers_at_once=True)
        self.field = Field(
            "&Expert-comptable",
            self.edit,
            hint="Ou un responsable ou salarié habilité d’AGC. Saisissez son nom, puis choisissez la ligne. "
            "La touche ↓ montre les personnes qui accordent dans votre cabinet, ou que vous avez déjà sollicitées.",
        )
        self._search = NameSearch(self.edit, tasks, channel="request-grantor")
        self._search.use_grantors()
        self._search.chosen.connect(self._on_chosen)
        self._search.cleared.connect(self._on_cleared)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        self.held = PlainLabel(role="muted")
        self.held.setObjectName("grantorHeld")
        self.held.hide()
        column.addWidget(self.held)
        self.edit.queried.connect(self._offer_known)

    def offer(self, *, labels: Labels) -> None:
        """Offer those who were asked before and those who grant in one's cabinets, before anything is typed."""
        self._labels = labels
        self._tasks.read(self, whom_to_ask.known, self._know, channel="request-known-grantors")
        self._tasks.call(
            self, whom_to_ask.of_my_cabinets, self._meet, failed=self._meet_nobody, channel="request-cabinet-grantors"
        )

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
        self._on_cleared()

    def _know(self, found: tuple[KnownGrantor, ...]) -> None:
        self._known = {one.party.entry_id: one for one in found}
        self._show_held()

    def _offer_known(self, text: str) -> None:
        """List those who may be asked before two letters are typed; a choice among them is one of the registry."""
        if text or not (self._known or self._peers):
            return
        peers = [(one.entry, one.firm) for one in self._peers.values()]
        others = [(entry_of(one.party), one.firm) for key, one in self._known.items() if key not in self._peers]
        rows = [SuggestionRow(entry, entry_title(entry), self._about(entry, firm)) for entry, firm in [*peers, *others]]
        self.edit.set_rows(rows, status=_STATUS)

    def _about(self, entry: RegistryEntry, firm: str) -> str:
        """Name the cabinet, and say that this person was asked before."""
        return f"{firm} (demande déjà faite)" if entry.entry_id in self._known else firm

    def _meet(self, found: tuple[FirmGrantor, ...]) -> None:
        self._peers = {one.entry.entry_id: one for one in found}
        self._show_held()

    def _meet_nobody(self, _error: ComptexpertError) -> None:
        """Go on with those who are known here: anybody is found by name."""

    def _show_held(self) -> None:
        """Say what the chosen person granted already, before more is asked."""
        entry = self.entry()
        known = self._known.get(entry.entry_id) if entry is not None else None
        is_met = entry is not None and entry.entry_id in self._peers
        held = known.held if known is not None else ()
        self.held.setText(holder_words.held_from(held, labels=self._labels) if known is not None or is_met else "")
        self.held.setVisible(bool(self.held.text()))

    def _on_chosen(self, entry: RegistryEntry) -> None:
        self.field.clear_error()
        self._show_held()
        work = partial(registry.firms_of, entry_id=entry.entry_id)
        self._tasks.call(self, work, self._on_firms, failed=self._on_no_firms, channel="request-firms")

    def _on_cleared(self) -> None:
        self._show_held()
        self.firms_known.emit(())

    def _on_firms(self, firms: tuple[Firm, ...]) -> None:
        self.firms_known.emit(firms)

    def _on_no_firms(self, _error: ComptexpertError) -> None:
        self.firms_known.emit(())


_STATUS = "Personnes de votre cabinet, ou déjà sollicitées. Saisissez un nom pour une autre."


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
