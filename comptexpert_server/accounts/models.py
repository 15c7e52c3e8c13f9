"""Accounts, and the sign-ups from which they come."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone


class AccountManager(BaseUserManager["Account"]):
    """Make accounts; `create_superuser` is for the operators of the server."""

    def create_user(self, login_id: str, *, email: str, password: str | None = None, **fields: object) -> Account:
        """Make an account; without a password none works."""
        account = self.model(login_id=login_id.lower(), email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, login_id: str, *, email: str, password: str, **fields: object) -> Account:
        """Make an operator with every permission."""
        return self.create_user(
            login_id, email=email, password=password, is_active=True, is_staff=True, is_superuser=True, **fields
        )


class Account(AbstractBaseUser, PermissionsMixin):
    """A Comptexpert; `login_id` never changes, in the database either (a trigger says so)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login_id = models.CharField(max_length=32, unique=True)
    email = models.EmailField()
    given_name = models.CharField(max_length=120, blank=True)
    surname = models.CharField(max_length=120, blank=True)
    profile = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=32, blank=True)
    entry = models.OneToOneField(
        "registry.RegistryEntry", null=True, blank=True, on_delete=models.PROTECT, related_name="account"
    )
    certificate_until = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    council = models.CharField(max_length=64, blank=True)
    """For an operator: the council whose entries he may correct."""
    created_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = AccountManager()
    USERNAME_FIELD = "login_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.login_id

    def get_full_name(self) -> str:
        """Give the name as it is shown."""
        return f"{self.given_name} {self.surname}".strip()


class Signup(models.Model):
    """A request for an account, from its acceptance to its activation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login_id = models.CharField(max_length=32, unique=True)
    email = models.EmailField()
    claim_digest = models.CharField(max_length=64)
    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="signup")
    """None when the e-mail already had an account: the answer is the same, the mail differs."""
    created_at = models.DateTimeField(default=timezone.now)
    link_digest = models.CharField(max_length=64, blank=True, db_index=True)
    """Of the one live activation link; the link itself stands in the mail alone."""
    link_sent_at = models.DateTimeField(default=timezone.now)
    link_used_at = models.DateTimeField(null=True, blank=True)
    form = models.JSONField(default=dict)
    """What the person said of the cabinet: `agc`, `firm_hint`, `grantor_entry_id`."""

    def __str__(self) -> str:
        return self.login_id
