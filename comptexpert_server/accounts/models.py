"""Accounts, and the sign-ups from which they come.

Who a registry member is stands in their entry and nowhere else: `Account` reads their names and their profile there at
each use (domain.md, BR-25, docs/adr/0053). Only the address is kept beside, since people are found by it; it moves in
the transaction that changes the entry.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from comptexpert_server.registry.profiles import AGC_HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptexpert_server.registry.models import RegistryEntry


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
    """A Comptexpert; once it was active, `login_id` never changes, in the database either (a trigger says so)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login_id = models.CharField(max_length=32, unique=True)
    email = models.EmailField()
    said_given_name = models.CharField(max_length=120, blank=True)
    said_surname = models.CharField(max_length=120, blank=True)
    """The names that somebody gave of themselves, whom no registry names; read `given_name` and `surname`."""
    said_profile = models.CharField(max_length=32, blank=True)
    """The profile under which they signed up; read `profile`, which follows the registry."""
    kind = models.CharField(max_length=32, blank=True)
    entry: models.OneToOneField[RegistryEntry | None, RegistryEntry | None] = models.OneToOneField(
        "registry.RegistryEntry", null=True, blank=True, on_delete=models.PROTECT, related_name="account"
    )
    certificate_until = models.DateField(null=True, blank=True)
    certificate_warned = models.PositiveSmallIntegerField(null=True, blank=True)
    """The nearest end of the certificate that was told: 30, 14 or 1 days before, 0 for the end itself (BR-33)."""
    weekly_mails = models.BooleanField(default=False)
    """Whether the person chose one digest a week for what asks nothing of them (BR-32)."""
    is_active = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    council = models.CharField(max_length=64, blank=True)
    """For an operator: the council whose entries they may correct."""
    created_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    """When the account was closed: the row stays as a pseudonym for the register (BR-39)."""

    objects = AccountManager()
    USERNAME_FIELD = "login_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.login_id

    @property
    def given_name(self) -> str:
        """Return the given names: the registry's for a member, else those that the person gave."""
        return self.said_given_name if self.entry is None else self.entry.given_name

    @property
    def surname(self) -> str:
        """Return the surname: the registry's for a member, else the one that the person gave."""
        return self.said_surname if self.entry is None else self.entry.surname

    @property
    def profile(self) -> str:
        """Return the profile now: the list of the registry on which a member stands, else what the person said."""
        return self.said_profile if self.entry is None else self.entry.list

    @property
    def profiles(self) -> tuple[str, ...]:
        """Return every profile that counts: an expert-comptable who heads an AGC has the rights of both (BR-37)."""
        is_both = self.entry is not None and self.said_profile == AGC_HEAD and self.profile == "expert_comptable"
        return (self.profile, AGC_HEAD) if is_both else (self.profile,)

    def get_full_name(self) -> str:
        """Give the name as it is shown."""
        return f"{self.given_name} {self.surname}".strip()

    def get_session_auth_hash(self) -> str:
        """Return what a browser session hangs on: with another password or another address, it ends by itself."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return the same under each earlier secret key: a rotation signs nobody out."""
        for key in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(key)

    def _session_hash(self, key: str | bytes) -> str:
        text = f"{self.password}\0{self.email}"
        return salted_hmac("comptexpert.session", text, secret=key, algorithm="sha256").hexdigest()


def is_same_person(one: Account, other: Account) -> bool:
    """Tell whether two accounts are one person's: the same entry, or the same address that both proved (BR-27)."""
    if one.pk == other.pk:
        return True
    is_entry = one.entry_id is not None and one.entry_id == other.entry_id
    has_proved = one.activated_at is not None and other.activated_at is not None
    return is_entry or (has_proved and is_same_address(one.email, other.email))


def is_same_address(one: str, other: str) -> bool:
    """Return whether two addresses are one, in whichever letters; an empty one is nobody's."""
    return bool(one) and one.casefold() == other.casefold()


SHOWN_SURNAME = Coalesce("entry__surname", "said_surname")
SHOWN_GIVEN_NAME = Coalesce("entry__given_name", "said_given_name")
"""The names that are shown, to search and sort by in the database."""


PROPOSED = models.Q(is_active=False, activated_at=None)
"""Accounts that nobody activated yet: they hold nothing against whoever reads the mails (BR-26)."""


class Signup(models.Model):
    """A request for an account, from its acceptance to its activation: until then it is a proposal (BR-26)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login_id = models.CharField(max_length=32, blank=True)
    email = models.EmailField()
    claim_digest = models.CharField(max_length=64)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="signups")
    """None when the e-mail already had an account: the answer is the same, the mail differs."""
    created_at = models.DateTimeField(default=timezone.now)
    link_digest = models.CharField(max_length=64, blank=True, db_index=True)
    """Of the one live activation link; the link itself stands in the mail alone."""
    link_sent_at = models.DateTimeField(default=timezone.now)
    link_used_at = models.DateTimeField(null=True, blank=True)
    form = models.JSONField(default=dict)
    """What the person said of the cabinet: `agc`, `firm_hint`, `grantor_entry_id`."""
    ended_at = models.DateTimeField(null=True, blank=True)
    """When a later proposal replaced this one, or the reader of the mail said that it was not theirs."""
    is_denied = models.BooleanField(default=False)
    """The reader of the mail said that it was not theirs."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["login_id"], condition=models.Q(ended_at=None), name="one_proposal_of_a_login_id"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_at=None), name="one_proposal_of_an_account"
            ),
        )

    def __str__(self) -> str:
        return self.login_id


class RetiredLoginId(models.Model):
    """The digest of an identifiant whose account was closed: nobody else ever gets it."""

    digest = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.digest[:8]


class AddressChange(models.Model):
    """Another address that was asked for: confirmed at the new one, stopped at the old one."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="address_change")
    email = models.EmailField()
    asked_at = models.DateTimeField()
    new_digest = models.CharField(max_length=64, db_index=True)
    """Of the link in the mail to the new address."""
    old_digest = models.CharField(max_length=64, db_index=True)
    """Of the link in the mail to the old address."""
    is_confirmed_new = models.BooleanField(default=False)
    is_confirmed_old = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.account)
