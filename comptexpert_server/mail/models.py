"""What is known of each mail beside its text, and the notices that are gathered instead of sent one by one."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from post_office.models import Email


class Outcome(models.TextChoices):
    """How a mail ended; empty while it waits."""

    WAITING = "", "En attente"
    SENT = "sent", "Remis au relais"
    REFUSED = "refused", "Refusé par le destinataire"
    GIVEN_UP = "given_up", "Abandonné après cinq jours de refus"
    PAST_USE = "past_use", "Périmé avant l’envoi"


class Delivery(models.Model):
    """The way of one mail to the relay: one row a mail, beside post_office's own."""

    email = models.OneToOneField(Email, primary_key=True, on_delete=models.CASCADE, related_name="delivery")
    kind = models.CharField("genre", max_length=16)
    recipient = models.EmailField("destinataire", db_index=True)
    mailbox = models.CharField(max_length=64)
    """A digest of who reads the address, as limits count it."""
    queued_at = models.DateTimeField("écrit le", default=timezone.now)
    about = models.CharField(max_length=64, blank=True, db_index=True)
    """What the mail belongs to, such as `signup:<id>`: its author may ask whether the mail was refused."""
    useful_until = models.DateTimeField("utile jusqu’au", null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    """Until when one worker alone may hand this mail to the relay."""
    first_refused_at = models.DateTimeField(null=True, blank=True)
    """When the relay first asked to try this mail again later."""
    outcome = models.CharField("état", max_length=16, choices=Outcome.choices, blank=True, default=Outcome.WAITING)
    fault = models.CharField("cause", max_length=64, blank=True)
    """Why it did not leave: a reply code or the name of an exception, never the words of the relay."""
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "courrier"
        verbose_name_plural = "courriers"
        indexes = (
            models.Index(fields=["outcome", "ended_at"], name="delivery_outcome"),
            models.Index(fields=["mailbox", "kind", "queued_at"], name="delivery_mailbox"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class GatheredNotices(models.Model):
    """The notices of one person beyond the day's limit: their number, and when one mail says it."""

    mailbox = models.CharField(max_length=64, unique=True)
    """A digest of the address as limits count it."""
    recipient = models.EmailField()
    count = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(db_index=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.count} {self.due_at.isoformat()}"
