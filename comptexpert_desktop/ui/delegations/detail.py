"""The detail pane: what a decision changes, in words, before it is taken."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Role, Status
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import denial_reasons, explanations, words
from comptexpert_desktop.presentation.errors.remedies import remedy_of
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.delegations.difference_view import DifferenceView
from comptexpert_desktop.ui.delegations.identity_card import IdentityCard
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.responsive_row import TurningBox

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QLayout

    from comptexpert_desktop.domain.delegation import Action, Party, PendingIntent
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.presentation.delegations.explanations import Why

STALE = "DEL_STALE"
_LABEL_WIDTH = 84
TWO_COLUMNS = 660
"""From this width on the pane stands in two columns."""


class DetailPane(QScrollArea):
    """Shows one case; asks to undo what has not left this machine."""

    undo_requested = Signal(str)
    """The outbox id of an intent to discard."""
    retry_requested = Signal(str)
    """The outbox id of an intent to send again."""
    again_requested = Signal(object)
    """The action to decide anew, on the case as it is now."""
    why_requested = Signal(object)
    """The reasons to explain."""
    sign_in_requested = Signal()
    """The server asks for a recent sign-in before this decision."""
    left = Signal()
    """Esc: the keyboard goes back to the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("delegationDetail")
        self.setAccessibleName("Détail de la délégation")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setMinimumHeight(SPACE * 22)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown = ""
        """The delegation whose case is shown."""
        self._identity: IdentityCard | None = None
        self._top, self._left, self._right = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for column in (self._top, self._left, self._right):
            column.setSpacing(SPACE)
        columns = TurningBox(self._left, self._right, turns_at=theme.scaled(TWO_COLUMNS))
        columns.line.setSpacing(SPACE * 6)
        body = QWidget()
        body.setProperty("page", "true")
        self._lines = lines = QVBoxLayout(body)
        lines.setContentsMargins(SPACE * 5, SPACE * 3, SPACE * 5, SPACE * 2)
        lines.setSpacing(SPACE * 2)
        lines.addLayout(self._top)
        lines.addWidget(columns, 1)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(body)

    def clear(self) -> None:
        """Show that nothing is chosen."""
        self._shown = ""
        self._empty()
        self._left.addWidget(PlainLabel("Choisissez une ligne pour voir ce qu’elle change.", role="muted"))
        self._left.addStretch(1)

    def show_case(self, case: Case, *, now: datetime) -> None:
        """Show a case from its top; the same one again stays where it was read, and the keyboard where it was."""
        held, bar, before = self._held(), self.verticalScrollBar(), self._shown
        self._shown = case.row.delegation.id
        read_to = bar.value() if self._shown == before else 0
        self._empty()
        self._show_head(case)
        self._show_intent(case)
        self._show_state(case)
        self._show_missing(case)
        self._show_gain(case)
        self._show_identity(case)
        self._show_facts(case, now=now)
        self._left.addStretch(1)
        self._right.addStretch(1)
        if held is not None:
            self._hold_again(held)
        if read_to:
            self._lines.activate()
        bar.setValue(read_to)

    def fill_identity(self, case: Case) -> None:
        """Fill in whom the case is about, where the case stands, and say it once."""
        if self._identity is not None:
            accessible.tell(self, self._identity.fill(case))

    def _held(self) -> str | None:
        """Name what has the keyboard in the pane; None when it is elsewhere."""
        found: QWidget | None = self.window().focusWidget()
        return found.objectName() if found is not None and found is not self and self.isAncestorOf(found) else None

    def _hold_again(self, name: str) -> None:
        found = [one for one in self.findChildren(QWidget, name) if one.isVisible()] if name else []
        (found[0] if found else self).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives the keyboard back to the table."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _empty(self) -> None:
        _take_all(self._top)
        _take_all(self._left)
        _take_all(self._right)
        self._identity = None

    def _show_head(self, case: Case) -> None:
        delegation = case.row.delegation
        person = delegation.grantee if case.row.role is Role.GRANTOR else delegation.grantor
        state = words.server_state(delegation, role=case.row.role)
        name, badge = PlainLabel(person.display_name, role="heading"), Badge(state.icon, state.word, state.tone)
        self._top.addLayout(_row(name, badge, grows=True))
        service = case.labels.service(delegation.service)
        firm = f"{delegation.firm.name} (SIREN{wording.NBSP}{_siren(delegation.firm.siren)})"
        self._top.addWidget(PlainLabel(f"{service} · {firm}", role="muted"))
        if case.absent:
            self._top.addWidget(PlainLabel(denial_reasons.in_absence(case.absent), role="hint"))

    def _show_state(self, case: Case) -> None:
        delegation = case.row.delegation
        state = words.server_state(delegation, role=case.row.role)
        if found := explanations.of_state(case):
            self._left.addLayout(_row(self._why_button(found, name="whyStateButton")))
        if delegation.status not in words.UNDECIDED:
            self._left.addWidget(PlainLabel(state.sentence))
        if delegation.status is Status.REFUSED and delegation.decision_note:
            self._left.addWidget(PlainLabel(wording.quoted(delegation.decision_note), selectable=True))
        if said := denial_reasons.second_approval(case):
            self._left.addWidget(PlainLabel(said))

    def _show_intent(self, case: Case) -> None:
        intent = case.row.intent
        if intent is None:
            return
        state = words.intent_state(intent)
        banner = Banner(name="intentBanner")
        self._top.addWidget(banner)  # before it speaks: a banner without a parent would be a window
        undo = partial(self.undo_requested.emit, intent.outbox_id)
        match intent.status:
            case "needs_you":
                moved = "Le dossier a changé depuis que vous l’avez lu."
                why_back = moved if intent.code == STALE else denial_reasons.needs_you(intent.code)
                text = f"{state.sentence} {why_back}"
                banner.show_message(text, title=words.intent_title(intent), tone="danger")
            case "queued":
                text = state.sentence
                banner.show_message(
                    text, title=words.intent_title(intent), tone=state.tone, action_text="Annuler", action=undo
                )
                banner.action_button.setObjectName("undoButton")
                banner.action_button.setToolTip("Annuler cette décision (touches Ctrl+Z)")
            case _:
                banner.show_message(state.sentence, title=words.intent_title(intent), tone=state.tone)
        if intent.status == "needs_you":
            if case.difference is not None and intent.code == STALE:
                self._top.addWidget(DifferenceView(case.difference))
            self._show_remedies(case, intent)

    def _show_remedies(self, case: Case, intent: PendingIntent) -> None:
        abandon = quiet("Abandonner", name="abandonButton")
        abandon.clicked.connect(partial(self._emit, self.undo_requested, intent.outbox_id))
        if intent.code == STALE:
            # What moved may change what one decides: the question is asked again, on the case as it is.
            again = secondary("Redécider", name="decideAgainButton", icon="refresh")
            again.clicked.connect(partial(self._decide_again, intent.action))
        else:
            again = secondary("Confirmer sur ce dossier", name="confirmAgainButton", icon="refresh")
            again.clicked.connect(partial(self._emit, self.retry_requested, intent.outbox_id))
        is_over = intent.code == STALE and case.actions.get(intent.action, "") is not None
        refusal = self._why_button((explanations.of_refusal(intent.code, case=case),), name="whyRefusedButton")
        is_useless = intent.code != STALE and not remedy_of(intent.code).may_retry
        remedies = _row(abandon, refusal) if is_over or is_useless else _row(again, abandon, refusal)
        if intent.code not in messages.SIGN_IN_AGAIN:
            self._top.addLayout(remedies)
            return
        sign_in = secondary("Se connecter de nouveau", name="stepUpButton", icon="sign-in")
        sign_in.clicked.connect(self.sign_in_requested)
        self._top.addWidget(TurningBox(_row(sign_in), remedies, turns_at=theme.scaled(TWO_COLUMNS), shares=(0, 1)))

    def _why_button(self, found: tuple[Why, ...], *, name: str) -> QWidget:
        button = quiet(f"Pourquoi{wording.NBSP}?", name=name, icon="question")
        button.clicked.connect(partial(self._explain, found))
        return button

    def _explain(self, found: tuple[Why, ...], *_clicked: bool) -> None:
        self.why_requested.emit(found)

    def _decide_again(self, action: Action, *_clicked: bool) -> None:
        self.again_requested.emit(action)

    def _emit(self, signal: SignalInstance, outbox_id: str, *_clicked: bool) -> None:
        signal.emit(outbox_id)

    def _show_gain(self, case: Case) -> None:
        delegation = case.row.delegation
        undecided = delegation.status in words.UNDECIDED
        _section(self._left, words.rights_title(delegation, role=case.row.role))
        shown = case.gain.added if undecided else delegation.rights
        for right_id in shown:
            right = case.labels.find(delegation.service, right_id)
            risk = right.risk if right else "high"
            badge = Badge(_RISK_ICONS.get(risk, "alert-triangle"), words.risk_word(risk), words.risk_tone(risk))
            label = PlainLabel(case.labels.right(delegation.service, right_id), role="strong")
            self._left.addLayout(_row(label, badge, grows=True))
        if undecided and case.gain.already:
            rights = case.labels.rights(delegation.service, case.gain.already)
            self._left.addWidget(PlainLabel(f"Déjà possible aujourd’hui{wording.NBSP}: {rights}.", role="muted"))
        if undecided and not shown:
            self._left.addWidget(PlainLabel("Rien de plus qu’aujourd’hui."))

    def _show_missing(self, case: Case) -> None:
        missing = case.row.delegation.missing
        if not missing:
            return
        _section(self._left, "Ce qui manque encore")
        for code in missing:
            self._left.addWidget(PlainLabel(words.missing(code)))

    def _show_identity(self, case: Case) -> None:
        self._identity = IdentityCard(case) if case.row.delegation.status in words.UNDECIDED else None
        if self._identity is not None:
            self._right.addWidget(self._identity)

    def _show_facts(self, case: Case, *, now: datetime) -> None:
        _section(self._right, "Dossier", first=self._identity is None)
        self._right.addLayout(_pairs(facts(case, now=now)))


