"""Making accounts: sign-up, activation, resend and reset."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.config.limits import Limit, consume

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.registry.models import RegistryEntry

RESENDS = Limit(name="resend", count=3, window=timedelta(hours=1))
RESETS = Limit(name="reset", count=3, window=timedelta(hours=1))


class LinkState(StrEnum):
    """What an activation link is worth."""

    LIVE = "live"
    EXPIRED = "expired"
    USED = "used"
    UNKNOWN = "unknown"


def create_signup(
    account: Account | None, *, login_id: str, email: str, form: dict[str, str], now: datetime
) -> tuple[Signup, str]:
    """Record a sign-up and queue its mail; give it with its claim. Without account, nothing is ever activated."""
    claim = secrets.token_urlsafe(32)
    if account is None:
        _work_alike(login_id, is_silent=not email)
    else:
        _insert(account, login_id=login_id)
    signup = Signup.objects.create(
        login_id=login_id, email=email, claim_digest=digest(claim), account=account, created_at=now, form=form
    )
    send_link(signup, now=now)
    return signup, claim


def new_member(entry: RegistryEntry, *, profile: str) -> Account:
    """Prepare the account of a person of the registry, under the address that the registry holds."""
    return Account(
        entry=entry,
        email=entry.email.lower(),
        given_name=entry.given_name,
        surname=entry.surname,
        profile=profile,
    )


def send_link(signup: Signup, *, now: datetime) -> None:
    """Queue a mail with a new link; the link of an earlier mail is then dead."""
    token = secrets.token_urlsafe(32)
    signup.link_digest = digest(token)
    signup.link_sent_at = now
    signup.save(update_fields=["link_digest", "link_sent_at"])
    if signup.account is not None:
        mails.send_activation(signup.account, token=token)
    elif signup.email:
        _tell_owners(signup.email, now=now)


def resend(signup: Signup, *, now: datetime) -> int:
    """Send a new link; give 0, or the seconds to wait when too many were asked."""
    if signup.link_used_at is not None:
        return 0
    wait = consume(RESENDS, subject=str(signup.id), now=now)
    if not wait:
        send_link(signup, now=now)
    return wait


def link_state(token: str, *, now: datetime) -> tuple[LinkState, Signup | None]:
    """Look at a link without using it: mail scanners open links too."""
    signup = Signup.objects.select_related("account").filter(link_digest=digest(token)).first()
    if signup is None or signup.account is None:
        return LinkState.UNKNOWN, None
    if signup.link_used_at is not None:
        return LinkState.USED, signup
    if now - signup.link_sent_at > settings.ACTIVATION_LIFETIME:
        return LinkState.EXPIRED, signup
    return LinkState.LIVE, signup


@transaction.atomic
def activate(token: str, *, password: str, now: datetime) -> Account | None:
    """Use a link once: set the password, open the account; None when another use was first."""
    state, signup = link_state(token, now=now)
    if state is not LinkState.LIVE or signup is None or signup.account is None:
        return None
    used = Signup.objects.filter(pk=signup.pk, link_digest=digest(token), link_used_at=None).update(link_used_at=now)
    if used != 1:
        return None
    account = signup.account
    account.set_password(password)
    account.is_active = True
    account.activated_at = now
    account.save(update_fields=["password", "is_active", "activated_at"])
    EmailAddress.objects.update_or_create(
        user=account, email=account.email, defaults={"verified": True, "primary": True}
    )
    return account


@transaction.atomic
def ask_reset(*, login_id: str, email: str, now: datetime) -> None:
    """Queue what helps the owner back in; whoever asks learns nothing."""
    if login_id:
        accounts = list(Account.objects.filter(login_id=login_id.strip().lower()))
    else:
        accounts = list(Account.objects.filter(email=email.strip().lower()))
    if not accounts:
        _help_nobody(now=now)
    for account in accounts:
        if consume(RESETS, subject=str(account.id), now=now):
            continue
        help_in(account, now=now)


def help_in(account: Account, *, now: datetime) -> None:
    """Queue a reset link for an active account, a new activation link for one that never was active."""
    if account.is_active:
        mails.send_reset(account)
        return
    signup = Signup.objects.filter(account=account, link_used_at=None).first()
    if signup is not None and account.activated_at is None:
        send_link(signup, now=now)


def digest(secret: str) -> str:
    """Give what is kept of a link or a claim."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _insert(account: Account, *, login_id: str) -> None:
    account.login_id = login_id
    account.set_unusable_password()
    account.save(force_insert=True)


def _work_alike(login_id: str, *, is_silent: bool) -> None:
    """Do the work of a real account and undo it, so that the time of an answer tells nothing."""
    with transaction.atomic():
        nobody = Account(email="nobody@nowhere.example")
        _insert(nobody, login_id=login_id)
        if is_silent:
            mails.send_activation(nobody, token=secrets.token_urlsafe(32))
        transaction.set_rollback(True)


def _help_nobody(*, now: datetime) -> None:
    """Do the work of a reset and undo it: an unknown name takes the time of a known one."""
    with transaction.atomic():
        nobody = Account(email="nobody@nowhere.example", is_active=True)
        consume(RESETS, subject=str(nobody.id), now=now)
        help_in(nobody, now=now)
        transaction.set_rollback(True)


def _tell_owners(email: str, *, now: datetime) -> None:
    """Tell the owner of an address that somebody signs up with it again."""
    for account in Account.objects.filter(email=email):
        if account.is_active:
            mails.send("already", to=email, account=account)
        else:
            help_in(account, now=now)
