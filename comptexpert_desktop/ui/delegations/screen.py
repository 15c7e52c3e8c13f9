"""« Délégations »: the review desk of those who grant, « Mes demandes » of those who ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.domain.saved_view import Look
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation.delegations import denial_reasons
from comptexpert_desktop.presentation.labels import Labels, named_entries
from comptexpert_desktop.ui.delegations.delegation_list import DelegationList
from comptexpert_desktop.ui.delegations.pending_requests import UnsentRequests
from comptexpert_desktop.ui.delegations.request_form import RequestForm
from comptexpert_desktop.ui.destinations import DELEGATIONS, OUTBOX, Destination, NewRequest, ShowDelegation, ShowList
from comptexpert_desktop.ui.documents.exports import Exports, follow_policy
from comptexpert_desktop.ui.importing.imports import Imports
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.responsive_row import TurningBox
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.outbox import outbox
from comptexpert_desktop.usecases.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Delegation, Firm
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.documents.order import View
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.usecases.ports import Stores


LOW = 720
"""Below this height the sentence under the title is left out, unless it says more than the title."""


@dataclass(frozen=True, slots=True)
class _Situation:
    """Who is signed in, what exists, and what waits."""

    me: Me | None
    catalogue: Catalogue | None
    entries: tuple[OutboxEntry, ...]


def _situation(stores: Stores) -> _Situation:
    known = catalogue.current(stores)
    return _Situation(session.current(stores), known, named_entries(outbox.entries(stores), labels=Labels(known)))


class DelegationsScreen(Screen):
    """Shows the side of the person who is signed in."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Délégations", name="delegationsScreen")
        tasks, clock, new_id = context.tasks, context.clock, context.new_id
        self._tasks = tasks
        self._active = False
        self._requested_service: str | None = None
        self._before: Delegation | None = None
        self._firms: tuple[Firm, ...] = ()
        self._heading = PlainLabel(self.title, role="title")
        self._intro = PlainLabel(role="muted")
        self._account_id = ""
        self._says_more = False
        self.ask_button = primary("Demander une délégation", name="askButton", icon="plus")
        self.grant_button = secondary("Accorder une délégation", name="grantButton", icon="plus")
        self.unsent, self.unsent_grants = UnsentRequests(), UnsentRequests(kind=Kind.GRANT)
        self.review, self.mine = DelegationList(context, role=Role.GRANTOR), DelegationList(context, role=Role.GRANTEE)
        self.exports = Exports(tasks, clock=clock, view=partial(_view_of, self), parent=self)
        follow_policy(self.exports.button, context)
        self.imports = Imports(context, parent=self)
        self.form = RequestForm(tasks, clock=clock, new_id=new_id)
        self.grant_form = RequestForm(tasks, clock=clock, new_id=new_id, grants=True)
        self._signed_out = EmptyState(
            "lock",
            "Connectez-vous pour voir vos délégations",
            "Les demandes et les droits d’un compte ne se montrent qu’à cette personne.",
            "Se connecter",
            context.navigator.sign_in,
        )
        self._requested_case = ""
        self._requested_look: Look | None = None
        self._selects_all = False
        self._build()
        self._connect()
        context.changes.listen(self, Topic.SESSION, Topic.OUTBOX, Topic.CATALOGUE, call=self._read)

    def activate(self) -> None:
        """Read who is signed in, then show that side."""
        self._active = True
        self._read()

    def arrive(self, destination: Destination) -> None:
        """Show the desk, with a delegation selected when one is named, or the form."""
        if isinstance(destination, NewRequest):
            self.open_request(destination.service)
        elif isinstance(destination, ShowDelegation) and destination.delegation_id:
            self.show_case(destination.delegation_id)
        else:
            if isinstance(destination, ShowList):
                self._requested_look = Look(
                    group=destination.group, ends_within=destination.ends_within, effect=destination.effect
                )
                self._selects_all = destination.selects_all
            self.activate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room of the usual sentence to the list where the window is low."""
        self._make_room()
        super().resizeEvent(event)

    def _make_room(self) -> None:
        """Leave the room to what is read: the case alone, where it stands in place of the list."""
        desk = self.review if self._sides.currentWidget() is self.review else self.mine
        self._head.setHidden(desk.laid_out.split.is_reading)
        self._intro.setVisible(self._says_more or self.height() >= theme.scaled(LOW))

    def save(self) -> None:
        """Remember how the lists were set."""
        self.review.laid_out.save()
        self.mine.laid_out.save()

    def open_request(self, service: str = "") -> None:
        """Show the form, for a service when one is known."""
        self._requested_service = service
        self._read()

    def show_case(self, delegation_id: str) -> None:
        """Show the desk with one delegation chosen, as far as its filters show it."""
        self._requested_case = delegation_id
        self.activate()

    def open_again(self, before: Delegation) -> None:
        """Show the form, filled in as an earlier request was."""
        self._before = before
        self.open_request(before.service)

    def desk(self) -> DelegationList | None:
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
        if self._requested_service is None:
            self._show_side(me)
        elif self._stack.currentWidget() is not form:
            self._stack.setCurrentWidget(form)
            before, self._before = self._before, None
            if before is None:
                form.start(service=self._requested_service)
            else:
                form.start_again(before)

    def _welcome(self, account_id: str) -> None:
        """Leave nothing of one account on screen for the next."""
        if account_id == self._account_id:
            return
        if self._account_id:
            self._requested_service = None
        self._account_id = account_id
        self.exports.clear()
        self.imports.clear()
        for desk in (self.review, self.mine):
            desk.clear()
        for form in (self.form, self.grant_form):
            form.clear()

    def _show_side(self, me: Me) -> None:
        grants = me.account.may_grant
        title = "Délégations" if grants else "Mes demandes"
        self._intro.setText(" ".join([_INTROS[grants], *map(denial_reasons.covering, me.covers)]))
        self._says_more = bool(me.covers)
        self._make_room()
        self.ask_button.setVisible(not grants)
        self.exports.offer(role=Role.GRANTOR if grants else Role.GRANTEE, firms=self._firms if grants else ())
        self.exports.button.show()
        self.grant_button.setVisible(grants)
        self._heading.setText(title)
        if title != self.title:
            self.title = title
            self.context.navigator.rename(DELEGATIONS, title)
        desk = self.review if grants else self.mine
        turned = self.desk() is not desk
        self._sides.setCurrentWidget(desk)
        self._make_room()
        self._stack.setCurrentWidget(self._desks)
        if self._requested_look is not None:
            desk.query_bar.show_look(self._requested_look)
            desk.selects_all, self._selects_all = self._selects_all, False
            self._requested_look = None
        if self._requested_case:
            desk.first = self._requested_case
            self._requested_case = ""
        if self._active:
            desk.activate()
        elif turned:
            desk.reload()
        self._active = False

    def _leave_form(self) -> None:
        self._requested_service = None
        self._active = True
        self._read()

    def _discard(self, outbox_id: str) -> None:
        self._tasks.write(self, partial(outbox.discard, outbox_id=outbox_id), failed=self.show_error)

    def show_error(self, error: ComptexpertError) -> None:
        """Say what went wrong above the list that is shown."""
        (self.desk() or self.review).banner.show_error(error)

    def _show_saved(self, said: str, tone: Tone, folder: Path | None) -> None:
        banner = (self.desk() or self.review).banner
        if folder is None:
            banner.show_message(said, tone=tone)
        else:
            opening = partial(self.context.links.open_folder, folder)
            banner.show_message(said, tone=tone, action_text="Ouvrir le dossier", action=opening)

    def _connect(self) -> None:
        self.exports.announced.connect(self._show_saved)
        self.exports.failed.connect(self.show_error)
        self.imports.granted.connect(lambda said: self.review.banner.show_message(said, tone="success"))
        self.imports.sign_in_requested.connect(self.context.navigator.sign_in)
        for button in (self.ask_button, self.grant_button):
            button.clicked.connect(lambda _checked: self.open_request())
        self.mine.request_requested.connect(self.open_request)
        self.mine.again_requested.connect(self.open_again)
        for form in (self.form, self.grant_form):
            form.asked.connect(self._leave_form)
            form.left.connect(self._leave_form)
        for unsent in (self.unsent, self.unsent_grants):
            unsent.outbox_requested.connect(lambda: self.context.navigator.open(Destination(OUTBOX)))
            unsent.discard_requested.connect(self._discard)

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE)
        words.addWidget(self._heading)
        words.addWidget(self._intro)
        ways = (self.imports.button, self.exports.button, self.ask_button, self.grant_button)
        buttons = WrappingRow(*ways, spacing=SPACE * 2)
        for button in ways:
            button.hide()  # until it is known which side is shown
        self._head = TurningBox(words, buttons, shares=(1, 0))
        for desk in (self.review, self.mine):
            desk.laid_out.reading_changed.connect(self._make_room)
        self._sides = Pages()
        self._sides.addWidget(self.review)
        self._sides.addWidget(self.mine)
        self._desks = QWidget()
        desks = QVBoxLayout(self._desks)
        desks.setContentsMargins(SPACE * 8, SPACE * 4, SPACE * 8, SPACE * 4)
        desks.setSpacing(SPACE * 3)
        desks.addWidget(self._head)
        desks.addWidget(self.unsent)
        desks.addWidget(self.unsent_grants)
        desks.addWidget(self._sides, 1)
        self._stack = Pages()
        for page in (self._signed_out, self._desks, self.form, self.grant_form):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)


def _view_of(screen: DelegationsScreen) -> View:
    desk = screen.desk() or screen.review
    ids = desk.selection.ids()
    are_chosen = 1 < len(ids) == desk.selection.count()  # a line that is not at hand has no id yet
    return replace(desk.query_bar.view(), chosen=frozenset(ids) if are_chosen else frozenset())


_INTROS = {
    True: "Les demandes reçues et les droits que vous avez accordés.",
    False: "Ce que vous avez demandé, et ce qui vous a été accordé.",
}