_RISK_ICONS = {"low": "check", "medium": "info", "high": "alert-triangle"}


def facts(case: Case, *, now: datetime) -> Iterable[tuple[str, str]]:
    """List what is known of a case as pairs of a label and a value; empty ones are left out."""
    delegation = case.row.delegation
    today = day_in_france(now)
    until = wording.day(delegation.valid_until) if delegation.valid_until else "à fixer lors de l’accord"
    left = wording.days_left(delegation.valid_until, today=today) if delegation.valid_until else ""
    is_waiting = delegation.status in words.UNDECIDED
    other = delegation.grantee if case.row.role is Role.GRANTOR else delegation.grantor
    with_them = words.with_person(case.with_person, service=case.labels.service)
    shows_both = not is_waiting or bool(case.absent)  # else one is who reads, and the card says who the other is
    start = wording.day(delegation.valid_from) if delegation.valid_from else "dès l’accord"
    pairs = (
        ("Motif", delegation.reason),
        ("Délégataire", _identity(delegation.grantee) if shows_both else ""),
        ("Délégant", _identity(delegation.grantor) if shows_both else ""),
        ("Dates", f"début {start}, échéance {until}" if is_waiting else ""),
        ("Début", "" if is_waiting else start),
        ("Échéance", "" if is_waiting else f"{until}, {left}" if left and delegation.status in words.LIVE else until),
        ("Départ", words.leaving(delegation)),
        ("Note", delegation.decision_note),
        ("Historique", " ".join(words.history(delegation, now=now))),
        (f"Avec {other.given_name or other.display_name}", " ".join(with_them)),
    )
    return [(label, value) for label, value in pairs if value]


