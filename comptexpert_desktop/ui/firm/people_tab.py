"""« Personnes »: who grants, who works there, who was invited."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from comptexpert_desktop.domain import firm_rules
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.firm.words import Look
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.firm.rows import Row, Rows, permit
from comptexpert_desktop.ui.firm.unused_card import UnusedCard
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.domain.firm import Expert, Invitation, Member
    from comptexpert_desktop.presentation.firm.view import View

_YOU = Look("user", "Vous", "info")
_NO_ACCOUNT = Look("info", "Sans Comptexpert", "neutral")
_CANCELLED = Look("clock", "Décision non transmise", "warning")


class PeopleTab(Page):
    """Cards: unused rights where there are some, experts-comptables, collaborateurs, invitations."""

    invite_requested = Signal()
    departure_requested = Signal(object)
    """The Member who leaves."""
    stay_requested = Signal(object)
    """The Member whose planned departure is cancelled."""
    attestation_requested = Signal(object)
    """The Member whose rights are attested."""
    cancel_requested = Signal(object)
    """The Invitation that is cancelled."""
    again_requested = Signal(object)
    """The Invitation that is sent again."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("firmPeople")
        self._experts, self._members, self._invitations = Rows(), Rows(), Rows()
        self.invite_button = secondary("Inviter une personne…", name="inviteButton", icon="mail")
        self.invite_button.clicked.connect(self.invite_requested)
        self.unused = UnusedCard()
        self._build()

    def show_view(self, view: View) -> None:
        """Show the people of a cabinet."""
        page, labels = view.page, Labels(view.catalogue)
        self.unused.show_view(view)
        self._experts.fill([_expert_row(one, view=view) for one in page.experts], instead=_NO_EXPERT)
        self._members.fill(
            [self._member_row(one, view=view, labels=labels) for one in page.members], instead=_NO_MEMBER
        )
        rows = [self._invitation_row(one, view=view, labels=labels) for one in page.invitations]
        self._invitations.fill(rows, instead=_NO_INVITATION)

    def _member_row(self, member: Member, *, view: View, labels: Labels) -> Row:
        leaving = words.leaving(member)
        button = quiet("Départ…", name=f"departure-{member.login_id}", icon="sign-out")
        button.setAccessibleName(f"Départ {wording.of(member.display_name)}")
        permit(button, view.why_not)
        button.clicked.connect(partial(self._emit_departure, member))
        attest = quiet("Attestation…", name=f"attestation-{member.login_id}", icon="award")
        attest.setAccessibleName(f"Attestation des droits {wording.of(member.display_name)}")
        permit(attest, view.why_not)
        attest.clicked.connect(partial(self._emit_attestation, member))
        buttons = [attest, button]
        if leaving:
            stay = quiet("Annuler le départ…", name=f"stay-{member.login_id}", icon="refresh")
            stay.setAccessibleName(f"Annuler le départ {wording.of(member.display_name)}")
            permit(stay, view.why_not)
            stay.clicked.connect(partial(self._emit_stay, member))
            buttons.append(stay)
        looks = [leaving] if leaving else []
        lines = words.member_lines(member, rights=view.rights.get(member.account_id, ()), labels=labels)
        return Row(member.display_name, lines, looks=looks, buttons=buttons)

    def _invitation_row(self, invitation: Invitation, *, view: View, labels: Labels) -> Row:
        is_cancelled = invitation.delegation_id in view.cancelled
        again = quiet("Relancer…", name=f"again-{invitation.delegation_id}", icon="mail")
        again.setAccessibleName(f"Relancer l’invitation {wording.of(invitation.email)}")
        again.clicked.connect(partial(self._emit_again, invitation))
        cancel = quiet("Annuler…", name=f"cancel-{invitation.delegation_id}", icon="close")
        cancel.setAccessibleName(f"Annuler l’invitation {wording.of(invitation.email)}")
        cancel.clicked.connect(partial(self._emit_cancel, invitation))
        lines = words.invitation_lines(invitation, labels=labels)
        looks = [_CANCELLED] if is_cancelled else []
        return Row(invitation.email, lines, looks=looks, buttons=[] if is_cancelled else [again, cancel])

    def _emit_departure(self, member: Member, *_clicked: bool) -> None:
        self.departure_requested.emit(member)

    def _emit_stay(self, member: Member, *_clicked: bool) -> None:
        self.stay_requested.emit(member)

    def _emit_attestation(self, member: Member, *_clicked: bool) -> None:
        self.attestation_requested.emit(member)

    def _emit_again(self, invitation: Invitation, *_clicked: bool) -> None:
        self.again_requested.emit(invitation)

    def _emit_cancel(self, invitation: Invitation, *_clicked: bool) -> None:
        self.cancel_requested.emit(invitation)

    def _build(self) -> None:
        experts, members = Card("Experts-comptables"), Card("Collaborateurs")
        experts.add(PlainLabel(_EXPERTS_HINT, role="hint"))
        experts.add(self._experts)
        members.add(PlainLabel(_MEMBERS_HINT, role="hint"))
        members.add(self._members)
        invitations = Card("Invitations en cours")
        invitations.add(PlainLabel(_INVITATIONS_HINT, role="hint"))
        invitations.add(self._invitations)
        foot = QHBoxLayout()
        foot.addWidget(self.invite_button)
        foot.addStretch(1)
        invitations.add(foot)
        for card in (self.unused, experts, members, invitations):
            self.body.addWidget(card)


def _expert_row(expert: Expert, *, view: View) -> Row:
    looks: list[Look] = []
    if expert.account_id == view.account_id:
        looks.append(_YOU)
    elif not expert.account_id:
        looks.append(_NO_ACCOUNT)
    absence = firm_rules.open_absence_of(view.page, entry_id=expert.entry_id)
    line = ""
    if absence is not None and firm_rules.is_running(absence):
        line = f"En son absence, {absence.cover.display_name} décide jusqu’au {wording.day(absence.ends_on)}."
    return Row(expert.display_name, [line], looks=looks)


_EXPERTS_HINT = "Inscrits au tableau de l’Ordre pour ce cabinet. Chacun peut accorder des droits."
_MEMBERS_HINT = "Une personne entre au cabinet avec sa première délégation accordée. Son départ met fin à ses droits."
_INVITATIONS_HINT = (
    "Un droit accordé à une adresse attend que son destinataire crée son Comptexpert. Sans cela, l’invitation prend "
    "fin d’elle-même."
)
_NO_EXPERT = "Le tableau de l’Ordre ne porte aucun expert-comptable pour ce cabinet."
_NO_MEMBER = "Aucun collaborateur pour l’instant."
_NO_INVITATION = "Aucune invitation en cours."
