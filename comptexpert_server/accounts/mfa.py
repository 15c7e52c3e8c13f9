"""How second factors and passkeys name the person and this server, and the forms that ask for them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import EditWebAuthnForm
from django.conf import settings

from comptexpert_server.accounts.seeds import seal, unseal

if TYPE_CHECKING:
    from django import forms

    from comptexpert_server.accounts.models import Account

MAX_NAME = 60
logger = logging.getLogger(__name__)


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

    def encrypt(self, text: str) -> str:
        """Seal the seed of a factor for the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open the seed of a factor; one that no key of ours opens is a seed that nobody has."""
        found = unseal(encrypted_text)
        if found is None:
            logger.error("the seed of a factor cannot be read: is COMPTEXPERT_SECRET_KEY another one?")
            return str(generate_totp_secret())
        return found

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the host of the public address."""
        return {"id": settings.ENVIRONMENT.public_host, "name": "Comptexpert"}


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        word_name(self.fields["name"])


def word_name(field: forms.Field) -> None:
    """Word the name of a passkey."""
    field.label = "Nom de la clé d’accès"
    field.widget.attrs = {"autocomplete": "off", "maxlength": str(MAX_NAME)}
