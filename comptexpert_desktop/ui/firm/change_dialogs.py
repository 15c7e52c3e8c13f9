"""Ask for the last word before each change of the cabinet, then hand it over to be sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import EndMembership
from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.documents import attestation_paper
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.wording import NBSP, of
from comptexpert_desktop.ui.delegations.bulk_decision_flow import BulkDecisions
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane, follow_question
from comptexpert_desktop.ui.documents.saving import ask_and_write
from comptexpert_desktop.ui.firm.change_flow import Gestures
from comptexpert_desktop.ui.firm.review_day_dialog import ReviewDayDialog
from comptexpert_desktop.ui.firm.template_dialog import TemplateDialog
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.usecases.documents import attestation
from comptexpert_desktop.usecases.firm import firm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.attestation import Drawn
    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.domain.firm import Invitation, Member, Template
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.runtime.tasks import Tasks
    from comptexpert_desktop.ui.firm.submission import Sending
    from comptexpert_desktop.ui.widgets.banner import Banner


class Asking(Gestures):
    """The dialogs about people, rules and templates."""

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
        self._departures = BulkDecisions(tasks, owner=owner, clock=clock, new_id=new_id, banner=banner)
        self._departures.kept.connect(self._begin_departure)
        self._is_somebody_leaving = False

    def follow(self) -> None:
        """Say how far the departure that was decided here has come."""
        if self._is_somebody_leaving:
            self._departures.follow()

    def clear(self) -> None:
        """Say nothing of another person's gestures."""
        self._is_somebody_leaving = False
        self._departures.clear()

    def _begin_departure(self) -> None:
        self._is_somebody_leaving = True
        self.follow()

    # -- People ---------------------------------------------------------------------------------

    def departure(self, member: Member) -> None:
        """Ask what ends when somebody leaves: their rights by name, or their place alone when they have none."""
        work = partial(firm.line_of, firm_id=self.page.id, account_id=member.account_id, name=member.display_name)
        self._tasks.read(self.owner, work, partial(self._ask_departure, member), failed=self._show_error)

    def _ask_departure(self, member: Member, row: DelegationRow | None) -> None:
        if row is not None:
            self._departures.ask_departure(row, today=day_in_france(self._clock()))
            return
        name = member.display_name
        dialog = confirm(
            self.owner,
            title=f"Départ {of(name)}{NBSP}?",
            text=f"Ce poste ne connaît ni droit ni demande de cette personne dans {self.page.name}. Elle ne fera plus "
            "partie du cabinet, et ce qu’elle pourrait encore y faire prend fin aussitôt.",
            action="Mettre fin",
            done=lambda: self.send(
                lambda page: firm.end_membership(page, account_id=member.account_id),
                title=f"Départ {of(name)}",
                done=f"{name} ne fait plus partie du cabinet.",
            ),
        )
        pane = EffectsPane(self._tasks, clock=self._clock, labels=Labels(self.shown.catalogue))
        ends = EndMembership(self.page.id, member.account_id)
        follow_question(pane, dialog, gestures=lambda: [ends], people=[name])

    def attest(self, member: Member) -> None:
        """Ask the server what a member may do today, then where the page goes."""
        work = partial(attestation.fetch, firm_id=self.page.id, account_id=member.account_id)
        self._tasks.call(self.owner, work, self._write_attestation, failed=self._show_error, channel="attestation")

    def _write_attestation(self, drawn: Drawn) -> None:
        made = attestation_paper.paper(drawn, labels=Labels(self.shown.catalogue))
        suggested = attestation_paper.file_name(drawn)
        ask_and_write(self.owner, self._tasks, paper=made, suggested=suggested, announce=self._tell)

    def _tell(self, said: str, tone: Tone) -> None:
        self._banner.show_message(said, tone=tone)

    def cancel_invitation(self, invitation: Invitation) -> None:
        """Ask before a promised right ends."""
        confirm(
            self.owner,
            title="Annuler l’invitation\u00a0?",
            text=f"Le droit promis à {invitation.email} prend fin. L’annulation part avant tout le reste. Elle est "
            "effective quand le serveur a répondu.",
            action="Annuler l’invitation",
            done=lambda: self._tasks.write(
                self.owner,
                partial(
                    firm.cancel_invitation,
                    delegation_id=invitation.delegation_id,
                    now=self._clock(),
                    new_id=self._new_id(),
                ),
                failed=self._show_error,
            ),
        )

    def invite_again(self, invitation: Invitation) -> None:
        """Ask before the same right is promised anew, for another fortnight."""
        confirm(
            self.owner,
            title="Relancer l’invitation\u00a0?",
            text=f"L’invitation de {invitation.email} prend fin, et une nouvelle part pour les mêmes droits. La "
            "personne reçoit un nouveau courriel et 14\u00a0jours de plus.",
            action="Relancer",
            tone="primary",
            done=lambda: self._tasks.write(
                self.owner,
                partial(
                    firm.send_again,
                    delegation_id=invitation.delegation_id,
                    now=self._clock(),
                    new_ids=(self._new_id(), self._new_id()),
                ),
                failed=self._show_error,
            ),
        )

    # -- Rules ----------------------------------------------------------------------------------

    def accept_terms(self, service: str) -> None:
        """Ask before the terms of a service are accepted for everybody."""
        name = Labels(self.shown.catalogue).service(service)
        confirm(
            self.owner,
            title=f"Accepter les conditions de {name}{NBSP}?",
            text=words.before_accepting(name, firm=self.page.name),
            action="Accepter pour le cabinet",
            tone="primary",
            done=lambda: self.send(
                lambda page: firm.accept_terms(page, service=service),
                title=f"Accepter les conditions de {name}",
                done=f"Les conditions de {name} sont acceptées pour le cabinet.",
            ),
        )

    def two_approvers(self, demanded: bool) -> None:  # noqa: FBT001  the signal's value
        """Ask before the number of approvals changes."""
        title, text, done = ("Demander deux accords", _TWO, "Deux accords sont désormais demandés.")
        pending = self.page.pending("two_approvers")
        if demanded and pending is not None:
            title, text, done = (
                "Garder deux accords",
                _KEEP,
                "La demande est close\u00a0: deux accords restent demandés.",
            )
        elif not demanded:
            second = pending is not None and pending.asked_by != self.shown.account_id
            title, text = "Revenir à un seul accord", _ONE_AT_ONCE if second else _ONE
            done = "Un seul accord suffit désormais." if second else _ASKED
        confirm(
            self.owner,
            title=f"{title}{NBSP}?",
            text=text,
            action=title,
            tone="primary" if demanded else "danger",
            done=lambda: self.send(
                lambda page: firm.demand_two_approvers(page, demanded=demanded),
                title=title,
                done=done,
            ),
        )

    def review_day(self) -> None:
        """Ask on which day the yearly review opens."""
        dialog = ReviewDayDialog(self.owner, review_on=self.page.review_on)
        dialog.accepted.connect(lambda: self._choose_review_day(dialog.review_on()))
        dialog.open()

    def _choose_review_day(self, review_on: str) -> None:
        if review_on != self.page.review_on:
            self.send(
                lambda page: firm.choose_review_day(page, review_on=review_on),
                title="Choisir la date de la revue annuelle",
                done=_ASKED if self.page.review_on else words.review_day(review_on),
            )

    def keep_review_day(self) -> None:
        """Send the day that is there: whoever asked for another is told."""
        self.send(
            lambda page: firm.choose_review_day(page, review_on=page.review_on),
            title="Garder la date de la revue annuelle",
            done=words.review_day(self.page.review_on),
        )

    # -- Templates ------------------------------------------------------------------------------

    def edit_template(self, template: Template) -> None:
        """Ask which rights a template gives."""
        if self.shown.catalogue is None:
            return
        dialog = TemplateDialog(self.owner, template=template, catalogue=self.shown.catalogue)
        dialog.accepted.connect(lambda: self._keep_template(template, dialog.template()))
        dialog.open()

    def _keep_template(self, before: Template, after: Template) -> None:
        if before != after:
            name = wording.quoted(after.name)
            self.send(
                lambda page: firm.change_template(page, template=after),
                title=f"{'Modifier' if before.name else 'Ajouter'} le modèle {name}",
                done=f"Le modèle {name} est enregistré.",
            )

    def restore_templates(self) -> None:
        """Ask before every template is what it was at first."""
        confirm(
            self.owner,
            title="Rétablir les modèles d’origine\u00a0?",
            text="Vos modifications des modèles sont perdues. Les délégations déjà accordées ne changent pas.",
            action="Rétablir",
            done=lambda: self.send(
                firm.restore_templates,
                title="Rétablir les modèles d’origine",
                done="Les modèles d’origine sont rétablis.",
            ),
        )

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)


_TWO = (
    "Chaque nouvelle demande de droit à risque élevé attendra l’accord de deux experts-comptables du cabinet. Les "
    "droits déjà accordés ne changent pas."
)
_ONE = (
    "Un seul accord suffira pour les droits à risque élevé. Vos confrères sont prévenus\u00a0: ce changement attend "
    "72\u00a0heures, ou l’accord de l’un d’eux. Il est inscrit au registre."
)
_ONE_AT_ONCE = (
    "Un confrère le demande déjà\u00a0: avec votre accord, un seul accord suffira dès maintenant pour les droits à "
    "risque élevé. Ce changement est inscrit au registre."
)
_KEEP = "La demande d’un confrère est close. Deux accords restent demandés pour les droits à risque élevé."
_ASKED = "Votre demande est transmise. Ce qui allège un contrôle attend 72\u00a0heures, ou l’accord d’un confrère."
