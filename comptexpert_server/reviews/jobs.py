"""What time does to reviews; several workers may run this at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone

from comptexpert_server.base.set_aside import each
from comptexpert_server.delegations.models import LIVE
from comptexpert_server.delegations.transitions import MovedError
from comptexpert_server.registry.models import Firm
from comptexpert_server.reviews import mails, services
from comptexpert_server.reviews.models import Review, ReviewItem
from comptexpert_server.reviews.rules import opens_today, reminder_due
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

FIRST = (MovedError, ProblemError)
"""What says that another worker, or a person, was first."""


def run_due(now: datetime) -> int:
    """Open the reviews of the day, remind, end what nobody answered for and close; return the number of acts."""
    today = timezone.localdate(now)
    return _open(now, today=today) + _remind(now, today=today) + _finish(now, today=today)


def _open(now: datetime, *, today: date) -> int:
    dated = Firm.objects.exclude(review_on="").exclude(reviews__closed_at=None, reviews__isnull=False)

    def open_one(firm: Firm) -> bool:
        opened_at = Review.objects.filter(firm=firm).aggregate(last=Max("opened_at"))["last"]
        last = None if opened_at is None else timezone.localdate(opened_at)
        if not opens_today(review_on=firm.review_on, last_opened=last, today=today):
            return False
        services.open_review(firm, closes_on=None, account=None, now=now, today=today)
        return True

    return each("reviews.open", dated.distinct(), step=open_one, now=now, passed=FIRST)


def _remind(now: datetime, *, today: date) -> int:
    def remind_one(review: Review) -> bool:
        due = reminder_due(closes_on=review.closes_on, reminded=review.reminded, today=today)
        if not due or today > review.grace_until or not review.waiting().exists():
            return False
        if not Review.objects.filter(pk=review.pk, closed_at=None, reminded=review.reminded).update(reminded=due):
            return False
        mails.remind(review, reminder=due)
        return True

    return each("reviews.remind", _running(), step=remind_one, now=now)


def _finish(now: datetime, *, today: date) -> int:
    """Close what is over: on its last day when nothing waits, else once the grace has passed."""
    unanswered = ReviewItem.objects.filter(
        review__closed_at=None, review__grace_until__lt=today, answer="", delegation__status__in=LIVE
    )

    def lapse(item: ReviewItem) -> None:
        services.lapse(item, now=now)

    def close(review: Review) -> bool:
        return services.close(review, now=now)

    each("reviews.lapse", unanswered, step=lapse, now=now, passed=FIRST)
    return each("reviews.close", _running().filter(closes_on__lt=today), step=close, now=now)


def _running() -> QuerySet[Review]:
    return Review.objects.filter(closed_at=None).select_related("firm")
