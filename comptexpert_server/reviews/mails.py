"""The mails of a review, written in the transaction of what they tell; no name stands in them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.conf import settings
from post_office import mail

from comptexpert_server.firms.selectors import grantors_of

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.registry.models import RegistryEntry
    from comptexpert_server.reviews.models import Review
    from comptexpert_server.reviews.rules import Counts


def opened(review: Review, *, total: int) -> None:
    """Tell everybody who grants for the firm that a review begins."""
    says = [
        f"La revue annuelle des droits commence. Droits à revoir : {total}.",
        f"Pour chacun, gardez-le ou terminez-le au plus tard le {_day(review.closes_on)}.",
        f"Sans réponse le {_day(review.grace_until)}, un droit prend fin de lui-même.",
    ]
    for entry in grantors_of(review.firm).select_related("account"):
        _send(entry, review=review, says=says)


def remind(review: Review, *, reminder: str) -> None:
    """Remind the experts-comptables whose rights still wait, each of his own number."""
    waiting = review.waiting().select_related("delegation__grantor__account")
    entries = {item.delegation.grantor_id: item.delegation.grantor for item in waiting}
    numbers = Counter(item.delegation.grantor_id for item in waiting)
    first = {
        "soon": f"La revue annuelle des droits se termine le {_day(review.closes_on)}.",
        "grace": f"La date de la revue annuelle est passée. Vous pouvez encore répondre jusqu'au "
        f"{_day(review.grace_until)} inclus.",
    }
    for entry_id, entry in entries.items():
        says = [
            first[reminder],
            f"Droits que vous avez accordés et qui attendent une réponse : {numbers[entry_id]}.",
            f"Sans réponse le {_day(review.grace_until)}, un droit prend fin de lui-même.",
        ]
        _send(entry, review=review, says=says)


def closed(review: Review, *, counts: Counts) -> None:
    """Tell everybody who grants for the firm how it ended."""
    says = [
        "La revue annuelle des droits est close.",
        f"Gardés : {counts.kept}. Terminés : {counts.ended}. Sans réponse, donc terminés : {counts.lapsed}.",
    ]
    if counts.otherwise:
        says.append(f"Terminés autrement pendant la revue : {counts.otherwise}.")
    for entry in grantors_of(review.firm).select_related("account"):
        _send(entry, review=review, says=says)


def _send(entry: RegistryEntry, *, review: Review, says: list[str]) -> None:
    account = getattr(entry, "account", None)
    address = entry.email if account is None else account.email
    if not address:
        return
    lines = ["Bonjour,", "", f"Cabinet : {review.firm.name}", "", *says]
    lines += ["", "Pour répondre, ouvrez Comptexpert.", "", "Ce message est envoyé automatiquement.", ""]
    mail.send(
        recipients=[address],
        sender=settings.DEFAULT_FROM_EMAIL,
        subject="Comptexpert : revue annuelle des droits",
        message="\n".join(lines),
    )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
