"""Ask what a decision needs, then keep it as an intent; the server alone makes it effective."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.delegations import reading, reasons, words
from comptexpert_desktop.ui.delegations.approve_dialog import ask_grant
from comptexpert_desktop.ui.delegations.case import difference
from comptexpert_desktop.ui.delegations.renew_dialog import ask_renewal
from comptexpert_desktop.ui.widgets.dialogs import ask_note, confirm
from comptexpert_desktop.usecases import delegations, outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.delegations.approve_dialog import Grant
    from comptexpert_desktop.ui.delegations.case import Case
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.widgets.banner import Banner


class Decisions:
    """The dialogs of a screen and the use cases behind them."""

    def __init__(
        self,
        tasks: Tasks,
        *,
        owner: QWidget,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        banner: Banner,
    ) -> None:
        self._tasks, self._owner, self._clock, self._new_id = tasks, owner, clock, new_id
        self._banner = banner
        self._decided_on: dict[str, Delegation] = {}

    def with_difference(self, case: Case) -> Case:
        """Add to a case what moved in it since it was decided on here."""
        now = case.row.delegation
        before = self._decided_on.get(now.id)
        if before is None or case.row.intent is None:
            return case
        return dataclasses.replace(case, difference=difference(before, now, labels=case.labels))

    def ask(self, action: Action, *, case: Case, today: date) -> None:
        """Ask for the last word, then keep the decision."""
        self._banner.clear()
        if action is Action.APPROVE:
            ask_grant(self._owner, case=case, today=today, done=partial(self._approve, case))
        elif action is Action.REFUSE:
            self._ask_refusal(case)
        elif action is Action.RENEW:
            ask_renewal(self._owner, case=case, today=today, done=partial(self._renew, case))
        else:
            self._ask_confirmation(action, case=case)

    def undo(self, outbox_id: str) -> None:
        """Forget a decision that has not left this machine."""
        self._banner.clear()
        self._tasks.write(self._owner, partial(outbox.discard, outbox_id=outbox_id), failed=self._show_error)

    def retry(self, outbox_id: str) -> None:
        """Send again a decision that the server did not apply."""
        self._banner.clear()
        work = partial(outbox.retry, outbox_id=outbox_id, now=self._clock())
        self._tasks.write(self._owner, work, failed=self._show_error)

    def _ask_refusal(self, case: Case) -> None:
        name = case.row.delegation.grantee.display_name
        ask_note(
            self._owner,
            title=f"Refuser la demande de {name}{wording.NBSP}?",
            text="Votre note est envoyée à cette personne et inscrite au registre.",
            label="&Note à la personne",
            action="Refuser",
            minimum=3,
            done=lambda note: self._decide(Action.REFUSE, case=case, note=note),
        )

    def _ask_confirmation(self, action: Action, *, case: Case) -> None:
        verb = words.ACTIONS[action].verb
        confirm(
            self._owner,
            title=f"{verb}{wording.NBSP}?",
            text=reasons.consequence(action, case.row.delegation, labels=case.labels),
            action=verb,
            tone="primary" if action is Action.RESUME else "danger",
            done=lambda: self._decide(action, case=case),
        )

    def _renew(self, case: Case, valid_until: date | None) -> None:
        self._decide(Action.RENEW, case=case, valid_until=valid_until)

    def _approve(self, case: Case, grant: Grant) -> None:
        self._decide(Action.APPROVE, case=case, rights=grant.rights, valid_until=grant.valid_until)

    def _decide(
        self,
        action: Action,
        *,
        case: Case,
        note: str = "",
        rights: tuple[str, ...] | None = None,
        valid_until: date | None = None,
    ) -> None:
        self._decided_on[case.row.delegation.id] = case.row.delegation
        make = partial(
            delegations.decide,
            delegation_id=case.row.delegation.id,
            action=action,
            note=note,
            rights=rights,
            valid_until=valid_until,
            now=self._clock(),
            new_id=self._new_id(),
        )
        work = partial(reading.decide, seen=case.row.delegation, make=make)
        self._tasks.write(self._owner, work, failed=self._show_error)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)
