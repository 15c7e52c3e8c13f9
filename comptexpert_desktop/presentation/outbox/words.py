"""What an entry of the outbox is called on screen, and what may be said of its way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.outbox_rules import URGENT
from comptexpert_desktop.presentation import messages, wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.presentation.tone import Tone

KINDS = {
    Kind.REVOKE: "Révocation",
    Kind.SUSPEND: "Suspension",
    Kind.NARROW: "Réduction de droits",
    Kind.REFUSE: "Refus",
    Kind.WITHDRAW: "Retrait de demande",
    Kind.RELINQUISH: "Renonciation",
    Kind.LEAVE: "Départ du cabinet",
    Kind.APPROVE: "Accord",
    Kind.RESUME: "Rétablissement",
    Kind.GRANT: "Accord direct",
    Kind.RENEW: "Prolongation",
    Kind.BROADEN: "Élargissement",
    Kind.TRANSFER: "Transfert",
    Kind.EDIT: "Modification",
    Kind.PROLONG: "Demande de prolongation",
    Kind.REQUEST: "Demande de délégation",
    Kind.SIGNUP: "Création de compte",
    Kind.REVIEW_END: "Revue annuelle, fin d’un droit",
    Kind.REVIEW_KEEP: "Revue annuelle, droit gardé",
    Kind.REVIEW: "Ouverture d’une revue annuelle",
    Kind.FIRM: "Règle du cabinet",
    Kind.TERMS: "Conditions d’un service",
    Kind.ABSENCE: "Absence et suppléance",
    Kind.STAY: "Départ annulé",
    Kind.UNUSED_KEEP: "Droit inutilisé, gardé",
    Kind.ABSENCE_END: "Fin d’une suppléance",
    Kind.EMAIL: "Changement d’adresse électronique",
    Kind.NAME: "Correction de votre nom",
    Kind.MAILS: "Choix de vos courriels",
    Kind.IMPORT: "Import de délégations",
    Kind.RESEND: "Courriel d’activation",
    Kind.ESCALATION: "Dossier au Conseil régional",
}
MOVE = "Mutation"
"""Somebody's move: ends and grants that are one act."""
RETRIABLE = frozenset({OutboxStatus.NEEDS_YOU, OutboxStatus.QUEUED})
DISCARDABLE = frozenset({OutboxStatus.NEEDS_YOU, OutboxStatus.QUEUED, OutboxStatus.SENT})
HERE = frozenset({OutboxStatus.QUEUED, OutboxStatus.NEEDS_YOU})
"""What has not left this machine, or came back to it."""


@dataclass(frozen=True, slots=True)
class StateWord:
    """A state as a word, an icon and a tone."""

    word: str
    icon: str
    tone: Tone


_STATES = {
    OutboxStatus.QUEUED: StateWord("Non transmis", "clock", "warning"),
    OutboxStatus.SENDING: StateWord("Envoi en cours", "refresh", "info"),
    OutboxStatus.UNKNOWN: StateWord("En vérification", "refresh", "warning"),
    OutboxStatus.SENT: StateWord("Transmis", "check-circle", "success"),
    OutboxStatus.NEEDS_YOU: StateWord("À revoir", "alert-circle", "danger"),
}
_NOT_EFFECTIVE = StateWord("PAS ENCORE EFFECTIF", "alert-triangle", "danger")


def state(entry: OutboxEntry) -> StateWord:
    """Word where an entry stands; rights that are still open say so loudly."""
    if entry.kind in URGENT and entry.status not in {OutboxStatus.SENT, OutboxStatus.NEEDS_YOU}:
        return _NOT_EFFECTIVE
    return _STATES[entry.status]


def title(entry: OutboxEntry) -> str:
    """Write « Révocation · Prénom NOM »."""
    return f"{KINDS[entry.kind]} · {entry.subject}" if entry.subject else KINDS[entry.kind]


