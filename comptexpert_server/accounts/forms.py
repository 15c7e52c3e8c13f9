"""The forms of the pages, in French."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Identifiant and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Identifiant"
        self.fields["login"].widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["password"].label = "Mot de passe"
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].help_text = ""


class ActivationForm(forms.Form):
    """The password, twice; pasting is welcome."""

    password1 = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "aria-describedby": "password-help"}),
    )
    password2 = forms.CharField(
        label="Le même mot de passe, une seconde fois",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self._account = account

    def clean_password1(self) -> str:
        """Refuse a password that is too short, common, or made of known words."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self._account)
        return password

    def clean(self) -> dict[str, Any] | None:
        """Refuse two passwords that differ."""
        cleaned = super().clean()
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", ValidationError("Les deux mots de passe diffèrent.", code="mismatch"))
        return cleaned


class ResetForm(forms.Form):
    """Whose password is forgotten."""

    who = forms.CharField(
        label="Identifiant ou adresse électronique",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
