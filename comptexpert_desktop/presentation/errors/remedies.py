"""What a person can do about a refusal: one act, as a button, or the reason why none exists."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Act(StrEnum):
    """What a button does about a refusal."""

    NONE = "none"
    RETRY = "retry"
    SIGN_IN = "sign-in"
    OPEN_CASE = "open-case"
    OPEN_FIRM = "open-firm"
    OPEN_SIGNUPS = "open-signups"
    OPEN_REVIEW = "open-review"
    ASK_AGAIN = "ask-again"
    REPORT = "report"


class Remedy(NamedTuple):
    """An act with the words of its button; or no act, and why."""

    act: Act
    label: str = ""
    why_none: str = ""
    """Why no act exists; empty where one does."""

    @property
    def may_retry(self) -> bool:
        """Whether the same write may be asked again as it is."""
        return self.act in _RETRIED


_RETRIED = frozenset({Act.RETRY, Act.SIGN_IN, Act.REPORT, Act.OPEN_FIRM})
"""After these the same write can succeed: the others want another write, and a limited try is not spent for nothing."""

_CASE = Remedy(Act.OPEN_CASE, "Ouvrir le dossier")
_FORM = Remedy(Act.OPEN_SIGNUPS, "Corriger l’inscription")
_SIGN_IN = Remedy(Act.SIGN_IN, "Se connecter")
_RETRY = Remedy(Act.RETRY, "Réessayer maintenant")
_REPORT = Remedy(Act.REPORT, "Signaler")
_FIRM = Remedy(Act.OPEN_FIRM, "Ouvrir le cabinet")
_REVIEW = Remedy(Act.OPEN_REVIEW, "Ouvrir la revue")
_AGAIN = Remedy(Act.ASK_AGAIN, "Faire une nouvelle demande")


def _none(why: str) -> Remedy:
    return Remedy(Act.NONE, why_none=why)


_REMEDIES = {
    "ABSENCE_DUPLICATE": Remedy(Act.OPEN_FIRM, "Voir les absences du cabinet"),
    "ABSENCE_NOT_YOURS": _none("Seules les deux personnes de cette absence en décident."),
    "ABSENCE_WRONG_STATUS": Remedy(Act.OPEN_FIRM, "Voir les absences du cabinet"),
    "ACCOUNT_OF_REGISTRY": _none("Le Conseil régional corrige le tableau. Votre compte suit de lui-même."),
    "AUTH_FACTOR_REQUIRED": Remedy(Act.SIGN_IN, "Ajouter un second facteur"),
    "AUTH_FAILED": _SIGN_IN,
    "AUTH_SCOPE": _SIGN_IN,
    "AUTH_STEP_UP": Remedy(Act.SIGN_IN, "Se connecter de nouveau"),
    "BODY_TOO_LARGE": _REPORT,
    "BODY_UNREADABLE": _REPORT,
    "DEL_CERT_REQUIRED": _none("Le certificat s’atteste auprès du Conseil régional, par la personne elle-même."),
    "DEL_DUPLICATE": Remedy(Act.OPEN_CASE, "Prolonger le droit qui existe"),
    "DEL_IMPORT_CHANGED": _none("Rouvrez le fichier. L’aperçu dit ce que chaque ligne donnerait maintenant."),
    "DEL_IMPORT_INCOMPLETE": _none("Le tableau repart en entier de lui-même."),
    "DEL_IMPORT_REFUSED": _none(
        "Chaque ligne refusée a sa raison dans l’aperçu. Corrigez le fichier, puis relisez-le."
    ),
    "DEL_NOT_GRANTEE": _none("Seule la personne qui reçoit le droit peut y renoncer."),
    "DEL_NOT_GRANTOR": Remedy(Act.OPEN_CASE, "Voir qui peut en décider"),
    "DEL_NO_ACCOUNT": Remedy(Act.ASK_AGAIN, "Inviter cette personne"),
    "DEL_REQUEST_LAPSED": _AGAIN,
    "DEL_RIGHT_NOT_DELEGABLE": _none("Ce droit est personnel. Personne ne peut le déléguer."),
    "DEL_SELF": _none("Personne ne décide de ses propres droits. Un autre expert-comptable du cabinet le peut."),
    "DEL_SERVICE_CLOSED": _none("Le service est fermé pour tous. Il n’y a rien à faire avant sa réouverture."),
    "DEL_STALE": Remedy(Act.OPEN_CASE, "Relire et décider de nouveau"),
    "DEL_TERMS": Remedy(Act.OPEN_FIRM, "Accepter les conditions"),
    "DEL_TOO_EARLY": _none("Une prolongation se demande dans les 45\u00a0jours avant la fin du droit."),
    "DEL_TOO_MANY": _none("Le nombre de droits en attente est limité. Il baisse quand des demandes sont décidées."),
    "DEL_WRONG_FIRM": Remedy(Act.RETRY, "Envoyer avec ce cabinet"),
    "DEL_WRONG_STATUS": _CASE,
    "FIRM_STALE": Remedy(Act.OPEN_FIRM, "Relire le cabinet"),
    "ID_INVALID": Remedy(Act.OPEN_SIGNUPS, "Choisir un autre identifiant"),
    "ID_TAKEN": Remedy(Act.OPEN_SIGNUPS, "Choisir un autre identifiant"),
    "INTENT_TOO_OLD": Remedy(Act.RETRY, "Confirmer et envoyer"),
    "INVALID_INPUT": Remedy(Act.OPEN_CASE, "Corriger la saisie"),
    "KEY_ANSWER_LOST": _none("L’envoi a eu son effet. Seule sa réponse manque\u00a0: le prochain échange la montrera."),
    "KEY_IN_FLIGHT": _none("L’envoi est en cours. Sa réponse arrivera d’elle-même."),
    "KEY_REQUIRED": _REPORT,
    "KEY_REUSED": _REPORT,
    "METHOD_NOT_ALLOWED": _REPORT,
    "NOT_FOUND": _none("Cet élément n’existe plus, ou n’est pas à vous. Retirez l’envoi de la liste."),
    "PRECONDITION_INVALID": _REPORT,
    "PRECONDITION_REQUIRED": _REPORT,
    "REGISTER_BROKEN": _none(
        "La personne qui tient le serveur doit vérifier le registre. Rien n’y est écrit d’ici là."
    ),
    "REG_ALREADY_BOUND": _SIGN_IN,
    "REG_DOB_MISMATCH": _FORM,
    "REG_NOT_SELECTED": _FORM,
    "REG_NO_EMAIL": Remedy(Act.OPEN_SIGNUPS, "Suivre le dossier du Conseil régional"),
    "REG_NO_MATCH": _FORM,
    "REG_NUMBER_UNKNOWN": _FORM,
    "REG_PROFILE_MISMATCH": _FORM,
    "REG_STRUCK_OFF": Remedy(Act.OPEN_SIGNUPS, "Suivre le dossier du Conseil régional"),
    "REG_TOO_MANY_TRIES": _none(
        "Les tentatives de ce jour sont épuisées. Une autre avant l’heure dite n’y changerait rien."
    ),
    "REVIEW_CLOSED": _none("La revue est close. Un droit se révoque ou se prolonge maintenant depuis son dossier."),
    "REVIEW_ITEM_OVER": _none("Ce droit a déjà pris fin. Il n’y a plus rien à décider."),
    "REVIEW_NOTHING": _none("Aucun droit n’est à revoir dans ce cabinet."),
    "REVIEW_OPEN": _REVIEW,
    "SERVER_FAULT": _RETRY,
    "SESSION_EXPIRED": _SIGN_IN,
    "TOO_MANY_REQUESTS": _none("L’envoi reprendra de lui-même dès que le serveur l’accepte."),
}


def remedy_of(code: str) -> Remedy:
    """Return what can be done about a refusal; for an unknown code, the same write may be asked again."""
    return _REMEDIES.get(code, _RETRY)


def is_known(code: str) -> bool:
    """Tell whether somebody decided what can be done about a code."""
    return code in _REMEDIES
