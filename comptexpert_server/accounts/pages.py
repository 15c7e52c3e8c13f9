"""The pages of accounts: activation, forgotten password, and where a person lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from comptexpert_server.accounts import services
from comptexpert_server.accounts.api import RESETS_BY_ADDRESS
from comptexpert_server.accounts.forms import ActivationForm, ResetForm
from comptexpert_server.accounts.services import LinkState
from comptexpert_server.config.clock import now
from comptexpert_server.config.limits import address_of, consume
from comptexpert_server.firms.selectors import may_grant

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Signup

STATUS = {LinkState.EXPIRED: 410, LinkState.USED: 410, LinkState.UNKNOWN: 404}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say who is signed in, or lead to the sign-in page."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_login"))
    account = request.user
    asks_factor = settings.FACTOR_REQUIRED and may_grant(account) and not is_mfa_enabled(account)
    return render(request, "accounts/home.html", {"asks_factor": asks_factor})


@require_safe
def about_signup(request: HttpRequest) -> HttpResponse:
    """Say how a Comptexpert is made: in the application."""
    return render(request, "accounts/about_signup.html")


@require_safe
def show_help(request: HttpRequest) -> HttpResponse:
    """Say what to do when the mail is missing, a link is dead, or the registry refuses."""
    return render(request, "accounts/help.html")


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, token: str) -> HttpResponse:
    """Show the activation form; only its POST changes anything, once."""
    state, signup = services.link_state(token, now=now())
    if state is not LinkState.LIVE or signup is None or signup.account is None:
        return _dead_link(request, state=state, signup=signup)
    form = ActivationForm(request.POST or None, account=signup.account)
    if request.method == "POST" and form.is_valid():
        account = services.activate(token, password=form.cleaned_data["password1"], now=now())
        if account is None:
            return _dead_link(request, state=LinkState.USED, signup=signup)
        return render(request, "accounts/activated.html", {"account": account})
    return render(request, "accounts/activate.html", {"form": form, "account": signup.account})


@require_http_methods(["GET", "HEAD", "POST"])
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a new password; the answer is the same whoever is named."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wait = consume(RESETS_BY_ADDRESS, subject=address_of(request), now=now())
        if wait:
            return render(request, "accounts/too_many.html", {"minutes": wait // 60 + 1}, status=429)
        who = form.cleaned_data["who"]
        services.ask_reset(login_id="" if "@" in who else who, email=who if "@" in who else "", now=now())
        return HttpResponseRedirect(reverse("account_reset_password_done"))
    return render(request, "accounts/ask_reset.html", {"form": form})


def _dead_link(request: HttpRequest, *, state: LinkState, signup: Signup | None) -> HttpResponse:
    context = {"state": state.value, "signup": signup}
    return render(request, "accounts/dead_link.html", context, status=STATUS.get(state, 410))
