"""« Boîte d'envoi »: what has left this machine, what has not, and what waits for the person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.replay_rules import FORGOTTEN_CODE
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.errors.remedies import Act, remedy_of
from comptexpert_desktop.presentation.labels import Labels, named_entries
from comptexpert_desktop.presentation.outbox import lines, words
from comptexpert_desktop.ui.destinations import ShowDelegation
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.outbox.leading import LEADS, place_of
from comptexpert_desktop.ui.outbox.lists import OutboxLists
from comptexpert_desktop.ui.screen import Screen, ScreenContext
from comptexpert_desktop.ui.settings.diagnosis import Diagnosis
from comptexpert_desktop.ui.widgets.actions import HERE, ActionSpec
from comptexpert_desktop.ui.widgets.buttons import primary, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.row_habits import add_row_habits
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow
from comptexpert_desktop.usecases import catalogue
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.presentation.outbox.lines import OutboxLine
    from comptexpert_desktop.usecases.ports import Stores

_INTRO = (
    "Chaque décision est d’abord enregistrée sur ce poste, puis transmise. "
    "Rien n’est effectif tant que le serveur n’a pas répondu."
)
RETRY = ActionSpec("retry", "Réessayer maintenant")
DISCARD = ActionSpec("discard", "Abandonner", ("Del",), HERE)
SIGN_IN = ActionSpec("sign-in", "Se connecter")
REMEDY = ActionSpec("remedy", "Ouvrir")
REPORT = ActionSpec("report", "Signaler")


def _entries(stores: Stores) -> tuple[OutboxEntry, ...]:
    return named_entries(outbox.entries(stores), labels=Labels(catalogue.current(stores)))


class OutboxScreen(Screen):
    """The list of entries, and what may be done with the chosen one."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, title="Boîte d’envoi", name="outboxScreen")
        self._tasks, self._clock = context.tasks, context.clock
        self.lists = OutboxLists(clock=context.clock)
        self.summary = PlainLabel(role="strong")
        self.retry = self.actions_here.add(RETRY, self._retry)
        self.discard = self.actions_here.add(DISCARD, self._ask_discard, owner=self.lists)
        self.sign_in = self.actions_here.add(SIGN_IN, context.navigator.sign_in)
        self.remedy = self.actions_here.add(REMEDY, partial(_follow_remedy, self))
        resolved = context.preferences.settings.resolved
        self.diagnosis = Diagnosis(context.tasks, owner=self, clock=context.clock, resolved=resolved)
        self.report = self.actions_here.add(REPORT, self.diagnosis.prepare)
        self.diagnosis.failed.connect(self.show_error)
        self._about = PlainLabel(role="heading")
        self._why = PlainLabel(selectable=True)
        self._hint = PlainLabel(role="hint")
        self.firm = Choice()
        self._firm_field = Field("&Cabinet concerné", self.firm, name="firmBox")
        self._empty = EmptyState(
            "cloud-check", "Rien n’attend", "Ce que vous enregistrez hors ligne attend ici jusqu’à sa transmission."
        )
        self._build()
        for shown in (self.lists.unsent, self.lists.sent):
            add_row_habits(shown.view, registries=(self.actions_here,))
            shown.view.doubleClicked.connect(lambda _index: self._open_selected())
        self._allow_actions(None)
        self.lists.changed.connect(self._follow_selection)
        context.changes.listen(self, Topic.OUTBOX, Topic.SIGNUPS, Topic.SESSION, call=self.reload)

    def activate(self) -> None:
        """Read the outbox and put the keyboard in its list."""
        self.reload()
        self.lists.begin()

    def reload(self) -> None:
        """Read the outbox again; the chosen entry stays chosen."""
        self._tasks.read(self, _entries, self._show, channel="outbox")

    def _show(self, entries: tuple[OutboxEntry, ...]) -> None:
        self.lists.show_lines(lines.lines_of(entries))
        self.summary.setText(words.summary(entries))
        self.summary.setVisible(bool(entries))
        self._stack.setCurrentWidget(self._filled if entries else self._empty)
        self._follow_selection()

    def _follow_selection(self) -> None:
        """Show the selected line, and what may be done with it; nothing without one."""
        line = self.lists.selected()
        self._about.setText(lines.title(line) if line else "")
        self._why.setText(lines.explanation(line) if line else _SELECT_FIRST)
        self._allow_actions(line.entry if line else None)
        self._offer_firms(line.entry if line and not line.is_many else None)
        reasons = [action.why_not for action in (self.retry, self.discard) if line]
        shown = next((reason for reason in reasons if reason), "")
        self._hint.setText(f"Pourquoi{wording.NBSP}? {shown}" if shown else "")
        self._hint.setVisible(bool(shown))

    def _allow_actions(self, entry: OutboxEntry | None) -> None:
        remedy = remedy_of(entry.code) if entry is not None and entry.status is OutboxStatus.NEEDS_YOU else None
        is_to_report = remedy is not None and remedy.act is Act.REPORT
        self.report.setVisible(entry is not None and (is_to_report or words.is_worth_reporting(entry)))
        asks_who = remedy is not None and remedy.act is Act.SIGN_IN
        self.sign_in.setVisible(asks_who or (entry is not None and entry.code in messages.SIGN_IN_AGAIN))
        self.remedy.setVisible(remedy is not None and remedy.act in LEADS)
        self.remedy.setText(remedy.label if remedy is not None and remedy.label else REMEDY.title)
        if entry is None:
            self.retry.allow(_SELECT_FIRST)
            self.discard.allow(_SELECT_FIRST)
            return
        is_form = entry.code == FORGOTTEN_CODE
        may_retry = entry.status in words.RETRIABLE and not is_form
        if may_retry and remedy is not None and not remedy.may_retry and not entry.is_uncertain:
            self.retry.allow(remedy.why_none or _WHY_OTHERWISE)
        else:
            self.retry.allow("" if may_retry else _WHY_FORM if is_form else _WHY_NO_RETRY)
        may_discard = entry.status in words.DISCARDABLE
        self.discard.allow("" if may_discard else _WHY_NO_DISCARD)
        sent = entry.status not in words.HERE and may_discard
        self.discard.setText("Retirer de la liste" if sent else "Abandonner")

    def _offer_firms(self, entry: OutboxEntry | None) -> None:
        """Let the person name the cabinet when the server asked which one."""
        firms = entry.answer.get("firms") if entry and entry.status is OutboxStatus.NEEDS_YOU else None
        found = [one for one in firms if isinstance(one, dict)] if isinstance(firms, list) else []
        self.firm.offer([(str(one.get("name", "")), str(one.get("id", ""))) for one in found])
        self._firm_field.setVisible(self.firm.count() > 0)

    def _open_selected(self) -> None:
        """Lead to where the selected line can be mended, or to its delegation."""
        line = self.lists.selected()
        if self.remedy.isVisible():
            self.remedy.trigger()
        elif line is not None and line.entry.delegation_id:
            self.context.navigator.open(ShowDelegation(delegation_id=line.entry.delegation_id))

    def _retry(self) -> None:
        line = self.lists.selected()
        if line is not None:
            self.banner.clear()
            firm = str(self.firm.value() or "")
            work = partial(outbox.retry_all, outbox_ids=line.ids, now=self._clock())
            if firm:
                work = partial(outbox.amend, outbox_id=line.entry.id, firm=firm, now=self._clock())
            self._tasks.write(self, work, failed=self.show_error)

    def _ask_discard(self) -> None:
        line = self.lists.selected()
        if line is None:
            return
        if line.entry.status not in words.HERE:
            self._discard(line)
            return
        confirm(
            self,
            title=f"Abandonner {'ces envois' if line.is_many else 'cet envoi'}{wording.NBSP}?",
            text=f"{lines.title(line)}. {words.before_discarding(line.entry)}",
            action="Abandonner",
            tone="danger",
            done=partial(self._discard, line),
        )

    def _discard(self, line: OutboxLine) -> None:
        self.banner.clear()
        self.lists.go_on()
        work = partial(outbox.discard_all, outbox_ids=line.ids, accepts_doubt=line.entry.is_uncertain)
        self._tasks.write(self, work, failed=self.show_error)

    def _build(self) -> None:
        side = Card(name="outboxDetail")
        followed = (
            (self.remedy, primary("", name="remedyButton", icon="chevron-right")),
            (self.retry, secondary("", name="retryButton", icon="refresh")),
            (self.discard, secondary("", name="discardButton", icon="trash")),
            (self.sign_in, secondary("", name="outboxSignInButton", icon="sign-in")),
            (self.report, secondary("", name="outboxReportButton", icon="file")),
        )
        for action, button in followed:
            button.follow(action)
        buttons = WrappingRow(*(button for _action, button in followed), spacing=SPACE * 2)
        for part in (self._about, self._why, self._firm_field, buttons, self._hint):
            side.add(part)
        self._filled = QWidget()
        filled = QVBoxLayout(self._filled)
        filled.setContentsMargins(0, 0, 0, 0)
        filled.setSpacing(SPACE * 3)
        filled.addWidget(self.lists, 1)
        filled.addWidget(side)
        self._stack = Pages()
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


def _follow_remedy(screen: OutboxScreen) -> None:
    """Lead to where a refusal can be mended: in the cabinet of the delegation, where it is about one."""
    line = screen.lists.selected()
    if line is None:
        return
    entry = line.entry

    def lead(row: DelegationRow | None) -> None:
        firm_id = row.delegation.firm.id if row is not None else ""
        screen.context.navigator.open(place_of(entry, firm_id=firm_id))

    work = partial(delegations.detail, delegation_id=entry.delegation_id)
    screen.context.tasks.read(screen, work, lead, failed=screen.show_error, channel="outbox-remedy")


_WHY_OTHERWISE = "le même envoi aurait la même réponse. Le premier bouton mène à ce qui peut la changer."
_SELECT_FIRST = "Sélectionnez un envoi pour voir où il en est."
_WHY_NO_RETRY = "cet envoi est déjà parti. Le serveur répondra, ou l’envoi reprendra tout seul."
_WHY_FORM = "ouvrez le formulaire dans « Mes inscriptions », puis envoyez-le de nouveau."
_WHY_NO_DISCARD = "cet envoi a peut-être déjà eu son effet. Attendez la réponse du serveur."
