"""A Secret Service for one command: `python -m tests.secret_service COMMAND…`.

The command runs on a D-Bus session and with a gnome-keyring of its own, unlocked, in a temporary folder: the keyring
of the person at the machine is never read nor written. Where the programs are missing the command runs without.
"""

from __future__ import annotations

import sys

from comptexpert_desktop.rehearsal import secret_service


def main() -> int:
    """Run the command given on the command line inside the session."""
    with secret_service.session() as service:
        return service.run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
