"""Passkeys, stricter than the library: the exact origin, port included, and a counter that never goes back."""

from __future__ import annotations

import binascii
import json
from typing import TYPE_CHECKING, Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.db import transaction
from fido2.utils import websafe_decode
from fido2.webauthn import AuthenticatorData

from comptexpert_server.accounts.mfa import word_name

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError

COUNTER = "counter"
"""Under which the data of a passkey keeps how often it was used, as the passkey says."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A name and what the browser gave: always a passkey that also proves who holds it."""

    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        word_name(self.fields["name"])

    def clean_credential(self) -> dict[str, Any]:
        """Refuse a passkey made for another page."""
        credential: dict[str, Any] = self.cleaned_data["credential"]
        _require_own_origin(credential)
        return credential


class _Strict:
    """What every form that takes a passkey adds to the library's own check."""

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Authenticator:
        """Refuse a passkey shown to another page, and a copy of one that went on elsewhere."""
        credential = self.cleaned_data["credential"]
        _require_own_origin(credential)
        found: Authenticator = super().clean_credential()  # type: ignore[misc]  # of the library's form
        _count(found, credential)
        return found


class AuthenticatePasskeyForm(_Strict, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey as the second factor."""


class LoginPasskeyForm(_Strict, LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey alone."""


class ReauthenticatePasskeyForm(_Strict, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey once more."""


def _require_own_origin(credential: Any) -> None:  # noqa: ANN401 - what a browser sent, read here
    try:
        said = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
        origin, is_framed = said["origin"], said.get("crossOrigin", False)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, binascii.Error):
        raise _refused() from None
    if origin != settings.PUBLIC_URL or is_framed is not False:
        raise _refused()


def _count(passkey: Authenticator, credential: dict[str, Any]) -> None:
    """Note how often a passkey says that it was used; one that counts and does not go on is a copy."""
    try:
        said = AuthenticatorData(websafe_decode(credential["response"]["authenticatorData"])).counter
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise _refused() from None
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=passkey.pk)
        before = held.data.get(COUNTER, held.wrap().authenticator_data.counter)
        if (said or before) and said <= before:
            raise _refused()
        held.data[COUNTER] = said
        held.save(update_fields=["data"])


def _refused() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error