def _identity(party: Party) -> str:
    login = f" ({party.login_id})" if party.login_id and party.login_id != party.display_name else ""
    return f"{party.display_name}{login}"


def _siren(siren: str) -> str:
    return wording.NBSP.join(siren[start : start + 3] for start in range(0, len(siren), 3))


def _section(column: QVBoxLayout, title: str, *, first: bool = False) -> None:
    """Begin a part of the pane under its title."""
    if not first:
        column.addSpacing(SPACE * 2)
    column.addWidget(PlainLabel(title, role="strong"))


def _pairs(found: Iterable[tuple[str, str]]) -> QGridLayout:
    """Put labels and values below each other in two columns."""
    grid = QGridLayout()
    grid.setColumnMinimumWidth(0, theme.scaled(_LABEL_WIDTH))
    grid.setColumnStretch(1, 1)
    grid.setHorizontalSpacing(SPACE * 3)
    grid.setVerticalSpacing(SPACE)
    for number, (label, value) in enumerate(found):
        grid.addWidget(PlainLabel(label, role="muted"), number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(PlainLabel(value, selectable=True), number, 1, Qt.AlignmentFlag.AlignTop)
    return grid


def _row(*widgets: QWidget, grows: bool = False) -> QHBoxLayout:
    """Put widgets side by side; the first one may take the room that is left."""
    line = QHBoxLayout()
    line.setSpacing(SPACE * 2)
    for number, widget in enumerate(widgets):
        line.addWidget(widget, 1 if grows and number == 0 else 0)
    if not grows:
        line.addStretch(1)
    return line


def _take_all(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _take_all(inner)
            inner.deleteLater()
