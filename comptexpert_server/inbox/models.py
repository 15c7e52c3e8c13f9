"""Writes that were answered once, so that a repeated one gets the same answer (BR-14)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class InboxRecord(models.Model):
    """One idempotency key of one user, with the answer it got; kept 90 days."""

    scope = models.CharField(max_length=64)
    """The account's id, or `anonymous`: a NULL user would escape uniqueness."""
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    etag = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scope", "key"], name="one_answer_per_key"),)

    def __str__(self) -> str:
        return f"{self.scope}/{self.key}"
