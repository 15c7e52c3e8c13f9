"""Limits counted in the database, so that every worker counts the same tries."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from comptexpert_server.config.models import LimitHit, LimitKey

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

LONGEST_WINDOW = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `count` tries of one key within `window`."""

    name: str
    count: int
    window: timedelta
    by_address: bool = False
    """Lifted by COMPTEXPERT_ADDRESS_LIMITS=0."""


def consume(limit: Limit, *, subject: str, now: datetime) -> int:
    """Count one try; give 0, or the seconds to wait when there is none left (it is then not counted)."""
    if limit.by_address and not settings.ADDRESS_LIMITS:
        return 0
    with transaction.atomic():
        key = _locked(limit, subject=subject)
        since = now - limit.window
        hits = list(LimitHit.objects.filter(key=key, at__gt=since).order_by("at").values_list("at", flat=True))
        if len(hits) >= limit.count:
            return max(1, int((hits[-limit.count] + limit.window - now).total_seconds()) + 1)
        LimitHit.objects.create(key=key, at=now)
    return 0


def give_back(limit: Limit, *, subject: str, now: datetime) -> None:
    """Take back the try counted at `now`: only failures count."""
    row = LimitHit.objects.filter(key__key=_name(limit, subject=subject), at=now).values("pk")[:1]
    LimitHit.objects.filter(pk__in=list(row.values_list("pk", flat=True))).delete()


def forget(limit: Limit, *, subject: str) -> None:
    """Forget every try of one key."""
    LimitHit.objects.filter(key__key=_name(limit, subject=subject)).delete()


def forget_old_hits(*, now: datetime) -> int:
    """Delete what no limit counts any longer."""
    return LimitHit.objects.filter(at__lt=now - LONGEST_WINDOW).delete()[0]


def address_of(request: HttpRequest) -> str:
    """Give the caller's address as limits count it: a /64 in IPv6, and never a header that anyone may write."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXIES
    if hops:
        named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        address = named[-hops] if len(named) >= hops else address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _locked(limit: Limit, *, subject: str) -> LimitKey:
    name = _name(limit, subject=subject)
    LimitKey.objects.get_or_create(key=name)
    return LimitKey.objects.select_for_update().get(key=name)


def _name(limit: Limit, *, subject: str) -> str:
    return f"{limit.name}:{subject}"[:128]
