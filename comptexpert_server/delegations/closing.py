"""Closing an account: its rights end, what it holds of the person goes, and the register keeps a pseudonym (BR-39)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from django.db import transaction
from post_office.models import STATUS, Email

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.login_id import retired
from comptexpert_server.accounts.models import Account, AddressChange, RetiredLoginId, Signup
from comptexpert_server.accounts.signals import account_erased
from comptexpert_server.audit.services import erase_texts, record
from comptexpert_server.delegations import eligibility, transitions
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Membership
from comptexpert_server.inbox.models import InboxRecord
from comptexpert_server.registry.models import EntryKey, EntryStatus, RegistryEntry
from comptexpert_server.registry.profiles import CONFIRMED_HEADS
from comptexpert_server.sessions.listing import end_browsers
from comptexpert_server.sessions.token_families import end_families

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

UNNAMED = "Compte fermé"


@transaction.atomic
def close_account(account: Account, *, at: datetime, actor: UUID | None) -> None:
    """End every right of a person and erase them; the lines of the register go on naming the row that stays."""
    transitions.lock_writer()
    account = Account.objects.select_for_update(of=("self",)).select_related("entry").get(pk=account.pk)
    if account.closed_at is not None:
        return
    eligibility.account_closed(account, at=at, actor=actor)
    for member in Membership.objects.filter(account=account, ended_at=None).select_related("firm"):
        eligibility.member_left(member.firm, account_id=account.pk, at=at, actor=actor)
    record(firm_id=None, at=at, actor=actor, action="account.closed", object_id=str(account.pk))
    mails.send_closed(account, when=at)
    _delete_traces(account)
    _leave_pseudonym(account, at=at)


def _delete_traces(account: Account) -> None:
    """Delete what other tables hold of the person; their mails that are still to leave go when they have left."""
    account_erased.send(sender=Account, account=account, entry=account.entry)
    erase_texts(about=[account.pk] if account.entry_id is None else [account.pk, account.entry_id])
    end_families(account)
    end_browsers(account)
    Token.objects.filter(user=account).delete()
    Authenticator.objects.filter(user=account).delete()
    EmailAddress.objects.filter(user=account).delete()
    AddressChange.objects.filter(account=account).delete()
    Signup.objects.filter(account=account).delete()
    Signup.objects.filter(account=None, email__iexact=account.email).delete()
    InboxRecord.objects.filter(scope=str(account.pk)).delete()
    Delegation.objects.filter(invited_email__iexact=account.email).update(invited_email="")
    left = Email.objects.filter(status__in=(STATUS.sent, STATUS.failed))
    left.filter(delivery__recipient__iexact=account.email).delete()


def _leave_pseudonym(account: Account, *, at: datetime) -> None:
    """Leave a row without a word of the person, and never give their identifiant to anybody else."""
    entry = account.entry
    RetiredLoginId.objects.get_or_create(digest=retired(account.login_id))
    account.login_id = f"efface.{secrets.token_hex(10)}"
    account.email, account.said_given_name, account.said_surname = "", "", UNNAMED
    account.said_profile, account.kind, account.entry = "other", "unspecified", None
    account.certificate_until, account.council, account.last_login = None, "", None
    account.is_active = account.is_staff = account.is_superuser = False
    account.closed_at = at
    account.set_unusable_password()
    account.save()
    if entry is not None and entry.list == CONFIRMED_HEADS:
        _delete_head(entry)


def _delete_head(entry: RegistryEntry) -> None:
    """Empty the entry that a council made for a head of an AGC: no registry of the Ordre holds it."""
    EntryKey.objects.filter(entry=entry).delete()
    entry.surname, entry.given_name, entry.email, entry.status = UNNAMED, "", "", EntryStatus.STRUCK_OFF
    entry.date_of_birth = entry.date_of_birth.replace(year=1900, month=1, day=1)
    entry.town = entry.postal_code = ""
    entry.save()