def when(entry: OutboxEntry, *, now: datetime) -> str:
    """Tell when it was made, when it left, how often it was tried, and when it is tried again."""
    if entry.status is OutboxStatus.SENT:
        return f"Transmis {wording.moment(entry.next_attempt_at, now=now)}"
    parts = [f"Enregistré {wording.moment(entry.created_at, now=now)}"]
    if entry.attempts:
        parts.append(wording.count(entry.attempts, "tentative"))
    if entry.status in {OutboxStatus.QUEUED, OutboxStatus.UNKNOWN}:
        seconds = (entry.next_attempt_at - now).total_seconds()
        parts.append(
            f"prochaine tentative {wording.delay(seconds)}" if seconds >= 1 else "prochaine tentative dès que possible"
        )
    return " · ".join(parts)


def explanation(entry: OutboxEntry) -> str:
    """Say what is known of an entry, why it waits, and what to do."""
    if entry.status is OutboxStatus.SENT:
        return "Le serveur a répondu. Cet envoi est effectif. Il peut être retiré de la liste."
    sentence = _OFFERED_AGAIN.get(entry.status, "") if entry.again_at else ""
    sentence = sentence or (_UNCERTAIN if entry.is_uncertain else _WAITING[entry.status])
    if not entry.code or entry.code == "OUTBOX_UNKNOWN":
        return sentence
    message = messages.for_code(entry.code, data=entry.answer)
    return f"{sentence}\n{message.title}. {message.body}"


def is_worth_reporting(entry: OutboxEntry) -> bool:
    """Tell whether the server failed over this entry again and again: whoever runs it has to know."""
    return entry.status is OutboxStatus.NEEDS_YOU and entry.faults > 0


def before_discarding(entry: OutboxEntry) -> str:
    """Say what giving an entry up does, and what it does not."""
    if entry.is_uncertain:
        return (
            "Il a peut-être déjà eu son effet. L’abandonner le retire de ce poste et n’annule rien sur le serveur. "
            "Vérifiez ensuite ce qu’il en est."
        )
    return "Il ne sera jamais transmis, et rien ne changera sur le serveur."


_UNCERTAIN = (
    "Cet envoi a peut-être déjà eu son effet : sa première réponse s’est perdue, et le serveur ne la redonne pas. "
    "Réessayer ne le fera pas deux fois."
)
_WAITING = {
    OutboxStatus.QUEUED: "Rien n’a quitté ce poste. L’envoi se fera tout seul, sans rien faire de plus.",
    OutboxStatus.SENDING: "L’envoi est en cours. Il n’est pas effectif avant la réponse du serveur.",
    OutboxStatus.UNKNOWN: "L’envoi est parti, mais la réponse s’est perdue. Vérification en cours. Ne le refaites pas.",
    OutboxStatus.NEEDS_YOU: "Le serveur n’a pas appliqué cet envoi. Rien n’est changé de son côté.",
}


_OFFERED_AGAIN = {
    OutboxStatus.QUEUED: "Cet envoi avait été transmis. Le serveur a été restauré depuis : il lui est proposé "
    "de nouveau.",
    OutboxStatus.NEEDS_YOU: "Cet envoi avait été transmis. Le serveur a été restauré depuis une sauvegarde plus "
    "ancienne, et ne l’a pas repris. Relisez-le.",
}


def summary(entries: Sequence[OutboxEntry]) -> str:
    """Say how many entries are here, on their way, and done."""
    counts = Counter(entry.status for entry in entries)
    again = sum(entry.status is OutboxStatus.QUEUED and entry.again_at is not None for entry in entries)
    waiting = counts[OutboxStatus.QUEUED] - again
    travelling = counts[OutboxStatus.SENDING] + counts[OutboxStatus.UNKNOWN]
    needing, sent = counts[OutboxStatus.NEEDS_YOU], counts[OutboxStatus.SENT]
    parts = []
    if needing:
        parts.append(f"{wording.count(needing, 'envoi')} à revoir.")
    if waiting:
        verb = "n’ont" if waiting > 1 else "n’a"
        parts.append(f"{wording.count(waiting, 'envoi')} {verb} pas quitté ce poste.")
    if again:
        verb = "sont proposés" if again > 1 else "est proposé"
        parts.append(f"{wording.count(again, 'envoi')} {verb} de nouveau au serveur.")
    if travelling:
        verb = "attendent" if travelling > 1 else "attend"
        parts.append(f"{wording.count(travelling, 'envoi')} {verb} la réponse du serveur.")
    if sent:
        parts.append(f"{wording.count(sent, 'envoi transmis', many='envois transmis')}.")
    return " ".join(parts)
