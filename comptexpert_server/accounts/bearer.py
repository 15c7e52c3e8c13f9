"""The access token that each call carries, unless its policy is public."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.db.models import Q
from ninja.security import HttpBearer

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.clock import now
from comptexpert_server.base.compiled import CompiledQuery
from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

SCOPE = "comptexpert"


def _live(*, digest: str, at: datetime) -> QuerySet[Token]:
    tokens: QuerySet[Token] = Token.objects.filter(type=Token.Type.ACCESS_TOKEN, hash=digest)
    return tokens.filter(Q(expires_at=None) | Q(expires_at__gt=at)).select_related("user__entry")


_LIVE_TOKEN = CompiledQuery(_live, digest=str, at=datetime)
"""Every call makes it: one look-up by an index."""


class Bearer(HttpBearer):
    """An access token of our own OpenID provider, with the scope `comptexpert`."""

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        """Return the account of the token, or refuse."""
        row = _LIVE_TOKEN.first(digest=get_adapter().hash_token(token), at=now())
        if row is None or not isinstance(row.user, Account) or not row.user.is_active:
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED,
                "SESSION_EXPIRED",
                detail="The access token is unknown or has expired.",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        if SCOPE not in row.get_scopes():
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "AUTH_SCOPE",
                detail="The access token lacks the scope.",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{SCOPE}"'},
            )
        request.user = row.user
        return row.user
