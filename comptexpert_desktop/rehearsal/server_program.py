"""Where the rehearsal's server is: the module in a source tree, a program beside ours in a package, or nowhere."""

from __future__ import annotations

import sys
from pathlib import Path

MODULE = ["-m", "comptexpert_server"]
PROGRAM = "comptexpert-rehearsal"


def command() -> list[str] | None:
    """Return the command that starts the server; None where its package is not installed."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, *MODULE]
    ours = Path(sys.executable)
    program = ours.with_name(f"{PROGRAM}{ours.suffix}")
    return [str(program), *MODULE] if program.exists() else None
