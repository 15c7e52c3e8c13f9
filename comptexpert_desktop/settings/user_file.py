"""Keep what a person chooses, in the one file of their choices."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.settings import private_files, sources
from comptexpert_desktop.settings.definitions import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comptexpert_desktop.settings.values import Value


def keep(folder: Path, *, choices: Mapping[str, Value]) -> bool:
    """Write choices beside those that stand, whole or not at all; raises InvalidInput for one that makes no sense.

    They hold from the next start. False when the file could not be written, or stands there unreadable.
    """
    parsed = {name: BY_NAME[name].parsed(value) for name, value in choices.items()}
    try:
        found = sources.person(folder)
        if found.problem:  # what stands in it may be mended; written anew, it would be lost
            return False
        document = json.dumps({**found.values, **parsed}, ensure_ascii=False, indent=2)
        private_files.write_whole(folder / sources.USER_FILE, document.encode())
    except (OSError, StoreError):
        return False
    for former in sources.FORMER_FILES:
        with suppress(OSError):  # read again, and weaker than what was just written
            (folder / former).unlink(missing_ok=True)
    return True
