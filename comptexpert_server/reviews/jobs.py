"""What time does to reviews; several workers may run this at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comptexpert_server.config.problems import ProblemError
from comptexpert_server.delegations.moves import MovedError
from comptexpert_server.firms.models import Firm
from comptexpert_server.reviews import mails, services
from comptexpert_server.reviews.models import Review
from comptexpert_server.reviews.rules import opens_today, reminder_due

if TYPE_CHECKING:
    from datetime import date, datetime


def run_due(now: datetime) -> int:
    """Open the reviews of the day, remind, end what nobody answered for and close; give the number of acts."""
    today = timezone.localdate(now)
    done = _open(now, today=today)
    for review in Review.objects.filter(closed_at=None).select_related("firm"):
        done += _remind(review, today=today)
        done += _finish(review, now=now, today=today)
    return done


def _open(now: datetime, *, today: date) -> int:
    dated = Firm.objects.exclude(review_on="").exclude(reviews__closed_at=None, reviews__isnull=False)
    opened = 0
    for firm in dated.annotate(last_review=Max("reviews__opened_at")):
        last = None if firm.last_review is None else timezone.localdate(firm.last_review)
        if not opens_today(review_on=firm.review_on, last_opened=last, today=today):
            continue
        try:
            services.open_review(firm, closes_on=None, account=None, now=now, today=today)
        except ProblemError:
            continue  # another worker was first, or nothing lives there
        opened += 1
    return opened


def _remind(review: Review, *, today: date) -> int:
    due = reminder_due(closes_on=review.closes_on, reminded=review.reminded, today=today)
    if not due or today > review.grace_until or not review.waiting().exists():
        return 0
    with transaction.atomic():
        mine = Review.objects.filter(pk=review.pk, closed_at=None, reminded=review.reminded).update(reminded=due)
        if mine:
            mails.remind(review, reminder=due)
    return mine


def _finish(review: Review, *, now: datetime, today: date) -> int:
    """Close what is over: on its last day when nothing waits, else once the grace has passed."""
    if today <= review.closes_on:
        return 0
    if today > review.grace_until:
        for item in review.waiting():
            try:
                services.lapse(item, now=now)
            except MovedError:
                continue  # a person was first
    return int(services.close(review, now=now))
