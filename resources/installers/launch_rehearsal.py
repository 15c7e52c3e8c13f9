"""The start of the frozen server of a rehearsal; it answers to `-m comptexpert_server`, as Python does elsewhere."""

from __future__ import annotations

import sys

from comptexpert_server.__main__ import main
from resources.installers.launch import restore_environment

SERVER = ["-m", "comptexpert_server"]

if __name__ == "__main__":
    restore_environment()
    if sys.argv[1:3] == SERVER:
        del sys.argv[1:3]
    sys.exit(main())
