"""The guards around the provider's browser pages: what the library leaves open is closed here."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

from allauth.idp.oidc import views
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from comptexpert_server.accounts.models import Account
from comptexpert_server.config.clock import now
from comptexpert_server.config.middleware import PAGE_POLICY
from comptexpert_server.sso import families
from comptexpert_server.sso.requests import fault_of
from comptexpert_server.sso.sign_ins import is_older_than, latest_sign_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


@csrf_exempt  # the provider's own view checks the consent form
def authorize(request: HttpRequest) -> HttpResponseBase:
    """Refuse an unsound request before it is looked at; remember the sign-in behind each code."""
    if request.method == "GET":
        fault = fault_of(request.GET)
        if fault:
            return render(request, "idp/oidc/error.html", {"fault": fault}, status=HTTPStatus.BAD_REQUEST)
        if is_older_than(request, max_age=request.GET.get("max_age", ""), now=now()):
            return _ask_again(request)
    client_id = _client_of(request)
    answer = cast("HttpResponse", views.authorization(request))
    code = _code_in(answer)
    if code and isinstance(request.user, Account):
        families.begin_family(
            request.user,
            client_id=client_id,
            code=code,
            sign_in=latest_sign_in(request),
            device=request.headers.get("User-Agent", ""),
            now=now(),
        )
    if request.method == "GET":
        _let_form_leave(answer, redirect_uri=request.GET.get("redirect_uri", ""))
    return answer


def _ask_again(request: HttpRequest) -> HttpResponse:
    """Send back the same request with `prompt=login`, which the provider obeys, where it ignores `max_age`."""
    query = request.GET.copy()
    query.pop("max_age")
    query["prompt"] = "login"
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")


def _client_of(request: HttpRequest) -> str:
    if request.method == "GET":
        return request.GET.get("client_id", "")
    try:
        _scopes, asked = Signer().unsign_object(request.POST.get("request", ""))
    except (BadSignature, ValueError):
        return ""
    return str(asked.get("client_id", ""))


def _code_in(answer: HttpResponse) -> str:
    if answer.status_code != HTTPStatus.FOUND:
        return ""
    return parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code", [""])[0]


def _let_form_leave(answer: HttpResponse, *, redirect_uri: str) -> None:
    """Allow the consent form to end at the client's address: browsers count that redirect as the form's target."""
    parts = urlsplit(redirect_uri)
    if parts.scheme and parts.netloc:
        policy = PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")
        answer.headers["Content-Security-Policy"] = policy
