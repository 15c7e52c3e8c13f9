"""Making accounts: sign-up, activation, resend and reset."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models, transaction
from django.db.models import ProtectedError

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.models import PROPOSED, Account, Signup
from comptexpert_server.base.set_aside import each
from comptexpert_server.mail.queue import delete_mails
from comptexpert_server.registry.profiles import AGC_HEAD
from comptexpert_server.web.limits import Limit, consume

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from comptexpert_server.registry.models import RegistryEntry

RESENDS = Limit(name="resend", count=3, window=timedelta(hours=1))
PROPOSAL_TTL = timedelta(days=14)
"""How long a sign-up that nobody activates holds its identifiant (BR-26)."""
SIGNUP_RETENTION = timedelta(days=90)
"""How long a sign-up is kept once its account is open: its author's application follows it as long."""
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
    """Record a sign-up and queue its mail; return it with its claim. Without account, nothing is ever activated.

    A proposal of the same entry or of the same address that nobody activated is replaced: the last mail alone works.
    """
    claim = secrets.token_urlsafe(32)
    former = proposed(account)
    made = {"login_id": login_id, "email": email, "claim_digest": digest(claim), "created_at": now, "form": form}
    if former is not None and account is not None:
        return _replace(former, account, made=made, now=now), claim
    if account is None:
        _work_alike(login_id, is_silent=not email)
    else:
        _insert(account, login_id=login_id)
    signup = Signup.objects.create(account=account, **made)
    send_link(signup, now=now)
    return signup, claim


def proposed(account: Account | None) -> Account | None:
    """Return the account that nobody activated yet and whose place a new sign-up takes."""
    if account is None:
        return None
    same = Account.objects.filter(PROPOSED)
    same = (
        same.filter(entry=account.entry) if account.entry is not None else same.filter(email=account.email, entry=None)
    )
    return same.select_for_update(of=("self",)).filter(signups__ended_at=None, signups__link_used_at=None).first()


def deny(signup: Signup, *, now: datetime) -> None:
    """Free the identifiant and the entry of a proposal, at the word of whoever reads its mails."""
    with transaction.atomic():
        if signup.account is not None:
            _erase(signup.account)
        Signup.objects.filter(pk=signup.pk).update(
            ended_at=now, is_denied=True, email="", login_id="", form={}, link_digest=""
        )


def count_denied() -> int:
    """Count the sign-ups of which the reader of the mail said that they were not theirs."""
    return Signup.objects.filter(is_denied=True).count()


def delete_unactivated(now: datetime) -> int:
    """Erase the proposals that nobody activated in fourteen days; return how many."""
    old = Signup.objects.filter(created_at__lte=now - PROPOSAL_TTL, link_used_at=None, is_denied=False)
    return each("accounts.forget_unactivated", old.select_related("account"), step=_delete, now=now)


def delete_followed(now: datetime) -> int:
    """Delete the sign-ups whose accounts are open since long; one that names the AGC of a mandate that waits stays."""
    old = Signup.objects.filter(link_used_at__lt=now - SIGNUP_RETENTION)
    waits = models.Q(account__said_profile=AGC_HEAD, account__entry=None, account__closed_at=None)
    return old.exclude(waits).delete()[0]


def new_member(entry: RegistryEntry, *, profile: str) -> Account:
    """Prepare the account of a person of the registry, under the address that the registry holds."""
    return Account(
        entry=entry,
        email=entry.email.lower(),
        said_profile=profile,
    )


