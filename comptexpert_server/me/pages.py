"""The pages of accounts: activation, forgotten password, and where a person lands."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from comptexpert_server.accounts import services
from comptexpert_server.accounts.api import RESETS_BY_ADDRESS
from comptexpert_server.accounts.forms import ActivationForm, ResetForm
from comptexpert_server.accounts.services import LinkState
from comptexpert_server.base.clock import now, today
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import mail_words
from comptexpert_server.delegations.eligibility import accept_invitation, invitations_for
from comptexpert_server.delegations.selectors import visible_to
from comptexpert_server.firms.selectors import may_grant
from comptexpert_server.me.firm_news import firm_news
from comptexpert_server.web.constant_time import paced
from comptexpert_server.web.limits import TooManyTriesError, address_of, consume

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Signup

STATUS = {LinkState.EXPIRED: 410, LinkState.USED: 410, LinkState.UNKNOWN: 404}


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Say who is signed in and what was sent to their address, or lead to the sign-in page; POST accepts one."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_login"))
    account = request.user
    if request.method == "POST":
        with contextlib.suppress(ValueError):
            accept_invitation(account, invitation=UUID(request.POST.get("invitation", "")), at=now())
        return HttpResponseRedirect(reverse("signed_in"))
    asks_factor = settings.FACTOR_REQUIRED and may_grant(account) and not is_mfa_enabled(account)
    names = {service.id: service.name for service in catalogue().services}
    invitations = [(one, names.get(one.service, one.service)) for one in invitations_for(account)]
    return render(request, "accounts/home.html", {"asks_factor": asks_factor, "invitations": invitations})


@require_safe
def show_case(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show one delegation to whoever may see it, in the words of its mails; the application does the rest."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path, login_url=reverse("account_login"))
    delegation = visible_to(request.user).filter(pk=number).first()
    if delegation is None:
        raise Http404
    words = {"state": mail_words.state(delegation, today=today()), "facts": mail_words.facts(delegation)}
    return render(request, "accounts/case.html", words | {"delegation": delegation})


@require_safe
def show_firm(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show what goes on in a cabinet to whoever belongs to it, as far as it concerns them; 404 to anybody else."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path, login_url=reverse("account_login"))
    news = firm_news(request.user, firm_id=number, at=now())
    if news is None:
        raise Http404
    return render(request, "accounts/firm.html", {"news": news})


@require_safe
def about_signup(request: HttpRequest) -> HttpResponse:
    """Say how a Comptexpert is made: in the application, or on plain pages; who has one sees what was sent to them."""
    if request.user.is_authenticated and invitations_for(request.user):
        return HttpResponseRedirect(reverse("signed_in"))
    return render(request, "accounts/about_signup.html", {"download_url": settings.ENVIRONMENT.download_url})


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
        said = form.cleaned_data
        try:
            account = services.activate(token, password=said["password1"], said=said, now=now())
        except IntegrityError:  # somebody else was quicker
            form.add_error("login_id", "Cet identifiant vient d’être pris. Choisissez-en un autre.")
        else:
            if account is None:
                return _dead_link(request, state=LinkState.USED, signup=signup)
            return render(request, "accounts/activated.html", {"account": account})
    context = {"form": form, "account": signup.account, "deny": reverse("deny", kwargs={"token": token})}
    return render(request, "accounts/activate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def deny(request: HttpRequest, token: str) -> HttpResponse:
    """Let the reader of a mail say « Ce n’est pas moi »; only the POST frees the identifiant and the entry."""
    state, signup = services.link_state(token, now=now())
    if state not in {LinkState.LIVE, LinkState.EXPIRED} or signup is None:
        return _dead_link(request, state=state, signup=signup)
    if request.method == "POST":
        services.deny(signup, now=now())
        return render(request, "accounts/denied.html")
    return render(request, "accounts/deny.html", {"signup": signup})


@require_http_methods(["GET", "HEAD", "POST"])
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a new password; the answer is the same whoever is named."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wait = consume(RESETS_BY_ADDRESS, subject=address_of(request), now=now())
        if wait:
            raise TooManyTriesError(wait)
        who = form.cleaned_data["who"]
        with paced(settings.SIGNUP_INTERVAL):
            services.ask_reset(login_id="" if "@" in who else who, email=who if "@" in who else "", now=now())
        return HttpResponseRedirect(reverse("account_reset_password_done"))
    return render(request, "accounts/ask_reset.html", {"form": form})


def _dead_link(request: HttpRequest, *, state: LinkState, signup: Signup | None) -> HttpResponse:
    context = {"state": state.value, "signup": signup}
    return render(request, "accounts/dead_link.html", context, status=STATUS.get(state, 410))
