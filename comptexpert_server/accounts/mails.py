"""The mails of accounts: plain text, a link alone on its line, queued in the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from post_office import mail

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account

SUBJECTS = {
    "activation": "Activez votre Comptexpert",
    "already": "Vous avez déjà un Comptexpert",
    "reset": "Choisissez un nouveau mot de passe",
    "failed_check": "Une inscription à votre nom n’a pas abouti",
    "corrected": "Votre fiche au tableau de l’Ordre a été corrigée",
    "notice": "Votre compte Comptexpert a changé",
}


def send(kind: str, *, to: str, **context: object) -> None:
    """Queue one mail; it leaves only if the transaction is kept."""
    text = render_to_string(f"mail/{kind}.txt", {"public_url": settings.PUBLIC_URL, **context})
    mail.send(
        recipients=[to],
        sender=settings.DEFAULT_FROM_EMAIL,
        subject=SUBJECTS[kind],
        message=text.strip() + "\n",
        headers={"Auto-Submitted": "auto-generated"},
    )


def send_activation(account: Account, *, token: str) -> None:
    """Queue the mail that proves the address and leads to the password."""
    link = settings.PUBLIC_URL + reverse("activate", kwargs={"token": token})
    send("activation", to=account.email, account=account, link=link, hours=hours_of_activation())


def hours_of_activation() -> int:
    """Give how long an activation link lives."""
    return int(settings.ACTIVATION_LIFETIME.total_seconds() // 3600)


def send_reset(account: Account) -> None:
    """Queue the mail that lets the owner choose another password; its link lives half an hour, once."""
    token = EmailAwarePasswordResetTokenGenerator().make_token(account)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": token})
    send("reset", to=account.email, account=account, link=settings.PUBLIC_URL + path)
