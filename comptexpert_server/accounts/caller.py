"""Which account calls an operation of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from django.http import HttpRequest

    from comptexpert_server.accounts.models import Account


def caller(request: HttpRequest) -> Account:
    """Return the account that calls; only for operations whose policy is not `PUBLIC`."""
    return cast("Account", request.user)
