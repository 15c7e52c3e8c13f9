"""« Cabinet »: the people, the absences and the rules of a firm, for those who grant for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.firm.view import View
from comptexpert_desktop.ui.destinations import NewRequest, ShowFirm, ShowReview
from comptexpert_desktop.ui.firm.absence_change_dialogs import AskingAbsences
from comptexpert_desktop.ui.firm.absences_tab import AbsencesTab
from comptexpert_desktop.ui.firm.change_dialogs import Asking
from comptexpert_desktop.ui.firm.member_change_dialogs import AskingMembers
from comptexpert_desktop.ui.firm.people_tab import PeopleTab
from comptexpert_desktop.ui.firm.rules_tab import RulesTab
from comptexpert_desktop.ui.firm.submission import Sending
from comptexpert_desktop.ui.firm.templates_tab import TemplatesTab
from comptexpert_desktop.ui.firm.who_can_tab import WhoCanTab
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.online_page import OnlinePage
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.responsive_row import TurningBox
from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.ui.destinations import Destination
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.firm.firm import Cabinets
    from comptexpert_desktop.usecases.ports import Gateways, Stores

NARROW = 820
"""Below this width the choice of the cabinet stands under its name."""


class FirmScreen(OnlinePage["Cabinets", "FirmPage"]):
    """Shows what was last read at once, then what the server says now."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Cabinet", name="firmScreen", icon="building")
        tasks, clock, new_id = context.tasks, context.clock, context.new_id
        self._cabinets: Cabinets | None = None
        self._page: FirmPage | None = None
        self._read_at: datetime | None = None
        self._shown: View | None = None
        self._firm_id = ""
        self._was_opened = False
        self.heading = PlainLabel(self.title, role="title")
        self.about, self.dated = PlainLabel(role="muted"), PlainLabel(role="hint")
        self.firms = Choice()
        self.firm_field = Field("&Cabinet", self.firms, name="firmBox")
        self.people, self.absences = PeopleTab(), AbsencesTab(clock=clock)
        self.rules, self.templates = RulesTab(links=context.links), TemplatesTab()
        self.who_can = WhoCanTab(tasks, clock=clock)
        self.tabs = QTabWidget()
        self.sending = Sending(context, owner=self, banner=self.banner)
        self._asking = Asking(tasks, owner=self, sending=self.sending, clock=clock, new_id=new_id, banner=self.banner)
        self._asking_absences = AskingAbsences(self, sending=self.sending)
        self._asking_members = AskingMembers(
            tasks, owner=self, sending=self.sending, clock=clock, new_id=new_id, banner=self.banner
        )
        self._build()
        self._connect()
        changes = context.changes
        changes.listen(self, Topic.SESSION, call=self.read)
        changes.listen(self, Topic.CATALOGUE, Topic.OUTBOX, Topic.FIRM, call=self._read_in_sight)
        changes.listen(self, Topic.OUTBOX, call=self._asking.follow)
        changes.listen(self, Topic.NETWORK, Topic.DELEGATIONS, call=self.refresh)

    def arrive(self, destination: Destination) -> None:
        """Show the part and the cabinet that are named; the cabinet last shown when none is."""
        if isinstance(destination, ShowFirm):
            if destination.firm_id not in {"", self._firm_id}:
                self._firm_id, self._page, self._read_at = destination.firm_id, None, None
            parts = (self.people, self.absences, self.rules, self.templates, self.who_can)
            self.tabs.setCurrentWidget(next((one for one in parts if one.objectName() == destination.part), parts[0]))
        self.activate()

    def activate(self) -> None:
        """Show what is known, then ask the server."""
        self._was_opened = True
        super().activate()

    # -- Reading --------------------------------------------------------------------------------

    def known(self) -> Callable[[Stores], Cabinets]:
        """Read who is signed in, and what is known of the cabinet."""
        return partial(firm.cabinets, firm_id=self._firm_id)

    def question(self, known: Cabinets) -> Callable[[Gateways], FirmPage] | None:
        """Ask for the page of the cabinet."""
        if known.me is None or not known.firms:
            return None
        return partial(firm.fetch, firm_id=self._firm_id, account_id=known.me.account.account_id)

    def take(self, known: Cabinets) -> None:
        """Show who is signed in, and what is known of the cabinet."""
        before = self._cabinets.me.account.account_id if self._cabinets and self._cabinets.me else ""
        account_id = known.me.account.account_id if known.me else ""
        if before and account_id != before:
            self._clear()
        self._cabinets = known
        ids = [one.id for one in known.firms]
        if self._firm_id not in ids:
            if self._firm_id and ids:
                self.banner.show_message(_NOT_YOURS, tone="info")
            self._firm_id = ids[0] if ids else ""
        self.firms.offer([(one.name, one.id) for one in known.firms], selected=self._firm_id)
        self.firm_field.setVisible(len(ids) > 1)
        is_newer = self._read_at is None or (known.known is not None and known.known.read_at > self._read_at)
        if known.known is not None and (self._page is None or self._page.id != known.known.page.id or is_newer):
            self._page, self._read_at = known.known.page, known.known.read_at
        self.show_again()
        if account_id and self._was_opened:
            self._was_opened = False
            self.sending.remind(firm_id=self._firm_id)

    def arrived(self, answer: FirmPage) -> None:
        """Show a page that the server answered, and keep it."""
        if answer.id != self._firm_id or self._cabinets is None or self._cabinets.me is None:
            return
        self._page, self._read_at, self.trouble = answer, self.context.clock(), None
        account_id = self._cabinets.me.account.account_id
        keep = partial(firm.keep, page=answer, account_id=account_id, now=self._read_at)
        self.context.tasks.write(self, keep, self.read, wakes=False)

    def _read_in_sight(self) -> None:
        """Read again while somebody looks: the next opening reads everything."""
        if self.isVisible():
            self.read()

    def _clear(self) -> None:
        """Leave nothing of one account on screen for the next."""
        self._page = self._read_at = self._shown = self.trouble = None
        self._firm_id = ""
        self._asking.clear()
        self.sending.clear()

    def _choose(self) -> None:
        firm_id = str(self.firms.value() or "")
        if firm_id and firm_id != self._firm_id:
            self._firm_id, self._page, self._read_at, self.trouble = firm_id, None, None, None
            self.banner.clear()
            self.refresh()

    # -- Showing --------------------------------------------------------------------------------

    def first_input(self) -> QWidget:
        """Begin at the tabs."""
        return self.tabs.tabBar()

    def show_again(self) -> None:
        """Show the cabinet, or why there is none to show."""
        found = self._cabinets
        if found is None or found.me is None:
            self.stack.setCurrentWidget(self._signed_out)
        elif not found.firms:
            self.show_nothing(_FOR_GRANTORS, _FOR_GRANTORS_WHY)
        elif self._page is None and self.trouble is None:
            self.show_nothing("Lecture du cabinet", "Le serveur répond d’ordinaire en un instant.")
        elif self._page is None and self.trouble is not None:
            self.show_nothing(messages.for_error(self.trouble).title, _NEVER_READ, action="Réessayer")
        elif self._page is not None:
            self._show_page(found, found.me.account.account_id, self._page)

    def _show_page(self, found: Cabinets, account_id: str, page: FirmPage) -> None:
        self.say_trouble("Le cabinet ne se modifie qu’en ligne.", read_at=self._read_at)
        self.heading.setText(page.name)
        self.about.setText(words.siren(page))
        self.dated.setText(words.read_at(self._read_at, now=self.context.clock()) if self._read_at else "")
        view = View(
            page=page,
            account_id=account_id,
            catalogue=found.catalogue,
            today=day_in_france(self.context.clock()),
            why_not=words.OFFLINE if self.trouble else "",
            cancelled=found.cancelled,
            rights=found.rights,
        )
        self._asking.take(view)
        self._asking_absences.take(view)
        self._asking_members.take(view)
        self.show_content()
        if view != self._shown:
            self._shown = view
            self._redraw(view)

    def _redraw(self, view: View) -> None:
        """Show a view in every tab; the keyboard stays on the button of the same name."""
        focused = QApplication.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        for tab in (self.people, self.absences, self.rules, self.templates, self.who_can):
            tab.show_view(view)
        if not name:
            return
        same = [one for one in self.findChildren(QWidget, name) if one.isVisible() and one.isEnabled()]
        (same[-1] if same else self.tabs.tabBar()).setFocus()

    # -- Building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.firms.currentIndexChanged.connect(self._choose)
        self.sending.answered.connect(self.read)
        self.people.invite_requested.connect(lambda: self.context.navigator.open(NewRequest()))
        self.people.departure_requested.connect(self._asking.departure)
        self.people.stay_requested.connect(self._asking_members.cancel_departure)
        self.people.attestation_requested.connect(self._asking.attest)
        self.people.unused.keep_requested.connect(self._asking_members.keep_unused)
        self.people.unused.end_requested.connect(self._asking_members.end_unused)
        self.people.cancel_requested.connect(self._asking.cancel_invitation)
        self.people.again_requested.connect(self._asking.invite_again)
        self.absences.declare_requested.connect(self._asking_absences.declare_absence)
        self.absences.ask_requested.connect(self._asking_absences.ask_cover)
        self.absences.object_requested.connect(self._asking_absences.object_to)
        self.absences.end_requested.connect(self._asking_absences.end_absence)
        self.rules.terms_requested.connect(self._asking.accept_terms)
        self.rules.two_requested.connect(self._asking.two_approvers)
        self.rules.review_day_requested.connect(self._asking.review_day)
        self.rules.review_day_kept.connect(self._asking.keep_review_day)
        self.rules.reviews_requested.connect(lambda: self.context.navigator.open(ShowReview(firm_id=self._firm_id)))
        self.templates.edit_requested.connect(self._asking.edit_template)
        self.templates.add_requested.connect(
            lambda: self._asking.edit_template(firm.blank_template(self.context.new_id()))
        )
        self.templates.restore_requested.connect(self._asking.restore_templates)

    def _build(self) -> None:
        head = QHBoxLayout()
        named = QVBoxLayout()
        named.setSpacing(SPACE)
        for part in (self.heading, self.about, self.dated):
            named.addWidget(part)
        head.addWidget(TurningBox(named, self.firm_field, turns_at=theme.scaled(NARROW), shares=(3, 2)))
        self.firm_field.hide()
        self.tabs.setObjectName("firmTabs")
        self.tabs.setAccessibleName("Parties de la page du cabinet")
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its bar takes the keyboard, and says the tabs
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setAccessibleName(self.tabs.accessibleName())
        for tab, label in (
            (self.people, "&Personnes"),
            (self.absences, "&Absences"),
            (self.rules, "&Règles"),
            (self.templates, "&Modèles"),
            (self.who_can, "&Droits d’un jour"),
        ):
            self.tabs.addTab(tab, label)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, SPACE * 7, 0, 0)
        column.setSpacing(SPACE * 3)
        top = QVBoxLayout()
        top.setContentsMargins(SPACE * 8, 0, SPACE * 8, 0)
        top.addLayout(head)
        column.addLayout(top)
        column.addWidget(self.notices)
        column.addWidget(self.tabs, 1)
        self._signed_out = EmptyState(
            "building", _SIGN_IN, _SIGN_IN_WHY, "Se connecter", self.context.navigator.sign_in
        )
        self.stack.addWidget(self._signed_out)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)


_SIGN_IN = "Connectez-vous pour voir votre cabinet"
_SIGN_IN_WHY = "Ses personnes, ses absences et ses règles ne se montrent qu’à ceux qui accordent des droits."
_FOR_GRANTORS = "Cette page est celle des experts-comptables"
_FOR_GRANTORS_WHY = (
    "Ils y tiennent les personnes du cabinet, les conditions des services et les absences. Vos propres droits sont "
    "dans «\u00a0Mes demandes\u00a0»."
)
_NOT_YOURS = "Le cabinet demandé n’est pas l’un de ceux où vous accordez des droits. En voici un des vôtres."
_NEVER_READ = "Ce cabinet n’a encore jamais été lu sur ce poste. Il le sera dès que le serveur répondra."
