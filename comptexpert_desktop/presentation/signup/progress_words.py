"""Say where a sign-up stands, honestly: kept here, sent, waiting for the mail, active, or to be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.profile import Flow, flow_of
from comptexpert_desktop.domain.signup import MAIL_REFUSED, SignupStatus
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from comptexpert_desktop.domain.signup import SignupProgress
    from comptexpert_desktop.presentation.tone import Tone


class State(NamedTuple):
    """A word, an icon, a tone and a sentence."""

    word: str
    icon: str
    tone: Tone
    sentence: str


def state_of(progress: SignupProgress, *, network_code: str | None = None) -> State:
    """Word the state of a sign-up."""
    match progress.status:
        case SignupStatus.WAITING if network_code:
            return State("En attente du réseau", "cloud-off", "warning", _waiting(network_code))
        case SignupStatus.WAITING:
            return State("Enregistré", "clock", "info", "Votre demande est gardée sur ce poste. Elle part d’elle-même.")
        case SignupStatus.NEEDS_YOU:
            message = messages.for_code(progress.code, data=progress.answer)
            return State("À corriger", "alert-circle", "danger", f"{message.title}. {message.body}")
        case SignupStatus.ACTIVATION_SENT:
            return _mailed(progress)
        case SignupStatus.ACTIVATED:
            return State(
                "Compte actif", "check-circle", "success", "Votre compte est actif. Vous pouvez vous connecter."
            )
        case SignupStatus.EXPIRED:
            message = messages.for_code("ACT_EXPIRED")
            return State("Lien expiré", "alert-triangle", "warning", f"{message.text} {message.remedy}")


def _waiting(code: str) -> str:
    message = messages.for_code(code)
    return f"Votre demande est gardée sur ce poste. {message.title}. Elle partira d’elle-même dès que possible."


def _mailed(progress: SignupProgress) -> State:
    if progress.answer.get(MAIL_REFUSED):
        return State("Courriel refusé", "alert-triangle", "warning", _refused(progress))
    return State("Courriel envoyé", "mail", "info", _sent(progress))


def _sent(progress: SignupProgress) -> str:
    where = f" à l’adresse {progress.masked_email}" if progress.masked_email else ""
    return (
        f"Un courriel d’activation a été envoyé{where}. Ouvrez son lien dans les 48\u00a0heures, puis "
        f"choisissez votre mot "
        "de passe. S’il n’arrive pas, regardez dans les courriers indésirables."
    )


def _refused(progress: SignupProgress) -> str:
    where = f"l’adresse {progress.masked_email}" if progress.masked_email else "l’adresse connue"
    fact = f"Le courriel d’activation n’a pas pu être remis{NBSP}: {where} ne reçoit pas de courriel."
    if flow_of(progress.profile) is Flow.REGISTRY:
        return f"{fact} Demandez à votre Conseil régional de corriger votre adresse, puis demandez un nouveau courriel."
    return f"{fact} Retirez cette inscription et recommencez avec une autre adresse."
