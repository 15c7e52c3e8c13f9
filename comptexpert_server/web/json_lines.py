"""Lines for programs; a module of its own, since its library is imported only where they are asked for."""

from __future__ import annotations

from pythonjsonlogger.json import JsonFormatter

from comptexpert_server.web.log_lines import SilentTrace


class JsonLine(SilentTrace, JsonFormatter):
    """A line for programs: one JSON document, the name of the request included."""
