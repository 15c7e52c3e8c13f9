"""Health, discovery and the style sheet: what belongs to no room."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib import admin as contrib_admin
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template import loader
from django.views.decorators.http import require_safe
from django.views.static import serve

from comptexpert_server.base.epoch import current_epoch
from comptexpert_server.base.keys import handovers, public_text, signing_key
from comptexpert_server.web.problems import ProblemError
from comptexpert_server.web.readiness import missing_parts

ASSETS = Path(__file__).resolve().parent / "assets"
DESK_ASSETS = str(Path(contrib_admin.__file__).resolve().parent / "static")
KINDS = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
OWN_KINDS = KINDS | {".js": "text/javascript; charset=utf-8"}
RETRY_SECONDS = 5
"""After which a database that was away may be back."""
DESKTOP_CLIENT = "comptexpert-desktop"


@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Say that the process lives."""
    return JsonResponse({"status": "ok"})


@require_safe
def readiness(_request: HttpRequest) -> HttpResponse:
    """Say whether requests may be sent here, and what is missing when they may not."""
    missing = missing_parts()
    if missing:
        return JsonResponse({"status": "not_ready", "missing": missing}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def discovery(_request: HttpRequest) -> HttpResponse:
    """Tell clients where things are, and the key to pin."""
    key = public_text(signing_key(settings.SIGNING_KEY.read()))
    return JsonResponse(
        {
            "api": f"{settings.PUBLIC_URL}/api/v1",
            "issuer": settings.PUBLIC_URL,
            "client_id": DESKTOP_CLIENT,
            "epoch": current_epoch(),
            "snapshot_key": key,
            "snapshot_key_handovers": handovers(settings.ENVIRONMENT.data_dir, to=key),
        }
    )


@require_safe
def asset(_request: HttpRequest, name: str) -> HttpResponse:
    """Serve a file of the pages."""
    content = _read_asset(name)
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type=OWN_KINDS[Path(name).suffix])
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@require_safe
def desk_asset(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a style sheet or a picture of Django's admin; its scripts are not needed, and not served."""
    if Path(path).suffix not in KINDS:
        raise Http404
    answer = serve(request, path, document_root=DESK_ASSETS)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def show_fault(request: HttpRequest) -> HttpResponse:
    """Answer a fault: 503 while the database is away, which ends by itself, and 500 for our own."""
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status, headers = (503, {"Retry-After": str(RETRY_SECONDS)}) if is_away else (500, {})
    if request.path.startswith("/api/"):
        return ProblemError(status, "SERVER_FAULT", headers=headers).response()
    page = loader.get_template("500.html").render()
    return HttpResponse(page, status=status, headers=headers)


@lru_cache(maxsize=32)
def _read_asset(name: str) -> bytes | None:
    path = ASSETS / Path(name).name
    return path.read_bytes() if path.suffix in OWN_KINDS and path.is_file() else None
