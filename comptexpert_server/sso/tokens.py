"""The guards around the token and revocation addresses: each grant is spent once, and a theft ends its family."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc import views
from allauth.idp.oidc.models import Token
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comptexpert_server.base.clock import now
from comptexpert_server.base.clock_doubt import is_doubted
from comptexpert_server.sessions import token_families
from comptexpert_server.sessions.models import FamilyToken, Kind, SpentGrant
from comptexpert_server.sessions.token_families import current_family

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from comptexpert_server.sessions.models import TokenFamily

SECRETS = {"authorization_code": "code", "refresh_token": "refresh_token"}
WAIT = 60
"""Seconds after which a client asks again while the clock is not believed."""
KINDS = {"authorization_code": Kind.CODE, "refresh_token": Kind.REFRESH}


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code or a refresh token, once."""
    kind = request.POST.get("grant_type", "")
    if kind not in SECRETS or any(len(values) > 1 for _name, values in request.POST.lists()):
        return _refused("unsupported_grant_type" if kind not in SECRETS else "invalid_request")
    if _says_who_twice(request):
        return _refused("invalid_request")
    secret = request.POST.get(SECRETS[kind], "")
    grants = FamilyToken.objects.filter(digest=token_families.digest(secret), kind__in=(KINDS[kind], Kind.UNKNOWN))
    if not grants.exists():  # an access token in the place of a refresh token too: an error, and no theft
        return _refused("invalid_grant")
    with transaction.atomic():
        link = token_families.locked_link(secret)
        if link is None:
            return _refused("invalid_grant")
        return _spend(request, link=link, kind=kind, now=now())


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke a token of the client that asks; a refresh token, spent or not, ends its whole family.

    The family is known by the digest: whoever refreshed meanwhile does not outlive the sign-out.
    """
    by_header, _password = extract_basic_auth(request.headers)
    if _says_who_twice(request):
        return _refused("invalid_request")
    with transaction.atomic():
        link = token_families.locked_link(request.POST.get("token", ""))
        if link is not None and link.family.client_id != (by_header or request.POST.get("client_id", "")):
            return _refused("unauthorized_client")
        answer = cast("HttpResponse", views.revoke(request))
        if answer.status_code == HTTPStatus.OK and link is not None and link.kind in {Kind.REFRESH, Kind.UNKNOWN}:
            token_families.end_family(link.family)
    return answer


def _says_who_twice(request: HttpRequest) -> bool:
    """Return whether a client proves itself in two ways at once (RFC 6749, section 2.3)."""
    return "Authorization" in request.headers and "client_secret" in request.POST


def _may_spend(grant: str, *, kind: str) -> bool:
    """Return whether a grant may be exchanged; False means a theft, and the family ends.

    A spent refresh token may be presented again, whenever, as long as its successor was not: the answer of the first
    exchange was lost, and the successor, which nobody used, takes back the place of this grant. Each successor goes
    back once; whoever still holds it shows a theft when they present it.
    """
    spent = SpentGrant.objects.filter(digest=grant).first()
    if spent is None:
        return kind == "authorization_code" or _is_live(grant)
    if kind == "authorization_code":
        return False
    renamed = Token.objects.filter(hash=spent.successor_digest, type=Token.Type.REFRESH_TOKEN).update(hash=grant)
    return bool(renamed)


def _is_live(grant: str) -> bool:
    return bool(Token.objects.filter(hash=grant, type=Token.Type.REFRESH_TOKEN).exists())


def _spend(request: HttpRequest, *, link: FamilyToken, kind: str, now: datetime) -> HttpResponse:
    """Exchange a grant whose family is locked; end the family that is past its life, or that a theft shows."""
    is_past = link.family.expires_at <= now
    if is_past and is_doubted(now):
        return _later()
    if is_past or not _may_spend(link.digest, kind=kind):
        token_families.end_family(link.family)
        return _refused("invalid_grant")
    return _exchange(request, grant=link.digest, family=link.family, now=now)


def _exchange(request: HttpRequest, *, grant: str, family: TokenFamily, now: datetime) -> HttpResponse:
    """Spend the grant and let the provider answer, in one transaction: what it refuses is not spent."""
    spent, _first = SpentGrant.objects.get_or_create(digest=grant, defaults={"family": family, "at": now})
    mark = current_family.set(family)
    try:
        answer = cast("HttpResponse", views.token(request))
    finally:
        current_family.reset(mark)
    if answer.status_code != HTTPStatus.OK:
        is_past = Token.objects.filter(hash=grant, expires_at__lte=now).exists() and is_doubted(now)
        transaction.set_rollback(True)
        if is_past:
            return _later()
        if answer.status_code == HTTPStatus.UNAUTHORIZED and "Authorization" in request.headers:
            answer.headers["WWW-Authenticate"] = 'Basic realm="comptexpert"'
        return answer
    given: dict[str, Any] = json.loads(answer.content)
    successor = str(given.get("refresh_token", ""))
    spent.successor_digest = token_families.digest(successor) if successor else ""
    spent.save(update_fields=["successor_digest"])
    token_families.adopt(family, access=given["access_token"], refresh=successor, now=now)
    if "refresh_expires_in" in given:
        left = int((family.expires_at - now).total_seconds())
        given["refresh_expires_in"] = min(given["refresh_expires_in"], left)
    return JsonResponse(given)


def _later() -> HttpResponse:
    """Let the client come again: its session is over by a clock that is not believed."""
    answer = JsonResponse({"error": "temporarily_unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(WAIT)
    return answer


def _refused(error: str) -> HttpResponse:
    return JsonResponse({"error": error}, status=HTTPStatus.BAD_REQUEST)
