"""The buttons of a decision; one that cannot be used says why, in three places."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import denial_reasons, words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.actions import ActionRegistry, ActionSpec, KeyPlaces, ScreenAction
from comptexpert_desktop.ui.widgets.buttons import danger, primary, quiet, secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

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
    Offer(Action.RENEW, "renewButton", "", "E", "secondary", is_discreet=True),
    Offer(Action.TRANSFER, "transferButton", "", "", "secondary", is_discreet=True),
    Offer(Action.NARROW, "narrowButton", "", "", "secondary", is_discreet=True),
    Offer(Action.BROADEN, "broadenButton", "", "", "secondary", is_discreet=True),
    Offer(Action.EDIT, "editButton", "", "", "secondary", is_discreet=True),
)
GRANTEE_OFFERS = (
    Offer(Action.WITHDRAW, "withdrawButton", "close", "Ctrl+R", "secondary"),
    Offer(Action.RELINQUISH, "relinquishButton", "ban", "", "danger"),
    Offer(Action.PROLONG, "prolongButton", "", "", "secondary", is_discreet=True),
    Offer(Action.BROADEN, "broadenButton", "", "", "secondary", is_discreet=True),
    Offer(Action.EDIT, "editButton", "", "", "secondary", is_discreet=True),
)
WHY = ActionSpec("why", f"Qui peut débloquer{wording.NBSP}?", ("P",))
_MAKERS = {"primary": primary, "secondary": secondary, "danger": danger}


class ActionBar(QFrame):
    """Says which action the person wants; never does it."""

    action_requested = Signal(object)
    why_requested = Signal()
    """The person asks who can unblock what cannot be used."""

    def __init__(
        self, offers: Sequence[Offer], *, keys: KeyPlaces, last: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        """Build the buttons; their keys work at `keys`. `last` ends the line."""
        super().__init__(parent)
        self.setObjectName("actionBar")
        self._offers = tuple(offers)
        self._buttons: dict[Action, Button] = {}
        self._done: dict[Action, ScreenAction] = {}
        self.actions_here = ActionRegistry(self)
        self._explain = self.actions_here.add(WHY, self.why_requested.emit, owner=keys.of(WHY))
        self._why = PlainLabel(role="hint")
        self._why.setObjectName("whyNot")
        self._why_button = quiet("", name="whyButton", icon="question")
        self._why_button.follow(self._explain)
        buttons = [self._make_button(offer, keys=keys) for offer in self._offers]
        ends = (self._why_button,) if last is None else (self._why_button, last)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 5, SPACE * 2, SPACE * 5, SPACE * 2)
        column.setSpacing(SPACE * 2)
        column.addLayout(WrappingRow(*buttons, spacing=SPACE * 2, ends=ends))
        column.addWidget(self._why)
        self.show_actions({}, delegation=None)

    def button(self, action: Action) -> Button:
        """Return the button of an action."""
        return self._buttons[action]

    def show_actions(self, actions: Mapping[Action, str | None], *, delegation: Delegation | None) -> None:
        """Allow what may be done; None means allowed, a code says why not."""
        grouped: dict[str, list[str]] = {}
        for offer in self._offers:
            done = self._done[offer.action]
            code = actions.get(offer.action, "")
            why = "" if code is None else denial_reasons.why_not(code, action=offer.action, delegation=delegation)
            done.allow(why)
            done.setVisible(code is None or not offer.is_discreet)
            if code and delegation is not None and not offer.is_discreet:
                grouped.setdefault(why, []).append(done.title)
        lines = [f"{wording.joined(names)}{wording.NBSP}: {why}" for why, names in grouped.items()]
        self._why.setText(f"Pourquoi{wording.NBSP}? {' '.join(lines)}" if lines else "")
        self._why.setVisible(bool(lines))
        self._explain.allow("" if delegation is not None else denial_reasons.SELECT_FIRST)
        self._why_button.setVisible(bool(lines))

    def show_pending(self) -> None:
        """Let the usual actions be asked for while it is read what may be done."""
        self._explain.allow()
        for offer in self._offers:
            done = self._done[offer.action]
            done.allow()
            done.setVisible(not offer.is_discreet)

    def usual_actions(self) -> tuple[Action, ...]:
        """Return the actions whose buttons stay visible while they cannot be used."""
        return tuple(offer.action for offer in self._offers if not offer.is_discreet)

    def _make_button(self, offer: Offer, *, keys: KeyPlaces) -> Button:
        spec = ActionSpec(offer.action.value, words.ACTIONS[offer.action].verb, (offer.key,) if offer.key else ())
        done = self.actions_here.add(spec, partial(self.action_requested.emit, offer.action), owner=keys.of(spec))
        button = _MAKERS[offer.look]("", name=offer.name, icon=offer.icon)
        button.follow(done)
        self._done[offer.action], self._buttons[offer.action] = done, button
        return button
