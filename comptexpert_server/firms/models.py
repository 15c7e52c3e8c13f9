"""Cabinets, who belongs to them, and the terms they accepted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from comptexpert_server.firms.setting_rules import NOTICE

if TYPE_CHECKING:
    from datetime import datetime


class SettingChange(models.Model):
    """A change of a setting that weakens a control, until a second person or the notice to the peers carries it."""

    firm = models.ForeignKey("registry.Firm", on_delete=models.CASCADE, related_name="setting_changes")
    setting = models.CharField(max_length=16)
    """The column of the firm."""
    value = models.JSONField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["firm", "setting"], name="one_change_of_a_setting"),)

    def __str__(self) -> str:
        return f"{self.firm}: {self.setting}"

    @property
    def takes_effect_at(self) -> datetime:
        """When the notice to the peers has passed."""
        return self.asked_at + NOTICE


class Membership(models.Model):
    """A collaborateur of a firm; its experts-comptables come from the registry."""

    firm = models.ForeignKey("registry.Firm", on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    leaves_on = models.DateField(null=True, blank=True)
    """The last day of a departure that is planned; the worker ends the membership after it."""

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

    firm = models.ForeignKey("registry.Firm", on_delete=models.CASCADE, related_name="terms")
    service = models.CharField(max_length=32)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["firm", "service"], name="one_acceptance"),)

    def __str__(self) -> str:
        return f"{self.firm}: {self.service}"


class Vacancy(models.Model):
    """A firm has members, and nobody left who may grant: a council may name a stand-in for some days (BR-35)."""

    firm = models.ForeignKey("registry.Firm", on_delete=models.CASCADE, related_name="vacancies")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    stand_in = models.ForeignKey(
        "registry.RegistryEntry", on_delete=models.PROTECT, null=True, blank=True, related_name="stand_ins"
    )
    """Who grants for the firm in the meantime; the registry's own link of the entry is theirs for those days."""
    ends_on = models.DateField(null=True, blank=True)
    """The last day of the stand-in."""

    class Meta:
        verbose_name = "cabinet sans délégant"
        verbose_name_plural = "cabinets sans délégant"
        constraints = (
            models.UniqueConstraint(fields=["firm"], condition=models.Q(ended_at=None), name="one_open_vacancy"),
        )

    def __str__(self) -> str:
        return f"{self.firm}: {self.since:%d/%m/%Y}"


class AbsenceStatus(models.TextChoices):
    """Where an absence stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    OBJECTED = "objected"
    ENDED = "ended"


class Absence(models.Model):
    """A grantor is away: a peer of the firm decides in their place until a day (BR-24)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey("registry.Firm", on_delete=models.CASCADE, related_name="absences")
    absent = models.ForeignKey("registry.RegistryEntry", on_delete=models.PROTECT, related_name="absences")
    cover = models.ForeignKey("registry.RegistryEntry", on_delete=models.PROTECT, related_name="covers")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    """When the cover may decide, unless somebody objects before."""
    ends_on = models.DateField()
    """The last day of the cover."""
    status = models.CharField(max_length=16, choices=AbsenceStatus.choices, default=AbsenceStatus.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_named = models.BooleanField(default=False)
    """The absent named the cover; otherwise the cover asked."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["firm", "absent"],
                condition=models.Q(status__in=["waiting", "active"]),
                name="one_open_absence",
            ),
        )
        indexes = (models.Index(fields=["cover", "status"], name="absence_cover"),)

    def __str__(self) -> str:
        return f"{self.absent} / {self.cover}: {self.status}"
