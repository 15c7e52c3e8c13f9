"""Answers whose time tells nothing: each leaves at the next beat after its request came."""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def paced(interval: float) -> Iterator[None]:
    """Hold what is done inside, or raised, until a whole number of beats (seconds) has passed; 0 holds nothing.

    The transaction must be closed inside: nobody else may wait for a lock meanwhile.
    """
    began = time.monotonic()
    try:
        yield
    finally:
        if interval > 0:
            spent = time.monotonic() - began
            time.sleep(math.ceil(spent / interval) * interval - spent)
