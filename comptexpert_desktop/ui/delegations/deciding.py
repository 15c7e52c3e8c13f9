"""Ask what a decision needs, then keep it as an intent; the server alone makes it effective."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Decision
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.delegations import reading, reasons, words
from comptexpert_desktop.ui.delegations.approve_dialog import ask_grant
from comptexpert_desktop.ui.delegations.firm_pages import FirmPages
from comptexpert_desktop.ui.delegations.renew_dialog import ask_renewal
from comptexpert_desktop.ui.delegations.transfer_dialog import ask_transfer
from comptexpert_desktop.ui.widgets.dialogs import ask_note, confirm
from comptexpert_desktop.usecases import delegations, outbox, peers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.delegations.approve_dialog import Grant
    from comptexpert_desktop.ui.delegations.case import Case
    from comptexpert_desktop.ui.delegations.transfer_dialog import TransferDialog
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.widgets.banner import Banner
    from comptexpert_desktop.usecases.peers import Known


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
        self._pages = FirmPages(tasks, clock=clock)

    def ask(self, action: Action, *, case: Case, today: date) -> None:
        """Ask for the last word, then keep the decision."""
        self._banner.clear()
        if action is Action.APPROVE:
            ask_grant(self._owner, case=case, today=today, done=partial(self._approve, case))
        elif action is Action.REFUSE:
            self._ask_refusal(case)
        elif action is Action.RENEW:
            ask_renewal(self._owner, case=case, today=today, done=partial(self._renew, case))
        elif action is Action.TRANSFER:
            self._ask_transfer(case)
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
            text=reasons.with_absence(
                "Votre note est envoyée à cette personne et inscrite au registre.", name=case.absent
            ),
            label="&Note à la personne",
            action="Refuser",
            minimum=3,
            done=lambda note: self._decide(Decision(Action.REFUSE, note=note), case=case),
        )

    def _ask_confirmation(self, action: Action, *, case: Case) -> None:
        verb = words.ACTIONS[action].verb
        confirm(
            self._owner,
            title=f"{verb}{wording.NBSP}?",
            text=reasons.consequence(action, case.row.delegation, labels=case.labels),
            action=verb,
            tone="primary" if action is Action.RESUME else "danger",
            done=lambda: self._decide(Decision(action), case=case),
        )

    def _ask_transfer(self, case: Case) -> None:
        """Read who may take over, then ask; whom the server adds joins the list while the question is open."""
        firm_id = case.row.delegation.firm.id

        def show(found: Known) -> None:
            dialog = ask_transfer(self._owner, case=case, peers=found.peers, done=partial(self._transfer, case))
            add = partial(_add_peers, dialog)
            self._pages.ask(dialog, firm_id=firm_id, account_id=found.account_id, done=add)

        work = partial(peers.of_firm, firm_id=firm_id)
        self._tasks.read(self._owner, work, show, failed=self._show_error, channel="peers")

    def _transfer(self, case: Case, grantor: str, note: str) -> None:
        self._decide(Decision(Action.TRANSFER, note=note, grantor=grantor), case=case)

    def _renew(self, case: Case, valid_until: date | None) -> None:
        self._decide(Decision(Action.RENEW, valid_until=valid_until), case=case)

    def _approve(self, case: Case, grant: Grant) -> None:
        self._decide(Decision(Action.APPROVE, rights=grant.rights, valid_until=grant.valid_until), case=case)

    def _decide(self, decision: Decision, *, case: Case) -> None:
        make = partial(
            delegations.decide,
            delegation_id=case.row.delegation.id,
            decision=decision,
            now=self._clock(),
            new_id=self._new_id(),
        )
        work = partial(reading.decide, seen=case.row.delegation, make=make)
        self._tasks.write(self._owner, work, failed=self._show_error)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)


def _add_peers(dialog: TransferDialog, page: FirmPage) -> None:
    dialog.offer(peers.of_page(page))
