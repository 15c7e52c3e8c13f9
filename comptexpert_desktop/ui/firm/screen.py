"""« Cabinet »: the people, the absences and the rules of a firm, for those who grant for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.firm import words
from comptexpert_desktop.ui.firm.absences_tab import AbsencesTab
from comptexpert_desktop.ui.firm.asking import Asking
from comptexpert_desktop.ui.firm.asking_absences import AskingAbsences
from comptexpert_desktop.ui.firm.people_tab import PeopleTab
from comptexpert_desktop.ui.firm.rules_tab import RulesTab
from comptexpert_desktop.ui.firm.sending import Sending
from comptexpert_desktop.ui.firm.templates_tab import TemplatesTab
from comptexpert_desktop.ui.firm.view import View
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.notices import Notices
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import firm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.widgets.links import Links
    from comptexpert_desktop.usecases.firm import Cabinets


class FirmScreen(QWidget):
    """Shows what was last read at once, then what the server says now."""

    sign_in_wanted = Signal()
    invite_wanted = Signal()
    reviews_wanted = Signal(str)
    """The id of the cabinet whose reviews are opened."""

    def __init__(
        self,
        tasks: Tasks,
        changes: Changes,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        links: Links,
    ) -> None:
        super().__init__()
        self.title = "Cabinet"
        self.setObjectName("firmScreen")
        self._tasks, self._clock = tasks, clock
        self._cabinets: Cabinets | None = None
        self._page: FirmPage | None = None
        self._read_at: datetime | None = None
        self._shown: View | None = None
        self._firm_id = ""
        self._wants_keyboard = self._was_opened = False
        self._trouble: ComptexpertError | None = None
        self.banner, self.trouble = Banner(name="errorBanner"), Banner(name="offlineBanner")
        self.heading = PlainLabel(self.title, role="title")
        self.about, self.dated = PlainLabel(role="muted"), PlainLabel(role="hint")
        self.firms = QComboBox()
        self.firm_field = Field("&Cabinet", self.firms, name="firmBox")
        self.people, self.absences = PeopleTab(), AbsencesTab(clock=clock)
        self.rules, self.templates = RulesTab(links=links), TemplatesTab()
        self.tabs = QTabWidget()
        self.sending = Sending(tasks, owner=self, new_id=new_id, banner=self.banner)
        self._asking = Asking(tasks, owner=self, sending=self.sending, clock=clock, new_id=new_id, banner=self.banner)
        self._asking_absences = AskingAbsences(self, sending=self.sending)
        self._build()
        self._connect()
        changes.listen(self, Topic.SESSION, call=self._read)
        changes.listen(self, Topic.CATALOGUE, Topic.OUTBOX, call=self._read_in_sight)
        changes.listen(self, Topic.OUTBOX, call=self._asking.follow)
        changes.listen(self, Topic.NETWORK, Topic.DELEGATIONS, call=self._refresh)

    def activate(self) -> None:
        """Show what is known, then ask the server."""
        self._trouble = None
        focused = QApplication.focusWidget()
        self._wants_keyboard = focused is None or not self.isAncestorOf(focused)
        self._was_opened = True
        self._refresh()

    # -- Reading --------------------------------------------------------------------------------

    def _read(self) -> None:
        work = partial(firm.cabinets, firm_id=self._firm_id)
        self._tasks.read(self, work, self._take, channel="firm-known")

    def _read_in_sight(self) -> None:
        """Read again while somebody looks: the next opening reads everything."""
        if self.isVisible():
            self._read()

    def _refresh(self) -> None:
        """Ask the server for the page, once it is known whose; nothing while the screen is out of sight."""
        if self.isVisible():
            work = partial(firm.cabinets, firm_id=self._firm_id)
            self._tasks.read(self, work, self._take_and_ask, channel="firm-asked")

    def _take_and_ask(self, found: Cabinets) -> None:
        self._take(found)
        if found.me is not None and found.firms:
            work = partial(firm.fetch, firm_id=self._firm_id, account_id=found.me.account.account_id)
            self._tasks.call(self, work, self._arrived, failed=self._unanswered, channel="firm-page")

    def _take(self, found: Cabinets) -> None:
        before = self._cabinets.me.account.account_id if self._cabinets and self._cabinets.me else ""
        account_id = found.me.account.account_id if found.me else ""
        if account_id != before:
            self._welcome()
        self._cabinets = found
        self._offer_firms(found)
        if found.known is not None and (self._page is None or self._page.id != found.known.page.id):
            self._page, self._read_at = found.known.page, found.known.read_at
        self._show()
        if account_id and self._was_opened:
            self._was_opened = False
            self.sending.remind(account_id=account_id)

    def _welcome(self) -> None:
        """Leave nothing of one account on screen for the next."""
        self._page = self._read_at = self._shown = self._trouble = None
        self._firm_id = ""
        self._asking.forget()

    def _arrived(self, page: FirmPage) -> None:
        """Show a page that the server gave, and keep it."""
        if page.id != self._firm_id or self._cabinets is None or self._cabinets.me is None:
            return
        self._page, self._read_at, self._trouble = page, self._clock(), None
        account_id = self._cabinets.me.account.account_id
        keep = partial(firm.keep, page=page, account_id=account_id, now=self._read_at)
        self._tasks.write(self, keep, self._read, wakes=False)

    def _unanswered(self, error: ComptexpertError) -> None:
        self._trouble = error
        self._show()

    def _choose(self, index: int) -> None:
        firm_id = self.firms.itemData(index)
        if firm_id and firm_id != self._firm_id:
            self._firm_id, self._page, self._read_at, self._trouble = str(firm_id), None, None, None
            self.banner.clear()
            self._refresh()

    # -- Showing --------------------------------------------------------------------------------

    def _offer_firms(self, found: Cabinets) -> None:
        ids = [one.id for one in found.firms]
        if self._firm_id not in ids:
            self._firm_id = ids[0] if ids else ""
        known = [self.firms.itemData(row) for row in range(self.firms.count())]
        if known != ids:
            self.firms.blockSignals(True)
            self.firms.clear()
            for one in found.firms:
                self.firms.addItem(one.name, one.id)
            self.firms.blockSignals(False)
        if self._firm_id:
            self.firms.setCurrentIndex(ids.index(self._firm_id))
        self.firm_field.setVisible(len(ids) > 1)

    def _show(self) -> None:
        found = self._cabinets
        if found is None or found.me is None:
            self._stack.setCurrentWidget(self._signed_out)
        elif not found.firms:
            self._stack.setCurrentWidget(self._no_firm)
        elif self._page is None:
            self._show_nothing_yet()
        else:
            self._show_page(found, self._page)

    def _show_nothing_yet(self) -> None:
        error = self._trouble
        message = messages.for_error(error) if error else None
        self._unknown.title.setText(message.title if message else "Lecture du cabinet")
        self._unknown.text.setText(_NEVER_READ if message else "Le serveur répond d’ordinaire en un instant.")
        self._unknown.button.setVisible(message is not None)
        self._stack.setCurrentWidget(self._unknown)

    def _show_page(self, found: Cabinets, page: FirmPage) -> None:
        assert found.me is not None
        self._show_trouble()
        self.heading.setText(page.name)
        self.about.setText(words.siren(page))
        self.dated.setText(words.read_at(self._read_at, now=self._clock()) if self._read_at else "")
        view = View(
            page=page,
            account_id=found.me.account.account_id,
            catalogue=found.catalogue,
            today=wording.local_day(self._clock()),
            why_not=words.OFFLINE if self._trouble else "",
            cancelled=found.cancelled,
            rights=found.rights,
        )
        self._asking.take(view)
        self._asking_absences.take(view)
        self._stack.setCurrentWidget(self._content)
        if self._wants_keyboard:
            self._wants_keyboard = False
            self.tabs.tabBar().setFocus()
        if view != self._shown:
            self._shown = view
            self._redraw(view)

    def _show_trouble(self) -> None:
        if self._trouble is None:
            self.trouble.clear()
            return
        message = messages.for_error(self._trouble)
        again = self._trouble.code in messages.SIGN_IN_AGAIN
        dated = words.read_at(self._read_at, now=self._clock()) if self._read_at else ""
        self.trouble.show_message(
            f"{dated} Le cabinet ne se modifie qu’en ligne.".strip(),
            title=message.title,
            tone=message.tone,
            action_text="Se connecter" if again else "Réessayer",
            action=self.sign_in_wanted.emit if again else self.activate,
        )

    def _redraw(self, view: View) -> None:
        """Show a view in every tab; the keyboard stays on the button of the same name."""
        focused = QApplication.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        for tab in (self.people, self.absences, self.rules, self.templates):
            tab.show_view(view)
        if not name:
            return
        same = [one for one in self.findChildren(QWidget, name) if one.isVisible() and one.isEnabled()]
        (same[-1] if same else self.tabs.tabBar()).setFocus()

    # -- Building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.firms.currentIndexChanged.connect(self._choose)
        self.sending.answered.connect(self._arrived)
        self.sending.sign_in_wanted.connect(self.sign_in_wanted)
        self.people.invite_wanted.connect(self.invite_wanted)
        self.people.departure_wanted.connect(self._asking.departure)
        self.people.cancel_wanted.connect(self._asking.cancel_invitation)
        self.people.again_wanted.connect(self._asking.invite_again)
        self.absences.declare_wanted.connect(self._asking_absences.declare_absence)
        self.absences.ask_wanted.connect(self._asking_absences.ask_cover)
        self.absences.object_wanted.connect(self._asking_absences.object_to)
        self.absences.end_wanted.connect(self._asking_absences.end_absence)
        self.rules.terms_wanted.connect(self._asking.accept_terms)
        self.rules.two_wanted.connect(self._asking.two_approvers)
        self.rules.review_day_wanted.connect(self._asking.review_day)
        self.rules.reviews_wanted.connect(lambda: self.reviews_wanted.emit(self._firm_id))
        self.templates.edit_wanted.connect(self._asking.edit_template)
        self.templates.restore_wanted.connect(self._asking.restore_templates)

    def _build(self) -> None:
        head = QHBoxLayout()
        named = QVBoxLayout()
        named.setSpacing(SPACE)
        for part in (self.heading, self.about, self.dated):
            named.addWidget(part)
        head.addLayout(named, 1)
        head.addWidget(self.firm_field)
        self.firm_field.hide()
        self.tabs.setObjectName("firmTabs")
        self.tabs.setAccessibleName("Parties de la page du cabinet")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setAccessibleName(self.tabs.accessibleName())
        for tab, label in (
            (self.people, "&Personnes"),
            (self.absences, "&Absences"),
            (self.rules, "&Règles"),
            (self.templates, "&Modèles"),
        ):
            self.tabs.addTab(tab, label)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, SPACE * 7, 0, 0)
        column.setSpacing(SPACE * 3)
        top = QVBoxLayout()
        top.setContentsMargins(SPACE * 8, 0, SPACE * 8, 0)
        top.addLayout(head)
        column.addLayout(top)
        column.addWidget(Notices([self.trouble, self.banner]))
        column.addWidget(self.tabs, 1)
        self._signed_out = EmptyState("building", _SIGN_IN, _SIGN_IN_WHY, "Se connecter", self.sign_in_wanted.emit)
        self._no_firm = EmptyState("building", _FOR_GRANTORS, _FOR_GRANTORS_WHY)
        self._unknown = EmptyState("building", "", "", "Réessayer", self.activate)
        self._stack = QStackedWidget()
        for page in (self._signed_out, self._no_firm, self._unknown, self._content):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)


_SIGN_IN = "Connectez-vous pour voir votre cabinet"
_SIGN_IN_WHY = "Ses personnes, ses absences et ses règles ne se montrent qu’à ceux qui accordent des droits."
_FOR_GRANTORS = "Cette page est celle des experts-comptables"
_FOR_GRANTORS_WHY = (
    "Ils y tiennent les personnes du cabinet, les conditions des services et les absences. Vos propres droits sont "
    "dans «\u00a0Mes demandes\u00a0»."
)
_NEVER_READ = "Ce cabinet n’a encore jamais été lu sur ce poste. Il le sera dès que le serveur répondra."
