"""How a line of the log looks: for people or for programs, and without what a fault's message may quote."""

from __future__ import annotations

import logging
import time
import traceback
from typing import TYPE_CHECKING, Any

from comptexpert_server.web import request_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

JSON_FIELDS = ("asctime", "levelname", "name", "message", "request_id")
JSON_NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}


class SilentTrace(logging.Formatter):
    """A formatter that shows where a fault was and of which kind, never its message: it may quote a person."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatException(self, ei: Any) -> str:  # noqa: N802, ANN401 - the name and type of the library
        """Give the lines and the kind."""
        kind: type[BaseException] | None
        trace: TracebackType | None
        kind, _fault, trace = ei
        return "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")


class TextLine(SilentTrace):
    """A line for people."""


def configuration(*, log_format: str, level: str) -> dict[str, Any]:
    """Describe the logging of the server: everything on standard error, in one format."""
    lines: dict[str, Any] = {
        "text": {
            "()": "comptexpert_server.web.log_lines.TextLine",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        },
        "json": {
            "()": "comptexpert_server.web.json_lines.JsonLine",
            "fmt": list(JSON_FIELDS),
            "style": ",",
            "rename_fields": JSON_NAMES,
        },
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "comptexpert_server.web.log_lines.request_filter"}},
        "formatters": {"line": lines[log_format]},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "comptexpert_server": {"level": level},
            "django.request": {"level": "CRITICAL"},
            "oauthlib": {"level": "ERROR"},  # its debug lines hold codes and tokens
            "django.security": {"level": "ERROR"},
            "post_office": {"handlers": ["stderr"], "level": "CRITICAL", "propagate": False},
        },
    }


def request_filter() -> Callable[[logging.LogRecord], bool]:
    """Give the filter that names the request in each line."""
    return request_id.mark
