"""Cabinets, who belongs to them, and the terms they accepted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Firm(models.Model):
    """A cabinet; its SIREN identifies it (BR-23)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    siren = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=160)
    two_approvers = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A collaborateur of a firm; its experts-comptables come from the registry."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["firm", "account"], condition=models.Q(ended_at=None), name="one_live_membership"
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} @ {self.firm}"


class TermsAcceptance(models.Model):
    """A grantor of the firm accepted the terms of a service (BR-05)."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="terms")
    service = models.CharField(max_length=32)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["firm", "service"], name="one_acceptance"),)

    def __str__(self) -> str:
        return f"{self.firm}: {self.service}"
