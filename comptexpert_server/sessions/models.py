"""What the guarded provider remembers: grants already used, and the family of each token."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class TokenFamily(models.Model):
    """All the tokens that came from one sign-in of one client; it ends as a whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="token_families")
    client_id = models.CharField(max_length=100)
    signed_in_at = models.DateTimeField()
    """When the person last proved who they are: `auth_time`, and what step-up asks for."""
    second_factor = models.BooleanField(default=False)
    device = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Kind(models.TextChoices):
    """What a member of a family is."""

    CODE = "code"
    ACCESS = "access"
    REFRESH = "refresh"
    UNKNOWN = ""
    """Spent before kinds were stored: a code or a refresh token."""


class FamilyToken(models.Model):
    """Which family a code or token belongs to, spent ones included; the digest is the provider's own."""

    digest = models.CharField(max_length=64, primary_key=True)
    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.UNKNOWN, blank=True)

    def __str__(self) -> str:
        return self.digest[:8]


class SignOutNotice(models.Model):
    """A site that is still to hear that a session of one of its visitors ended; its key is the token's `jti`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.CharField(max_length=100)
    subject = models.CharField(max_length=64)
    """The account as the site knows it: `sub`."""
    session_id = models.CharField(max_length=64)
    """The family that ended: `sid`."""
    at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    tries = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)


class SpentGrant(models.Model):
    """A code or refresh token that was used: its row can be inserted once, whatever the number of workers."""

    digest = models.CharField(max_length=64, primary_key=True)
    family = models.ForeignKey(TokenFamily, null=True, on_delete=models.CASCADE, related_name="spent")
    at = models.DateTimeField(db_index=True)
    successor_digest = models.CharField(max_length=64, blank=True)
    """Of the refresh token given in exchange."""

    def __str__(self) -> str:
        return self.digest[:8]
