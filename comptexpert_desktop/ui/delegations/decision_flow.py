"""Ask what a decision needs, then keep it as an intent; the server alone makes it effective."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Decision
from comptexpert_desktop.domain.delegation_rules import decide as command_of
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import denial_reasons, queries, words
from comptexpert_desktop.ui.delegations import triage
from comptexpert_desktop.ui.delegations.amend_dialog import AmendDialog
from comptexpert_desktop.ui.delegations.approve_dialog import ask_grant
from comptexpert_desktop.ui.delegations.firm_pages import FirmPages
from comptexpert_desktop.ui.delegations.refusal_reasons import add_reasons
from comptexpert_desktop.ui.delegations.renew_dialog import ask_renewal
from comptexpert_desktop.ui.delegations.transfer_dialog import ask_transfer
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane, follow_question
from comptexpert_desktop.ui.widgets.dialogs import ask_note, confirm
from comptexpert_desktop.usecases.delegations import delegations
from comptexpert_desktop.usecases.firm import peers
from comptexpert_desktop.usecases.outbox import outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.commands import Decide
    from comptexpert_desktop.domain.firm import FirmPage
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.delegations.approve_dialog import Grant
    from comptexpert_desktop.ui.delegations.transfer_dialog import TransferDialog
    from comptexpert_desktop.ui.widgets.banner import Banner
    from comptexpert_desktop.ui.widgets.dialogs import Question
    from comptexpert_desktop.usecases.firm.peers import Known


AMENDMENTS = frozenset({Action.PROLONG, Action.NARROW, Action.BROADEN, Action.EDIT})


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
        kept: Callable[[str], object],
    ) -> None:
        """Decide for a screen; `kept` is called with the delegation whose decision is on disk."""
        self._tasks, self._owner, self._clock, self._new_id = tasks, owner, clock, new_id
        self._kept = kept
        self.triage = triage.Triage(tasks, owner=owner, banner=banner)
        self._banner = banner
        self._pages = FirmPages(tasks, clock=clock)

    def ask(self, action: Action, *, case: Case, today: date) -> None:
        """Ask for the last word, then keep the decision."""
        self._banner.clear()
        if action is Action.APPROVE and triage.is_simple(case):
            until = triage.usual_end(case, today=today)
            decision = Decision(Action.APPROVE, rights=case.row.delegation.rights, valid_until=until)
            self._decide(decision, case=case, hold=delegations.HOLD)
        elif action is Action.APPROVE:
            grant = ask_grant(self._owner, case=case, today=today, done=partial(self._approve, case))
            self._show_effects(grant, case=case, decision=lambda: _approval(grant.grant()))
        elif action is Action.REFUSE:
            self._ask_refusal(case)
        elif action is Action.RENEW:
            renewal = ask_renewal(self._owner, case=case, today=today, done=partial(self._renew, case))
            self._show_effects(
                renewal, case=case, decision=lambda: Decision(Action.RENEW, valid_until=renewal.chosen())
            )
        elif action in AMENDMENTS:
            self._ask_amendment(action, case=case, today=today)
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
        dialog = ask_note(
            self._owner,
            title=f"Refuser la demande de {name}{wording.NBSP}?",
            text=denial_reasons.with_absence(
                "Votre note est envoyée à cette personne et inscrite au registre.", name=case.absent
            ),
            label="&Note à la personne",
            action="Refuser",
            minimum=3,
            done=lambda note: self._decide(Decision(Action.REFUSE, note=note), case=case),
        )
        add_reasons(dialog)
        self._show_effects(dialog, case=case, decision=lambda: Decision(Action.REFUSE))

    def _ask_amendment(self, action: Action, *, case: Case, today: date) -> None:
        dialog = AmendDialog(self._owner, action=action, case=case, today=today)
        dialog.accepted.connect(lambda: self._decide(dialog.decision(), case=case))
        self._show_effects(dialog, case=case, decision=dialog.decision)
        dialog.open()

    def _show_effects(self, dialog: Question, *, case: Case, decision: Callable[[], Decision]) -> None:
        """Say in a question what it would change, as it is answered now."""
        about = case.row.delegation
        pane = EffectsPane(self._tasks, clock=self._clock, labels=case.labels)

        def foreseen() -> list[Decide]:
            return [command_of(replace(decision(), note=""), about=about)]  # a note changes nothing of what is done

        follow_question(pane, dialog, gestures=foreseen, people=[about.grantee.display_name])

    def _ask_confirmation(self, action: Action, *, case: Case) -> None:
        verb = words.ACTIONS[action].verb
        dialog = confirm(
            self._owner,
            title=f"{verb}{wording.NBSP}?",
            text=denial_reasons.consequence(action, case.row.delegation, labels=case.labels),
            action=verb,
            tone="primary" if action is Action.RESUME else "danger",
            done=lambda: self._decide(Decision(action), case=case),
        )
        self._show_effects(dialog, case=case, decision=lambda: Decision(action))

    def _ask_transfer(self, case: Case) -> None:
        """Read who may take over, then ask; whom the server adds joins the list while the question is open."""
        firm_id = case.row.delegation.firm.id

        def show(found: Known) -> None:
            done = partial(self._transfer, case)
            dialog = ask_transfer(self._owner, case=case, peers=found.peers, account_id=found.account_id, done=done)
            chosen = dialog.peers.chosen
            self._show_effects(dialog, case=case, decision=lambda: Decision(Action.TRANSFER, grantor=chosen()))
            add = partial(_add_peers, dialog)
            self._pages.ask(dialog, firm_id=firm_id, account_id=found.account_id, done=add)

        work = partial(peers.of_firm, firm_id=firm_id)
        self._tasks.read(self._owner, work, show, failed=self._show_error, channel="peers")

    def _transfer(self, case: Case, grantor: str, note: str) -> None:
        self._decide(Decision(Action.TRANSFER, note=note, grantor=grantor), case=case)

    def _renew(self, case: Case, valid_until: date | None) -> None:
        self._decide(Decision(Action.RENEW, valid_until=valid_until), case=case)

    def _approve(self, case: Case, grant: Grant) -> None:
        self._decide(_approval(grant), case=case)

    def _decide(self, decision: Decision, *, case: Case, hold: timedelta = timedelta(0)) -> None:
        outbox_id = self._new_id()
        make = partial(
            delegations.decide,
            delegation_id=case.row.delegation.id,
            decision=decision,
            now=self._clock(),
            new_id=outbox_id,
            hold=hold,
        )
        work = partial(queries.decide, seen=case.row.delegation, make=make)
        done = partial(self._follow, decision, case, outbox_id, is_held=bool(hold))
        self._tasks.write(self._owner, work, done, failed=self._show_error)

    def _follow(self, decision: Decision, case: Case, outbox_id: str, *, is_held: bool) -> None:
        """Say what was decided, and go on with the next line."""
        self.triage.keep(decision, case=case, outbox_id=outbox_id, is_held=is_held)
        if decision.action in (Action.APPROVE, Action.REFUSE):
            self._kept(case.row.delegation.id)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)


def _approval(grant: Grant) -> Decision:
    return Decision(Action.APPROVE, rights=grant.rights, valid_from=grant.valid_from, valid_until=grant.valid_until)


def _add_peers(dialog: TransferDialog, page: FirmPage) -> None:
    dialog.offer(peers.of_page(page))
