"""« Boîte d'envoi »: what has left this machine, what has not, and what waits for the person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QListView, QStackedWidget, QVBoxLayout, QWidget

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.reoffer_rules import FORGOTTEN_CODE
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.ui import messages, tooltips, wording
from comptexpert_desktop.ui.labels import Labels, named_entries
from comptexpert_desktop.ui.outbox import words
from comptexpert_desktop.ui.outbox.model import OutboxDelegate, OutboxModel
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.usecases import catalogue, outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.changes import Changes
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.usecases.ports import Stores

TICK_MS = 5_000
_INTRO = (
    "Chaque geste est d’abord enregistré sur ce poste, puis transmis. "
    "Rien n’est effectif tant que le serveur n’a pas répondu."
)


def _entries(stores: Stores) -> tuple[OutboxEntry, ...]:
    return named_entries(outbox.entries(stores), labels=Labels(catalogue.current(stores)))


class OutboxScreen(QWidget):
    """The list of entries, and what may be done with the chosen one."""

    sign_in_wanted = Signal()

    def __init__(
        self, tasks: Tasks, changes: Changes, *, clock: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = "Boîte d’envoi"
        self._tasks, self._clock = tasks, clock
        self._chosen_id = ""
        self.model = OutboxModel(clock=clock, parent=self)
        self.list = QListView()
        self.banner = Banner(name="errorBanner")
        self.summary = PlainLabel(role="strong")
        self.retry_button = primary("Réessayer maintenant", name="retryButton", icon="refresh")
        self.discard_button = secondary("Abandonner", name="discardButton", icon="trash")
        self.sign_in_button = secondary("Se connecter", name="outboxSignInButton", icon="sign-in")
        self._about = PlainLabel(role="heading")
        self._why = PlainLabel(selectable=True)
        self._hint = PlainLabel(role="hint")
        self.firm = QComboBox()
        self._firm_field = Field("&Cabinet concerné", self.firm, name="firmBox")
        self._empty = EmptyState(
            "cloud-check", "Rien n’attend", "Ce que vous enregistrez hors ligne attend ici jusqu’à sa transmission."
        )
        self._set_up_list()
        self._build()
        self._connect()
        self._ticker = QTimer(self, interval=TICK_MS)
        self._ticker.timeout.connect(self.model.tick)
        changes.listen(self, Topic.OUTBOX, Topic.SIGNUPS, Topic.SESSION, call=self.reload)

    def activate(self) -> None:
        """Read the outbox and put the keyboard in its list."""
        self.reload()
        self._ticker.start()
        self.list.setFocus()

    def reload(self) -> None:
        """Read the outbox again; the chosen entry stays chosen."""
        self._tasks.read(self, _entries, self._show, channel="outbox")

    def _show(self, entries: tuple[OutboxEntry, ...]) -> None:
        kept = self._chosen_id
        position = max(self.list.currentIndex().row(), 0)
        self.model.set_entries(entries)
        self.summary.setText(words.summary(entries))
        self.summary.setVisible(bool(entries))
        self._stack.setCurrentWidget(self._filled if entries else self._empty)
        if not entries:
            self._chosen_id = ""
            return
        found = self.model.find(kept)
        row = found if found is not None else min(position, len(entries) - 1)
        self.list.selectionModel().setCurrentIndex(
            self.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self._show_entry(self.model.entry(row))

    def _chosen(self) -> OutboxEntry | None:
        index = self.list.currentIndex()
        return self.model.entry(index.row()) if index.isValid() else None

    def _on_current_changed(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self._show_entry(entry)

    def _show_entry(self, entry: OutboxEntry) -> None:
        self._chosen_id = entry.id
        self._about.setText(words.title(entry))
        self._why.setText(words.explanation(entry))
        is_form = entry.code == FORGOTTEN_CODE
        may_retry = entry.status in words.RETRIABLE and not is_form
        self._allow(self.retry_button, allowed=may_retry, why=_WHY_FORM if is_form else _WHY_NO_RETRY)
        self._allow(self.discard_button, allowed=entry.status in words.DISCARDABLE, why=_WHY_NO_DISCARD)
        sent = entry.id and entry.status not in words.HERE and entry.status in words.DISCARDABLE
        self.discard_button.setText("Retirer de la liste" if sent else "Abandonner")
        self.sign_in_button.setVisible(entry.code in messages.SIGN_IN_AGAIN)
        self._offer_firms(entry)
        reasons = [button.accessibleDescription() for button in (self.retry_button, self.discard_button)]
        shown = next((reason for reason in reasons if reason), "")
        self._hint.setText(shown)
        self._hint.setVisible(bool(shown))

    def _offer_firms(self, entry: OutboxEntry) -> None:
        """Let the person name the cabinet when the server asked which one."""
        firms = entry.answer.get("firms") if entry.status is OutboxStatus.NEEDS_YOU else None
        self.firm.clear()
        for firm in firms if isinstance(firms, list) else []:
            self.firm.addItem(str(firm.get("name", "")), str(firm.get("id", "")))
        self._firm_field.setVisible(self.firm.count() > 0)

    def _allow(self, button: QWidget, *, allowed: bool, why: str) -> None:
        button.setEnabled(allowed)
        reason = "" if allowed else f"Pourquoi{wording.NBSP}? {why}"
        button.setToolTip(tooltips.plain(reason))
        button.setAccessibleDescription(reason)

    def _retry(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self.banner.clear()
            firm = str(self.firm.currentData() or "")
            work = partial(outbox.retry, outbox_id=entry.id, now=self._clock())
            if firm:
                work = partial(outbox.amend, outbox_id=entry.id, changes={"firm": firm}, now=self._clock())
            self._tasks.write(self, work, failed=self._show_error)

    def _ask_discard(self) -> None:
        entry = self._chosen()
        if entry is None:
            return
        if entry.status not in words.HERE:
            self._discard(entry)
            return
        confirm(
            self,
            title=f"Abandonner cet envoi{wording.NBSP}?",
            text=f"{words.title(entry)}. Il ne sera jamais transmis, et rien ne changera sur le serveur.",
            action="Abandonner",
            tone="danger",
            done=partial(self._discard, entry),
        )

    def _discard(self, entry: OutboxEntry) -> None:
        self.banner.clear()
        self._tasks.write(self, partial(outbox.discard, outbox_id=entry.id), failed=self._show_error)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self.banner.show_message(message.body, title=message.title, tone=message.tone)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.retry_button.clicked.connect(self._retry)
        self.discard_button.clicked.connect(self._ask_discard)
        self.sign_in_button.clicked.connect(self.sign_in_wanted)

    def _set_up_list(self) -> None:
        self.list.setObjectName("outboxList")
        self.list.setAccessibleName(self.title)
        self.list.setModel(self.model)
        self.list.setItemDelegate(OutboxDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _build(self) -> None:
        self.setObjectName("outboxScreen")
        side = Card(name="outboxDetail")
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE * 2)
        for button in (self.retry_button, self.discard_button, self.sign_in_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for part in (self._about, self._why, self._firm_field, buttons, self._hint):
            side.add(part)
        self._filled = QWidget()
        filled = QVBoxLayout(self._filled)
        filled.setContentsMargins(0, 0, 0, 0)
        filled.setSpacing(SPACE * 3)
        filled.addWidget(self.list, 1)
        filled.addWidget(side)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._filled)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 8, SPACE * 7, SPACE * 8, SPACE * 6)
        column.setSpacing(SPACE * 3)
        column.addWidget(PlainLabel(self.title, role="title"))
        column.addWidget(PlainLabel(_INTRO, role="muted"))
        column.addWidget(self.summary)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)
        self.summary.hide()


_WHY_NO_RETRY = "cet envoi est déjà parti. Le serveur répondra, ou l’essai reprendra tout seul."
_WHY_FORM = "reprenez le formulaire dans « Mes inscriptions », puis envoyez-le de nouveau."
_WHY_NO_DISCARD = "cet envoi a peut-être déjà eu son effet. Attendez la réponse du serveur."
