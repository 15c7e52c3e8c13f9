"""The forms of the pages, in French."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordKeyForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Identifiant and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        _word(self.fields["login"], label="Identifiant", autocomplete="username")
        self.fields["login"].widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        _word(self.fields["password"], label="Mot de passe", autocomplete="current-password")


class ProofForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        _word(self.fields["password"], label="Mot de passe", autocomplete="current-password")


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        _word(self.fields["oldpassword"], label="Mot de passe actuel", autocomplete="current-password")
        _word_new_password(self.fields)


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """Another password after a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        _word_new_password(self.fields)


class ActivationForm(forms.Form):
    """The password, twice; pasting is welcome."""

    password1 = forms.CharField(
        label="Mot de passe",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "aria-describedby": "password-help id_password1_error"}
        ),
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


def _word(field: forms.Field, *, label: str, autocomplete: str) -> None:
    """Word a field of the library as ours; the placeholder would repeat the label."""
    field.label = label
    field.help_text = ""
    field.widget.attrs = {"autocomplete": autocomplete}


def _word_new_password(fields: dict[str, forms.Field]) -> None:
    _word(fields["password1"], label="Nouveau mot de passe", autocomplete="new-password")
    _word(fields["password2"], label="Le même mot de passe, une seconde fois", autocomplete="new-password")
