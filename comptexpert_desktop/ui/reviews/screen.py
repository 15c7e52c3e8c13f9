"""« Revue annuelle »: every right of a firm, kept or ended, for those who grant for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from comptexpert_desktop.domain.review import standing
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.reviews import words
from comptexpert_desktop.ui.destinations import Destination, ShowReview
from comptexpert_desktop.ui.documents import exports
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.online_page import OnlinePage
from comptexpert_desktop.ui.reviews.answering import Answering
from comptexpert_desktop.ui.reviews.head import ReviewHead
from comptexpert_desktop.ui.reviews.model import ALL, CHOSEN, TO_REVIEW, ReviewModel
from comptexpert_desktop.ui.reviews.opening import Opening
from comptexpert_desktop.ui.reviews.reporting import Reporting
from comptexpert_desktop.ui.reviews.sending import Sending
from comptexpert_desktop.ui.reviews.table import ReviewTable
from comptexpert_desktop.ui.widgets.actions import ActionSpec
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.row_habits import add_row_habits
from comptexpert_desktop.usecases.firm import reviews

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.review import ReviewPage
    from comptexpert_desktop.ui.screen import ScreenContext
    from comptexpert_desktop.usecases.firm.reviews import Fetched, ReviewDesk
    from comptexpert_desktop.usecases.ports import Gateways, Stores

_MODES = (("À revoir", TO_REVIEW), ("Choisis, non envoyés", CHOSEN), ("Tous", ALL))
SEARCH = ActionSpec("search", "Rechercher", ("Ctrl+F",))


class ReviewsScreen(OnlinePage["ReviewDesk", "Fetched"]):
    """Shows what was last read at once, then what the server says now."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title=words.TITLE, name="reviewsScreen", icon="list")
        tasks, clock = context.tasks, context.clock
        self.desk: ReviewDesk | None = None
        self._firm_id = ""
        self.head = ReviewHead()
        self.mode, self.search = Choice(), QLineEdit()
        self.model = ReviewModel(self)
        self.table = ReviewTable(self.model)
        self.sending = Sending(context, owner=self)
        self.answering = Answering(self)
        self.bar = self.answering.bar
        self.opening = Opening(context, owner=self)
        self.reporting = Reporting(tasks, owner=self, clock=clock, banner=self.banner)
        exports.follow_policy(self.head.report_button, context)
        self._build()
        self._connect()
        add_row_habits(self.table, registries=(self.actions_here,))
        context.changes.listen(self, Topic.REVIEWS, Topic.SESSION, Topic.CATALOGUE, call=self.read)
        context.changes.listen(self, Topic.DELEGATIONS, call=self.refresh)
        context.changes.listen(self, Topic.NETWORK, call=self._retry)

    def arrive(self, destination: Destination) -> None:
        """Show the review of the firm that the destination names."""
        if isinstance(destination, ShowReview):
            self.show_firm(destination.firm_id)
        self.activate()

    def show_firm(self, firm_id: str) -> None:
        """Show the review of a firm."""
        if firm_id and firm_id != self._firm_id:
            self._firm_id, self.desk, self.trouble = firm_id, None, None
            self.banner.clear()
            self.refresh()

    def firm(self) -> Firm:
        """Return the firm that is shown."""
        assert self.desk is not None
        return next(one for one in self.desk.firms if one.id == self._firm_id)

    # -- Reading --------------------------------------------------------------------------------

    def known(self) -> Callable[[Stores], ReviewDesk]:
        """Read who is signed in, and what is known of the review."""
        return partial(reviews.desk, firm_id=self._firm_id)

    def question(self, known: ReviewDesk) -> Callable[[Gateways], Fetched] | None:
        """Ask for the review of the firm."""
        if not known.firm_id or self.sending.is_running:
            return None
        return partial(reviews.fetch, firm_id=known.firm_id, account_id=known.account_id)

    def take(self, known: ReviewDesk) -> None:
        """Show who is signed in, and what is known of the review."""
        if self.desk is not None and self.desk.account_id != known.account_id:
            self.banner.clear()
            self.trouble = None
        self.desk, self._firm_id = known, known.firm_id
        self.head.offer_firms(known.firms, chosen=known.firm_id)
        self.show_again()

    def arrived(self, answer: Fetched) -> None:
        """Keep what the server answered; the screen then reads it like everything else."""
        if self.desk is None or answer.firm.id != self._firm_id:
            return
        self.trouble = None
        keep = partial(reviews.keep, fetched=answer, account_id=self.desk.account_id, now=self.context.clock())
        self.context.tasks.write(self, keep, wakes=False)

    def _retry(self) -> None:
        if self.trouble is not None:
            self.refresh()

    # -- Showing --------------------------------------------------------------------------------

    def first_input(self) -> QWidget:
        """Begin at the list."""
        return self.table

    def show_again(self) -> None:
        """Show the review, or why there is none to show."""
        desk = self.desk
        if desk is None:
            return
        self.say_trouble(_KEPT_HERE, read_at=desk.read_at)
        if desk.me is None:
            self.stack.setCurrentWidget(self._signed_out)
        elif not desk.firms:
            self.show_nothing(_FOR_GRANTORS, _WHAT_IT_IS)
        elif desk.page is not None:
            self._show_page(desk, desk.page)
        elif desk.read_at is not None:
            never = "Aucune revue n’a encore été ouverte"
            self.show_nothing(never, _WHAT_IT_IS, action="Ouvrir une revue", may=self.trouble is None)
        elif self.trouble is not None:
            self.show_nothing(messages.for_error(self.trouble).title, _NEVER_READ, action="Réessayer")
        else:
            self.show_nothing("Lecture de la revue", _NEVER_READ)

    def act_on_nothing(self) -> None:
        """Open a review where none ever was, or ask the server again."""
        if self.desk is not None and self.desk.read_at is not None:
            self._ask_open()
        else:
            self.activate()

    def _show_page(self, desk: ReviewDesk, page: ReviewPage) -> None:
        how_far = standing(page, chosen=desk.chosen)
        waiting = sum(not one.was_sent and not one.code for one in desk.chosen.values())
        self.head.show_review(page.summary, standing=how_far, firm=self.firm().name, now=self.context.clock())
        self.head.allow_opening(why=words.offline(self.trouble))
        with self.table.selection_kept():
            self.model.show_rows(page.items, chosen=desk.chosen, labels=Labels(desk.catalogue))
        self.answering.show_waiting(waiting, is_closed=page.summary.status == "closed")
        self.show_content()

    def _filter(self) -> None:
        with self.table.selection_kept():
            self.model.filter(mode=str(self.mode.value()), text=self.search.text())
        self.answering.follow_selection()

    # -- Opening and reporting ------------------------------------------------------------------

    def _ask_open(self) -> None:
        if self.desk is not None and self.desk.firm_id:
            self.opening.ask(firm=self.firm(), account_id=self.desk.account_id)

    def _say_not_opened(self, entry: OutboxEntry) -> None:
        message = messages.for_code(entry.code, data=entry.answer)
        self.banner.show_message(message.body, title=message.title, tone=message.tone)
        self.refresh()

    def _say_opening_waits(self, entry: OutboxEntry) -> None:
        message = messages.for_code(entry.code, data=entry.answer)
        again = entry.code in messages.SIGN_IN_AGAIN
        self.banner.show_message(
            _MAYBE_OPEN,
            title=message.title,
            tone=message.tone,
            action_text="Se connecter" if again else "Renvoyer",
            action=self.context.navigator.sign_in if again else self.context.navigator.synchronise,
        )

    def _report(self, ask: Callable[..., object]) -> None:
        if self.desk is not None and self.desk.page is not None:
            ask(self.desk, self.desk.page, firm=self.firm())

    # -- Building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.head.firm_chosen.connect(self.show_firm)
        self.head.open_requested.connect(self._ask_open)
        self.opening.opened.connect(self.arrived)
        self.opening.refused.connect(self._say_not_opened)
        self.opening.delayed.connect(self._say_opening_waits)
        self.opening.failed.connect(self.show_error)
        self.head.paper_requested.connect(lambda: self._report(self.reporting.ask_paper))
        self.head.table_requested.connect(lambda: self._report(self.reporting.ask_table))
        self.mode.currentIndexChanged.connect(self._filter)
        self.search.textChanged.connect(self._filter)
        self.actions_here.add(SEARCH, self.search.setFocus)

    def _build(self) -> None:
        self.mode.offer(_MODES)
        self.search.setClearButtonEnabled(True)
        filters = QHBoxLayout()
        filters.setSpacing(SPACE * 3)
        filters.addWidget(Field("&Afficher", self.mode, name="reviewModeBox"))
        filters.addWidget(Field("&Rechercher", self.search, name="reviewSearchEdit"), 1)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(SPACE * 8, SPACE * 7, SPACE * 8, SPACE * 5)
        column.setSpacing(SPACE * 3)
        column.addWidget(self.head)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addWidget(self.bar)
        self._signed_out = EmptyState("list", _SIGN_IN, _WHAT_IT_IS, "Se connecter", self.context.navigator.sign_in)
        self.stack.addWidget(self._signed_out)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.notices)
        whole.addWidget(self.stack, 1)


_KEPT_HERE = "Vos choix restent gardés sur ce poste. Envoyez-les quand le serveur répondra."
_MAYBE_OPEN = (
    "La demande est dans la boîte d’envoi. Elle partira dès que le serveur répondra, et n’ouvrira qu’une revue."
)
_SIGN_IN = "Connectez-vous pour revoir les droits du cabinet"
_FOR_GRANTORS = "La revue est celle des experts-comptables"
_WHAT_IT_IS = (
    "Une fois par an, les experts-comptables d’un cabinet revoient tous les droits en cours. Chacun est gardé ou "
    "terminé. Ce qui reste sans réponse prend fin après un délai de grâce."
)
_NEVER_READ = "Cette revue n’a encore jamais été lue sur ce poste. Elle le sera dès que le serveur répondra."
