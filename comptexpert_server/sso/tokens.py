"""The guards around the token and revocation addresses: each grant is spent once, and a theft ends its family."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc import views
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comptexpert_server.config.clock import now
from comptexpert_server.sso import families
from comptexpert_server.sso.families import current_family
from comptexpert_server.sso.models import FamilyToken, SpentGrant, TokenFamily

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

SECRETS = {"authorization_code": "code", "refresh_token": "refresh_token"}


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code or a refresh token, once."""
    kind = request.POST.get("grant_type", "")
    if kind not in SECRETS or any(len(values) > 1 for _name, values in request.POST.lists()):
        return _refused("unsupported_grant_type" if kind not in SECRETS else "invalid_request")
    grant = families.digest(request.POST.get(SECRETS[kind], ""))
    if not FamilyToken.objects.filter(digest=grant).exists():
        return _refused("invalid_grant")
    with transaction.atomic():
        family = _locked_family(grant)
        if family is None:
            return _refused("invalid_grant")
        moment = now()
        if family.expires_at <= moment or not _may_spend(grant, kind=kind, now=moment):
            families.end_family(family)
            return _refused("invalid_grant")
        return _exchange(request, grant=grant, family=family, now=moment)


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke a token of the client that asks; a refresh token takes its whole family along."""
    secret = request.POST.get("token", "")
    is_refresh = Token.objects.by_value(secret).filter(type=Token.Type.REFRESH_TOKEN).exists()
    family = families.family_of(secret)
    by_header, _password = extract_basic_auth(request.headers)
    if family is not None and family.client_id != (by_header or request.POST.get("client_id", "")):
        return _refused("unauthorized_client")
    answer = cast("HttpResponse", views.revoke(request))
    if answer.status_code == HTTPStatus.OK and is_refresh and family is not None:
        families.end_family(family)
    return answer


def _locked_family(grant: str) -> TokenFamily | None:
    """Give the family of a grant, locked: one exchange at a time."""
    found = TokenFamily.objects.select_for_update(of=("self",)).filter(tokens__digest=grant)
    return found.first()


def _may_spend(grant: str, *, kind: str, now: datetime) -> bool:
    """Tell whether a grant may be exchanged; False means a theft, and the family ends."""
    spent = SpentGrant.objects.filter(digest=grant).first()
    if spent is None:
        return kind == "authorization_code" or _is_live(grant)
    if kind == "authorization_code" or now - spent.at > settings.REFRESH_GRACE:
        return False
    if SpentGrant.objects.filter(digest=spent.successor_digest).exists():
        return False
    # The answer of the first exchange was lost: the successor, never used, takes back the place of this grant.
    renamed = Token.objects.filter(hash=spent.successor_digest, type=Token.Type.REFRESH_TOKEN).update(hash=grant)
    return bool(renamed)


def _is_live(grant: str) -> bool:
    return bool(Token.objects.filter(hash=grant, type=Token.Type.REFRESH_TOKEN).exists())


def _exchange(request: HttpRequest, *, grant: str, family: TokenFamily, now: datetime) -> HttpResponse:
    """Spend the grant and let the provider answer, in one transaction: what it refuses is not spent."""
    spent, _first = SpentGrant.objects.get_or_create(digest=grant, defaults={"family": family, "at": now})
    mark = current_family.set(family)
    try:
        answer = cast("HttpResponse", views.token(request))
    finally:
        current_family.reset(mark)
    if answer.status_code != HTTPStatus.OK:
        transaction.set_rollback(True)
        return answer
    given: dict[str, Any] = json.loads(answer.content)
    successor = str(given.get("refresh_token", ""))
    spent.successor_digest = families.digest(successor) if successor else ""
    spent.save(update_fields=["successor_digest"])
    families.adopt(family, secrets=[given["access_token"], *([successor] if successor else [])], now=now)
    if "refresh_expires_in" in given:
        left = int((family.expires_at - now).total_seconds())
        given["refresh_expires_in"] = min(given["refresh_expires_in"], left)
    return JsonResponse(given)


def _refused(error: str) -> HttpResponse:
    return JsonResponse({"error": error}, status=HTTPStatus.BAD_REQUEST)
