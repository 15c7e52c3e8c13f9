"""Judge an exported register by the command of the application, in a process of its own that is started with `-m`.

The command line itself refuses the rehearsal's server where a policy imposes another. This one takes no server but one
of this machine, and what it runs reaches none.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from urllib.parse import urlsplit

from comptexpert_desktop.cli import commands
from comptexpert_desktop.settings import Settings, is_loopback

USAGE = 2


def main() -> int:
    """Verify one file with the key that one folder pins for one server: SERVER FOLDER FILE."""
    server, folder, file = sys.argv[1:]
    if not is_loopback(urlsplit(server).hostname or ""):
        return USAGE
    options = argparse.Namespace(command="verify-register", file=file, since=None, json=True)
    return commands.run(Settings(server_url=server, data_dir=Path(folder)), options=options)


if __name__ == "__main__":
    sys.exit(main())
