"""The page of a mandate: where it stands, why it was refused, and asking for it again (BR-37)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.base.text_rules import label_fault
from comptexpert_server.base.typed_values import clean_siren
from comptexpert_server.desk.mandates import ask_mandate, mandate_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class AgcForm(forms.Form):
    """The AGC that one heads."""

    agc_name = forms.CharField(label="Nom de l’AGC", max_length=160)
    siren = forms.CharField(label="SIREN", max_length=20, help_text="Neuf chiffres.")

    def clean_agc_name(self) -> str:
        """Refuse what names no association."""
        name = str(self.cleaned_data["agc_name"])
        if label_fault(name):
            raise forms.ValidationError("Écrivez le nom en lettres, sans signe ni adresse.")
        return name

    def clean_siren(self) -> str:
        """Refuse a number without its key."""
        siren = clean_siren(self.cleaned_data["siren"])
        if siren is None:
            raise forms.ValidationError("Ce numéro n’est pas un SIREN. Vérifiez ses neuf chiffres.")
        return siren


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mandate(request: HttpRequest) -> HttpResponse:
    """Show where the mandate stands, and let its person ask again after a refusal or an end."""
    account = request.user
    found = mandate_of(account) if isinstance(account, Account) else None
    if not isinstance(account, Account) or found is None:
        raise Http404
    form = AgcForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_mandate(account, **form.cleaned_data, at=now())
        found = mandate_of(account)
    may_ask = found is not None and found.status in {"refused", "ended"}
    return render(request, "accounts/mandate.html", {"mandate": found, "form": form, "may_ask": may_ask})
