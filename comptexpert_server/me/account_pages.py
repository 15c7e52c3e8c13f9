"""The pages on which a person reads, moves, corrects and closes their own account; without JavaScript (BR-39)."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from comptexpert_server.accounts import address_change
from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.base.text_rules import composed, name_fault
from comptexpert_server.base.typed_values import clean_email
from comptexpert_server.delegations import weekly
from comptexpert_server.delegations.closing import close_account
from comptexpert_server.me.own_account import correct_name
from comptexpert_server.me.personal_data import data_of
from comptexpert_server.web.limits import TooManyTriesError


class NameForm(forms.Form):
    """One's own name."""

    given_name = forms.CharField(
        label="Prénom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    surname = forms.CharField(
        label="Nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )

    def clean(self) -> dict[str, str]:
        """Refuse what is no name."""
        said: dict[str, str] = super().clean() or {}
        for name, text in list(said.items()):
            said[name] = composed(text)
            if name_fault(said[name]):
                self.add_error(name, "Écrivez le nom en lettres, sans signe ni adresse.")
        return said


class AddressForm(forms.Form):
    """Another address."""

    email = forms.CharField(
        label="Nouvelle adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """Refuse what no mail reaches."""
        email = clean_email(self.cleaned_data["email"])
        if email is None:
            raise forms.ValidationError("Cette adresse ne peut pas recevoir de courriel.")
        return email


class MailsForm(forms.Form):
    """How often one is written to."""

    weekly_mails = forms.BooleanField(
        label="Réunir en un courriel par semaine ce que je fais moi-même et ce qui arrive à sa date",
        required=False,
        widget=forms.CheckboxInput(),
    )


class ClosingForm(forms.Form):
    """The identifiant, typed: nobody closes an account by a slip of the hand."""

    login_id = forms.CharField(
        label="Votre identifiant, pour confirmer",
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, account: Account, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Django's own
        self._account = account

    def clean_login_id(self) -> str:
        """Refuse another identifiant."""
        typed = str(self.cleaned_data["login_id"]).strip().lower()
        if typed != self._account.login_id:
            raise forms.ValidationError("Ce n’est pas votre identifiant.")
        return typed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator] # allauth has no types
def own_account(request: HttpRequest) -> HttpResponse:
    """Show what one may change, and change a name or an address."""
    account = _account(request)
    asked = request.POST.get("act", "")
    names = {"given_name": account.given_name, "surname": account.surname}
    name_form = NameForm(request.POST if asked == "name" else None, initial=names)
    address_form = AddressForm(request.POST if asked == "address" else None)
    mails_form = MailsForm(request.POST if asked == "mails" else None, initial={"weekly_mails": account.weekly_mails})
    done = ""
    if asked == "mails" and mails_form.is_valid():
        weekly.choose(account, is_weekly=mails_form.cleaned_data["weekly_mails"])
        done = "Votre choix est enregistré."
    if account.entry_id is None and asked == "name" and name_form.is_valid():
        correct_name(account, **name_form.cleaned_data, at=now())
        done = "Votre nom est corrigé. Les personnes qui vous délèguent un droit en sont averties."
    elif account.entry_id is None and asked == "address" and address_form.is_valid():
        wait = address_change.ask(account, email=address_form.cleaned_data["email"], at=now())
        if wait:
            raise TooManyTriesError(wait)
        done = "Nous avons écrit aux deux adresses. Ouvrez les deux courriels pour confirmer le changement."
    forms_shown = {"name_form": name_form, "address_form": address_form, "mails_form": mails_form}
    context = {"account": account, **forms_shown, "done": done}
    return render(request, "accounts/own_account.html", context)


@login_required
@require_safe
@reauthentication_required  # type: ignore[untyped-decorator] # allauth has no types
def download_data(request: HttpRequest) -> HttpResponse:
    """Hand over what the server holds of the person."""
    text = data_of(_account(request), now=now()).model_dump_json(indent=2)
    headers = {"Content-Disposition": 'attachment; filename="comptexpert-mes-donnees.json"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator] # allauth has no types
def close(request: HttpRequest) -> HttpResponse:
    """Say what closing ends, and close."""
    account = _account(request)
    form = ClosingForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        close_account(account, at=now(), actor=account.pk)
        logout(request)
        return render(request, "accounts/closed.html")
    return render(request, "accounts/close.html", {"form": form, "account": account})


@require_http_methods(["GET", "HEAD", "POST"])
def answer_address_change(request: HttpRequest, token: str) -> HttpResponse:
    """Let the reader of one of the two mails confirm a change of address, or stop it; a GET changes nothing."""
    found = address_change.find(token, at=now())
    if found is None:
        return render(request, "accounts/address_dead.html", status=404)
    if request.method == "POST":
        is_yes = request.POST.get("act") == "confirm"
        has_moved = address_change.answer(token, is_yes=is_yes, at=now())
        return render(request, "accounts/address_answered.html", {"is_yes": is_yes, "has_moved": has_moved})
    return render(request, "accounts/address_change.html", {"change": found[0], "is_old": found[1]})


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user
