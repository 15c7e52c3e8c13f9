"""The import that a test kills in its middle: the real one, a line at a time, in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django


def main() -> None:
    """Import a file; after the line whose number is given, say so and wait to be killed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptexpert_server.config.settings")
    django.setup()
    from comptexpert_server.intake import importing  # after the set-up of Django

    importing.BATCH = 1
    stop_after = int(sys.argv[2])

    def tell(what: str, done: int, _of: int) -> None:
        if what == "import" and done == stop_after:
            print("in the middle", flush=True)
            sys.stdin.read()

    importing.import_file(Path(sys.argv[1]), is_full=False, progress=tell)


if __name__ == "__main__":
    main()
