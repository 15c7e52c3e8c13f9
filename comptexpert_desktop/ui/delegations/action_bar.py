"""The buttons of a decision; one that cannot be used says why, in three places."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.ui import tooltips, wording
from comptexpert_desktop.ui.delegations import reasons, words
from comptexpert_desktop.ui.delegations.turning_box import TurningBox
from comptexpert_desktop.ui.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import danger, primary, quiet, secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.ui.widgets.buttons import Button


class Offer(NamedTuple):
    """A button: what it does, its object name, its icon, its key, and how it looks."""

    action: Action
    name: str
    icon: str
    key: str
    look: str
    is_discreet: bool = False
    """Shown only while it may be used."""


GRANTOR_OFFERS = (
    Offer(Action.APPROVE, "approveButton", "check", "A", "primary"),
    Offer(Action.REFUSE, "refuseButton", "close", "R", "secondary"),
    Offer(Action.REVOKE, "revokeButton", "ban", "Ctrl+R", "danger"),
    Offer(Action.SUSPEND, "suspendButton", "", "", "secondary", is_discreet=True),
    Offer(Action.RESUME, "resumeButton", "", "", "secondary", is_discreet=True),
    Offer(Action.RENEW, "renewButton", "", "", "secondary", is_discreet=True),
    Offer(Action.TRANSFER, "transferButton", "", "", "secondary", is_discreet=True),
)
GRANTEE_OFFERS = (
    Offer(Action.WITHDRAW, "withdrawButton", "close", "Ctrl+R", "secondary"),
    Offer(Action.RELINQUISH, "relinquishButton", "ban", "", "danger"),
)
_MAKERS = {"primary": primary, "secondary": secondary, "danger": danger}


class ActionBar(QFrame):
    """Says which action the person wants; never does it."""

    action_wanted = Signal(object)
    why_wanted = Signal()
    """The person asks who can unblock what cannot be used."""

    def __init__(
        self, offers: Sequence[Offer], *, keys: QWidget, last: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        """Build the buttons; their keys work while the focus is inside `keys`. `last` ends the line."""
        super().__init__(parent)
        self.setObjectName("actionBar")
        self._offers = tuple(offers)
        self._buttons: dict[Action, Button] = {}
        self._why = PlainLabel(role="hint")
        self._why.setObjectName("whyNot")
        usual, discreet = QHBoxLayout(), QHBoxLayout()
        for row in (usual, discreet):
            row.setSpacing(SPACE * 2)
        for offer in self._offers:
            (discreet if offer.is_discreet else usual).addWidget(self._make_button(offer, keys=keys))
        for row in (usual, discreet):
            row.addStretch(1)
        if last is not None:
            discreet.addWidget(last)
        self._rows = TurningBox(usual, discreet, shares=(0, 1))
        self._rows.line.setSpacing(SPACE * 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 5, SPACE * 3, SPACE * 5, SPACE * 3)
        column.setSpacing(SPACE * 2)
        column.addWidget(self._rows)
        line = QHBoxLayout()
        line.setSpacing(SPACE * 2)
        line.addWidget(self._why, 1)
        line.addWidget(self._make_why_button(keys), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)
        self.show_actions({}, delegation=None)

    def button(self, action: Action) -> Button:
        """Return the button of an action."""
        return self._buttons[action]

    def show_actions(self, actions: Mapping[Action, str | None], *, delegation: Delegation | None) -> None:
        """Enable what may be done; None means allowed, a code says why not."""
        grouped: dict[str, list[str]] = {}
        for offer in self._offers:
            button = self._buttons[offer.action]
            code = actions.get(offer.action, "")
            button.setEnabled(code is None)
            button.setVisible(code is None or not offer.is_discreet)
            why = "" if code is None else reasons.why_not(code, action=offer.action, delegation=delegation)
            key = f" (touche {offer.key})" if offer.key else ""
            button.setToolTip(tooltips.plain(why or f"{button.text()}{key}"))
            button.setAccessibleDescription(f"Pourquoi{wording.NBSP}? {why}" if why else "")
            if code and delegation is not None and not offer.is_discreet:
                grouped.setdefault(why, []).append(button.text())
        lines = [f"{wording.joined(names)}{wording.NBSP}: {why}" for why, names in grouped.items()]
        self._why.setText(f"Pourquoi{wording.NBSP}? {' '.join(lines)}" if lines else "")
        self._why.setVisible(bool(lines))
        self._ask_why.setVisible(bool(lines))
        self._rows.fit()

    def usual_actions(self) -> tuple[Action, ...]:
        """Return the actions whose buttons stay visible while they cannot be used."""
        return tuple(offer.action for offer in self._offers if not offer.is_discreet)

    def _make_why_button(self, keys: QWidget) -> Button:
        self._ask_why = quiet(f"Qui peut débloquer{wording.NBSP}?", name="whyButton", icon="question")
        self._ask_why.setToolTip(f"Qui peut débloquer{wording.NBSP}? (touche P)")
        self._ask_why.clicked.connect(self.why_wanted)
        self._ask_why.hide()
        shortcut = QShortcut(QKeySequence("P"), keys)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._ask_why.click)
        return self._ask_why

    def _make_button(self, offer: Offer, *, keys: QWidget) -> Button:
        button = _MAKERS[offer.look](words.ACTIONS[offer.action].verb, name=offer.name, icon=offer.icon)
        button.clicked.connect(partial(self._want, offer.action))
        self._buttons[offer.action] = button
        if offer.key:
            shortcut = QShortcut(QKeySequence(offer.key), keys)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        return button

    def _want(self, action: Action, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt's clicked
        self.action_wanted.emit(action)
