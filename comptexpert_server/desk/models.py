"""What stands on the council's desk: files opened by people who were refused, and the corrections made."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.firms.models import Vacancy


class Cause(models.TextChoices):
    """The two refusals that a council alone can lift."""

    NO_EMAIL = "REG_NO_EMAIL", "Aucun courriel au tableau"
    DOB_MISMATCH = "REG_DOB_MISMATCH", "Date de naissance différente"


MEMBERS = {Cause.NO_EMAIL: "email", Cause.DOB_MISMATCH: "date_of_birth"}
"""What has to change on the entry for a file to be corrected."""


class FileStatus(models.TextChoices):
    """Where a file stands."""

    OPEN = "open", "Ouvert"
    CORRECTED = "corrected", "Corrigé"
    CLOSED = "closed", "Clos sans correction"


class Escalation(models.Model):
    """A file that somebody opened after a refusal; its claim lets the author follow it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField("référence", max_length=16, unique=True)
    claim_digest = models.CharField(max_length=64)
    entry = models.ForeignKey(
        "registry.RegistryEntry", on_delete=models.CASCADE, related_name="escalations", verbose_name="inscription"
    )
    code = models.CharField("motif du refus", max_length=32, choices=Cause.choices)
    message = models.CharField(max_length=2000, blank=True)
    status = models.CharField("état", max_length=16, choices=FileStatus.choices, default=FileStatus.OPEN)
    answer = models.CharField("réponse", max_length=500, blank=True)
    """What the operator tells the author when nothing is to be corrected."""
    opened_at = models.DateTimeField("ouvert le", default=timezone.now)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        indexes = (models.Index(fields=["entry", "status"], name="escalation_entry_status"),)

    def __str__(self) -> str:
        return self.reference


class Correction(models.Model):
    """Why an operator changed an entry, a mandate or a certificate; the register of events points here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="opérateur"
    )
    object_id = models.UUIDField("objet", db_index=True)
    members = models.JSONField("champs", default=list)
    reason = models.CharField("motif", max_length=500)
    made_at = models.DateTimeField("fait le", default=timezone.now)

    class Meta:
        verbose_name = "correction"
        verbose_name_plural = "corrections"

    def __str__(self) -> str:
        return f"{self.made_at:%d/%m/%Y} {', '.join(self.members)}"


class Mandate(Account):
    """The account of somebody who says to head an AGC and stands on no list: a council confirms it."""

    class Meta:
        proxy = True
        verbose_name = "mandat de président ou directeur d’AGC"
        verbose_name_plural = "mandats d’AGC à confirmer"


class MandateRefusal(models.Model):
    """Why a council did not confirm a mandate: its person reads it, and may ask again (BR-37)."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="mandate_refusal"
    )
    reason = models.CharField("réponse", max_length=500)
    council = models.CharField(max_length=64)
    refused_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.account)


class Person(Account):
    """An account that an operator finds, ends, resets or joins, with a reason."""

    reachable: models.QuerySet[Account] | None = None
    """The accounts that the operator at the page may join to this one."""

    class Meta:
        proxy = True
        verbose_name = "compte"
        verbose_name_plural = "comptes"


class FirmWithoutGrantor(Vacancy):
    """A firm in which nobody is left who may grant: a council names a stand-in."""

    class Meta:
        proxy = True
        verbose_name = "cabinet sans délégant"
        verbose_name_plural = "cabinets sans délégant"


class CertificateHolder(Account):
    """An account whose personal certificate a council attests."""

    class Meta:
        proxy = True
        verbose_name = "certificat personnel"
        verbose_name_plural = "certificats personnels"
