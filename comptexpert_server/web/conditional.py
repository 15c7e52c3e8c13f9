"""Conditional requests: versions as ETags, 428 without `If-Match`, 304 on a match."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse

from comptexpert_server.web.problems import ProblemError

if TYPE_CHECKING:
    from django.http import HttpRequest

_VERSION = re.compile(r'\s*(?:"([0-9]{1,9})"|([0-9]{1,9}))\s*')


def etag(version: int | str) -> str:
    """Give the ETag of a version."""
    return f'"{version}"'


def version_asked(request: HttpRequest) -> int:
    """Read the version that the client saw; refuse 428 without one, 400 for anything but one version."""
    value = request.headers.get("If-Match")
    if value is None:
        raise ProblemError(
            HTTPStatus.PRECONDITION_REQUIRED, "PRECONDITION_REQUIRED", detail="Say in If-Match what you saw."
        )
    match = _VERSION.fullmatch(value)
    if match is None:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "PRECONDITION_INVALID", detail='If-Match is one version: "3".')
    return int(match[1] or match[2])


def not_modified(request: HttpRequest, *, tag: str) -> HttpResponse | None:
    """Give a 304 when the client already holds `tag`."""
    known = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
    if tag not in known and "*" not in known:
        return None
    return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
