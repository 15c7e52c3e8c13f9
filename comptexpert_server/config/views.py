"""Health, discovery and the style sheet: what belongs to no room."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib import admin as contrib_admin
from django.core.cache import cache
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe
from django.views.static import serve

from comptexpert_server.config.epoch import current_epoch
from comptexpert_server.config.keys import public_text, signing_key
from comptexpert_server.config.migrated import is_migrated
from comptexpert_server.config.models import ServerEpoch

ASSETS = Path(__file__).resolve().parent / "assets"
DESK_ASSETS = str(Path(contrib_admin.__file__).resolve().parent / "static")
KINDS = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
OWN_KINDS = KINDS | {".js": "text/javascript; charset=utf-8"}
DESKTOP_CLIENT = "comptexpert-desktop"


@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Say that the process lives."""
    return JsonResponse({"status": "ok"})


@require_safe
def readiness(_request: HttpRequest) -> HttpResponse:
    """Say whether requests may be sent here, and what is missing when they may not."""
    missing = _missing()
    if missing:
        return JsonResponse({"status": "not_ready", "missing": missing}, status=503)
    return JsonResponse({"status": "ok"})


def _missing() -> list[str]:
    """Name what does not answer: `database`, `migrations`, `cache`, `keys`."""
    try:
        if not is_migrated():
            return ["migrations"]
        ServerEpoch.objects.exists()
    except DatabaseError:
        return ["database"]
    missing = []
    try:
        cache.get("readyz")
    except Exception:  # noqa: BLE001 - each kind of cache has errors of its own
        missing.append("cache")
    if not all(os.access(path, os.R_OK) for path in (settings.ENVIRONMENT.data_dir / "secrets").glob("*")):
        missing.append("keys")
    return missing


@require_safe
def discovery(_request: HttpRequest) -> HttpResponse:
    """Tell clients where things are, and the key to pin."""
    return JsonResponse(
        {
            "api": f"{settings.PUBLIC_URL}/api/v1",
            "issuer": settings.PUBLIC_URL,
            "client_id": DESKTOP_CLIENT,
            "epoch": current_epoch(),
            "snapshot_key": public_text(signing_key(settings.SIGNING_KEY.read())),
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


@lru_cache(maxsize=32)
def _read_asset(name: str) -> bytes | None:
    path = ASSETS / Path(name).name
    return path.read_bytes() if path.suffix in OWN_KINDS and path.is_file() else None
