"""What notices say: a title without any name, a line that names, and the few words that a locked screen may show."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.notice import Kind
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.notice import Notice
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.presentation.tone import Tone


class Word(NamedTuple):
    """A title, its plural for a group, an icon and a tone."""

    one: str
    many: str
    icon: str
    tone: Tone


WORDS = {
    Kind.REQUESTED: Word("nouvelle demande à décider", "nouvelles demandes à décider", "question", "info"),
    Kind.SECOND_REQUESTED: Word("second accord attendu", "seconds accords attendus", "users", "info"),
    Kind.GRANTED: Word("droit accordé", "droits accordés", "check-circle", "success"),
    Kind.APPROVED: Word("demande accordée", "demandes accordées", "check-circle", "success"),
    Kind.REFUSED: Word("demande refusée", "demandes refusées", "ban", "neutral"),
    Kind.WITHDRAWN: Word("demande retirée", "demandes retirées", "close", "neutral"),
    Kind.LAPSED: Word("demande restée sans réponse", "demandes restées sans réponse", "clock", "neutral"),
    Kind.STARTED: Word("droit qui prend effet", "droits qui prennent effet", "play", "success"),
    Kind.SUSPENDED: Word("délégation suspendue", "délégations suspendues", "pause", "warning"),
    Kind.RESUMED: Word("délégation rétablie", "délégations rétablies", "play", "success"),
    Kind.REVOKED: Word("délégation révoquée", "délégations révoquées", "ban", "warning"),
    Kind.RELINQUISHED: Word("délégation abandonnée", "délégations abandonnées", "ban", "neutral"),
    Kind.REVIEW_ENDED: Word("droit terminé par la revue", "droits terminés par la revue", "list", "warning"),
    Kind.EXPIRED: Word("délégation échue", "délégations échues", "calendar", "neutral"),
    Kind.CEASED: Word("délégation éteinte", "délégations éteintes", "ban", "warning"),
    Kind.END_PLANNED: Word("date de fin changée", "dates de fin changées", "calendar", "warning"),
    Kind.TRANSFERRED: Word("délégation confiée à un confrère", "délégations confiées à un confrère", "users", "info"),
    Kind.RECEIVED: Word("délégation qui vous est confiée", "délégations qui vous sont confiées", "users", "info"),
    Kind.OPERATIONAL: Word("droit devenu utilisable", "droits devenus utilisables", "check-circle", "success"),
    Kind.ENDING: Word("droit qui prend bientôt fin", "droits qui prennent bientôt fin", "calendar", "warning"),
    Kind.SIGNUP_ACTIVATED: Word("compte activé", "comptes activés", "user", "success"),
    Kind.FILE_ANSWERED: Word("réponse du Conseil régional", "réponses du Conseil régional", "mail", "info"),
    Kind.REVIEW_OPENED: Word("revue annuelle ouverte", "revues annuelles ouvertes", "list", "info"),
    Kind.REVIEW_GRACE: Word("revue annuelle à terminer", "revues annuelles à terminer", "list", "warning"),
    Kind.ABSENCE_ASKED: Word("demande de vous remplacer", "demandes de vous remplacer", "users", "warning"),
    Kind.COVER_BEGAN: Word("remplacement commencé", "remplacements commencés", "users", "info"),
}
_FORMS = {
    Kind.ABSENCE_ASKED: "{person} demande à décider à votre place jusqu’au {day}. Vous pouvez vous y opposer.",
    Kind.COVER_BEGAN: "Vous décidez pour {person} jusqu’au {day}.",
    Kind.SIGNUP_ACTIVATED: "Le compte {person} est activé.",
    Kind.FILE_ANSWERED: "{person} a répondu à votre demande.",
    Kind.REVIEW_OPENED: "{count} avant le {day}. Sans réponse, un droit prend fin.",
    Kind.REVIEW_GRACE: "{count} au plus tard le {day}. Sans réponse, un droit prend fin.",
}


def title(notice: Notice) -> str:
    """Name what happened."""
    word = WORDS[notice.kind]
    if notice.kind is Kind.ENDING and notice.about.count > 1:
        return f"{wording.number(notice.about.count)}{NBSP}{word.many}"
    return f"{word.one[:1].upper()}{word.one[1:]}"


def detail(notice: Notice, *, labels: Labels) -> str:
    """Say of whom and of what."""
    about = notice.about
    day = wording.day(date.fromisoformat(about.day)) if about.day else ""
    if notice.kind in _FORMS:
        count = wording.count(about.count, "droit à revoir", many="droits à revoir")
        text = _FORMS[notice.kind].format(person=about.person, day=day, count=count)
        return f"{text} {about.firm}".strip()
    if notice.kind is Kind.ENDING and about.count > 1:
        return f"À partir du {day}."
    rights = f"{labels.service(about.service)} · {labels.rights(about.service, about.rights)}"
    parts = [about.person, rights if about.service else "", about.firm]
    if notice.kind in {Kind.ENDING, Kind.END_PLANNED, Kind.GRANTED, Kind.APPROVED} and day:
        parts.append(f"fin le {day}")
    return " · ".join(part for part in parts if part)


def when(notice: Notice, *, now: datetime) -> str:
    """Write the moment of it."""
    text = wording.moment(notice.at, now=now)
    return f"{text[:1].upper()}{text[1:]}"


def label(unread: int) -> str:
    """Name the screen in the navigation, with how many were not read."""
    return f"Notifications ({wording.number(unread)})" if unread else "Notifications"


def summary(unread: int) -> str:
    """Say how many were not read."""
    if not unread:
        return "Tout est lu."
    return f"{wording.count(unread, 'notification non lue', many='notifications non lues')}."


def group(kinds: Sequence[Kind]) -> str:
    """Say several at once without naming anybody: « 3 nouvelles demandes à décider », « 1 délégation révoquée »."""
    many = Counter(kinds)
    counts = [(many[kind], word) for kind, word in WORDS.items() if many[kind]]
    shown = [wording.count(found, word.one, many=word.many) for found, word in counts[:_MAX_KINDS]]
    if rest := sum(found for found, _word in counts[_MAX_KINDS:]):
        shown.append(wording.count(rest, "autre"))
    return " ".join(f"{part}." for part in shown)


_MAX_KINDS = 3
