"""Ask before a member stays after all, or before a right that nobody uses ends (BR-34, BR-36)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import CancelDeparture, Decide
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.wording import NBSP, of
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane, follow_question
from comptexpert_desktop.ui.firm.change_flow import Gestures
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.firm import Member, Unused
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.firm.submission import Sending
    from comptexpert_desktop.ui.widgets.banner import Banner


class AskingMembers(Gestures):
    """The dialogs about what a member keeps."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        owner: QWidget,
        sending: Sending,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        banner: Banner,
    ) -> None:
        super().__init__(owner, sending=sending)
        self._tasks, self._clock, self._new_id, self._banner = tasks, clock, new_id, banner

    def cancel_departure(self, member: Member) -> None:
        """Ask before a planned departure is cancelled, and show what the person keeps."""
        name = member.display_name
        dialog = confirm(
            self.owner,
            title=f"Annuler le départ {of(name)}{NBSP}?",
            text=words.before_staying(member, firm=self.page.name),
            action="Annuler le départ",
            done=lambda: self.send(
                lambda page: firm.cancel_departure(page, account_id=member.account_id),
                title=f"Annuler le départ {of(name)}",
                done=f"{name} reste au cabinet.",
            ),
        )
        pane = EffectsPane(self._tasks, clock=self._clock, labels=Labels(self.shown.catalogue))
        stays = CancelDeparture(self.page.id, member.account_id)
        follow_question(pane, dialog, gestures=lambda: [stays], people=[name])

    def keep_unused(self, right: Unused) -> None:
        """Keep a right that nobody uses: nothing to ask, it was theirs before."""
        name = right.person_name
        self.send(
            lambda page: firm.keep_unused(page, delegation_id=right.delegation_id),
            title=f"Garder un droit {of(name)}",
            done=f"Le droit {of(name)} est gardé.",
        )

    def end_unused(self, right: Unused) -> None:
        """Ask before a right that nobody uses ends, and show what the person keeps."""
        name, labels = right.person_name, Labels(self.shown.catalogue)
        dialog = confirm(
            self.owner,
            title=f"Retirer ce droit à {name}{NBSP}?",
            text=f"{labels.service(right.service)}, {labels.rights(right.service, right.rights)}. Le droit prend fin "
            "quand le serveur a répondu. Une nouvelle délégation reste possible.",
            action="Retirer",
            done=lambda: self._tasks.write(
                self.owner,
                partial(firm.end_unused, delegation_id=right.delegation_id, now=self._clock(), new_id=self._new_id()),
                failed=self._show_error,
            ),
        )
        pane = EffectsPane(self._tasks, clock=self._clock, labels=labels)
        ends = Decide(right.delegation_id, Action.REVOKE, right.version)
        follow_question(pane, dialog, gestures=lambda: [ends], people=[name])

    def _show_error(self, error: ComptexpertError) -> None:
        self._banner.show_error(error)
