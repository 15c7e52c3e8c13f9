"""Ask for the last word before each change of the cabinet, then hand it over to be sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.ui import messages, wording
from comptexpert_desktop.ui.delegations.bulk_deciding import BulkDecisions
from comptexpert_desktop.ui.firm import words
from comptexpert_desktop.ui.firm.absence_dialog import AbsenceDialog
from comptexpert_desktop.ui.firm.review_day_dialog import ReviewDayDialog
from comptexpert_desktop.ui.firm.sending import Gesture
from comptexpert_desktop.ui.firm.template_dialog import TemplateDialog
from comptexpert_desktop.ui.labels import Labels
from comptexpert_desktop.ui.widgets.dialogs import confirm
from comptexpert_desktop.ui.wording import NBSP, of
from comptexpert_desktop.usecases import firm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.delegation import DelegationRow
    from comptexpert_desktop.domain.exchange import Call
    from comptexpert_desktop.domain.firm import Absence, FirmPage, Invitation, Member, Template
    from comptexpert_desktop.errors import ComptexpertError
    from comptexpert_desktop.ui.firm.absence_dialog import Wanted
    from comptexpert_desktop.ui.firm.sending import Sending
    from comptexpert_desktop.ui.firm.view import View
    from comptexpert_desktop.ui.tasks import Tasks
    from comptexpert_desktop.ui.widgets.banner import Banner


class Asking(QObject):
    """The dialogs of the screen, about the page that it shows."""

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
        super().__init__(owner)
        self._tasks, self._owner, self._sending = tasks, owner, sending
        self._clock, self._new_id, self._banner = clock, new_id, banner
        self._departures = BulkDecisions(tasks, owner=owner, clock=clock, new_id=new_id, banner=banner)
        self._departures.kept.connect(self._departures.follow)
        self._view: View | None = None

    def take(self, view: View) -> None:
        """Remember what is on screen: every question is about it."""
        self._view = view

    # -- People ---------------------------------------------------------------------------------

    def departure(self, member: Member) -> None:
        """Ask what ends when somebody leaves: his rights by name, or his place alone when he has none."""
        work = partial(firm.line_of, firm_id=self._page.id, account_id=member.account_id, name=member.display_name)
        self._tasks.read(self._owner, work, partial(self._ask_departure, member), failed=self._show_error)

    def _ask_departure(self, member: Member, row: DelegationRow | None) -> None:
        if row is not None:
            self._departures.ask_departure(row, today=wording.local_day(self._clock()))
            return
        name = member.display_name
        confirm(
            self._owner,
            title=f"Départ {of(name)}{NBSP}?",
            text=f"Ce poste ne connaît ni droit ni demande de cette personne dans {self._page.name}. Elle ne fera plus "
            "partie du cabinet, et ce qu’elle pourrait encore y faire prend fin aussitôt.",
            action="Mettre fin",
            done=lambda: self._send(
                lambda page, key: firm.end_membership(page, account_id=member.account_id, key=key),
                title=f"Départ {of(name)}",
                done=f"{name} ne fait plus partie du cabinet.",
            ),
        )

    def cancel_invitation(self, invitation: Invitation) -> None:
        """Ask before a promised right ends."""
        confirm(
            self._owner,
            title="Annuler l’invitation\u00a0?",
            text=f"Le droit promis à {invitation.email} prend fin. L’annulation part avant tout le reste. Elle est "
            "effective quand le serveur a répondu.",
            action="Annuler l’invitation",
            done=lambda: self._tasks.write(
                self._owner,
                partial(
                    firm.cancel_invitation,
                    delegation_id=invitation.delegation_id,
                    now=self._clock(),
                    new_id=self._new_id(),
                ),
                failed=self._show_error,
            ),
        )

    # -- Absences -------------------------------------------------------------------------------

    def declare_absence(self) -> None:
        """Ask who decides in one's own absence."""
        view = self._shown
        dialog = AbsenceDialog(
            self._owner,
            title="Déclarer votre absence",
            text=words.NAMING_RULE,
            action="Déclarer",
            label="&Confrère qui décide",
            colleagues=firm_rules.covers_possible(view.page, account_id=view.account_id),
            starts_on=firm_rules.first_day(today=view.today, asks=False),
        )
        self._open_absence(dialog, self._declare)

    def ask_cover(self) -> None:
        """Ask for whom one wants to decide."""
        view = self._shown
        dialog = AbsenceDialog(
            self._owner,
            title="Demander à suppléer un confrère",
            text=words.COVER_RULE,
            action="Demander",
            label="&Confrère absent",
            colleagues=firm_rules.absents_possible(view.page, account_id=view.account_id),
            starts_on=firm_rules.first_day(today=view.today, asks=True),
        )
        self._open_absence(dialog, self._ask)

    def _open_absence(self, dialog: AbsenceDialog, done: Callable[[Wanted], None]) -> None:
        def take() -> None:
            wanted = dialog.wanted()
            if wanted is not None:
                done(wanted)

        dialog.accepted.connect(take)
        dialog.open()

    def _declare(self, wanted: Wanted) -> None:
        self._send(
            lambda page, key: firm.name_cover(
                page, cover=wanted.other, ends_on=wanted.ends_on, reason=wanted.reason, key=key
            ),
            title=f"Déclarer votre absence, {wanted.other_name} décide",
            done=f"{wanted.other_name} décide à votre place jusqu’au {wording.day(wanted.ends_on)} inclus.",
        )

    def _ask(self, wanted: Wanted) -> None:
        self._send(
            lambda page, key: firm.ask_to_cover(
                page, absent=wanted.other, ends_on=wanted.ends_on, reason=wanted.reason, key=key
            ),
            title=f"Demander à suppléer {wanted.other_name}",
            done=f"La demande est faite. Sans opposition sous {words.WAIT}, vous déciderez en l’absence "
            f"{of(wanted.other_name)}.",
        )

    def object_to(self, absence: Absence) -> None:
        """Ask before a cover is refused."""
        confirm(
            self._owner,
            title="Vous opposer à cette suppléance\u00a0?",
            text=f"{absence.cover.display_name} ne décidera pas en l’absence {of(absence.absent.display_name)}. Votre "
            "opposition est inscrite au registre.",
            action="M’y opposer",
            done=lambda: self._send(
                lambda page, key: firm.object_to_absence(page, absence_id=absence.id, key=key),
                title=f"Vous opposer à la suppléance assurée par {absence.cover.display_name}",
                done="Votre opposition est enregistrée. La suppléance n’aura pas lieu.",
            ),
        )

    def end_absence(self, absence: Absence) -> None:
        """Ask before a cover ends."""
        confirm(
            self._owner,
            title="Mettre fin à cette suppléance\u00a0?",
            text=f"{absence.cover.display_name} ne décidera plus en l’absence {of(absence.absent.display_name)}. Les "
            "décisions déjà prises restent.",
            action="Mettre fin",
            done=lambda: self._send(
                lambda page, key: firm.end_absence(page, absence_id=absence.id, key=key),
                title=f"Mettre fin à la suppléance {of(absence.absent.display_name)}",
                done="La suppléance a pris fin.",
            ),
        )

    # -- Rules ----------------------------------------------------------------------------------

    def accept_terms(self, service: str) -> None:
        """Ask before the terms of a service are accepted for everybody."""
        name = Labels(self._shown.catalogue).service(service)
        confirm(
            self._owner,
            title=f"Accepter les conditions de {name}{NBSP}?",
            text=words.before_accepting(name, firm=self._page.name),
            action="Accepter pour le cabinet",
            tone="primary",
            done=lambda: self._send(
                lambda page, key: firm.accept_terms(page, service=service, key=key),
                title=f"Accepter les conditions de {name}",
                done=f"Les conditions de {name} sont acceptées pour le cabinet.",
            ),
        )

    def two_approvers(self, demanded: bool) -> None:  # noqa: FBT001  the signal's value
        """Ask before the number of approvals changes."""
        title = "Demander deux accords" if demanded else "Revenir à un seul accord"
        text = _TWO if demanded else _ONE
        confirm(
            self._owner,
            title=f"{title}{NBSP}?",
            text=text,
            action=title,
            tone="primary" if demanded else "danger",
            done=lambda: self._send(
                lambda page, key: firm.demand_two_approvers(page, demanded=demanded, key=key),
                title=title,
                done="Deux accords sont désormais demandés." if demanded else "Un seul accord suffit désormais.",
            ),
        )

    def review_day(self) -> None:
        """Ask on which day the yearly review opens."""
        dialog = ReviewDayDialog(self._owner, review_on=self._page.review_on)
        dialog.accepted.connect(lambda: self._choose_review_day(dialog.review_on()))
        dialog.open()

    def _choose_review_day(self, review_on: str) -> None:
        if review_on != self._page.review_on:
            self._send(
                lambda page, key: firm.choose_review_day(page, review_on=review_on, key=key),
                title="Choisir la date de la revue annuelle",
                done=words.review_day(review_on),
            )

    # -- Templates ------------------------------------------------------------------------------

    def edit_template(self, template: Template) -> None:
        """Ask which rights a template gives."""
        if self._shown.catalogue is None:
            return
        dialog = TemplateDialog(self._owner, template=template, catalogue=self._shown.catalogue)
        dialog.accepted.connect(lambda: self._keep_template(template, dialog.template()))
        dialog.open()

    def _keep_template(self, before: Template, after: Template) -> None:
        if before != after:
            name = wording.quoted(after.name)
            self._send(
                lambda page, key: firm.change_template(page, template=after, key=key),
                title=f"Modifier le modèle {name}",
                done=f"Le modèle {name} est enregistré.",
            )

    def restore_templates(self) -> None:
        """Ask before every template is what it was at first."""
        confirm(
            self._owner,
            title="Rétablir les modèles d’origine\u00a0?",
            text="Vos modifications des modèles sont perdues. Les délégations déjà accordées ne changent pas.",
            action="Rétablir",
            done=lambda: self._send(
                lambda page, key: firm.restore_templates(page, key=key),
                title="Rétablir les modèles d’origine",
                done="Les modèles d’origine sont rétablis.",
            ),
        )

    # -------------------------------------------------------------------------------------------

    @property
    def _shown(self) -> View:
        assert self._view is not None  # nothing can be pressed before a page is shown
        return self._view

    @property
    def _page(self) -> FirmPage:
        return self._shown.page

    def _send(self, make: Callable[[FirmPage, str], Call], *, title: str, done: str) -> None:
        self._sending.send(Gesture(make, title, done), page=self._page, account_id=self._shown.account_id)

    def _show_error(self, error: ComptexpertError) -> None:
        message = messages.for_error(error)
        self._banner.show_message(message.body, title=message.title, tone=message.tone)


_TWO = (
    "Chaque nouvelle demande de droit à risque élevé attendra l’accord de deux experts-comptables du cabinet. Les "
    "droits déjà accordés ne changent pas."
)
_ONE = "Un seul accord suffira pour les droits à risque élevé. Ce changement est inscrit au registre."
