"""Delegations: one grantee, one service, some rights of it, one firm (domain.md, section 5)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Status(models.TextChoices):
    """Where a delegation stands."""

    PENDING = "PENDING"
    PENDING_SECOND = "PENDING_SECOND"
    SCHEDULED = "SCHEDULED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    CEASED = "CEASED"
    SUPERSEDED = "SUPERSEDED"


LIVE = (Status.SCHEDULED, Status.ACTIVE, Status.SUSPENDED)
OPEN = (Status.PENDING, Status.PENDING_SECOND)


class SyncCounter(models.Model):
    """One row: the number of changes so far; its lock makes changes visible in their order."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


class Delegation(models.Model):
    """One delegation; it moves by one guarded UPDATE with its audit row, never by `save`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    firm = models.ForeignKey("registry.Firm", on_delete=models.PROTECT, related_name="delegations", db_index=False)
    service = models.CharField(max_length=32)
    rights = models.JSONField()
    grantor = models.ForeignKey(
        "registry.RegistryEntry", on_delete=models.PROTECT, related_name="granted", db_index=False
    )
    grantee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="received",
        db_index=False,
    )
    """None for an invitation by e-mail, until its account is active."""
    invited_email = models.EmailField(blank=True)
    origin = models.CharField(max_length=16, default="request")
    reason = models.CharField(max_length=500, blank=True)
    decision_note = models.CharField(max_length=500, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    requested_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_cause = models.CharField(max_length=32, blank=True)
    first_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who gave the first approval of a right that needs two (BR-12)."""
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """The nearest end of which both parties were warned: 30, 14 or 1 days before (BR-13)."""
    reminded_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """After how many days without an answer those who may decide were last reminded: 3, 7 or 12 (BR-32)."""
    sequence = models.BigIntegerField(default=0, db_index=True)
    """Grows at each change, for `sync`."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["firm", "grantor", "grantee", "service"],
                condition=models.Q(status="ACTIVE"),
                name="one_active_delegation",
            ),
        )
        indexes = (
            models.Index(fields=["grantor", "status"], name="delegation_grantor"),
            models.Index(fields=["grantee", "status"], name="delegation_grantee"),
            models.Index(fields=["firm", "sequence", "id"], name="delegation_firm_changes"),
            models.Index(fields=["grantor", "sequence", "id"], name="delegation_grantor_changes"),
            models.Index(fields=["grantee", "sequence", "id"], name="delegation_grantee_changes"),
        )

    def __str__(self) -> str:
        return f"{self.service} {self.status} {self.id}"


class ImportPart(models.Model):
    """A part of an import that waits for its last one, sealed; nothing of it is granted before."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    """Of the whole import: its parts share it."""
    number = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "key", "number"], name="one_part_per_number"),)

    def __str__(self) -> str:
        return f"{self.key}/{self.number}"


class WeeklyNotice(models.Model):
    """A delegation that the next digest of a person will name (BR-32)."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="weekly_notices")
    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    """When the first of its changes was for the digest."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "delegation"], name="one_weekly_notice"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.delegation_id}"


class UnusedRight(models.Model):
    """What was done about a right that nobody uses: what its parties were told, and when it was kept (BR-36)."""

    delegation = models.OneToOneField(Delegation, primary_key=True, on_delete=models.CASCADE, related_name="unused")
    noticed_days = models.PositiveSmallIntegerField(default=0)
    """After how many days without use the parties were last told; 0 once it was used or kept again."""
    kept_on = models.DateField(null=True, blank=True)
    """The day on which somebody who may end it said that it stays."""
    since = models.DateField(null=True, blank=True)
    """The first day of what it goes on with: a renewal begins no new count. None for a right that renews nothing."""

    def __str__(self) -> str:
        return f"{self.delegation_id} {self.noticed_days}"


class LastUse(models.Model):
    """The last day on which the site of a service saw the holder of a right; nothing else of what they did there."""

    delegation = models.OneToOneField(Delegation, primary_key=True, on_delete=models.CASCADE, related_name="last_use")
    on = models.DateField()

    class Meta:
        db_table = "reviews_lastuse"  # it stood in another room once: its rows stay where they are

    def __str__(self) -> str:
        return f"{self.delegation_id} {self.on}"
