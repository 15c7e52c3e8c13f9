"""What the server knows about its own database."""

from __future__ import annotations

import uuid

from django.db import models


class ServerEpoch(models.Model):
    """One row: it changes after a restore from a backup, so that clients offer their recent work again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_epoch"),)

    def __str__(self) -> str:
        return str(self.value)


class WorkerTurn(models.Model):
    """One row: when a worker last did what was due."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_worker_turn"),)

    def __str__(self) -> str:
        return self.at.isoformat()


class LimitKey(models.Model):
    """What a limit counts: its row is locked while a try is counted, so that parallel tries cannot slip by."""

    key = models.CharField(max_length=128, unique=True)

    def __str__(self) -> str:
        return self.key


class LimitHit(models.Model):
    """One counted try."""

    key = models.ForeignKey(LimitKey, on_delete=models.CASCADE, related_name="hits")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["key", "at"], name="limit_hit_at"),)

    def __str__(self) -> str:
        return f"{self.key_id} {self.at.isoformat()}"


class Fiction(models.Model):
    """One row when the database was filled with fictitious people: `check` refuses it in production."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seed = models.BigIntegerField()
    entries = models.PositiveIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_fiction"),)

    def __str__(self) -> str:
        return f"{self.entries} entries, seed {self.seed}"
