"""Families of tokens: born with a sign-in, refreshed one token at a time, ended as a whole."""

from __future__ import annotations

import contextvars
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import transaction

from comptexpert_server.sso.models import FamilyToken, SpentGrant, TokenFamily

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.accounts.models import Account


current_family: contextvars.ContextVar[TokenFamily | None] = contextvars.ContextVar("current_family", default=None)
"""The family whose grant is being exchanged, for the identity token."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """When and how a person last proved who they are."""

    at: datetime
    second_factor: bool


def digest(secret: str) -> str:
    """Give what is kept of a code or token: the provider's own digest."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def begin_family(
    account: Account, *, client_id: str, code: str, sign_in: SignIn, device: str, now: datetime
) -> TokenFamily:
    """Start the family of an authorization code."""
    family = TokenFamily.objects.create(
        account=account,
        client_id=client_id,
        signed_in_at=sign_in.at,
        second_factor=sign_in.second_factor,
        device=device[:200],
        created_at=now,
        used_at=now,
        expires_at=now + settings.REFRESH_FAMILY_LIFETIME,
    )
    FamilyToken.objects.create(digest=digest(code), family=family)
    return family


def family_of(secret: str) -> TokenFamily | None:
    """Give the family of a live code or token."""
    link = FamilyToken.objects.select_related("family").filter(digest=digest(secret)).first()
    return None if link is None else link.family


def adopt(family: TokenFamily, *, secrets: list[str], now: datetime) -> None:
    """Let new tokens join their family; no token outlives it, and the earlier ones end."""
    new = [digest(secret) for secret in secrets]
    earlier = Token.objects.filter(hash__in=family.tokens.values("digest")).exclude(hash__in=new)
    access = list(earlier.filter(type=Token.Type.ACCESS_TOKEN).values_list("hash", flat=True))
    earlier.delete()
    family.tokens.filter(digest__in=access).delete()  # links of refresh tokens stay: they show a later theft
    FamilyToken.objects.bulk_create(FamilyToken(digest=each, family=family) for each in new)
    Token.objects.filter(hash__in=new, expires_at__gt=family.expires_at).update(expires_at=family.expires_at)
    TokenFamily.objects.filter(pk=family.pk).update(used_at=now)


@transaction.atomic
def end_family(family: TokenFamily) -> None:
    """End every token of a family at once."""
    digests = list(family.tokens.values_list("digest", flat=True))
    Token.objects.filter(hash__in=digests).delete()
    TokenFamily.objects.filter(pk=family.pk).delete()


@transaction.atomic
def end_families(account: Account) -> None:
    """End every token of an account: after a new password, a sign-out, a deactivation."""
    Token.objects.filter(user=account).delete()
    TokenFamily.objects.filter(account=account).delete()


def forget_ended(*, now: datetime) -> int:
    """Delete what no longer counts: families past their life, tokens past theirs, orphan spent grants."""
    gone, _ = TokenFamily.objects.filter(expires_at__lt=now).delete()
    Token.objects.expired().delete()
    SpentGrant.objects.filter(family=None, at__lt=now - settings.REFRESH_FAMILY_LIFETIME).delete()
    return gone
