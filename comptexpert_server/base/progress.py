"""How far a long command is: a line that rewrites itself on a terminal, a line each tenth elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

WIDTH = 24
TENTHS = 10
WITHOUT_TOTAL = 50_000
"""How often a count without a total is told where nothing can be rewritten."""


class Meter:
    """Told what is done, up to where, of how many."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._rewrites = out.isatty()
        self._last_shown: tuple[str, int] = ("", -1)

    def __call__(self, what: str, done: int, of: int) -> None:
        """Show progress, if it is worth a line."""
        if self._rewrites:
            end = "\n" if of and done >= of else ""
            self._out.write(f"\r{what:<10} {_bar(done, of=of)} {done:>9,}{f' / {of:,}' if of else ''}{end}")
        else:
            step = done * TENTHS // of if of else done // WITHOUT_TOTAL
            if (what, step) == self._last_shown or (not of and not step):
                return
            self._last_shown = (what, step)
            self._out.write(f"{what} {done}{f'/{of}' if of else ''}\n")
        self._out.flush()


def _bar(done: int, *, of: int) -> str:
    filled = WIDTH * done // of if of else 0
    return "[" + "#" * filled + "." * (WIDTH - filled) + "]"
