"""The guards around the provider's browser pages: what the library leaves open is closed here."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from allauth.idp.oidc import views
from allauth.idp.oidc.internal.tokens import decode_jwt_token
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.sessions import token_families
from comptexpert_server.sessions.sign_ins import is_older_than, latest_sign_in
from comptexpert_server.sso import consents
from comptexpert_server.sso.requests import fault_of, understood, unsupported
from comptexpert_server.web.middleware import PAGE_POLICY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponseBase, QueryDict


@csrf_exempt  # the provider's own view checks the consent form
def authorize(request: HttpRequest) -> HttpResponseBase:
    """Refuse an unsound request before it is looked at; remember the sign-in behind each code."""
    if "client_id" in request.POST:  # a request of a site; our form holds none
        return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}", status=HTTPStatus.SEE_OTHER)
    if request.method == "POST":
        if not consents.open_form(request):
            fault = "La page de consentement a expiré. Revenez à l’application et recommencez."
            return render(request, "idp/oidc/error.html", {"fault": fault}, status=HTTPStatus.BAD_REQUEST)
    else:
        fault = fault_of(request.GET)
        if fault:
            return render(request, "idp/oidc/error.html", {"fault": fault}, status=HTTPStatus.BAD_REQUEST)
        refused = unsupported(request.GET)
        if refused:
            return _refuse_silently(request, refused)
        _take(request, understood(request.GET))
        early = _silence_or_proof(request)
        if early is not None:
            return early
    asked = _asked(request)
    answer: HttpResponse = consents.authorization(request)
    code = _code_in(answer)
    if code and isinstance(request.user, Account):
        token_families.begin_family(
            request.user,
            client_id=asked.get("client_id", ""),
            code=code,
            sign_in=latest_sign_in(request),
            device=request.headers.get("User-Agent", ""),
            now=now(),
        )
    _name_issuer(answer, redirect_uri=asked.get("redirect_uri", ""))
    _let_form_leave(answer, redirect_uri=asked.get("redirect_uri", ""))
    return answer


@csrf_exempt  # the provider's own view checks its form
def log_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out as a site asks, and go back to an address that it registered, to the letter."""
    asked = request.POST if request.method == "POST" else request.GET
    address, hint = asked.get("post_logout_redirect_uri", ""), asked.get("id_token_hint", "")
    payload = decode_jwt_token(hint, verify_exp=False, verify_iss=True) or {}
    client = Client.objects.filter(pk=asked.get("client_id") or payload.get("aud")).first()
    if address and (client is None or address not in client.get_post_logout_redirect_uris()):
        fault = "L’adresse de retour n’est pas celle de l’application."
        return render(request, "idp/oidc/error.html", {"fault": fault}, status=HTTPStatus.BAD_REQUEST)
    answer: HttpResponse = views.logout(request)
    return answer


def _silence_or_proof(request: HttpRequest) -> HttpResponse | None:
    """Obey `prompt=none` and `max_age`; None when the provider may go on.

    The library answers `prompt=none` with a code as soon as any application of the person holds the scopes: a silent
    answer is for the Ordre's own sites alone, and never for an address that another program may listen on.
    """
    too_old = is_older_than(request, max_age=request.GET.get("max_age", ""), now=now())
    hint, client_id = request.GET.get("id_token_hint", ""), request.GET["client_id"]
    is_meant = request.user.is_authenticated and _is_about(hint, account=request.user, client_id=client_id)
    query = request.GET.copy()
    if is_meant:  # it was checked; the library refuses one that ran out, which sites may send
        query.pop("id_token_hint", None)
    if request.GET.get("prompt") != "none":
        _take(request, query)
        return _ask_again(request) if too_old else None
    if too_old or not is_meant:
        return _refuse_silently(request, "login_required")
    if not Client.objects.filter(pk=client_id, skip_consent=True).exists():
        return _refuse_silently(request, "consent_required")
    del query["prompt"]
    _take(request, query)
    return None


def _take(request: HttpRequest, query: QueryDict) -> None:
    """Let the library read another query than the one that came."""
    request.GET = query  # type: ignore[assignment]  # the stubs want the immutable kind
    request.META["QUERY_STRING"] = query.urlencode()


def _is_about(hint: str, *, account: Account | AnonymousUser, client_id: str) -> bool:
    """Return whether an identity token that we gave this site names this person; without one, nobody is named."""
    if not hint:
        return True
    payload = decode_jwt_token(hint, client_id=client_id, verify_exp=False, verify_iss=True)
    return payload is not None and payload.get("sub") == str(account.pk)


def _ask_again(request: HttpRequest) -> HttpResponse:
    """Send back the same request with `prompt=login`, which the provider obeys, where it ignores `max_age`."""
    query = request.GET.copy()
    query.pop("max_age")
    query["prompt"] = "login"
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")


def _refuse_silently(request: HttpRequest, error: str) -> HttpResponse:
    """Send the error back to the site, without a page."""
    answer = {"error": error, "state": request.GET.get("state", ""), "iss": settings.PUBLIC_URL}
    address = request.GET["redirect_uri"]
    query = urlencode({name: value for name, value in answer.items() if value})
    return HttpResponseRedirect(f"{address}{'&' if '?' in address else '?'}{query}")


def _asked(request: HttpRequest) -> Mapping[str, str]:
    """Give the parameters of the authorization request, also when its consent form comes back."""
    if request.method != "POST":
        return request.GET.dict()
    try:
        _scopes, asked = Signer().unsign_object(request.POST.get("request", ""))
    except (BadSignature, ValueError):
        return {}
    if not isinstance(asked, dict):
        return {}
    return {name: value for name, value in asked.items() if isinstance(value, str)}


def _code_in(answer: HttpResponse) -> str:
    if answer.status_code != HTTPStatus.FOUND:
        return ""
    return parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code", [""])[0]


def _name_issuer(answer: HttpResponse, *, redirect_uri: str) -> None:
    """Say in the answer who gives it (RFC 9207): a client of several providers cannot be led to mix them up."""
    address = answer.headers.get("Location", "")
    if redirect_uri and address.startswith((f"{redirect_uri}?", f"{redirect_uri}&")):
        answer.headers["Location"] = f"{address}&{urlencode({'iss': settings.PUBLIC_URL})}"


def _let_form_leave(answer: HttpResponse, *, redirect_uri: str) -> None:
    """Allow the consent form to end at the client's address: browsers count that redirect as the form's target."""
    parts = urlsplit(redirect_uri)
    if parts.scheme and parts.netloc:
        policy = PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")
        answer.headers["Content-Security-Policy"] = policy
