"""Families of tokens: born with a sign-in, refreshed one token at a time, ended as a whole.

Whoever refreshes or ends a family locks its row before any of its tokens: two transactions then wait for each other
in one order, and none in a circle.
"""

from __future__ import annotations

import contextvars
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.db import transaction

from comptexpert_server.base.clock import now
from comptexpert_server.sessions.models import FamilyToken, Kind, SignOutNotice, SpentGrant, TokenFamily

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from comptexpert_server.accounts.models import Account


current_family: contextvars.ContextVar[TokenFamily | None] = contextvars.ContextVar("current_family", default=None)
"""The family whose grant is being exchanged, for the identity token."""
BACKCHANNEL = "backchannel_logout_uri"
"""Under which the metadata of a client names where it hears that a session ended."""
MAX_CLEANED = 5_000
"""How many rows of a kind one cleaning deletes: the rest waits for the next."""


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
        expires_at=now + settings.REFRESH_FAMILY_TTL,
    )
    FamilyToken.objects.create(digest=digest(code), family=family, kind=Kind.CODE)
    return family


def family_of(secret: str) -> TokenFamily | None:
    """Give the family of a live code or token."""
    link = FamilyToken.objects.select_related("family").filter(digest=digest(secret)).first()
    return None if link is None else link.family


def locked_link(secret: str) -> FamilyToken | None:
    """Lock the family of a code or token, live or spent, until the transaction ends; return its member."""
    mark = digest(secret)
    if TokenFamily.objects.select_for_update(of=("self",)).filter(tokens__digest=mark).first() is None:
        return None
    return FamilyToken.objects.select_related("family").filter(digest=mark).first()


def adopt(family: TokenFamily, *, access: str, refresh: str, now: datetime) -> None:
    """Let a new pair join its family; no token outlives it, and the earlier ones end."""
    links = [FamilyToken(digest=digest(access), family=family, kind=Kind.ACCESS)]
    if refresh:
        links.append(FamilyToken(digest=digest(refresh), family=family, kind=Kind.REFRESH))
    new = [link.digest for link in links]
    earlier = Token.objects.filter(hash__in=family.tokens.values("digest")).exclude(hash__in=new)
    dead = list(earlier.filter(type=Token.Type.ACCESS_TOKEN).values_list("hash", flat=True))
    earlier.delete()
    family.tokens.filter(digest__in=dead).delete()  # links of refresh tokens stay: they show a later theft
    FamilyToken.objects.bulk_create(links)
    Token.objects.filter(hash__in=new, expires_at__gt=family.expires_at).update(expires_at=family.expires_at)
    TokenFamily.objects.filter(pk=family.pk).update(used_at=now)


@transaction.atomic
def end_family(family: TokenFamily) -> None:
    """End every token of a family at once."""
    _lock(TokenFamily.objects.filter(pk=family.pk))
    _note_ends(TokenFamily.objects.filter(pk=family.pk))
    digests = list(family.tokens.values_list("digest", flat=True))
    Token.objects.filter(hash__in=digests).delete()
    TokenFamily.objects.filter(pk=family.pk).delete()


@transaction.atomic
def end_families(account: Account) -> None:
    """End every token of an account: after a new password, a sign-out, a deactivation."""
    _lock(TokenFamily.objects.filter(account=account))
    _note_ends(TokenFamily.objects.filter(account=account))
    Token.objects.filter(user=account).delete()
    TokenFamily.objects.filter(account=account).delete()


def delete_ended(*, now: datetime) -> int:
    """Delete what no longer counts: families past their life, tokens past theirs, orphan spent grants.

    What an exchange holds at this moment is left to the next cleaning.
    """
    with transaction.atomic():
        past = TokenFamily.objects.filter(expires_at__lt=now).select_for_update(skip_locked=True)
        families = [family.pk for family in past[:MAX_CLEANED]]
        TokenFamily.objects.filter(pk__in=families).delete()
    with transaction.atomic():
        dead = Token.objects.expired().select_for_update(skip_locked=True)
        Token.objects.filter(pk__in=[token.pk for token in dead[:MAX_CLEANED]]).delete()
    SpentGrant.objects.filter(family=None, at__lt=now - settings.REFRESH_FAMILY_TTL).delete()
    return len(families)


def _note_ends(families: QuerySet[TokenFamily]) -> None:
    """Note, for each site that asked to hear it, that a session of its visitor ended."""
    ended = list(families.values_list("pk", "client_id", "account"))
    sites = Client.objects.filter(pk__in={client for _, client, _ in ended}).values_list("pk", "data")
    hearing = {pk for pk, data in sites if ((data or {}).get("client_metadata") or {}).get(BACKCHANNEL)}
    moment = now()
    SignOutNotice.objects.bulk_create(
        SignOutNotice(client_id=client, subject=str(account), session_id=str(pk), at=moment, next_at=moment)
        for pk, client, account in ended
        if client in hearing
    )


def _lock(families: QuerySet[TokenFamily]) -> None:
    """Lock rows in the order of their keys."""
    list(families.select_for_update().order_by("pk").values_list("pk", flat=True))
