"""Find the files of `resources/`, in the source tree and in the frozen application."""

from __future__ import annotations

import sys
from pathlib import Path


def path(*parts: str) -> Path:
    """Return the path of a file below `resources/`."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[3]
    return root.joinpath("resources", *parts)


def text(*parts: str) -> str:
    """Read a text file below `resources/`."""
    return path(*parts).read_text(encoding="utf-8")
