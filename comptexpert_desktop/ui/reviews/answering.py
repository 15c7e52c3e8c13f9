"""Answer the selected rights of a review: keep, end, take back, then send what was chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from comptexpert_desktop.domain.commands import Decide
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.review import Answer, why_not
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.reviews import words
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane, follow_question
from comptexpert_desktop.ui.reviews.bar import ReviewBar
from comptexpert_desktop.ui.reviews.send_dialog import SendDialog, people_of
from comptexpert_desktop.ui.widgets.actions import HERE, ActionSpec
from comptexpert_desktop.usecases.firm import reviews

if TYPE_CHECKING:
    from comptexpert_desktop.domain.review import ReviewPage
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.reviews.screen import ReviewsScreen
    from comptexpert_desktop.usecases.firm.reviews import ReviewDesk

KEEP = ActionSpec("keep", "Garder", ("G",), HERE)
END = ActionSpec("end", "Mettre fin", ("F",), HERE)
TAKE_BACK = ActionSpec("take-back", "Effacer le choix", ("Del",), HERE)
SEND = ActionSpec("send", "Envoyer", ("Ctrl+Return", "Ctrl+Enter"))
_NOT_YOURS = "ils sont terminés, ou ce sont les vôtres."
_KEPT = "Ce que vous avez choisi reste gardé sur ce poste."
_ON_THEIR_WAY = (
    "Vos réponses sont dans la boîte d’envoi. Elles partiront dès que le serveur répondra, chacune une seule fois."
)


class Answering(QObject):
    """The bar below the list: it acts on the selected rows and on nothing else."""

    def __init__(self, screen: ReviewsScreen) -> None:
        super().__init__(screen)
        self._screen, self._tasks = screen, screen.context.tasks
        actions, table = screen.actions_here, screen.table
        self.keep = actions.add(KEEP, partial(self._answer, Answer.KEEP), owner=table)
        self.end = actions.add(END, partial(self._answer, Answer.END), owner=table)
        self.take_back = actions.add(TAKE_BACK, self._take_back, owner=table)
        self.send = actions.add(SEND, self._ask_send)
        self.bar = ReviewBar(keep=self.keep, end=self.end, take_back=self.take_back, send=self.send)
        self._is_closed = False
        table.selection.changed.connect(self.follow_selection)
        sending = screen.sending
        sending.moved.connect(self._say_moved)
        sending.ended.connect(self._say_ended)
        sending.delayed.connect(self._say_delayed)
        sending.failed.connect(self._say)

    def show_waiting(self, count: int, *, is_closed: bool) -> None:
        """Say how many answers can leave, or why none can."""
        self._is_closed = is_closed
        running, trouble = self._screen.sending.is_running, self._screen.trouble
        self.bar.show_waiting(count, why="Un envoi est en cours." if running else words.offline(trouble))
        self.bar.keys.setVisible(not is_closed)
        self.follow_selection()

    def follow_selection(self) -> None:
        """Say what may be done with the selected rows."""
        screen, desk = self._screen, self._screen.desk
        if desk is None or desk.page is None:
            return
        mode = "" if screen.search.text() else str(screen.mode.value())
        nothing = "" if screen.model.rowCount() else words.nothing_here(mode)
        rows = screen.table.selected()
        self.bar.show_selected(rows, account_id=desk.account_id, is_closed=self._is_closed, nothing=nothing)

    def _desk(self) -> tuple[ReviewDesk, ReviewPage] | None:
        """Return what is answered now; None while nothing can be."""
        desk = self._screen.desk
        if desk is None or desk.page is None or self._screen.sending.is_running:
            return None
        return desk, desk.page

    def _answer(self, answer: Answer) -> None:
        found = self._desk()
        if found is None:
            return
        desk, page = found
        closed = page.summary.status == "closed"
        rows = self._screen.table.selected()
        may = [row.id for row in rows if not why_not(row.item, account_id=desk.account_id, is_closed=closed)]
        if not may:
            return
        self._screen.banner.clear()
        if left := len(rows) - len(may):
            many = wording.count(left, "droit n’a pas reçu", many="droits n’ont pas reçu")
            self._screen.banner.show_message(f"{many} de réponse{wording.NBSP}: {_NOT_YOURS}", tone="info")
        new_id = self._screen.context.new_id
        choose = partial(reviews.choose, firm_id=desk.firm_id, delegation_ids=may, answer=answer, new_id=new_id)
        self._tasks.write(self._screen, choose, failed=self._say, wakes=False)

    def _take_back(self) -> None:
        found = self._desk()
        if found is not None:
            ids = [row.id for row in self._screen.table.selected()]
            clear = partial(reviews.delete, firm_id=found[0].firm_id, delegation_ids=ids)
            self._tasks.write(self._screen, clear, failed=self._say, wakes=False)

    def _ask_send(self) -> None:
        found = self._desk()
        if found is None or not self.send.isEnabled():
            return
        desk, page = found
        chosen = [one for one in desk.chosen.values() if not one.code and not one.was_sent]
        dialog = SendDialog(self._screen, chosen=chosen, page=page)
        ends = [Decide(one.delegation_id, Action.REVOKE, one.version) for one in chosen if one.answer is Answer.END]
        if ends:
            context, labels = self._screen.context, Labels(desk.catalogue)
            pane = EffectsPane(self._tasks, clock=context.clock, labels=labels)
            follow_question(pane, dialog, gestures=lambda: ends, people=people_of(ends, page=page))
        dialog.accepted.connect(partial(self._send, desk))
        dialog.open()

    def _send(self, desk: ReviewDesk) -> None:
        total = sum(not one.was_sent and not one.code for one in desk.chosen.values())
        self._screen.banner.clear()
        self._screen.sending.start(firm_id=desk.firm_id, total=total)
        self.show_waiting(0, is_closed=self._is_closed)

    def _say_moved(self, done: int) -> None:
        self._screen.banner.show_message(
            f"{wording.count(done, 'réponse', many='réponses')} sur le serveur.",
            tone="info",
            title="Envoi en cours",
            action_text="Arrêter après cet envoi",
            action=self._screen.sending.give_up,
        )

    def _say_ended(self, taken: int, refused: int) -> None:
        self._screen.banner.show_message(words.sent(taken, refused=refused), tone="warning" if refused else "success")
        if refused:
            self._screen.mode.setCurrentIndex(0)
        self._screen.refresh()

    def _say_delayed(self, code: str) -> None:
        message = messages.for_code(code)
        again = code in messages.SIGN_IN_AGAIN
        self._screen.banner.show_message(
            _ON_THEIR_WAY,
            title=message.title,
            tone=message.tone,
            action_text="Se connecter" if again else "Renvoyer",
            action=self._screen.context.navigator.sign_in if again else self._screen.context.navigator.synchronise,
        )
        self._screen.read()

    def _say(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._screen.banner.show_message(f"{message.body} {_KEPT}", title=message.title, tone=message.tone)
        self._screen.read()
