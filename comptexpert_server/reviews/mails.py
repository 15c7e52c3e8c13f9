"""The mails of a review, written in the transaction of what they tell; no name of a collaborateur stands in them."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from comptexpert_server.base import clock
from comptexpert_server.firms.absences import covers_of
from comptexpert_server.firms.letters import address_of, firm_letter, full_name
from comptexpert_server.firms.selectors import grantors_of
from comptexpert_server.mail import notices
from comptexpert_server.mail.wording import one_line
from comptexpert_server.reviews.models import Review

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.mail.outgoing import Mail
    from comptexpert_server.registry.models import RegistryEntry
    from comptexpert_server.reviews.rules import Counts

SUBJECT = "Comptexpert\u00a0: revue annuelle des droits"
ANSWER = "Répondez dans l’application, page «\u00a0Revue annuelle\u00a0»."


def opened(review: Review, *, total: int) -> None:
    """Tell everybody who grants for the firm that a review begins."""
    who = review.opened_by
    _tell(
        review,
        says=[
            f"La revue annuelle des droits commence. Droits à revoir\u00a0: {total}.",
            f"Pour chacun, gardez-le ou terminez-le au plus tard le {_day(review.closes_on)}.",
            f"Sans réponse le {_day(review.grace_until)}, un droit prend fin de lui-même.",
            *([] if who is None else [f"Ouverte par\u00a0: {full_name(who)}"]),
            "",
            ANSWER,
        ],
    )


def closed(review: Review, *, counts: Counts) -> None:
    """Tell everybody who grants for the firm how it ended."""
    ended = f"Gardés\u00a0: {counts.kept}. Terminés\u00a0: {counts.ended}."
    lapsed = f"Sans réponse, donc terminés\u00a0: {counts.lapsed}."
    says = ["La revue annuelle des droits est close.", f"{ended} {lapsed}"]
    if counts.otherwise:
        says.append(f"Terminés autrement pendant la revue\u00a0: {counts.otherwise}.")
    _tell(review, says=[*says, "", "Vous n’avez rien à faire."])


def remind(review: Review, *, reminder: str) -> None:
    """Remind the experts-comptables whose rights still wait, and who replaces them, each of their own number."""
    facts = {"review": str(review.pk), "reminder": reminder}
    notices.tell("review_reminder", facts=facts, words=partial(_reminders, review, reminder=reminder))


def word_again(*, review: str, says: list[str]) -> list[Mail]:
    """Word a notice to all grantors that was set aside."""
    return _mails(_review(review), says=says)


def word_reminder_again(*, review: str, reminder: str) -> list[Mail]:
    """Word a reminder that was set aside."""
    return _reminders(_review(review), reminder=reminder)


def _tell(review: Review, *, says: list[str]) -> None:
    notices.tell("review", facts={"review": str(review.pk), "says": says}, words=partial(_mails, review, says=says))


def _review(key: str) -> Review:
    return Review.objects.select_related("firm").get(pk=key)


def _mails(review: Review, *, says: list[str]) -> list[Mail]:
    entries = grantors_of(review.firm).select_related("account")
    return [mail for entry in entries for mail in _to(entry, review=review, says=says)]


def _reminders(review: Review, *, reminder: str) -> list[Mail]:
    waiting = review.waiting().select_related("delegation__grantor__account")
    entries = {item.delegation.grantor_id: item.delegation.grantor for item in waiting}
    numbers = Counter(item.delegation.grantor_id for item in waiting)
    first = {
        "soon": f"La revue annuelle des droits se termine le {_day(review.closes_on)}.",
        "grace": f"La date de la revue annuelle est passée. Vous pouvez encore répondre jusqu’au "
        f"{_day(review.grace_until)} inclus.",
    }
    found: list[Mail] = []
    for entry_id, entry in entries.items():
        says = [
            first[reminder],
            f"Droits que vous avez accordés et qui attendent une réponse\u00a0: {numbers[entry_id]}.",
            f"Sans réponse le {_day(review.grace_until)}, un droit prend fin de lui-même.",
            "",
            ANSWER,
        ]
        found += _to(entry, review=review, says=says)
        waiting_there = f"qui attendent une réponse\u00a0: {numbers[entry_id]}."
        replaced = f"Droits accordés par une personne que vous remplacez, {waiting_there}"
        for cover in covers_of(review.firm_id, absent=entry_id, today=clock.today()):
            found += _to(cover, review=review, says=[first[reminder], replaced, *says[2:]])
    return found


def _to(entry: RegistryEntry, *, review: Review, says: list[str]) -> list[Mail]:
    address = address_of(entry)
    if not address:
        return []
    lines = [f"Cabinet\u00a0: {one_line(review.firm.name)}", "", *says]
    return [firm_letter(review.firm_id, to=address, subject=SUBJECT, lines=lines)]


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
