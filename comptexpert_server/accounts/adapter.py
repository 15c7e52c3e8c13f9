"""How the account pages of allauth behave here: no sign-up of their own, mails in our words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse

from comptexpert_server.accounts import mails

if TYPE_CHECKING:
    from django.http import HttpRequest

    from comptexpert_server.accounts.models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Close what our own API does, and word the rest."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte n’est pas actif.",
        "username_password_mismatch": "Identifiant ou mot de passe incorrect.",
        "too_many_login_attempts": "Trop d’essais. Réessayez dans quelques minutes.",
        "incorrect_password": "Mot de passe incorrect.",
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "incorrect_code": "Code incorrect.",
        "rate_limited": "Trop de demandes. Réessayez dans quelques minutes.",
    }

    def add_message(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing beside the page: each of ours says what happened."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by the API, after the registry was asked."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of our own mails in place of allauth's."""
        if template_prefix == "account/email/password_reset_key":
            mails.send("reset", to=email, account=context["user"], link=context["password_reset_url"])
        elif template_prefix != "account/email/unknown_account":
            mails.send("notice", to=email, account=context.get("user"), what=_notice(template_prefix))

    def send_notification_mail(
        self, template_prefix: str, user: Account, context: dict[str, Any] | None = None, **_more: object
    ) -> None:
        """Tell the owner of a change of the account."""
        del context
        mails.send("notice", to=user.email, account=user, what=_notice(template_prefix))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Come back to the sign-in page."""
        del request
        return reverse("account_login")


def _notice(prefix: str) -> str:
    name = prefix.rpartition("/")[2]
    return {
        "password_changed": "Votre mot de passe a été changé.",
        "password_reset": "Un nouveau mot de passe a été choisi après un oubli.",
        "password_set": "Un mot de passe a été choisi.",
        "totp_activated": "Une application d’authentification protège maintenant votre compte.",
        "totp_deactivated": "L’application d’authentification ne protège plus votre compte.",
        "webauthn_added": "Une clé d’accès ouvre maintenant votre compte.",
        "webauthn_removed": "Une clé d’accès n’ouvre plus votre compte.",
        "recovery_codes_generated": "De nouveaux codes de secours ont été créés.",
    }.get(name, "Un réglage de sécurité de votre compte a changé.")
