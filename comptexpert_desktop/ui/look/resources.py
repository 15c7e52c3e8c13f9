"""Find the files of `resources/`, in the source tree and in the frozen application."""

from __future__ import annotations

import sys
from pathlib import Path


def path(*parts: str) -> Path:
    """Return the path of a file below `resources/`."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[3]
    return root.joinpath("resources", *parts)


def guide(name: str) -> str:
    """Read a guide for people; it stands in `docs/` in the source tree, and beside the resources once frozen."""
    frozen = getattr(sys, "_MEIPASS", None)
    folder = Path(frozen) / "resources" / "guide" if frozen else Path(__file__).resolve().parents[3] / "docs" / "guide"
    return (folder / f"{name}.md").read_text(encoding="utf-8")


def text(*parts: str) -> str:
    """Read a text file below `resources/`."""
    return path(*parts).read_text(encoding="utf-8")
