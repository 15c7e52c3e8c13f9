"""« Délégations »: the review desk of those who grant, « Mes demandes » of those who ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import messages
from comptexpert_desktop.ui.delegations import reasons
from comptexpert_desktop.ui.delegations.desk import Desk
from comptexpert_desktop.ui.delegations.request_form import RequestForm
from comptexpert_desktop.ui.delegations.turning_box import TurningBox
from comptexpert_desktop.ui.delegations.unsent import UnsentRequests
from comptexpert_desktop.ui.documents.exports import Exports
from comptexpert_desktop.ui.importing.imports import Imports
from comptexpert_desktop.ui.labels import Labels, named_entries
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import catalogue, outbox, session

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Delegation, Firm
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.documents.order import View
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.theme_tokens import Tone
    from comptexpert_desktop.ui.widgets.links import Links
    from comptexpert_desktop.usecases.ports import Stores


@dataclass(frozen=True, slots=True)
class _Situation:
    """Who is signed in, what exists, and what waits."""

    me: Me | None
    catalogue: Catalogue | None
    entries: tuple[OutboxEntry, ...]


def _situation(stores: Stores) -> _Situation:
    known = catalogue.current(stores)
    return _Situation(session.current(stores), known, named_entries(outbox.entries(stores), labels=Labels(known)))


class DelegationsScreen(QWidget):
    """Shows the side of the person who is signed in."""

    sign_in_wanted = Signal()
    outbox_wanted = Signal()
    title_changed = Signal(str)
    """« Délégations » or « Mes demandes »: the navigation says the same."""

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        links: Links | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = "Délégations"
        self._tasks, self._links = tasks, links
        self._active = False
        self._wanted_service: str | None = None
        self._before: Delegation | None = None
        self._firms: tuple[Firm, ...] = ()
        self._heading = PlainLabel(self.title, role="title")
        self._intro = PlainLabel(role="muted")
        self._account_id = ""
        self.ask_button = primary("Demander une délégation", name="askButton", icon="plus")
        self.grant_button = secondary("Accorder une délégation", name="grantButton", icon="plus")
        self.unsent, self.unsent_grants = UnsentRequests(), UnsentRequests(kind=Kind.GRANT)
        make = partial(Desk, tasks, changes, clock=clock, new_id=new_id, links=links)
        self.review, self.mine = make(role=Role.GRANTOR), make(role=Role.GRANTEE)
        self.exports = Exports(tasks, clock=clock, view=self._view, parent=self)
        self.imports = Imports(tasks, clock=clock, new_id=new_id, parent=self)
        self.form = RequestForm(tasks, clock=clock, new_id=new_id)
        self.grant_form = RequestForm(tasks, clock=clock, new_id=new_id, grants=True)
        self._signed_out = EmptyState(
            "lock",
            "Connectez-vous pour voir vos délégations",
            "Les demandes et les droits d’un compte ne se montrent qu’à cette personne.",
            "Se connecter",
            self.sign_in_wanted.emit,
        )
        self._wanted_case = ""
        self._build()
        self._connect()
        changes.listen(self, Topic.SESSION, Topic.OUTBOX, Topic.CATALOGUE, call=self._read)

    def activate(self) -> None:
        """Read who is signed in, then show that side."""
        self._active = True
        self._read()

    def open_request(self, service: str = "") -> None:
        """Show the form, for a service when one is known."""
        self._wanted_service = service
        self._read()

    def show_case(self, delegation_id: str) -> None:
        """Show the desk with one delegation chosen, as far as its filters show it."""
        self._wanted_case = delegation_id
        self.activate()

    def open_again(self, before: Delegation) -> None:
        """Show the form, filled in as an earlier request was."""
        self._before = before
        self.open_request(before.service)

    def desk(self) -> Desk | None:
        """Return the desk now shown."""
        if self._stack.currentWidget() is not self._desks:
            return None
        return self.review if self._sides.currentWidget() is self.review else self.mine

    def _read(self) -> None:
        self._tasks.read(self, _situation, self._show, channel="delegations-situation")

    def _show(self, situation: _Situation) -> None:
        me = situation.me
        self._welcome(me.account.account_id if me else "")
        if me is None:
            self._stack.setCurrentWidget(self._signed_out)
            return
        grants = me.account.may_grant
        form = self.grant_form if grants else self.form
        self._firms = tuple(firm for firm in me.firms if firm.role == "grantor")
        self.unsent.show_entries(situation.entries)
        self.unsent_grants.show_entries(situation.entries)
        form.offer(me, catalogue=situation.catalogue)
        self.imports.offer(firms=self._firms, catalogue=situation.catalogue, grants=grants)
        if self._wanted_service is None:
            self._show_side(me)
        elif self._stack.currentWidget() is not form:
            self._stack.setCurrentWidget(form)
            before, self._before = self._before, None
            if before is None:
                form.start(service=self._wanted_service)
            else:
                form.start_again(before)

    def _welcome(self, account_id: str) -> None:
        """Leave nothing of one account on screen for the next."""
        if account_id == self._account_id:
            return
        if self._account_id:
            self._wanted_service = None
        self._account_id = account_id
        self.exports.forget()
        self.imports.forget()
        for desk in (self.review, self.mine):
            desk.forget()
        for form in (self.form, self.grant_form):
            form.clear()

    def _show_side(self, me: Me) -> None:
        grants = me.account.may_grant
        title = "Délégations" if grants else "Mes demandes"
        self._intro.setText(" ".join([_INTROS[grants], *map(reasons.covering, me.covers)]))
        self.ask_button.setVisible(not grants)
        self.exports.offer(role=Role.GRANTOR if grants else Role.GRANTEE, firms=self._firms if grants else ())
        self.exports.button.show()
        self.grant_button.setVisible(grants)
        self._heading.setText(title)
        if title != self.title:
            self.title = title
            self.title_changed.emit(title)
        desk = self.review if grants else self.mine
        turned = self.desk() is not desk
        self._sides.setCurrentWidget(desk)
        self._stack.setCurrentWidget(self._desks)
        if self._wanted_case:
            desk.table.choose(self._wanted_case)
            self._wanted_case = ""
        if self._active:
            desk.activate()
        elif turned:
            desk.reload()
        self._active = False

    def _begin_request(self) -> None:
        self.open_request()

    def _leave_form(self) -> None:
        self._wanted_service = None
        self._active = True
        self._read()

    def _discard(self, outbox_id: str) -> None:
        self._tasks.write(self, partial(outbox.discard, outbox_id=outbox_id), failed=self._show_error)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        desk = self.desk() or self.review
        desk.banner.show_message(message.body, title=message.title, tone=message.tone)

    def _view(self) -> View:
        return (self.desk() or self.review).view()

    def _show_saved(self, said: str, tone: Tone, folder: Path | None) -> None:
        links = self._links if folder is not None else None
        banner = (self.desk() or self.review).banner
        if links is None or folder is None:
            banner.show_message(said, tone=tone)
        else:
            opening = partial(links.open_folder, folder)
            banner.show_message(said, tone=tone, action_text="Ouvrir le dossier", action=opening)

    def _connect(self) -> None:
        self.exports.told.connect(self._show_saved)
        self.exports.failed.connect(self._show_error)
        self.imports.granted.connect(lambda said: self.review.banner.show_message(said, tone="success"))
        self.imports.sign_in_wanted.connect(self.sign_in_wanted)
        for button in (self.ask_button, self.grant_button):
            button.clicked.connect(self._begin_request)
        self.mine.request_wanted.connect(self.open_request)
        self.mine.again_wanted.connect(self.open_again)
        for form in (self.form, self.grant_form):
            form.asked.connect(self._leave_form)
            form.left.connect(self._leave_form)
        for unsent in (self.unsent, self.unsent_grants):
            unsent.outbox_wanted.connect(self.outbox_wanted)
            unsent.discard_wanted.connect(self._discard)
        for desk in (self.review, self.mine):
            desk.sign_in_wanted.connect(self.sign_in_wanted)

    def _build(self) -> None:
        self.setObjectName("delegationsScreen")
        words = QVBoxLayout()
        words.setSpacing(SPACE)
        words.addWidget(self._heading)
        words.addWidget(self._intro)
        buttons = QHBoxLayout()
        for button in (self.imports.button, self.exports.button, self.ask_button, self.grant_button):
            buttons.addWidget(button)
            button.hide()  # until it is known which side is shown
        buttons.addStretch()
        head = TurningBox(words, buttons, turns_at=SPACE * 180, shares=(1, 0))
        self._sides = QStackedWidget()
        self._sides.addWidget(self.review)
        self._sides.addWidget(self.mine)
        self._desks = QWidget()
        desks = QVBoxLayout(self._desks)
        desks.setContentsMargins(SPACE * 8, SPACE * 7, SPACE * 8, SPACE * 6)
        desks.setSpacing(SPACE * 4)
        desks.addWidget(head)
        desks.addWidget(self.unsent)
        desks.addWidget(self.unsent_grants)
        desks.addWidget(self._sides, 1)
        self._stack = QStackedWidget()
        for page in (self._signed_out, self._desks, self.form, self.grant_form):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)


_INTROS = {
    True: "Les demandes reçues et les droits que vous avez accordés.",
    False: "Ce que vous avez demandé, et ce qui vous a été accordé.",
}
