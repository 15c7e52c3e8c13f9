"""The fictitious registry of the Ordre: who stands on which list, and the words that find them."""

from __future__ import annotations

import uuid

from django.db import models


class EntryStatus(models.TextChoices):
    """Whether a person may act as a member."""

    ACTIVE = "active", "Actif"
    SUSPENDED = "suspended", "Suspendu"
    STRUCK_OFF = "struck_off", "Radié"


class RegistryEntry(models.Model):
    """One person on one list of the registry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration_number = models.CharField("numéro d’inscription", max_length=32, unique=True)
    surname = models.CharField("nom", max_length=120)
    given_name = models.CharField("prénom", max_length=120)
    date_of_birth = models.DateField()
    email = models.EmailField(blank=True)
    list = models.CharField(max_length=32)
    status = models.CharField("situation", max_length=16, choices=EntryStatus.choices, default=EntryStatus.ACTIVE)
    council = models.CharField(max_length=64)
    town = models.CharField("ville", max_length=120)
    postal_code = models.CharField("code postal", max_length=16)
    firms = models.ManyToManyField("firms.Firm", related_name="entries", blank=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = "inscription"
        verbose_name_plural = "inscriptions"

    def __str__(self) -> str:
        return f"{self.surname} {self.given_name} ({self.registration_number})"


class EntryKey(models.Model):
    """One way to find an entry: a surname part, then the given names (findings-search.md, section 2)."""

    entry = models.ForeignKey(RegistryEntry, on_delete=models.CASCADE, related_name="keys")
    tier = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=260)
    list = models.CharField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=["list", "tier", "key", "entry"], name="entry_key_search"),)

    def __str__(self) -> str:
        return self.key
