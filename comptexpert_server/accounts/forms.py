"""The forms of the pages, in French."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordKeyForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from comptexpert_server.accounts.login_id import MAX_LENGTH, is_taken
from comptexpert_server.base.text_rules import composed, name_fault
from comptexpert_server.base.typed_values import clean_login_id

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
    """The identifiant, which becomes final here, the name of who is not in the registry, and the password, twice."""

    login_id = forms.CharField(
        label="Identifiant",
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "aria-describedby": "login-help id_login_id_error",
            }
        ),
    )
    given_name = forms.CharField(
        label="Prénom",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    surname = forms.CharField(
        label="Nom", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
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
        self.initial = {name: getattr(account, name) for name in ("login_id", "given_name", "surname")}
        if account.entry_id is not None:  # the registry names them
            del self.fields["given_name"], self.fields["surname"]

    def clean_given_name(self) -> str:
        """Refuse what is no name."""
        return _sound_name(self.cleaned_data["given_name"])

    def clean_surname(self) -> str:
        """Refuse what is no name."""
        return _sound_name(self.cleaned_data["surname"])

    def clean_login_id(self) -> str:
        """Refuse an identifiant of the wrong form, or one that somebody else holds; nothing said keeps the proposal."""
        if not self.cleaned_data["login_id"]:
            return self._account.login_id
        login_id = clean_login_id(self.cleaned_data["login_id"])
        if login_id is None:
            raise ValidationError(
                "6 à 32\u00a0caractères\u00a0: minuscules sans accent, chiffres, point, tiret. Il commence par "
                "une lettre.",
                code="ID_INVALID",
            )
        if login_id != self._account.login_id and is_taken(login_id, besides=self._account):
            raise ValidationError("Cet identifiant est déjà pris. Choisissez-en un autre.", code="ID_TAKEN")
        return login_id

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


def _sound_name(text: str) -> str:
    try:
        name = composed(text)
    except ValueError:
        name = text
    if fault := name_fault(name):
        raise ValidationError("Écrivez le nom en lettres, sans signe ni adresse.", code=fault)
    return name


def _word(field: forms.Field, *, label: str, autocomplete: str) -> None:
    """Word a field of the library as ours; the placeholder would repeat the label."""
    field.label = label
    field.help_text = ""
    field.widget.attrs = {"autocomplete": autocomplete}


def _word_new_password(fields: dict[str, forms.Field]) -> None:
    _word(fields["password1"], label="Nouveau mot de passe", autocomplete="new-password")
    _word(fields["password2"], label="Le même mot de passe, une seconde fois", autocomplete="new-password")
