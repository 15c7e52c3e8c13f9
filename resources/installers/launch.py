"""The start of the frozen program: the application, or one of our own programs asked for as Python is: `-m NAME`.

A frozen program has no Python beside it, but `sys.executable -m comptexpert_desktop` must go on meaning what it means
in a source tree: the rehearsal starts its browser and its command line that way. Nothing else is run.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

PROGRAMS = {
    "comptexpert_desktop": "comptexpert_desktop.__main__",
    "comptexpert_desktop.app.pac_engine": "comptexpert_desktop.app.pac_engine",
    "comptexpert_desktop.app.system_proxy": "comptexpert_desktop.app.system_proxy",
    "comptexpert_desktop.rehearsal.verifier": "comptexpert_desktop.rehearsal.verifier",
    "comptexpert_desktop.rehearsal.visitor": "comptexpert_desktop.rehearsal.visitor",
}


def restore_environment() -> None:
    """Give child processes, a browser first, the library path of before our start and not that of our libraries."""
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"  # a child that is this program too sets its own up
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        os.environ["LD_LIBRARY_PATH"] = original
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


def main() -> int:
    """Run the program that is asked for."""
    restore_environment()
    name = "comptexpert_desktop"
    if sys.argv[1:2] == ["-m"]:
        name = sys.argv[2] if len(sys.argv) > 2 else ""  # noqa: PLR2004 - the program, -m, and the name
        if name not in PROGRAMS:
            sys.stderr.write("-m takes one of our own programs\n")
            return 2
        del sys.argv[1:3]
    code: int = import_module(PROGRAMS[name]).main()
    return code


if __name__ == "__main__":
    sys.exit(main())
