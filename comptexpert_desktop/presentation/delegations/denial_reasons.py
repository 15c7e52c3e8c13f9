"""Why a decision cannot be taken, and what one changes: the sentences beside the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Role, Status
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import words

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.session import Covering
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.presentation.labels import Labels

WRONG_STATUS = "DEL_WRONG_STATUS"
_DECIDED = "la demande a déjà reçu sa réponse."
ALREADY_QUEUED = "ALREADY_QUEUED"
"""The same decision waits on this machine."""
SELECT_FIRST = "choisissez d’abord une ligne."
_REASONS = {
    ALREADY_QUEUED: "cette décision est déjà enregistrée. Elle partira dès que le serveur répondra.",
    "OUTBOX_UNKNOWN": "une décision est en route vers le serveur. Attendez sa réponse avant d’en prendre une autre.",
    "DEL_TOO_EARLY": "une prolongation se demande dans les 45\u00a0jours avant la fin.",
    "DEL_SELF": "personne ne décide de ses propres droits. Un autre expert-comptable du cabinet le peut.",
    "DEL_NOT_GRANTOR": "seul l’expert-comptable désigné décide. Un confrère du cabinet peut suspendre et révoquer.",
    "DEL_NOT_GRANTEE": "seule la personne qui reçoit la délégation le peut.",
}


def why_not(code: str, *, action: Action, delegation: Delegation | None) -> str:
    """Say why an action cannot be used on a delegation."""
    if delegation is None:
        return SELECT_FIRST
    if code == WRONG_STATUS:
        return _wrong_status(action, delegation)
    return _REASONS.get(code) or messages.for_code(code).text


def _wrong_status(action: Action, delegation: Delegation) -> str:
    if action in {Action.APPROVE, Action.REFUSE, Action.WITHDRAW, Action.EDIT}:
        return _DECIDED
    if delegation.status in words.UNDECIDED:
        ask = "Refusez la demande" if action is Action.REVOKE else "Retirez la demande"
        return f"rien n’est encore accordé. {ask} si elle ne convient pas."
    if delegation.status in words.ENDED:
        return "la délégation est terminée. Il n’y reste aucun droit."
    return "la délégation n’est pas dans l’état voulu."


def consequence(action: Action, delegation: Delegation, *, labels: Labels) -> str:
    """Say what an action changes, before it is confirmed."""
    person, firm = delegation.grantee.display_name, delegation.firm.name
    rights = (
        f"{labels.service(delegation.service)}{wording.NBSP}: {labels.rights(delegation.service, delegation.rights)}"
    )
    match action:
        case Action.REVOKE:
            return (
                f"{person} ({firm}) perdra ces droits dans {rights}. "
                "La révocation part avant tout le reste. Elle est effective quand le serveur a répondu, pas avant. "
                "Pour rendre ces droits, il faudra une nouvelle demande."
            )
        case Action.SUSPEND:
            return (
                f"{person} ({firm}) ne pourra plus se servir de ces droits dans {rights}. "
                "La coupure est effective quand le serveur a répondu, pas avant. Vous pourrez les rétablir."
            )
        case Action.RESUME:
            return f"{person} ({firm}) retrouvera ces droits dans {rights}, jusqu’à la même date de fin."
        case Action.WITHDRAW:
            return f"Votre demande auprès de {delegation.grantor.display_name} sera retirée ({rights})."
        case Action.RELINQUISH:
            return f"Vous perdrez ces droits ({firm}) dans {rights}. Il faudra les redemander."
        case _:
            return f"{person} ({firm}), dans {rights}."


def in_absence(name: str) -> str:
    """Say in whose place one decides; empty when one decides for oneself."""
    return f"Vous décidez en l’absence {wording.of(name)}. Le registre portera vos deux noms." if name else ""


def covering(cover: Covering) -> str:
    """Say at the head of the desk for whom one stands in, and until when (BR-24)."""
    return f"Vous décidez aussi en l’absence {wording.of(cover.absent_name)}, jusqu’au {wording.day(cover.ends_on)}."


def with_absence(text: str, *, name: str) -> str:
    """Add to the last word before a decision in whose place it is taken."""
    return f"{text} {in_absence(name)}".strip()


def needs_you(code: str) -> str:
    """Say why a decision came back, and what to do about it."""
    message = messages.for_code(code)
    return f"{message.title}. {message.body}"


def second_approval(case: Case) -> str:
    """Say where two approvals stand, before one gives one; empty when one is enough."""
    delegation = case.row.delegation
    may_approve = case.actions.get(Action.APPROVE, "") is None
    if case.row.role is not Role.GRANTOR:
        return ""
    if delegation.status is Status.PENDING_SECOND:
        if may_approve:
            return "Un premier accord est donné. Le vôtre, le second, rendra ces droits effectifs."
        return "Un premier accord est donné. Un autre expert-comptable du cabinet donne le second."
    found = [case.labels.find(delegation.service, right) for right in delegation.rights]
    is_risky = any(right is None or right.risk == "high" for right in found)
    if delegation.status is Status.PENDING and may_approve and case.two_approvers and is_risky:
        return "Ce cabinet demande deux accords pour un droit à risque élevé. Le vôtre sera le premier."
    return ""
