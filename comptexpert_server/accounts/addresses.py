"""The address of an account moves: resets and mails go to the new one at once, and every session ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.accounts.services import send_link

if TYPE_CHECKING:
    from datetime import datetime


def move_address(account: Account, *, to: str, at: datetime) -> None:
    """Give an account another address; one that waits for its activation gets a new link there.

    The sessions, and the reset links that were sent before, hang on the address: they end with it.
    """
    account.email = to
    account.save(update_fields=["email"])
    EmailAddress.objects.filter(user=account).delete()
    if account.is_active:
        EmailAddress.objects.create(user=account, email=to, verified=True, primary=True)
    signup = Signup.objects.filter(account=account, link_used_at=None, ended_at=None).first()
    if signup is not None:
        signup.email = to
        signup.save(update_fields=["email"])
        send_link(signup, now=at)
