"""How second factors and passkeys name the person and this server, and the forms that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account

LONGEST_NAME = 60


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Word the library, and hang passkeys on the public address whatever the `Host` header says."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce moyen n’a pas été reconnu. Réessayez.",
        "cannot_delete_authenticator": "Ce moyen ne peut pas être retiré.",
        "cannot_generate_recovery_codes": "Ajoutez d’abord un second facteur.",
        "unverified_email": "Votre adresse électronique n’est pas encore vérifiée.",
    }

    def _get_user_identifier(self, user: Account) -> str:
        """Name the account by its identifiant: telephones and key rings show this text."""
        return user.login_id

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:  # noqa: A002 - the library's
        """Name a passkey that the person did not name."""
        return f"Clé d’accès {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the host of the public address."""
        return {"id": settings.ENVIRONMENT.public_host, "name": "Comptexpert"}


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A name and what the browser gave: always a passkey that also proves who holds it."""

    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        _word_name(self.fields["name"])


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        _word_name(self.fields["name"])


def _word_name(field: forms.Field) -> None:
    field.label = "Nom de la clé d’accès"
    field.widget.attrs = {"autocomplete": "off", "maxlength": str(LONGEST_NAME)}
