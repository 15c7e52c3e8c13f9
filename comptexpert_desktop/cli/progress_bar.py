"""A line on the terminal that fills up; nothing at all where nobody looks."""

from __future__ import annotations

from typing import TextIO

WIDTH = 30


class ProgressBar:
    """Shows the share that is done, from 0 to 1."""

    def __init__(self, label: str, *, stream: TextIO) -> None:
        self._label, self._stream = label, stream
        self._shown = -1

    def __call__(self, share: float) -> None:
        """Show a share; each percent once."""
        percent = int(100 * min(max(share, 0.0), 1.0))
        if percent == self._shown or not self._stream.isatty():
            return
        self._shown = percent
        filled = WIDTH * percent // 100
        end = "\n" if percent == 100 else ""  # noqa: PLR2004 - a whole
        self._stream.write(f"\r{self._label} [{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3} %{end}")
        self._stream.flush()
