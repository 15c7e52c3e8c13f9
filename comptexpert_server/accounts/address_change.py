"""Another address for somebody outside the registry: confirmed at both, and the old one may stop it for 72 hours.

Whoever holds a session alone gains nothing: the new address must confirm, and the old one is told and has the time to
refuse. A mailbox that is lost cannot answer; its silence lets the change pass after the 72 hours (BR-39).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.addresses import move_address
from comptexpert_server.accounts.login_id import mask_email
from comptexpert_server.accounts.models import Account, AddressChange
from comptexpert_server.accounts.services import digest
from comptexpert_server.base.set_aside import each
from comptexpert_server.mail.outgoing import Kind
from comptexpert_server.web.limits import Limit, consume

if TYPE_CHECKING:
    from datetime import datetime

NOTICE = timedelta(hours=72)
"""How long the old address may stop a change."""
TTL = timedelta(days=7)
"""How long the new address may confirm it."""
CHANGES = Limit(name="address-change", count=5, window=timedelta(days=1))


@transaction.atomic
def ask(account: Account, *, email: str, at: datetime) -> int:
    """Write to both addresses; return 0, or the seconds to wait. An earlier change that waits is replaced.

    An address that has an account already gets a mail that says so, and whoever asks learns nothing.
    """
    wait = consume(CHANGES, subject=str(account.pk), now=at)
    if wait:
        return wait
    new, old = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    AddressChange.objects.filter(account=account).delete()
    AddressChange.objects.create(
        account=account, email=email, asked_at=at, new_digest=digest(new), old_digest=digest(old)
    )
    owner = Account.objects.filter(email__iexact=email, is_active=True).exclude(pk=account.pk).first()
    if owner is None:
        mails.send_address_new(account, to=email, token=new, lifetime=TTL)
    else:
        what = "Un autre compte a demandé votre adresse. Rien n’a été changé."
        mails.send_notice(owner, what=what, kind=Kind.ALREADY)
    mails.send_address_old(account, masked=mask_email(email), token=old, until=at + NOTICE)
    return 0


def find(token: str, *, at: datetime) -> tuple[AddressChange, bool] | None:
    """Return the change of a link, and whether the link is that of the old address; None for a dead one."""
    mark = digest(token)
    found = AddressChange.objects.select_related("account").filter(Q(new_digest=mark) | Q(old_digest=mark)).first()
    if found is None or at - found.asked_at > TTL:
        return None
    return found, found.old_digest == mark


@transaction.atomic
def answer(token: str, *, is_yes: bool, at: datetime) -> bool:
    """Confirm or stop a change, as the reader of one of its two mails says; return whether the address has moved."""
    found = find(token, at=at)
    if found is None:
        return False
    change = AddressChange.objects.select_for_update(of=("self",)).filter(pk=found[0].pk).first()
    if change is None:
        return False  # the other mail, or a second press, was quicker
    if not is_yes:
        account = change.account
        change.delete()
        mails.send_notice(account, what="Le changement d’adresse demandé est arrêté. Votre adresse reste.")
        return False
    setattr(change, "is_confirmed_old" if found[1] else "is_confirmed_new", True)
    change.save()
    return _move_if_due(change, at=at)


def run_due(now: datetime) -> int:
    """Carry the changes that nobody stopped, and forget those that the new address never confirmed."""
    AddressChange.objects.filter(asked_at__lte=now - TTL, is_confirmed_new=False).delete()
    due = AddressChange.objects.filter(is_confirmed_new=True, asked_at__lte=now - NOTICE)

    def carry(change: AddressChange) -> bool:
        return _move_if_due(change, at=now)

    return each("accounts.address_change", due.select_related("account"), step=carry, now=now)


def _move_if_due(change: AddressChange, *, at: datetime) -> bool:
    """Move the address once the new one confirmed, and the old one did or let 72 hours pass."""
    if not change.is_confirmed_new or not (change.is_confirmed_old or at - change.asked_at >= NOTICE):
        return False
    account = Account.objects.select_for_update().get(pk=change.account_id)
    change.delete()
    if account.entry_id is not None or not account.is_active:
        return False  # the registry keeps the address of its members
    if Account.objects.filter(email__iexact=change.email, is_active=True).exclude(pk=account.pk).exists():
        return False
    former = account.email
    move_address(account, to=change.email, at=at)
    for address in {former, change.email}:
        mails.send_notice(account, to=address, what=f"Votre adresse est maintenant {mask_email(change.email)}.")
    return True
