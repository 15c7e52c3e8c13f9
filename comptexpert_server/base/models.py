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


class ClockWatch(models.Model):
    """One row: how far the clock was believed, and since when it is not."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    known = models.DateTimeField()
    """The furthest reading that was believed; a clock that is put back does not move it."""
    held_at = models.DateTimeField(null=True)
    """The first reading that was not believed: what would end, and what would be deleted, waits."""
    seen_at = models.DateTimeField(null=True)
    """The last reading that was not believed."""

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_clock_watch"),)

    def __str__(self) -> str:
        return self.known.isoformat()


class LimitKey(models.Model):
    """What a limit counts: its row is locked while a try is counted, so that parallel tries cannot slip by."""

    key = models.CharField(max_length=128, unique=True)

    def __str__(self) -> str:
        return self.key


class LimitHit(models.Model):
    """One counted try."""

    key = models.ForeignKey(LimitKey, on_delete=models.CASCADE, related_name="hits")
    at = models.DateTimeField()
    item = models.CharField(max_length=32, blank=True, default="")
    """What was given, where a limit counts distinct things; empty for a try."""

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


class SetAside(models.Model):
    """A row that a job of the worker could not do: the others go on without it, and it is tried again later."""

    job = models.CharField("travail", max_length=64)
    row = models.CharField("ligne", max_length=64)
    reason = models.CharField("cause", max_length=160)
    """The kind of the fault and where it was met; never a text of the row."""
    facts = models.JSONField(default=dict)
    """What it takes to try again where the row alone does not say it."""
    first_at = models.DateTimeField("depuis le")
    last_at = models.DateTimeField("dernière tentative le")
    next_at = models.DateTimeField("prochaine tentative le")
    tries = models.PositiveIntegerField("tentatives", default=1)

    class Meta:
        verbose_name = "ligne mise de côté"
        verbose_name_plural = "lignes mises de côté"
        constraints = (models.UniqueConstraint(fields=["job", "row"], name="set_aside_once"),)

    def __str__(self) -> str:
        return f"{self.job} {self.row}"
