"""The mails of accounts: a link alone on its line, queued in the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from comptexpert_server.base.clock import now
from comptexpert_server.mail import notices
from comptexpert_server.mail.outgoing import Kind, Mail, render
from comptexpert_server.mail.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_server.accounts.models import Account, Signup
    from comptexpert_server.registry.models import RegistryEntry

SUBJECTS = {
    "activation": "Activez votre Comptexpert",
    "already": "Vous avez déjà un Comptexpert",
    "reset": "Choisissez un nouveau mot de passe",
    "failed_check": "Une inscription à votre nom n’a pas abouti",
    "entry_changed": "Votre fiche au tableau de l’Ordre a changé",
    "notice": "Votre compte Comptexpert a changé",
    "address_new": "Confirmez votre nouvelle adresse",
    "address_old": "Votre adresse Comptexpert va changer",
    "closed": "Votre Comptexpert est fermé",
}
LINK_KINDS = (Kind.ACTIVATION, Kind.ALREADY)
"""What a sign-up sends, whoever owns its address."""
TO_RESET = frozenset({"already", "notice"})
"""Texts whose link leads to a new password."""
KINDS = {
    "activation": Kind.ACTIVATION,
    "already": Kind.ALREADY,
    "reset": Kind.RESET,
    "failed_check": Kind.FAILED_CHECK,
    "entry_changed": Kind.SECURITY,
    "notice": Kind.SECURITY,
    "address_new": Kind.ACTIVATION,
    "address_old": Kind.SECURITY,
    "closed": Kind.SECURITY,
}


def send_activation(account: Account, *, token: str, signup: Signup | None = None) -> bool:
    """Queue the mail that proves the address and leads to the password; false when the day's limit is reached."""
    lifetime = settings.ACTIVATION_TTL
    return _send(
        "activation",
        to=account.email,
        name=_proved_name(account),
        about="" if signup is None else about(signup),
        lifetime=lifetime,
        login_id=account.login_id,
        link=settings.PUBLIC_URL + reverse("activate", kwargs={"token": token}),
        deny=settings.PUBLIC_URL + reverse("deny", kwargs={"token": token}),
        hours=int(lifetime.total_seconds() // 3600),
    )


def send_already(account: Account, *, signup: Signup) -> bool:
    """Queue the mail that tells an owner that somebody signs up with their address again."""
    return _send(
        "already",
        to=account.email,
        name=_proved_name(account),
        about=about(signup),
        lifetime=settings.ACTIVATION_TTL,
        login_id=account.login_id,
    )


def send_reset(account: Account, *, link: str = "") -> bool:
    """Queue the mail that lets the owner choose another password; its link lives half an hour, once."""
    if not link:
        token = EmailAwarePasswordResetTokenGenerator().make_token(account)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": token})
        link = settings.PUBLIC_URL + path
    return _send(
        "reset",
        to=account.email,
        name=_proved_name(account),
        lifetime=timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        login_id=account.login_id,
        link=link,
    )


def send_failed_check(entry: RegistryEntry, *, to: str, when: datetime) -> bool:
    """Queue the mail that tells a holder that somebody gave a wrong date of birth."""
    return _send("failed_check", to=to, name=_name(entry), when=_moment(when))


def send_entry_changed(
    entry: RegistryEntry, *, to: str, when: datetime, what: str, ended: int, values: Mapping[str, str | int]
) -> bool:
    """Queue the mail that says what the registry changed about its holder, and what follows for the account."""
    said: dict[str, Any] = {**values, "when": _moment(when), "what": what, "ended": ended}
    return _send("entry_changed", to=to, name=_name(entry), **said)


def send_notice(account: Account | None, *, what: str, to: str = "", kind: Kind = Kind.SECURITY) -> bool:
    """Queue the mail that tells an owner what changed in the account; it is never held back.

    What another person can cause at will is of another kind, which is counted on who receives it.
    """
    address = to or ("" if account is None else account.email)
    return _send("notice", to=address, name=_proved_name(account), kind=kind, what=what)


def send_address_new(account: Account, *, to: str, token: str, lifetime: timedelta) -> bool:
    """Queue the mail that proves a new address."""
    link = settings.PUBLIC_URL + reverse("address_change", kwargs={"token": token})
    name = _proved_name(account)
    return _send("address_new", to=to, name=name, lifetime=lifetime, login_id=account.login_id, link=link)


def send_address_old(account: Account, *, masked: str, token: str, until: datetime) -> bool:
    """Queue the mail that lets the old address confirm a change, or stop it."""
    link = settings.PUBLIC_URL + reverse("address_change", kwargs={"token": token})
    return _send(
        "address_old",
        to=account.email,
        name=_proved_name(account),
        login_id=account.login_id,
        masked=masked,
        link=link,
        until=_moment(until),
    )


def send_closed(account: Account, *, when: datetime) -> bool:
    """Queue the last mail of an account."""
    name = _proved_name(account)
    return _send("closed", to=account.email, name=name, login_id=account.login_id, when=_moment(when))


def about(signup: Signup) -> str:
    """Return what the mails of a sign-up belong to."""
    return f"signup:{signup.pk}"


def word_again(**facts: Any) -> list[Mail]:  # noqa: ANN401 - what `_send` kept as JSON
    """Word a mail that was set aside."""
    return [_word(**facts)]


def _send(
    name_of_text: str,
    *,
    to: str,
    name: str,
    about: str = "",
    lifetime: timedelta | None = None,
    kind: Kind | None = None,
    **values: str | int,
) -> bool:
    until = None if lifetime is None else (now() + lifetime).isoformat()
    facts: dict[str, Any] = {"text": name_of_text, "to": to, "name": name, "about": about, "until": until}
    facts |= {"kind": str(kind or KINDS[name_of_text]), "values": values}
    return notices.tell("account", facts=facts, words=partial(word_again, **facts))


def _word(
    *, text: str, to: str, name: str, about: str, until: str | None, values: dict[str, str | int], kind: str = ""
) -> Mail:
    shown = {key: one_line(value) if isinstance(value, str) else value for key, value in values.items()}
    reset = f"{settings.PUBLIC_URL}{reverse('account_reset_password')}" if text in TO_RESET else ""
    return Mail(
        kind=Kind(kind) if kind else KINDS[text],
        to=to,
        subject=SUBJECTS[text],
        text=render(text, reset=reset, name=one_line(name), **shown),
        link=reset or str(shown.get("link", "")),
        about=about,
        useful_until=None if until is None else datetime.fromisoformat(until),
    )


def _name(entry: RegistryEntry) -> str:
    return f"{entry.given_name} {entry.surname}"


def _proved_name(account: Account | None) -> str:
    """Return the name to greet: of the registry, or of somebody who proved their address; else nobody's words."""
    if account is None or (account.entry_id is None and account.activated_at is None):
        return ""
    return account.get_full_name()


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "j F Y à H:i")
