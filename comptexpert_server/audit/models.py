"""The append-only register of delegations, one hash chain per firm (BR-18)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class ChainHead(models.Model):
    """The last link of a chain; locked while a link is added, so that a chain never forks."""

    chain = models.CharField(max_length=36, primary_key=True)
    """The firm's id, or nothing for the chain of events without a firm."""
    number = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=88, blank=True)
    """The server's, over the end of the chain as it is now; nothing when the chain did not hold when it was written."""

    def __str__(self) -> str:
        return f"{self.chain or '-'} {self.number}"


class AuditEvent(models.Model):
    """Who did what, when and why; rows hold identifiers, never names, and never change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey("registry.Firm", null=True, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    """Position in the firm's chain, from 1; events without a firm have a chain of their own."""
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True)
    acting_for = models.UUIDField(null=True)
    action = models.CharField(max_length=48)
    object_id = models.CharField(max_length=64)
    object_version = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=88, blank=True)
    """The server's, over the end of the chain at this line."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["firm", "number"], name="one_chain"),
            models.UniqueConstraint(fields=["number"], condition=models.Q(firm=None), name="one_chain_without_firm"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class SaidText(models.Model):
    """A text beside a line of the register, which holds its salted digest alone: it can be erased, the line stays."""

    # without a constraint: lines are never deleted, and TRUNCATE meets their own trigger first
    event = models.ForeignKey(AuditEvent, on_delete=models.CASCADE, related_name="texts", db_constraint=False)
    name = models.CharField(max_length=24)
    """What the text is to the line: `actor`, `grantor`, `grantee`, `reason`, `note` and so on."""
    about = models.UUIDField(null=True, db_index=True)
    """Whom it names, or who wrote it: the account or the entry with whose data it is erased."""
    salt = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event", "name"], name="one_text_a_name"),)

    def __str__(self) -> str:
        return f"{self.event_id} {self.name}"
