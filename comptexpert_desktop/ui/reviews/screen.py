"""« Revue annuelle »: every right of a firm, kept or ended, for those who grant for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.review import Answer, standing, why_not
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import ServerFault, UnexpectedReply, Unreachable
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.labels import Labels
from comptexpert_desktop.ui.reviews import words
from comptexpert_desktop.ui.reviews.bar import ReviewBar
from comptexpert_desktop.ui.reviews.head import ReviewHead
from comptexpert_desktop.ui.reviews.model import ALL, CHOSEN, TO_REVIEW, ReviewModel
from comptexpert_desktop.ui.reviews.opening import Opening
from comptexpert_desktop.ui.reviews.reporting import Reporting
from comptexpert_desktop.ui.reviews.send_dialog import SendDialog
from comptexpert_desktop.ui.reviews.sending import Sending
from comptexpert_desktop.ui.reviews.table import ReviewTable
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.notices import Notices
from comptexpert_desktop.usecases import reviews

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.review import ReviewPage
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.reviews import Fetched, ReviewDesk

_MODES = ((TO_REVIEW, "À revoir"), (CHOSEN, "Choisis, non envoyés"), (ALL, "Tous"))


class ReviewsScreen(QWidget):
    """Shows what was last read at once, then what the server says now."""

    sign_in_wanted = Signal()

    def __init__(
        self, tasks: Tasks, changes: Changes, *, clock: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        super().__init__()
        self.title = words.TITLE
        self.setObjectName("reviewsScreen")
        self._tasks, self._clock, self._new_id = tasks, clock, new_id
        self._desk: ReviewDesk | None = None
        self._trouble: ComptexpertError | None = None
        self._firm_id, self._last = "", ([""], 0)
        self._wants_keyboard = False
        self.banner, self.trouble = Banner(name="errorBanner"), Banner(name="offlineBanner")
        self.head, self.bar = ReviewHead(), ReviewBar()
        self.mode, self.search = QComboBox(), QLineEdit()
        self.model = ReviewModel(self)
        self.table = ReviewTable(self.model)
        self.sending = Sending(tasks, owner=self)
        self.opening = Opening(tasks, owner=self, clock=clock, new_id=new_id)
        self.reporting = Reporting(tasks, owner=self, clock=clock, banner=self.banner)
        self._build()
        self._connect()
        changes.listen(self, Topic.REVIEWS, Topic.SESSION, Topic.CATALOGUE, call=self._read)
        changes.listen(self, Topic.DELEGATIONS, call=self._refresh)
        changes.listen(self, Topic.NETWORK, call=self._retry)

    def activate(self) -> None:
        """Show what is known, then ask the server."""
        self._trouble = None
        focused = QApplication.focusWidget()
        self._wants_keyboard = focused is None or not self.isAncestorOf(focused)
        self._refresh()

    def show_firm(self, firm_id: str) -> None:
        """Show the review of a firm."""
        if firm_id and firm_id != self._firm_id:
            self._firm_id, self._desk, self._trouble = firm_id, None, None
            self.banner.clear()
            self._refresh()

    # -- Reading --------------------------------------------------------------------------------

    def _read(self) -> None:
        self._tasks.read(self, partial(reviews.desk, firm_id=self._firm_id), self._take, channel="review-known")

    def _refresh(self) -> None:
        """Ask the server for the review, once it is known whose; nothing while the screen is out of sight."""
        if self.isVisible() and not self.sending.is_running:
            work = partial(reviews.desk, firm_id=self._firm_id)
            self._tasks.read(self, work, self._take_and_ask, channel="review-asked")

    def _retry(self) -> None:
        if self._trouble is not None:
            self._refresh()

    def _take_and_ask(self, found: ReviewDesk) -> None:
        self._take(found)
        if found.firm_id:
            work = partial(reviews.fetch, firm_id=found.firm_id, account_id=found.account_id)
            self._tasks.call(self, work, self.arrived, failed=self._unanswered, channel="review-page")

    def _take(self, found: ReviewDesk) -> None:
        if self._desk is not None and self._desk.account_id != found.account_id:
            self.banner.clear()
            self._trouble = None
        self._desk, self._firm_id = found, found.firm_id
        self.head.offer_firms(found.firms, chosen=found.firm_id)
        self._show(found)

    def arrived(self, fetched: Fetched) -> None:
        """Keep what the server gave; the screen then reads it like everything else."""
        desk = self._desk
        if desk is None or fetched.firm.id != self._firm_id:
            return
        self._trouble = None
        keep = partial(reviews.keep, fetched=fetched, account_id=desk.account_id, now=self._clock())
        self._tasks.write(self, keep, wakes=False)

    def _unanswered(self, error: ComptexpertError) -> None:
        self._trouble = error
        if self._desk is not None:
            self._show(self._desk)

    # -- Showing --------------------------------------------------------------------------------

    def _show(self, desk: ReviewDesk) -> None:
        self._show_trouble(desk)
        if desk.me is None:
            self._stack.setCurrentWidget(self._signed_out)
        elif not desk.firms:
            self._stack.setCurrentWidget(self._no_firm)
        elif desk.page is None:
            self._show_nothing(desk)
        else:
            self._show_page(desk, desk.page)

    def _show_nothing(self, desk: ReviewDesk) -> None:
        """No review was ever opened, or nothing is known yet."""
        is_known = desk.read_at is not None
        message = messages.for_error(self._trouble) if self._trouble else None
        never, waiting = "Aucune revue n’a encore été ouverte", "Lecture de la revue"
        self._nothing.title.setText(never if is_known else message.title if message else waiting)
        self._nothing.text.setText(_WHAT_IT_IS if is_known else _NEVER_READ)
        self._nothing.button.setText("Ouvrir une revue" if is_known else "Réessayer")
        self._nothing.button.setVisible(is_known or message is not None)
        self._nothing.button.setEnabled(not (is_known and message))
        self._stack.setCurrentWidget(self._nothing)

    def _show_page(self, desk: ReviewDesk, page: ReviewPage) -> None:
        now = self._clock()
        how_far = standing(page, chosen=desk.chosen)
        self.head.show_review(page.summary, standing=how_far, firm=self._firm().name, now=now)
        self.head.allow_opening(why=words.offline(self._trouble))
        ids = [row.id for row in self.table.chosen()] or self._last[0]
        self.model.show_rows(page.items, chosen=desk.chosen, labels=Labels(desk.catalogue))
        self.table.choose(ids, near=self._last[1])
        self.bar.show_waiting(how_far.chosen, why=self._why_not_send())
        self.bar.keys.setVisible(page.summary.status != "closed")
        self._follow_choice()
        self._stack.setCurrentWidget(self._content)
        if self._wants_keyboard:
            self._wants_keyboard = False
            self.table.setFocus()

    def _show_trouble(self, desk: ReviewDesk) -> None:
        if self._trouble is None:
            self.trouble.clear()
            return
        message = messages.for_error(self._trouble)
        again = self._trouble.code in messages.SIGN_IN_AGAIN
        read_at = wording.moment(desk.read_at, now=self._clock()) if desk.read_at else ""
        dated = f"Page lue {read_at}. " if read_at else ""
        self.trouble.show_message(
            f"{dated}Vos choix restent gardés sur ce poste. Envoyez-les quand le serveur répondra.",
            title=message.title,
            tone=message.tone,
            action_text="Se connecter" if again else "Réessayer",
            action=self.sign_in_wanted.emit if again else self.activate,
        )

    def _why_not_send(self) -> str:
        return "Un envoi est en cours." if self.sending.is_running else words.offline(self._trouble)

    def _follow_choice(self) -> None:
        desk = self._desk
        if desk is None or desk.page is None:
            return
        rows = self.table.chosen()
        if rows:
            self._last = ([row.id for row in rows], self.table.currentIndex().row())
        is_closed = desk.page.summary.status == "closed"
        nothing = (
            ""
            if self.model.rowCount()
            else words.nothing_here("" if self.search.text() else str(self.mode.currentData()))
        )
        self.bar.show_chosen(rows, account_id=desk.account_id, is_closed=is_closed, nothing=nothing)

    def _firm(self) -> Firm:
        assert self._desk is not None
        return next(one for one in self._desk.firms if one.id == self._desk.firm_id)

    # -- Answering ------------------------------------------------------------------------------

    def _answer(self, answer: Answer) -> None:
        desk = self._desk
        if desk is None or desk.page is None or self.sending.is_running:
            return
        closed = desk.page.summary.status == "closed"
        rows = self.table.chosen()
        may = [row.id for row in rows if not why_not(row.item, account_id=desk.account_id, is_closed=closed)]
        if not may:
            return
        self.banner.clear()
        if left := len(rows) - len(may):
            many = wording.count(left, "droit n’a pas reçu", many="droits n’ont pas reçu")
            self.banner.show_message(f"{many} de réponse{wording.NBSP}: {_NOT_YOURS}", tone="info")
        choose = partial(reviews.choose, firm_id=desk.firm_id, delegation_ids=may, answer=answer, new_id=self._new_id)
        self._tasks.write(self, choose, failed=self._say, wakes=False)

    def _take_back(self) -> None:
        desk = self._desk
        if desk is not None and desk.page is not None and not self.sending.is_running:
            ids = [row.id for row in self.table.chosen()]
            forget = partial(reviews.forget, firm_id=desk.firm_id, delegation_ids=ids)
            self._tasks.write(self, forget, failed=self._say, wakes=False)

    def _ask_send(self) -> None:
        desk = self._desk
        if desk is None or desk.page is None or not self.bar.send_button.isEnabled():
            return
        chosen = [one for one in desk.chosen.values() if not one.code]
        dialog = SendDialog(self, chosen=chosen, page=desk.page)
        dialog.accepted.connect(partial(self._send, desk, desk.page))
        dialog.open()

    def _send(self, desk: ReviewDesk, page: ReviewPage) -> None:
        self.banner.clear()
        self.sending.start(firm_id=desk.firm_id, review_id=page.summary.id, account_id=desk.account_id)
        self.bar.show_waiting(0, why=self._why_not_send())

    def _say_moved(self, done: int) -> None:
        self.banner.show_message(
            f"{wording.count(done, 'réponse', many='réponses')} sur le serveur.",
            tone="info",
            title="Envoi en cours",
            action_text="Arrêter après cet envoi",
            action=self.sending.give_up,
        )

    def _say_ended(self, taken: int, refused: int) -> None:
        self.banner.show_message(words.sent(taken, refused=refused), tone="warning" if refused else "success")
        if refused:
            self.mode.setCurrentIndex(0)
        self._refresh()

    def _say(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        again = error.code in messages.SIGN_IN_AGAIN
        is_lost = isinstance(error, _MAY_BE_DONE)
        acts: dict[str, Callable[[], object] | None] = {
            "Se connecter": self.sign_in_wanted.emit,
            "Renvoyer": self._ask_send,
        }
        label = "Se connecter" if again else "Renvoyer" if is_lost else ""
        self.banner.show_message(
            _LOST if is_lost else f"{message.body} {_KEPT}",
            title=message.title,
            tone=message.tone,
            action_text=label,
            action=acts.get(label),
        )
        self._read()

    # -- Building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.head.firm_chosen.connect(self.show_firm)
        self.head.open_wanted.connect(self._ask_open)
        self.opening.opened.connect(self.arrived)
        self.opening.failed.connect(self._say_not_opened)
        self.table.chosen_changed.connect(self._follow_choice)
        self.bar.answered.connect(self._answer)
        self.bar.taken_back.connect(self._take_back)
        self.bar.send_wanted.connect(self._ask_send)
        self.head.paper_wanted.connect(lambda: self._report(self.reporting.ask_paper))
        self.head.table_wanted.connect(lambda: self._report(self.reporting.ask_table))
        self.sending.moved.connect(self._say_moved)
        self.sending.ended.connect(self._say_ended)
        self.sending.failed.connect(self._say)
        self.mode.currentIndexChanged.connect(self._filter)
        self.search.textChanged.connect(self._filter)
        here = Qt.ShortcutContext.WidgetShortcut
        whole = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (
            ("G", partial(self._answer, Answer.KEEP)),
            ("F", partial(self._answer, Answer.END)),
            ("Del", self._take_back),
        ):
            QShortcut(QKeySequence(keys), self.table, act, context=here)
        for keys, act in (
            ("Ctrl+Return", self._ask_send),
            ("Ctrl+Enter", self._ask_send),
            ("Ctrl+F", self.search.setFocus),
        ):
            QShortcut(QKeySequence(keys), self, act, context=whole)

    def _filter(self) -> None:
        self.model.filter(mode=str(self.mode.currentData()), text=self.search.text())
        self.table.choose(self._last[0], near=0)

    def _ask_open(self) -> None:
        if self._desk is not None and self._desk.firm_id:
            self.opening.ask(firm=self._firm(), account_id=self._desk.account_id)

    def _say_not_opened(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        text = _MAYBE_OPEN if isinstance(error, _MAY_BE_DONE) else message.body
        self.banner.show_message(text, title=message.title, tone=message.tone)
        self._refresh()

    def _act_on_nothing(self) -> None:
        if self._desk is not None and self._desk.read_at is not None:
            self._ask_open()
        else:
            self.activate()

    def _report(self, ask: Callable[..., object]) -> None:
        if self._desk is not None and self._desk.page is not None:
            ask(self._desk, self._desk.page, firm=self._firm())

    def _build(self) -> None:
        for key, label in _MODES:
            self.mode.addItem(label, key)
        self.search.setClearButtonEnabled(True)
        filters = QHBoxLayout()
        filters.setSpacing(SPACE * 3)
        filters.addWidget(Field("&Afficher", self.mode, name="reviewModeBox"))
        filters.addWidget(Field("&Rechercher", self.search, name="reviewSearchEdit"), 1)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(SPACE * 8, SPACE * 7, SPACE * 8, SPACE * 5)
        column.setSpacing(SPACE * 3)
        column.addWidget(self.head)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addWidget(self.bar)
        self._signed_out = EmptyState("list", _SIGN_IN, _WHAT_IT_IS, "Se connecter", self.sign_in_wanted.emit)
        self._no_firm = EmptyState("list", _FOR_GRANTORS, _WHAT_IT_IS)
        self._nothing = EmptyState("list", "", "", "Réessayer", self._act_on_nothing)
        self._stack = QStackedWidget()
        for page in (self._signed_out, self._no_firm, self._nothing, self._content):
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Notices([self.trouble, self.banner]))
        whole.addWidget(self._stack, 1)


_NOT_YOURS = "ils sont terminés, ou ce sont les vôtres."
_MAY_BE_DONE = (Unreachable, ServerFault, UnexpectedReply)
"""After these nobody knows what became of the answers: they go again, under the same keys."""
_KEPT = "Ce que vous avez choisi reste gardé sur ce poste."
_MAYBE_OPEN = (
    "La réponse du serveur n’est pas arrivée. La revue est peut-être ouverte. La demander encore n’en ouvrira pas deux."
)
_LOST = (
    "La réponse du serveur n’est pas arrivée. Vos choix restent gardés sur ce poste. Les renvoyer ne les fera pas "
    "compter deux fois."
)
_SIGN_IN = "Connectez-vous pour revoir les droits du cabinet"
_FOR_GRANTORS = "La revue est celle des experts-comptables"
_WHAT_IT_IS = (
    "Une fois par an, les experts-comptables d’un cabinet revoient tous les droits en cours. Chacun est gardé ou "
    "terminé. Ce qui reste sans réponse prend fin après un délai de grâce."
)
_NEVER_READ = "Cette revue n’a encore jamais été lue sur ce poste. Elle le sera dès que le serveur répondra."
