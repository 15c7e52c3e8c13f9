"""Print the ratios that the project promises: `python3 dev.py bench [NAME…]`.

Each figure is a ratio of two things measured in the same run, in turn, on the same machine: absolute times say more
about the machine than about us.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.benchmarks.figure import Figure

BENCHES = ("first_frame", "first_content", "typeahead", "search_peers", "repaint", "embedded_start", "desk")


def main() -> int:
    """Run the benches named on the command line, or all of them."""
    requested = sys.argv[1:] or BENCHES
    missed = 0
    for name in requested:
        figures: list[Figure] = import_module(f"tests.benchmarks.{name}").measure()
        for figure in figures:
            print(figure.line(), flush=True)
            missed += not figure.is_held
    print(f"{missed} figure(s) beyond the aim" if missed else "every figure within its aim")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
