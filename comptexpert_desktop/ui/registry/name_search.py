"""Find a person of the registry while typing: the local copy first, the server for what it does not hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from comptexpert_desktop.domain.profile import Profile, is_public
from comptexpert_desktop.domain.registry import STALE_AFTER
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.profile_words import profile_name
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionRow, TypeaheadEdit
from comptexpert_desktop.usecases import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.registry import RegionalCouncil, RegistryEntry, SearchAnswer
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Gateways

PAGE = 20
MAX_ROWS = 100
ONLINE_DELAY_MS = 180
LOCAL_DELAY_MS = 30
STALE = "REG_SNAPSHOT_STALE"
_MORE = "more"


def entry_title(entry: RegistryEntry) -> str:
    """Write « MARTIN Claire »."""
    return f"{entry.surname.upper()} {entry.given_name}".strip()


def entry_detail(entry: RegistryEntry, *, councils: Mapping[str, str], with_list: bool = True) -> str:
    """Write what tells homonyms apart: town, council, list; never a date of birth."""
    council = councils.get(entry.council) or entry.council.replace("-", " ").title()
    parts = [entry.town, council, profile_name(entry.list) if with_list else ""]
    return " · ".join(part for part in parts if part)


class NameSearch(QObject):
    """Ties a field to the search; the field keeps the keyboard, late answers are dropped."""

    chosen = Signal(object)
    """The RegistryEntry that was chosen."""
    cleared = Signal()
    """The text was changed after a choice: nothing is chosen any more."""
    not_found = Signal()
    """Nothing matches, or the list cannot be searched now: another way must be offered."""

    def __init__(
        self, field: TypeaheadEdit, tasks: Tasks, *, channel: str, clock: Callable[[], datetime] | None = None
    ) -> None:
        """Tie them; with a clock, the age of an old copy is said too."""
        super().__init__(field)
        self._clock = clock
        self._field = field
        self._tasks = tasks
        self._channel = channel
        self._profile = Profile.EXPERT_COMPTABLE
        self._is_for_grantors = False
        self._limit = PAGE
        self._text = ""
        self._entry: RegistryEntry | None = None
        self._stale = False
        self._refusal = ""
        self._councils: dict[str, str] = {}
        field.queried.connect(self._query)
        field.edited.connect(self._clear)
        field.chosen.connect(self._pick)

    @property
    def entry(self) -> RegistryEntry | None:
        """The person who was chosen, if any."""
        return self._entry

    def use_profile(self, profile: Profile) -> None:
        """Search the list of another profile."""
        self._profile = profile
        self._field.set_delay(LOCAL_DELAY_MS if is_public(profile) else ONLINE_DELAY_MS)
        if not self._councils:
            self._tasks.read(self, registry.councils, self._know_councils, failed=_ignore)

    def use_grantors(self) -> None:
        """Search everybody who may be asked for a right, on whichever list."""
        self._is_for_grantors = True
        self.use_profile(Profile.EXPERT_COMPTABLE)

    def show(self, entry: RegistryEntry | None, *, text: str = "") -> None:
        """Show a choice made earlier, or the text typed so far."""
        self._entry = entry
        self._field.set_chosen_text(entry_title(entry) if entry else text)
        if entry is not None:
            self._say_chosen(entry)

    def detail(self, entry: RegistryEntry) -> str:
        """Write where a person is registered."""
        return entry_detail(entry, councils=self._councils)

    def _know_councils(self, councils: Sequence[RegionalCouncil]) -> None:
        self._councils = {council.code: council.name for council in councils}
        if self._entry is not None:
            self._say_chosen(self._entry)

    def _clear(self) -> None:
        self._limit = PAGE
        if self._entry is not None:
            self._entry = None
            self.cleared.emit()

    def _query(self, text: str) -> None:
        self._text = text
        if text:
            self._search()

    def _search(self) -> None:
        if self._is_for_grantors:
            grantors = partial(registry.search_grantors, text=self._text, limit=self._limit)
            self._tasks.read(self, grantors, self._show_local, failed=self._fail, channel=self._channel)
        elif is_public(self._profile):
            work = partial(registry.search, text=self._text, profile=self._profile, limit=self._limit)
            self._tasks.read(self, work, self._show_local, failed=self._fail, channel=self._channel)
        else:
            self._search_online()

    def _search_online(self, *, instead_of: SearchAnswer | None = None) -> None:
        """Ask the server; where it does not answer, show what the local copy says, when there is one."""
        self._field.set_status("Recherche en ligne…")
        failed = self._fail if instead_of is None else lambda _error: self._show(instead_of)
        work: Callable[[Gateways], SearchAnswer] = (
            partial(registry.search_grantors_online, text=self._text, limit=self._limit)
            if self._is_for_grantors
            else partial(registry.search_online, text=self._text, profile=self._profile, limit=self._limit)
        )
        self._tasks.call(self, work, self._show, failed=failed, channel=self._channel)

    def _show_local(self, answer: SearchAnswer) -> None:
        if answer.snapshot_date is None:
            self._refusal = answer.refusal
            self._search_online()
        elif self._is_for_grantors and not answer.entries:
            self._search_online(instead_of=answer)  # somebody confirmed since the copy was made
        else:
            self._show(answer)

    def _show(self, answer: SearchAnswer) -> None:
        rows = [SuggestionRow(entry, entry_title(entry), self.detail(entry)) for entry in answer.entries]
        if answer.has_more:
            rows.append(self._more_row())
        self._stale = self._clock is not None and _is_old(answer.snapshot_date, now=self._clock())
        self._refusal = answer.refusal or (self._refusal if answer.snapshot_date is None else "")
        codes = [*([STALE] if self._stale else []), *([self._refusal] if self._refusal else [])]
        words = [_status(len(answer.entries), answer), *map(messages.for_field, codes)]
        self._field.set_rows(rows, status=" ".join(words))
        if not answer.entries:
            self.not_found.emit()

    def _more_row(self) -> SuggestionRow:
        if self._limit < MAX_ROWS:
            return SuggestionRow(_MORE, "Afficher plus de noms", "Ou ajoutez le prénom après le nom.")
        return SuggestionRow(_MORE, "D’autres noms correspondent", "Ajoutez le prénom après le nom.")

    def _pick(self, key: object) -> None:
        if key == _MORE:
            self._limit = min(self._limit + 2 * PAGE, MAX_ROWS)
            self._search()
            return
        entry: RegistryEntry = key  # type: ignore[assignment]  # the keys are those of `_show`
        self._entry = entry
        self._field.set_chosen_text(entry_title(entry))
        self._say_chosen(entry)
        self.chosen.emit(entry)

    def _say_chosen(self, entry: RegistryEntry) -> None:
        words = [f"Choisi : {self.detail(entry)}"]
        if self._stale:
            message = messages.for_code(STALE)
            words += [f"{message.text} {message.remedy}"]
        said = f"Choisi{wording.NBSP}: {entry_title(entry)}, {self.detail(entry)}"
        self._field.set_status(". ".join(words), said=". ".join([said, *words[1:]]))

    def _fail(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._field.set_rows(())
        self._field.set_status(f"La recherche n’a pas abouti. {message.text}")
        self.not_found.emit()


def _status(found: int, answer: SearchAnswer) -> str:
    if not found:
        words = "Aucun nom ne correspond."
    else:
        words = wording.count(found, "nom") + (" affichés, d’autres correspondent" if answer.has_more else "") + "."
    return f"{words} {_source(answer.snapshot_date)}".strip()


def _is_old(made: datetime | None, *, now: datetime) -> bool:
    return made is not None and now - made > STALE_AFTER


def _source(made: datetime | None) -> str:
    if made is None:
        return "Réponse du serveur."
    day = wording.local_day(made)
    return f"Annuaire du {day.day:02}/{day.month:02}/{day.year}."


def _ignore(_error: ComptexpertError) -> None:
    """Leave the codes as they are: names of councils are a comfort."""
