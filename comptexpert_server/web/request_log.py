"""One line and one count a request; no query string, body, token, address or name of a person, ever."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings

from comptexpert_server.web import metrics, request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    Handler = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger("comptexpert_server.requests")
QUIET_PATHS = ("/healthz", "/readyz", "/metrics")
UNKNOWN_ROUTE = "(none)"
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def log_requests(get_response: Handler) -> Handler:
    """Name each request, count it and log it in one line once it is answered."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        name = request_id.begin(request.headers.get(request_id.HEADER, ""))
        started = time.monotonic()
        try:
            answer = get_response(request)
            answer.headers[request_id.HEADER] = name
            if request.path not in QUIET_PATHS:
                _note(request, status=answer.status_code, seconds=time.monotonic() - started)
            return answer
        finally:
            request_id.end()

    return middleware


def _note(request: HttpRequest, *, status: int, seconds: float) -> None:
    method, route = method_of(request), route_of(request)
    metrics.count(method=method, route=route, status=status, seconds=seconds)
    milliseconds = round(seconds * 1000, 1)
    account = account_of(request)
    logger.info(
        "%s %s %s %s ms %s",
        method,
        route,
        status,
        milliseconds,
        account or "-",
        extra={"method": method, "route": route, "status": status, "ms": milliseconds, "account": account or None},
    )


def method_of(request: HttpRequest) -> str:
    """Give the method, unless somebody invented one."""
    return request.method if request.method in METHODS else "OTHER"


def route_of(request: HttpRequest) -> str:
    """Give the pattern of the address: what stands in its holes may be a secret or a person."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None else UNKNOWN_ROUTE


def account_of(request: HttpRequest) -> str:
    """Give what stands for the account that called, if one was looked up: the same each time, and nobody's name."""
    user = request.__dict__.get("_cached_user") or request.__dict__.get("user")
    number = user.__dict__.get("id") if hasattr(user, "__dict__") and "_wrapped" not in user.__dict__ else None
    if number is None:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), f"log/{number}".encode(), hashlib.sha256).hexdigest()[:12]