def send_link(signup: Signup, *, now: datetime) -> None:
    """Queue a mail with a new link; the link of an earlier mail is then dead, unless the day's limit is reached."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        former = signup.link_digest, signup.link_sent_at
        signup.link_digest, signup.link_sent_at = digest(token), now
        signup.save(update_fields=["link_digest", "link_sent_at"])
        if signup.account is None:
            _tell_owners(signup, now=now)
        elif not mails.send_activation(signup.account, token=token, signup=signup):
            transaction.set_rollback(True)  # no mail carries the new link: the one before stays alive
            signup.link_digest, signup.link_sent_at = former


def resend(signup: Signup, *, now: datetime) -> int:
    """Send a new link; give 0, or the seconds to wait when too many were asked."""
    if signup.link_used_at is not None or signup.ended_at is not None:
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
    if now - signup.link_sent_at > settings.ACTIVATION_TTL:
        return LinkState.EXPIRED, signup
    return LinkState.LIVE, signup


@transaction.atomic
def activate(token: str, *, password: str, now: datetime, said: Mapping[str, str] | None = None) -> Account | None:
    """Use a link once: set the password, open the account; None when another use was first.

    `said` corrects the `login_id`, and the names of somebody whom no registry names. Raise IntegrityError when
    somebody else just took the identifiant.
    """
    state, signup = link_state(token, now=now)
    if state is not LinkState.LIVE or signup is None or signup.account is None:
        return None
    _correct(signup, said or {})
    used = Signup.objects.filter(pk=signup.pk, link_digest=digest(token), link_used_at=None).update(link_used_at=now)
    if used != 1:
        transaction.set_rollback(True)
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
    asked = (login_id or email).strip().lower()
    if consume(RESETS, subject=digest(asked)[:32], now=now):
        return  # counted by what was asked: an unknown name takes this way after as many tries as a known one
    found = {"login_id": asked} if login_id else {"email": asked}
    accounts = list(Account.objects.filter(**found))
    if not accounts:
        _help_nobody(now=now)
    for account in accounts:
        help_in(account, now=now)


def help_in(account: Account, *, now: datetime) -> None:
    """Queue a reset link for an active account, a new activation link for one that never was active."""
    if account.is_active:
        mails.send_reset(account)
        return
    signup = Signup.objects.filter(account=account, link_used_at=None, ended_at=None).first()
    if signup is not None and account.activated_at is None:
        send_link(signup, now=now)


def digest(secret: str) -> str:
    """Give what is kept of a link or a claim."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _replace(former: Account, latest: Account, *, made: dict[str, Any], now: datetime) -> Signup:
    """Let a new proposal take the place of another one of the same person or address.

    It inherits the link of the last mail: when the day's limit of mails is reached, that mail goes on working.
    """
    replaced = Signup.objects.filter(account=former, ended_at=None)
    last = replaced.get()
    replaced.update(ended_at=now, link_digest="", account=None)
    signup = Signup.objects.create(account=former, link_digest=last.link_digest, link_sent_at=last.link_sent_at, **made)
    for name in ("email", "said_given_name", "said_surname", "said_profile", "kind"):
        setattr(former, name, getattr(latest, name))
    former.login_id = made["login_id"]
    former.save()
    send_link(signup, now=now)
    return signup


def _correct(signup: Signup, said: Mapping[str, str]) -> None:
    """Settle the identifiant, and the name of somebody whom no registry names, as the reader of the mail says."""
    account = signup.account
    assert account is not None
    login_id = said.get("login_id", "") or signup.login_id
    if login_id != signup.login_id:
        account.login_id = signup.login_id = login_id
        account.save(update_fields=["login_id"])
        signup.save(update_fields=["login_id"])
    if account.entry_id is None:
        account.said_given_name = said.get("given_name", "") or account.said_given_name
        account.said_surname = said.get("surname", "") or account.said_surname
        account.save(update_fields=["said_given_name", "said_surname"])


def _delete(signup: Signup) -> None:
    """Erase one proposal: its mails, the sign-up, and the account that it would have opened."""
    delete_mails(mails.about(signup))
    if signup.account is not None:
        _erase(signup.account)
    signup.delete()


def _erase(account: Account) -> None:
    """Delete an account that was never active; where a delegation names it, leave a row without a word of anybody."""
    EmailAddress.objects.filter(user=account).delete()
    proposals = Signup.objects.filter(account=account)
    try:
        with transaction.atomic():
            proposals.update(account=None)
            account.delete()
    except ProtectedError:
        unnamed = {
            "login_id": f"efface.{secrets.token_hex(10)}",
            "email": "",
            "said_given_name": "",
            "said_surname": "",
        }
        Account.objects.filter(pk=account.pk).update(entry=None, **unnamed)
        proposals.update(account=None)


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
        help_in(Account(email="nobody@nowhere.example", is_active=True), now=now)
        transaction.set_rollback(True)


def _tell_owners(signup: Signup, *, now: datetime) -> None:
    """Tell the owner of an address that somebody signs up with it again."""
    for account in Account.objects.filter(email=signup.email) if signup.email else ():
        if account.is_active:
            mails.send_already(account, signup=signup)
        else:
            help_in(account, now=now)
