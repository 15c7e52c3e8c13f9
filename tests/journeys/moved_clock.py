"""The server as it ships, on a clock that a file moves: `python -m tests.journeys.moved_clock FILE COMMAND…`.

The file holds by how many seconds the server is ahead; it is read at each look at the clock, so that a server that
answers is moved while it answers.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

from django.utils import timezone


def main(file: Path, command: list[str]) -> int:
    """Run one command of the server."""
    real_time, real_now = time.time, timezone.now
    time.time = lambda: real_time() + ahead(file)
    timezone.now = lambda: real_now() + timedelta(seconds=ahead(file))
    from comptexpert_server.__main__ import main as run  # after the clock: models keep the function

    return run(command)


def ahead(file: Path) -> int:
    """Return by how many seconds the clock is ahead."""
    return int(file.read_text("ascii")) if file.exists() else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
