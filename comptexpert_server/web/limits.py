"""Limits counted in the database, so that every worker counts the same tries."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from comptexpert_server.base.limit_keys import delete_idle_keys, lock_key
from comptexpert_server.base.models import LimitHit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from comptexpert_server.base.models import LimitKey

MAX_SKEW = timedelta(hours=1)
"""How far the clocks of two servers on one database may be apart."""
MAX_WINDOW = timedelta(days=30)
"""How long a counted try is stored at most; no limit looks further back."""
UNKNOWN = "unknown"
ITEM_LETTERS = 32


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `count` tries, or distinct items, of one key within `window`."""

    name: str
    count: int
    window: timedelta
    by_address: bool = False
    """Lifted by COMPTEXPERT_ADDRESS_LIMITS=0."""


class TooManyTriesError(Exception):
    """A page is asked too often: it is answered by 429 and the time to wait."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def consume(limit: Limit, *, subject: str, now: datetime) -> int:
    """Count one try; return 0, or the seconds to wait when there is none left (it is then not counted)."""
    if limit.by_address and not settings.ADDRESS_LIMITS:
        return 0
    with transaction.atomic(savepoint=False):
        key = lock_key(_name(limit, subject=subject))
        recent = _within(limit, key=key, now=now).order_by("-at").values_list("at", flat=True)
        oldest = recent[limit.count - 1 : limit.count].first()
        if oldest is not None:
            return max(1, int((oldest + limit.window - now).total_seconds()) + 1)
        LimitHit.objects.create(key=key, at=now)
    return 0


def consume_items(limit: Limit, *, subject: str, items: Collection[str], now: datetime) -> int:
    """Count the items that this subject has not had within the window; return 0, or the seconds to wait.

    An item counts once however often it is given. When there are too few left for all, none is counted.
    """
    if not items or (limit.by_address and not settings.ADDRESS_LIMITS):
        return 0
    names = {_item(item) for item in items}
    with transaction.atomic():
        key = lock_key(_name(limit, subject=subject))
        had = _within(limit, key=key, now=now).exclude(item="")
        last = dict(had.values("item").annotate(last=Max("at")).values_list("item", "last"))
        new = names - set(last)
        if len(last) + len(new) > limit.count:
            free_at = sorted(last.values())[: len(last) + len(new) - limit.count]
            return max(1, int(((free_at[-1] if free_at else now) + limit.window - now).total_seconds()) + 1)
        LimitHit.objects.bulk_create(LimitHit(key=key, at=now, item=name) for name in sorted(new))
    return 0


def _within(limit: Limit, *, key: LimitKey, now: datetime) -> QuerySet[LimitHit]:
    """Return what was counted within the window; what a clock that was ahead counted holds nobody for years."""
    found: QuerySet[LimitHit] = LimitHit.objects.filter(key=key, at__gt=now - limit.window, at__lte=now + MAX_SKEW)
    return found


def give_back(*counted: tuple[Limit, str], now: datetime) -> None:
    """Take back one try, counted at `now`, of each limit and subject: only failures count."""
    names = [_name(limit, subject=subject) for limit, subject in counted]
    rows = dict(LimitHit.objects.filter(key__key__in=names, at=now).values_list("key", "pk"))
    LimitHit.objects.filter(pk__in=rows.values()).delete()


def give_back_item(limit: Limit, *, subject: str, item: str) -> None:
    """Take back an item that turned out to be the subject's own."""
    LimitHit.objects.filter(key__key=_name(limit, subject=subject), item=_item(item)).delete()


def clear(limit: Limit, *, subject: str) -> None:
    """Forget every try of one key."""
    LimitHit.objects.filter(key__key=_name(limit, subject=subject)).delete()


def delete_old_hits(*, now: datetime) -> int:
    """Delete what no limit counts any longer: tries after a day, items after the longest window, then their keys."""
    tries = LimitHit.objects.filter(item="", at__lt=now - timedelta(days=1)).delete()[0]
    items = LimitHit.objects.filter(at__lt=now - MAX_WINDOW).delete()[0]
    return tries + items + delete_idle_keys()


def address_of(request: HttpRequest) -> str:
    """Return the caller's address as limits count it: a /64 in IPv6, and never a header that anyone may write."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXIES
    if hops:
        named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        address = named[-hops] if len(named) >= hops else address
    return counted_address(address)


def counted_address(text: str) -> str:
    """Return an address in its one form: without port, IPv4 as IPv4, IPv6 as the /64 that a household has."""
    parsed = _parsed(text)
    if parsed is None:
        return UNKNOWN
    return str(parsed) if parsed.version == 4 else _network(parsed, length=64)  # noqa: PLR2004 - of IP


def network_of(address: str) -> str:
    """Return the neighbourhood of a counted address, as one subscriber may have it: a /24, or a /48 in IPv6."""
    parsed = _parsed(address.partition("/")[0])
    if parsed is None:
        return UNKNOWN
    return _network(parsed, length=24 if parsed.version == 4 else 48)  # noqa: PLR2004 - of IP


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address as proxies write it: alone, with a port, in brackets, or as IPv4 within IPv6."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return found if mapped is None else mapped


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, length: int) -> str:
    return str(ipaddress.ip_network((address, length), strict=False))


def _name(limit: Limit, *, subject: str) -> str:
    return f"{limit.name}:{subject}"[:128]


def _item(item: str) -> str:
    """Return what stands for an item: who reads the table learns nothing of whom it names."""
    return hmac.new(settings.SECRET_KEY.encode(), f"limit/{item}".encode(), hashlib.sha256).hexdigest()[:ITEM_LETTERS]
