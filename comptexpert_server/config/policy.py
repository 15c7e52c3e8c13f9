"""Who may call an operation: each declares a policy, and an undeclared one is never served."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from allauth.idp.oidc.models import Token
from ninja.security import HttpBearer

from comptexpert_server.accounts.models import Account
from comptexpert_server.config.problems import ProblemError

if TYPE_CHECKING:
    from django.http import HttpRequest

SCOPE = "comptexpert"


class Policy(StrEnum):
    """Who may call; the operation itself then looks at the object."""

    PUBLIC = "public"
    """Anyone, signed in or not."""
    ACCOUNT = "account"
    """An active account, about what is its own."""
    PARTY = "party"
    """An active account that is a party of the object, or grants for its firm; others get 404."""
    GRANTOR = "grantor"
    """An active account that grants for the firm in question; others get 404."""


class Bearer(HttpBearer):
    """An access token of our own OpenID provider, with the scope `comptexpert`."""

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        """Give the account of the token, or refuse."""
        found = Token.objects.valid().by_value(token).filter(type=Token.Type.ACCESS_TOKEN).select_related("user__entry")
        row = found.first()
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


bearer = Bearer()


def declare(policy: Policy, *, idempotent: bool = False, conditional: bool = False) -> dict[str, Any]:
    """Give the arguments that every `@router.get`, `.post`… takes: `@router.post("/x", **declare(Policy.ACCOUNT))`.

    `idempotent` writes ask for an `Idempotency-Key`, `conditional` ones for an `If-Match`; both are documented from
    this declaration.
    """
    return {
        "auth": None if policy is Policy.PUBLIC else bearer,
        "openapi_extra": {
            "x-policy": policy.value,
            "x-idempotent": idempotent,
            "x-conditional": conditional,
        },
    }


def caller(request: HttpRequest) -> Account:
    """Give the account that calls; only for operations whose policy is not `PUBLIC`."""
    return cast("Account", request.user)
