"""What every request must be, and what every answer carries."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.utils.http import http_date

from comptexpert_server.config.clock import now
from comptexpert_server.config.epoch import current_epoch
from comptexpert_server.config.problems import instance

if TYPE_CHECKING:
    from collections.abc import Callable

    Handler = Callable[[HttpRequest], HttpResponseBase]

HEALTH_PATHS = ("/healthz", "/readyz", "/metrics")
_CONTROL_IN_QUERY = re.compile(rb"[\x00-\x1f\x7f]")
_CONTROL_IN_FORM = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)

SCRIPTED = ("/compte/login/", "/compte/2fa/")
"""The pages that ask the browser for a passkey."""


def page_policy(path: str) -> str:
    """Give the policy of a page: no script, but our own file where a passkey may be asked for."""
    takes_passkeys = settings.MFA_PASSKEY_LOGIN_ENABLED and path.startswith(SCRIPTED)
    return f"{PAGE_POLICY}; script-src 'self'; connect-src 'self'" if takes_passkeys else PAGE_POLICY


def answer_headers(get_response: Handler) -> Handler:
    """Add the epoch, the date and the security headers to every answer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        answer.headers.setdefault("Date", http_date(now().timestamp()))
        if request.path not in HEALTH_PATHS:
            answer.headers.setdefault("Comptexpert-Epoch", current_epoch())
        answer.headers.setdefault("Content-Security-Policy", page_policy(request.path))
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("X-Frame-Options", "DENY")
        # With `no-referrer`, Chromium sends our own forms with `Origin: null`, which the CSRF check refuses.
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        answer.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        answer.headers.setdefault("Cache-Control", "no-store")
        if settings.PUBLIC_URL.startswith("https://"):
            seconds = settings.SECURE_HSTS_SECONDS
            answer.headers.setdefault("Strict-Transport-Security", f"max-age={seconds}; includeSubDomains")
        return answer

    return middleware


def sound_requests(get_response: Handler) -> Handler:
    """Refuse a body that was cut on its way, and text that no database takes."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()) or (
            length != "0" and request.META.get("HTTP_TRANSFER_ENCODING")
        ):
            return refusal(request, status=400, detail="ambiguous length")
        try:
            body = request.body
        except RequestDataTooBig:
            return refusal(request, status=413, detail="too large")
        except UnreadablePostError:
            return refusal(request, status=400, detail="unreadable body")
        if int(length) != len(body):
            return refusal(request, status=400, detail="truncated body")
        if not _is_text(request, body=body):
            return refusal(request, status=400, detail="control characters")
        return get_response(request)

    return middleware


def public_address(get_response: Handler) -> Handler:
    """Answer under the public address alone: links and issuer never follow the `Host` header."""
    public = urlsplit(settings.PUBLIC_URL)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path not in HEALTH_PATHS:
            try:
                request.get_host()
            except DisallowedHost:
                return refusal(request, status=400, detail="unknown host")
        request.META["HTTP_HOST"] = public.netloc
        request.META["wsgi.url_scheme"] = public.scheme
        request.META.pop("HTTP_X_FORWARDED_HOST", None)
        return get_response(request)

    return middleware


def refusal(request: HttpRequest, *, status: int, detail: str) -> HttpResponse:
    """Answer a request that no room will see."""
    answer: HttpResponse
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": detail, "status": status, "code": "INVALID_INPUT", "detail": detail}
        body |= instance()
        answer = HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")
    else:
        answer = HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
    answer.headers["Connection"] = "close"
    return answer


def _is_text(request: HttpRequest, *, body: bytes) -> bool:
    if _CONTROL_IN_QUERY.search(unquote_to_bytes(request.META.get("QUERY_STRING", ""))):
        return False
    if _CONTROL_IN_QUERY.search(request.path.encode("utf-8", "surrogatepass")):
        return False
    kind = request.content_type or ""
    if kind == "application/x-www-form-urlencoded":
        return not _CONTROL_IN_FORM.search(unquote_to_bytes(body))
    if "json" in kind and b"\\u" in body:
        return _is_storable_json(body)
    return True


def _is_storable_json(body: bytes) -> bool:
    """Tell whether every string can be stored: no NUL, no lone surrogate; bad JSON is the API's to refuse."""
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    except (ValueError, RecursionError):
        return True
    return "\\u0000" not in text
