"""Choose somebody of one's cabinets by typing their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.people import move_words
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionRow, TypeaheadEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.delegation import Party

MAX_SHOWN = 50


class PersonField(Field):
    """A typeahead on the people that this machine knows; only a chosen line counts."""

    chosen = Signal(str)
    """The account of the person; empty once the name is changed."""

    def __init__(self) -> None:
        self.edit = TypeaheadEdit(
            edit_name="movePersonEdit", list_name="movePersonSuggestions", minimum=1, offers_at_once=True
        )
        super().__init__("&Personne", self.edit, hint=move_words.ASK_PERSON)
        self._people: tuple[Party, ...] = ()
        self.edit.queried.connect(self._offer)
        self.edit.chosen.connect(self._choose)
        self.edit.edited.connect(lambda: self.chosen.emit(""))

    def offer(self, people: Sequence[Party]) -> None:
        """Offer these people."""
        self._people = tuple(people)

    def show_person(self, person: Party) -> None:
        """Show who was chosen, without a word."""
        self.edit.set_chosen_text(move_words.named(person))

    def _offer(self, text: str) -> None:
        found = move_words.matching(self._people, text=text)
        said = wording.count(len(found), "personne") if found else move_words.UNKNOWN
        rows = [SuggestionRow(one.account_id, one.display_name, one.login_id) for one in found[:MAX_SHOWN]]
        self.edit.set_rows(rows, status=said)

    def _choose(self, account_id: object) -> None:
        person = next((one for one in self._people if one.account_id == account_id), None)
        if person is not None:
            self.show_person(person)
            self.chosen.emit(person.account_id)
