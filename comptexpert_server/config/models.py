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
