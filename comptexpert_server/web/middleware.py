"""What every request must be, and what every answer carries."""

from __future__ import annotations

import hmac
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.request import split_domain_port
from django.utils.http import http_date

from comptexpert_server.base.clock import now
from comptexpert_server.base.environment import LOOPBACK_HOSTS
from comptexpert_server.base.epoch import current_epoch
from comptexpert_server.web.problems import instance

if TYPE_CHECKING:
    from collections.abc import Callable

    Handler = Callable[[HttpRequest], HttpResponseBase]

HEALTH_PATHS = ("/healthz", "/readyz")
FIGURES_PATH = "/metrics"
API = "/api/"
_CONTROL_IN_QUERY = re.compile(rb"[\x00-\x1f\x7f]")
_CONTROL_IN_FORM = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
"""A bracket, or a string, whose brackets are text."""
MAX_DEPTH = 64
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
        answer.headers.setdefault("Server", "Comptexpert")  # the program that serves is nobody's business
        if isinstance(answer, HttpResponse):
            answer.headers.setdefault("Content-Length", str(len(answer.content)))
        if request.path not in {*HEALTH_PATHS, FIGURES_PATH}:
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
        fault = _fault_of_length(request) or _fault_of_text(request)
        return get_response(request) if fault is None else refusal(request, status=fault[0], detail=fault[1])

    return middleware


def _fault_of_length(request: HttpRequest) -> tuple[int, str] | None:
    """Return the status and the reason to refuse a body that is not as long as it says; None when it is."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return 411, "length required"  # chunks that were cut look like a whole body
    if not (length.isascii() and length.isdecimal()):
        return 400, "ambiguous length"
    try:
        body = request.body
    except RequestDataTooBig:
        return 413, "too large"
    except UnreadablePostError:
        return 400, "unreadable body"
    return None if int(length) == len(body) else (400, "truncated body")


def _fault_of_text(request: HttpRequest) -> tuple[int, str] | None:
    """Return the status and the reason to refuse what no database and no parser takes; None when all can be read."""
    if not _is_text(request, body=request.body):
        return 400, "control characters"
    return None if _is_shallow(request, body=request.body) else (400, "nested too deep")


def public_address(get_response: Handler) -> Handler:
    """Answer under the public address alone: links and issuer never follow the `Host` header."""
    public = urlsplit(settings.PUBLIC_URL)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not _has_known_host(request):
            return refusal(request, status=400, detail="unknown host")
        request.META["HTTP_HOST"] = public.netloc
        request.META["wsgi.url_scheme"] = public.scheme
        request.META.pop("HTTP_X_FORWARDED_HOST", None)
        return get_response(request)

    return middleware


def _has_known_host(request: HttpRequest) -> bool:
    """Tell whether the request names this server; probes of health may come under any name.

    Figures without a token are for this machine: a page that leads its own name to loopback must not read them.
    """
    if request.path in HEALTH_PATHS:
        return True
    try:
        host = request.get_host()
    except DisallowedHost:
        host = request.META.get("HTTP_HOST", "") if request.path == FIGURES_PATH else ""
        if holds_figures_token(request):
            return bool(host)
        return split_domain_port(host)[0].strip("[]") in LOOPBACK_HOSTS
    return bool(host)


def holds_figures_token(request: HttpRequest) -> bool:
    """Tell whether the caller proves that it may read the figures from anywhere."""
    token, said = settings.ENVIRONMENT.metrics_token, request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(said.encode(), f"Bearer {token}".encode())


def refusal(request: HttpRequest, *, status: int, detail: str) -> HttpResponse:
    """Answer a request that no room will see."""
    answer: HttpResponse
    if request.path.startswith(API):
        body = {"type": "about:blank", "title": detail, "status": status, "code": "INVALID_INPUT", "detail": detail}
        body |= instance()
        answer = HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")
    else:
        answer = HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
    return answer


def _is_text(request: HttpRequest, *, body: bytes) -> bool:
    if _CONTROL_IN_QUERY.search(unquote_to_bytes(request.META.get("QUERY_STRING", ""))):
        return False
    if _CONTROL_IN_QUERY.search(request.path.encode("utf-8", "surrogatepass")):
        return False
    if _is_form(request):
        return not _CONTROL_IN_FORM.search(unquote_to_bytes(body))
    return _is_storable_json(body) if _is_json(request) and b"\\u" in body else True


def _is_shallow(request: HttpRequest, *, body: bytes) -> bool:
    """Tell whether no value nests deeper than any that we read: a parser of JSON would end in a fault of its own."""
    if _is_form(request):
        return all(_depth(unquote_to_bytes(part.partition(b"=")[2])) <= MAX_DEPTH for part in body.split(b"&"))
    return request.content_type == "text/csv" or not _is_json(request) or _depth(body) <= MAX_DEPTH


def _is_form(request: HttpRequest) -> bool:
    return request.content_type == "application/x-www-form-urlencoded" and not request.path.startswith(API)


def _is_json(request: HttpRequest) -> bool:
    """Tell whether a body will be read as JSON: the API does so whatever type it says it has."""
    return request.path.startswith(API) or "json" in (request.content_type or "")


def _depth(text: bytes) -> int:
    """Return how deep the brackets of a JSON text nest; 0 where they are too few to be counted."""
    if text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for found in _BRACKET.finditer(text):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(found[0], 0)
        deepest = max(deepest, depth)
    return deepest


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
