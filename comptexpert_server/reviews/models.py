"""Yearly reviews: a firm looks at every right that it lives with, and keeps or ends each (BR-19)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from comptexpert_server.delegations.models import LIVE
from comptexpert_server.reviews.rules import Answer, Counts, Stage, stage

if TYPE_CHECKING:
    from datetime import date


class Review(models.Model):
    """One campaign of a firm; only one is open at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey("registry.Firm", on_delete=models.PROTECT, related_name="reviews")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """None when the firm's yearly date opened it."""
    closes_on = models.DateField()
    grace_until = models.DateField()
    closed_at = models.DateTimeField(null=True)
    reminded = models.CharField(max_length=8, blank=True)
    """The last reminder that was written: nothing, `soon` or `grace`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["firm"], condition=models.Q(closed_at=None), name="one_open_review"),
        )

    def __str__(self) -> str:
        return f"{self.firm_id} {self.closes_on}"

    @property
    def opened_by_name(self) -> str:
        """Name who opened it; nothing when its date did."""
        who = self.opened_by
        return "" if who is None else f"{who.given_name} {who.surname}".strip()

    def stage(self, today: date) -> Stage:
        """Tell where it stands on a day."""
        return stage(closes_on=self.closes_on, is_closed=self.closed_at is not None, today=today)

    def waiting(self) -> models.QuerySet[ReviewItem]:
        """Give the rights that still live and have no answer."""
        return self.items.filter(answer="", delegation__status__in=LIVE)

    def counts(self) -> Counts:
        """Count the answers; a right that ended otherwise before any answer is counted apart."""
        answers = list(self.items.values_list("answer", flat=True))
        found = {answer: answers.count(answer) for answer in Answer}
        return Counts(
            total=len(answers),
            kept=found[Answer.KEEP],
            ended=found[Answer.END],
            lapsed=found[Answer.LAPSED],
            waiting=0 if self.closed_at is not None else self.waiting().count(),
        )


class ReviewItem(models.Model):
    """One right that lived when the review opened, and its answer."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="items")
    delegation = models.ForeignKey("delegations.Delegation", on_delete=models.PROTECT, related_name="review_items")
    answer = models.CharField(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["review", "delegation"], name="one_item_a_right"),)

    def __str__(self) -> str:
        return f"{self.delegation_id} {self.answer or '-'}"

    @property
    def answered_by_name(self) -> str:
        """Name who answered; nothing when nobody did."""
        who = self.answered_by
        return "" if who is None else f"{who.given_name} {who.surname}".strip()
