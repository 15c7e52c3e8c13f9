"""Figures for those who run the server: what was answered, how fast, and what waits behind."""

from __future__ import annotations

import hmac
import os
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from ipaddress import ip_address
from threading import RLock
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from post_office.models import STATUS, Email

from comptexpert_server.config.clock import now, today
from comptexpert_server.config.models import WorkerTurn
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.rules import REQUEST_LIFETIME

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the workers of one server add up their counts; `serve --workers` makes it."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LATE_WORKER = timedelta(minutes=5)
_MAKING = RLock()
"""The first requests come together: a cache alone would make the counters twice, which the library refuses."""


def count(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    requests, latency = _counters()
    requests.labels(method, route, str(status)).inc()
    latency.labels(method, route).observe(seconds)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Answer the figures to this machine, or to who holds the token; anybody else finds nothing here."""
    if not may_read(request):
        raise Http404
    prometheus = _library()
    registry = prometheus.CollectorRegistry()
    if os.environ.get(SHARED_FOLDER):
        prometheus.MultiProcessCollector(registry)
    else:
        registry.register(_Own())
    registry.register(_Waiting())
    return HttpResponse(prometheus.generate_latest(registry), content_type=prometheus.CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Tell whether the caller is this machine, not through a proxy, or holds the token."""
    token = settings.ENVIRONMENT.metrics_token
    told = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(told.encode(), f"Bearer {token}".encode()):
        return True
    if any(name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")):
        return False
    try:
        return ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def note_worker_turn() -> None:
    """Remember that the worker did what was due."""
    WorkerTurn.objects.update_or_create(id=1, defaults={"at": now()})


def worker_is_late() -> bool:
    """Tell whether no worker has turned for a while: mails wait, and what should end does not."""
    last = WorkerTurn.objects.filter(id=1).first()
    return last is None or now() - last.at > LATE_WORKER


def how_many_due() -> int:
    """Count the delegations whose time came and that no worker has moved yet."""
    day = today()
    lapsed = Q(status__in=OPEN, requested_at__lte=now() - REQUEST_LIFETIME)
    ended = Q(status__in=(Status.ACTIVE, Status.SUSPENDED, Status.SCHEDULED), valid_until__lt=day)
    begun = Q(status=Status.SCHEDULED, valid_from__lte=day, grantee__is_active=True)
    return Delegation.objects.filter(lapsed | ended | begun).count()


def _library() -> Any:  # noqa: ANN401 - a module
    """Import the library when there is something to count: 35 ms, which the first answer does not wait for."""
    return import_module("comptexpert_server.config.figures")


def _counters() -> tuple[Any, Any]:
    with _MAKING:
        return _made_counters()


@lru_cache(maxsize=1)
def _made_counters() -> tuple[Any, Any]:
    prometheus = _library()
    requests = prometheus.Counter(
        "comptexpert_requests", "Answered requests.", ["method", "route", "status"], registry=_own_registry()
    )
    latency = prometheus.Histogram(
        "comptexpert_request_seconds",
        "Time to an answer.",
        ["method", "route"],
        buckets=BUCKETS,
        registry=_own_registry(),
    )
    return requests, latency


def _own_registry() -> Any:  # noqa: ANN401 - of a library that is imported late
    with _MAKING:
        return _made_registry()


@lru_cache(maxsize=1)
def _made_registry() -> Any:  # noqa: ANN401 - of a library that is imported late
    return _library().CollectorRegistry()


class _Own:
    """The counts of this process, the only one."""

    def collect(self) -> Iterator[Any]:
        """Give the counts."""
        yield from _own_registry().collect()


class _Waiting:
    """What the database says at this moment: the same whichever worker answers."""

    def collect(self) -> Iterator[Any]:
        """Give the gauges."""
        gauge = _library().GaugeMetricFamily
        moment = now()
        queued = Email.objects.filter(status__in=(STATUS.queued, STATUS.requeued))
        oldest = queued.aggregate(oldest=Min("created"))["oldest"]
        last = WorkerTurn.objects.filter(id=1).values_list("at", flat=True).first()
        yield gauge("comptexpert_mails_waiting", "Mails that have not left.", value=queued.count())
        yield gauge(
            "comptexpert_mails_oldest_seconds",
            "Age of the oldest mail that has not left.",
            value=(moment - oldest).total_seconds() if oldest else 0,
        )
        yield gauge(
            "comptexpert_moves_due",
            "Delegations whose time came and that no worker has moved yet.",
            value=how_many_due(),
        )
        yield gauge(
            "comptexpert_worker_last_turn_timestamp_seconds",
            "When the worker last did what was due; 0 when never.",
            value=last.timestamp() if last else 0,
        )
