"""How the account pages of allauth behave here: no sign-up of their own, mails in our words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse

from comptexpert_server.accounts import mails, sign_in_limits
from comptexpert_server.base.clock import now
from comptexpert_server.web.limits import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from comptexpert_server.accounts.models import Account

PASSWORD = "reauthenticate"  # noqa: S105 - how allauth names this way of proving who one is
PASSKEY = "mfa_reauthenticate:webauthn"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Close what our own API does, and word the rest."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte n’est pas actif.",
        "username_password_mismatch": "Identifiant ou mot de passe incorrect.",
        "too_many_login_attempts": "Trop de tentatives. Réessayez dans 5\u00a0minutes.",
        "incorrect_password": "Mot de passe incorrect.",
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "incorrect_code": "Code incorrect.",
        "rate_limited": "Trop de demandes. Réessayez dans 5\u00a0minutes.",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Count a try under our own limits, in place of the library's."""
        self._tried_at = now()
        sign_in_limits.count_try(str(credentials.get("username", "")), address=address_of(request), now=self._tried_at)

    def authenticate(self, request: HttpRequest, **credentials: str) -> Account | None:
        """Check a password; a right one is not counted."""
        account: Account | None = super().authenticate(request, **credentials)
        if account is not None:
            login_id = str(credentials.get("username", ""))
            sign_in_limits.take_back(login_id, address=address_of(request), now=self._tried_at)
        return account

    def add_message(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing beside the page: each of ours says what happened."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by the API, after the registry was asked."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of our own mails in place of allauth's."""
        if template_prefix == "account/email/password_reset_key":
            mails.send_reset(context["user"], link=context["password_reset_url"])
        elif template_prefix != "account/email/unknown_account":
            mails.send_notice(context.get("user"), to=email, what=_notice(template_prefix))

    def send_notification_mail(
        self, template_prefix: str, user: Account, context: dict[str, Any] | None = None, **_more: object
    ) -> None:
        """Tell the owner of a change of the account."""
        del context
        mails.send_notice(user, what=_notice(template_prefix))

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Ask for the factor when the account has one, a passkey first: the password may be stolen with the session."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != PASSWORD]
        return sorted(factors, key=lambda method: method["id"] != PASSKEY) or methods

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
