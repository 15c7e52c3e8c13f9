"""To whom a right is granted: a person of the cabinet, chosen with what they hold already, or any address."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from comptexpert_desktop.presentation.delegations import holder_words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from comptexpert_desktop.domain.firm import Member, TemplateGrant
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.usecases.firm.firm import Cabinets

MAX_SHOWN = 12
_HINT = "Choisissez une personne du cabinet, ou saisissez un identifiant ou une adresse."


class GranteeField(Field):
    """A line that offers the people of the cabinet as one types; nothing keeps anybody from typing another."""

    def __init__(self, tasks: Tasks) -> None:
        self.edit = QLineEdit()
        super().__init__("&Identifiant ou adresse électronique", self.edit, hint=_HINT, name="granteeEdit")
        self._tasks, self._labels = tasks, Labels()
        self._members: dict[str, Member] = {}
        self._known: Cabinets | None = None
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(MAX_SHOWN)
        if (popup := completer.popup()) is not None:
            popup.setObjectName("granteeSuggestions")
            popup.setAccessibleName("Personnes du cabinet")
            theme.dress(popup)  # a window of its own
        self.edit.setCompleter(completer)
        self.held = PlainLabel(role="muted")
        self.held.setObjectName("granteeHolds")
        self.held.hide()
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.held)
        self.edit.textChanged.connect(self._show_held)

    def offer(self, *, firm_id: str, labels: Labels) -> None:
        """Offer the people of a cabinet, as this machine knows them."""
        self._labels = labels
        if firm_id:
            self._tasks.read(self, partial(firm.cabinets, firm_id=firm_id), self._take, channel="grantee-people")

    def name(self) -> str:
        """Return the identifiant of the person who was chosen, or what was typed."""
        typed = self.edit.text().strip()
        member = self._members.get(typed)
        return typed if member is None else member.login_id

    def held_rights(self) -> tuple[TemplateGrant, ...]:
        """Return what the person holds in the cabinet, as this machine knows it; nothing for a stranger."""
        member = self._member()
        return () if member is None or self._known is None else tuple(self._known.rights.get(member.account_id, ()))

    def _member(self) -> Member | None:
        typed = self.edit.text().strip()
        same = (one for one in self._members.values() if one.login_id == typed.lower())
        return self._members.get(typed) or next(same, None)

    def _take(self, known: Cabinets) -> None:
        page = known.known.page if known.known else None
        members = () if page is None else page.members
        self._known = known
        self._members = {holder_words.shown(one): one for one in members}
        self._names.setStringList(sorted(self._members))
        self._show_held()

    def _show_held(self) -> None:
        """Say what the person holds already, before more is given."""
        member, said = self._member(), ""
        if member is not None and self._known is not None:
            said = holder_words.held(self.held_rights(), labels=self._labels)
        self.held.setText(said)
        self.held.setVisible(bool(said))
