"""What a person changes of their own account: their name, where no registry holds it (BR-39)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.accounts import mails
from comptexpert_server.audit.services import record
from comptexpert_server.base.text_rules import name_fault
from comptexpert_server.delegations import eligibility, transitions
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation
from comptexpert_server.mail.outgoing import Kind
from comptexpert_server.web.limits import Limit, TooManyTriesError, consume
from comptexpert_server.web.problems import ProblemError, invalid

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.accounts.models import Account

CORRECTIONS = Limit(name="name-correction", count=5, window=timedelta(days=1))
"""Each writes a line in the registers of others, and to those who gave a right."""


def require_own_word(account: Account) -> None:
    """Refuse what the registry says of its members: their council alone changes it."""
    if account.entry_id is not None:
        raise ProblemError(
            HTTPStatus.CONFLICT, "ACCOUNT_OF_REGISTRY", detail="The registry holds this: the council corrects it."
        )


@transaction.atomic
def correct_name(account: Account, *, given_name: str, surname: str, at: datetime) -> Account:
    """Correct one's own name; the registers of the firms have a line, and those who gave a right are told."""
    require_own_word(account)
    faults = {"given_name": name_fault(given_name), "surname": name_fault(surname)}
    if found := {name: code for name, code in faults.items() if code}:
        raise invalid(**found)
    if (given_name, surname) == (account.said_given_name, account.said_surname):
        return account
    if wait := consume(CORRECTIONS, subject=str(account.pk), now=at):
        raise TooManyTriesError(wait)
    transitions.lock_writer()
    account.said_given_name, account.said_surname = given_name, surname
    account.save(update_fields=["said_given_name", "said_surname"])
    held = Delegation.objects.filter(grantee=account, status__in=(*OPEN, *LIVE))
    members = account.memberships.filter(ended_at=None).values_list("firm_id", flat=True)
    for firm_id in sorted({*members, *held.values_list("firm_id", flat=True)}):
        record(firm_id=firm_id, at=at, actor=account.pk, action="member.renamed", object_id=str(account.pk))
    addresses = set(held.values_list("grantor__account__email", flat=True)) - {None, ""}
    for address in sorted(addresses):
        what = f"{account.get_full_name()} ({account.login_id}), à qui vous déléguez un droit, a corrigé son nom."
        mails.send_notice(None, to=address, what=what, kind=Kind.DELEGATION)
    mails.send_notice(account, what="Votre nom a été corrigé.")
    eligibility.touch(Delegation.objects.filter(grantee=account))
    return account
