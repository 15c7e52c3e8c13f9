"""What is logged of a fault on a page: its kind and its lines, never its message, which may hold personal data."""

from __future__ import annotations

import logging
import sys
import traceback

logger = logging.getLogger(__name__)


def log_fault(**_signal: object) -> None:
    """Log the fault that is being handled."""
    kind, _fault, trace = sys.exc_info()
    lines = "".join(traceback.format_tb(trace))
    logger.error("fault %s\n%s", kind.__name__ if kind else "unknown", lines)
