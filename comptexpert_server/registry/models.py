"""The registry of the Ordre: cabinets, who stands on which list, and the words that find them."""

from __future__ import annotations

import uuid

from django.db import models

from comptexpert_server.base.birth import Birth, Precision


class EntryStatus(models.TextChoices):
    """Whether a person may act as a member."""

    ACTIVE = "active", "Actif"
    SUSPENDED = "suspended", "Suspendu"
    STRUCK_OFF = "struck_off", "Radié"


class Firm(models.Model):
    """A cabinet; its SIREN identifies it (BR-23)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    siren = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=160)
    two_approvers = models.BooleanField(default=False)
    review_on = models.CharField(max_length=5, blank=True)
    """The day of the yearly review, `MM-DD`; nothing when the firm opens it itself (BR-19)."""
    templates = models.JSONField(default=list, blank=True)
    """The firm's own templates; the usual ones stand for an empty list."""
    version = models.PositiveIntegerField(default=1)
    is_agc = models.BooleanField(default=False)
    """An association de gestion et de comptabilité, which a council confirmed with the mandate of its head (BR-37)."""

    class Meta:
        db_table = "firms_firm"  # it stood in another room once: its rows stay where they are

    def __str__(self) -> str:
        return self.name


BIRTH_PRECISIONS = (("day", "Jour connu"), ("month", "Mois connu"), ("year", "Année connue"))


class RegistryEntry(models.Model):
    """One person on one list of the registry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration_number = models.CharField("numéro d’inscription", max_length=32, unique=True)
    surname = models.CharField("nom", max_length=120)
    given_name = models.CharField("prénom", max_length=120)
    date_of_birth = models.DateField()
    birth_precision = models.CharField(max_length=8, choices=BIRTH_PRECISIONS, default="day")
    """Some people have no day, or no day and no month of birth; both then count as 1."""
    email = models.EmailField(blank=True)
    list = models.CharField(max_length=32)
    status = models.CharField("situation", max_length=16, choices=EntryStatus.choices, default=EntryStatus.ACTIVE)
    council = models.CharField(max_length=64)
    town = models.CharField("ville", max_length=120)
    postal_code = models.CharField("code postal", max_length=16)
    firms = models.ManyToManyField(Firm, related_name="entries", blank=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = "inscription"
        verbose_name_plural = "inscriptions"

    def __str__(self) -> str:
        return f"{self.surname} {self.given_name} ({self.registration_number})"

    @property
    def birth(self) -> str:
        """The date of birth as the API writes it, `1958-00-00` without day and month."""
        return Birth(first_day=self.date_of_birth, precision=Precision(self.birth_precision)).text


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


class SnapshotVersion(models.Model):
    """A version of the public lists that was given to clients."""

    version = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.version)
