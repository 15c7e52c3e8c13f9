"""Figures for those who run the server: what was answered, how fast, and what waits behind."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from ipaddress import ip_address
from threading import RLock
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comptexpert_server.base.clock import now
from comptexpert_server.base.models import ClockWatch, SetAside, WorkerTurn
from comptexpert_server.mail import queue
from comptexpert_server.web.middleware import holds_figures_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def count_wait(seconds: float) -> None:
    """Count how long a request waited before it was worked on."""
    _queue_counters()[0].observe(seconds)


def count_refused() -> None:
    """Count a request that was told to come again: too many waited."""
    _queue_counters()[1].inc()


@require_safe
def show(request: HttpRequest, *, count_due: Callable[[], int], count_denied: Callable[[], int]) -> HttpResponse:
    """Answer the figures to this machine, or to who holds the token; anybody else finds nothing here.

    `count_due` counts what the worker should have done by now, `count_denied` the sign-ups whose reader said that they
    were not theirs: the rooms that know stand above this one.
    """
    if not may_read(request):
        raise Http404
    prometheus = _library()
    registry = prometheus.CollectorRegistry()
    if os.environ.get(SHARED_FOLDER):
        prometheus.MultiProcessCollector(registry)
    else:
        registry.register(_Own())
    registry.register(_Waiting(count_due, count_denied))
    return HttpResponse(prometheus.generate_latest(registry), content_type=prometheus.CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Tell whether the caller is this machine, not through a proxy, or holds the token."""
    if holds_figures_token(request):
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
    return last is None or abs(now() - last.at) > LATE_WORKER  # a turn in the future was made by another clock


def clock_is_held() -> bool:
    """Tell whether the clock went too far ahead to be believed: nothing ends and nothing is deleted."""
    return ClockWatch.objects.exclude(held_at=None).exists()


def _library() -> Any:  # noqa: ANN401 - a module
    """Import the library when there is something to count: 35 ms, which the first answer does not wait for."""
    return import_module("comptexpert_server.web.prometheus_names")


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


def _queue_counters() -> tuple[Any, Any]:
    with _MAKING:
        return _made_queue_counters()


@lru_cache(maxsize=1)
def _made_queue_counters() -> tuple[Any, Any]:
    prometheus = _library()
    wait = prometheus.Histogram(
        "comptexpert_queue_seconds",
        "Time that a request waited before it was worked on.",
        buckets=BUCKETS,
        registry=_own_registry(),
    )
    refused = prometheus.Counter(
        "comptexpert_requests_refused", "Requests refused with 503: too many waited.", registry=_own_registry()
    )
    return wait, refused


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

    def __init__(self, count_due: Callable[[], int], count_denied: Callable[[], int]) -> None:
        self._count_due, self._count_denied = count_due, count_denied

    def collect(self) -> Iterator[Any]:
        """Give the gauges."""
        gauge = _library().GaugeMetricFamily
        moment = now()
        last = WorkerTurn.objects.filter(id=1).values_list("at", flat=True).first()
        yield gauge("comptexpert_mails_waiting", "Mails that are still to leave.", value=queue.waiting().count())
        yield gauge("comptexpert_mails_failed", "Mails that ended without leaving.", value=queue.failed().count())
        yield gauge(
            "comptexpert_mails_oldest_seconds",
            "Age of the oldest mail that has not left, waiting or failed.",
            value=queue.age_of_oldest(moment),
        )
        aside = gauge("comptexpert_rows_set_aside", "Rows that a job could not do.", labels=["job"])
        for job, number in SetAside.objects.values_list("job").annotate(number=Count("pk")).order_by("job"):
            aside.add_metric([job], number)
        yield aside
        yield gauge(
            "comptexpert_moves_due",
            "Delegations whose time came and that no worker has moved yet.",
            value=self._count_due(),
        )
        yield gauge(
            "comptexpert_signups_denied",
            "Sign-ups of which the reader of the mail said that they were not theirs.",
            value=self._count_denied(),
        )
        yield gauge(
            "comptexpert_clock_held",
            "1 while the clock is too far ahead to be believed: nothing ends, nothing is deleted.",
            value=int(clock_is_held()),
        )
        yield gauge(
            "comptexpert_worker_last_turn_timestamp_seconds",
            "When the worker last did what was due; 0 when never.",
            value=last.timestamp() if last else 0,
        )
