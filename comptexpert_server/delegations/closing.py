"""Closing an account: its rights end, what it holds of the person goes, and the register keeps a pseudonym (BR-39)."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from post_office.models import STATUS, Email

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.login_id import retired
from comptexpert_server.accounts.mentions import Mentions, mentions_of
from comptexpert_server.accounts.models import Account, AddressChange, RetiredLoginId, Signup
from comptexpert_server.accounts.signals import account_erased
from comptexpert_server.audit.services import erase_texts, free_texts, record
from comptexpert_server.delegations import eligibility, transitions
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.firms.models import Absence, Membership
from comptexpert_server.inbox.models import InboxRecord
from comptexpert_server.registry.models import EntryKey, EntryStatus, RegistryEntry
from comptexpert_server.registry.profiles import CONFIRMED_HEADS
from comptexpert_server.sessions.listing import end_browsers
from comptexpert_server.sessions.token_families import end_families

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any
    from uuid import UUID

    from django.db.models import QuerySet

UNNAMED = "Compte fermé"


@transaction.atomic
def close_account(account: Account, *, at: datetime, actor: UUID | None) -> None:
    """End every right of a person and erase them; the lines of the register go on naming the row that stays."""
    transitions.lock_writer()
    account = Account.objects.select_for_update(of=("self",)).select_related("entry").get(pk=account.pk)
    if account.closed_at is not None:
        return
    account.is_active = False  # who is left, and who is told, is counted without them
    account.save(update_fields=["is_active"])
    eligibility.account_closed(account, at=at, actor=actor)
    for member in Membership.objects.filter(account=account, ended_at=None).select_related("firm"):
        eligibility.member_left(member.firm, account_id=account.pk, at=at, actor=actor)
    record(firm_id=None, at=at, actor=actor, action="account.closed", object_id=str(account.pk))
    mails.send_closed(account, when=at)
    _delete_traces(account)
    _leave_pseudonym(account, at=at)


def _delete_traces(account: Account) -> None:
    """Delete what other tables hold of the person; their mails that are still to leave go when they have left."""
    mentions = mentions_of(account)
    account_erased.send(sender=Account, account=account, entry=account.entry, mentions=mentions)
    erase_texts(about=[account.pk] if account.entry_id is None else [account.pk, account.entry_id])
    _replace_mentions(account, mentions=mentions)
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


def _replace_mentions(account: Account, *, mentions: Mentions) -> None:
    """Replace the name of a person in what others wrote: reasons and notes of rights, reasons of absences.

    One name alone is theirs in what is about them; in other texts of their firms, a surname that nobody else has there.
    What stands beside a line of the register is erased whole: the line holds its digest, and goes on to hold.
    """
    entry = account.entry_id
    rights = Q(grantee=account) | Q(grantor=entry) if entry else Q(grantee=account)
    away = Q(absent=entry) | Q(cover=entry) if entry else Q(pk=None)
    mine = Delegation.objects.filter(rights)
    firms = set(mine.values_list("firm", flat=True))
    firms |= set(Membership.objects.filter(account=account).values_list("firm", flat=True))
    own = {firm for firm in firms if not _has_namesake(account, firm=firm)}
    said = [str(number) for number in mine.values_list("pk", flat=True)]
    find = partial(_naming, mentions=mentions)
    for one, texts in find(Delegation.objects.all(), ("reason", "decision_note"), rights, Q(firm__in=own)):
        Delegation.objects.filter(pk=one.pk).update(sequence=transitions.next_sequence(), **texts)
    for one, texts in find(Absence.objects.all(), ("reason",), away, Q(firm__in=own)):
        Absence.objects.filter(pk=one.pk).update(**texts)
    beside = find(free_texts(), ("text",), Q(event__object_id__in=said), Q(event__firm__in=own))
    free_texts().filter(pk__in=[one.pk for one, _texts in beside]).delete()


def _naming(
    rows: QuerySet[Any], fields: tuple[str, ...], about: Q, own: Q, *, mentions: Mentions
) -> list[tuple[Any, dict[str, str]]]:
    """Return the rows that name the person, each with its texts after."""
    groups = (
        (rows.filter(about), mentions.nearby),
        (rows.filter(own).exclude(about), mentions.at_work),
        (rows.exclude(own).exclude(about), mentions.anywhere),
    )
    return [found for group, pattern in groups for found in mentions.replaced(group, fields=fields, pattern=pattern)]


def _has_namesake(account: Account, *, firm: UUID) -> bool:
    """Return whether somebody else of a firm has the same surname."""
    people = Account.objects.filter(memberships__firm=firm).exclude(pk=account.pk)
    same = Q(said_surname__iexact=account.surname) | Q(entry__surname__iexact=account.surname)
    entries = RegistryEntry.objects.filter(firms=firm, surname__iexact=account.surname)
    if account.entry_id is not None:
        entries = entries.exclude(pk=account.entry_id)
    return people.filter(same).exists() or entries.exists()


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
