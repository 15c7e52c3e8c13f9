"""The page that says when to come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from comptexpert_server.web.limits import TooManyTriesError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

LIBRARY_WINDOW = 60
"""Seconds of each limit of allauth that ends in a page of its own."""
MINUTE, HOUR = 60, 3600


class LimitedPages:
    """Answer a page that is asked too often with 429 and the time to wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the page be made."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the time to wait; leave other faults to others."""
        return _page(request, wait=exception.wait) if isinstance(exception, TooManyTriesError) else None


def show_library_limit(request: HttpRequest) -> HttpResponse:
    """Answer where a limit of allauth is reached: each counts for a minute."""
    return _page(request, wait=LIBRARY_WINDOW)


def worded(seconds: int) -> str:
    """Word a time to wait, rounded up."""
    if seconds <= MINUTE:
        return "une minute"
    if seconds <= HOUR:
        return f"{-(-seconds // MINUTE)} minutes"
    hours = -(-seconds // HOUR)
    return f"{hours} heures"


def _page(request: HttpRequest, *, wait: int) -> HttpResponse:
    answer = render(request, "accounts/too_many.html", {"wait": worded(wait)}, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer
