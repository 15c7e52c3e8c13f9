"""What a yearly review says: where each right stands, how far the whole is, what happens without an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.review import Answer, otherwise, waits
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations.words import StateWord
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.firm import ReviewSummary
    from comptexpert_desktop.domain.review import Chosen, ReviewItem, Standing
    from comptexpert_desktop.errors import ComptexpertError

TITLE = "Revue annuelle"
NEVER_USED = "jamais signalé"
RULE = "Un droit accordé pendant la revue n’en fait pas partie."
USE_RULE = (
    "Certains services ne signalent pas l’usage\u00a0: «\u00a0jamais signalé\u00a0» ne prouve pas que le droit ne sert "
    "plus."
)

_NOTHING = {
    "to-review": "Plus rien n’attend votre réponse ici.",
    "chosen": "Aucun choix n’attend son envoi.",
}
_TO_REVIEW = StateWord("À revoir", "question", "info", "Ce droit attend votre réponse.")
_KEPT = StateWord("Gardé", "check-circle", "success", "Ce droit continue jusqu’à sa date de fin.")
_ENDED = StateWord("Terminé", "ban", "neutral", "Ce droit a pris fin pendant la revue.")
_LAPSED = StateWord("Terminé sans réponse", "clock", "neutral", "Personne n’a répondu. Ce droit a pris fin.")
_OVER = StateWord("Terminé autrement", "close", "neutral", "Ce droit a pris fin avant toute réponse.")
_CHECKED = StateWord(
    "En vérification",
    "refresh",
    "warning",
    "La réponse du serveur s’est perdue. L’envoyer de nouveau ne la fera pas compter deux fois.",
)
_CHOSEN = {
    Answer.KEEP: StateWord("À garder, non envoyé", "outbox", "warning", "Votre choix est gardé sur ce poste."),
    Answer.END: StateWord(
        "Fin non envoyée", "alert-triangle", "danger", "Ce droit reste ouvert tant que le serveur n’a pas répondu."
    ),
}
_ANSWERED = {Answer.KEEP: _KEPT, Answer.END: _ENDED, Answer.LAPSED: _LAPSED}


def state(item: ReviewItem, chosen: Chosen | None) -> StateWord:
    """Word where a right stands; what was chosen here comes before the server's word."""
    if chosen is not None and chosen.code:
        message = messages.for_code(chosen.code)
        return StateWord("À revoir", "alert-circle", "danger", message.body)
    if chosen is not None:
        return _CHECKED if chosen.was_sent else _CHOSEN[chosen.answer]
    if waits(item):
        return _TO_REVIEW
    return _ANSWERED.get(item.answer, _OVER)


def last_use(item: ReviewItem) -> str:
    """Write the last day on which the service saw the holder."""
    return wording.short_day(item.last_used_on) or NEVER_USED


def since(item: ReviewItem) -> date | None:
    """Give the first day of the right."""
    delegation = item.delegation
    if delegation.valid_from is not None:
        return delegation.valid_from
    return None if delegation.decided_at is None else wording.local_day(delegation.decided_at)


def progress(standing: Standing) -> str:
    """Write « 12 droits sur 40 revus »."""
    return f"{wording.count(standing.reviewed, 'droit')} sur {wording.number(standing.total)} {_reviewed(standing)}"


def _reviewed(standing: Standing) -> str:
    return "revus" if standing.reviewed > 1 else "revu"


def deadline(summary: ReviewSummary, *, today: date) -> str:
    """Say until when one may answer, and what happens to a right without an answer."""
    ends = wording.day(summary.grace_until + timedelta(days=1))
    lapse = f"Un droit sans réponse prend fin le {ends}."
    if summary.status == "closed":
        return "Cette revue est close. Elle ne reçoit plus de réponse."
    if summary.status == "grace" or today > summary.closes_on:
        last = wording.day(summary.grace_until)
        return f"La date prévue est passée. Vous pouvez encore répondre jusqu’au {last}. {lapse}"
    left = wording.days_left(summary.closes_on, today=today)
    near = f" ({left})" if left else ""
    return f"Répondez avant le {wording.day(summary.closes_on)}{near}. {lapse}"


def opened(summary: ReviewSummary, *, now: datetime) -> str:
    """Say who opened the review, and when."""
    when = wording.moment(summary.opened_at, now=now)
    if summary.opened_by_name:
        return f"Ouverte par {summary.opened_by_name} {when}."
    return f"Ouverte {when}, à la date choisie par le cabinet."


def for_the_file(summary: ReviewSummary) -> str:
    """Say the same in a document that is read long afterwards: days, never « aujourd’hui »."""
    by = f" par {summary.opened_by_name}" if summary.opened_by_name else ", à la date choisie par le cabinet"
    first = f"Ouverte le {wording.day(wording.local_day(summary.opened_at))}{by}."
    lapse = wording.day(summary.grace_until + timedelta(days=1))
    last = "Elle est close." if summary.status == "closed" else f"Un droit sans réponse prend fin le {lapse}."
    return f"{first} Dernier jour prévu{NBSP}: {wording.day(summary.closes_on)}. {last}"


def figures(summary: ReviewSummary) -> str:
    """Write what a review came to."""
    parts = [
        wording.count(summary.kept, "droit gardé", many="droits gardés"),
        wording.count(summary.ended, "terminé", many="terminés"),
        f"{wording.count(summary.lapsed, 'terminé', many='terminés')} sans réponse",
    ]
    if other := otherwise(summary):
        parts.append(f"{wording.count(other, 'terminé', many='terminés')} autrement")
    return f"{wording.joined(parts)}."


def summary_of(chosen: Sequence[Chosen]) -> list[str]:
    """Say what sending these answers does, a sentence each."""
    keeps = sum(one.answer is Answer.KEEP for one in chosen)
    ends = len(chosen) - keeps
    parts = []
    if keeps:
        until = "sa date" if keeps == 1 else "leur date"
        parts.append(f"{wording.count(keeps, 'droit est gardé', many='droits sont gardés')} jusqu’à {until} de fin.")
    if ends:
        many = wording.count(ends, "droit prend fin", many="droits prennent fin")
        parts.append(f"{many} dès que le serveur a répondu.")
        parts.append("Pour rendre un droit terminé, il faut l’accorder de nouveau.")
    return parts


def nothing_here(mode: str) -> str:
    """Say why the table is empty."""
    return _NOTHING.get(mode, "Aucun droit ne répond à cette recherche.")


def send_label(many: int) -> str:
    """Name the button that sends."""
    return f"Envoyer {wording.count(many, 'réponse')}" if many else "Envoyer"


def sent(many: int, *, refused: int) -> str:
    """Say what became of a sending."""
    done = wording.count(many, "réponse enregistrée", many="réponses enregistrées")
    if not refused:
        return f"{done} par le serveur."
    left = wording.count(refused, "réponse est à revoir", many="réponses sont à revoir")
    return f"{done} par le serveur. {left}{NBSP}: le droit a changé entre-temps."


def offline(trouble: ComptexpertError | None) -> str:
    """Say why nothing can leave now; empty when it can."""
    return "" if trouble is None else "Le serveur ne répond pas. Vos choix restent gardés."
