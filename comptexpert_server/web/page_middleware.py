"""What pages need and calls of the API do not: a session, a cookie, a check of forms, messages from page to page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.middleware.csrf import CsrfViewMiddleware

from comptexpert_server.web.middleware import API

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class _PagesAlone:
    """Let calls of the API pass untouched: they carry a token, and no cookie counts."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if request.path.startswith(API):
            answer: HttpResponseBase = self.get_response(request)  # type: ignore[attr-defined]  # of the middleware
            return answer
        answered: HttpResponseBase = super().__call__(request)  # type: ignore[misc]  # of the middleware
        return answered


class PageSessions(_PagesAlone, SessionMiddleware):
    """Read and write the session of a page."""


class PageForms(_PagesAlone, CsrfViewMiddleware):
    """Refuse a form that another site sends."""


class PageVisitors(_PagesAlone, AuthenticationMiddleware):
    """Know who visits a page."""


class PageMessages(_PagesAlone, MessageMiddleware):
    """Hand a message to the next page."""
