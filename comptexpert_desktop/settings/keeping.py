"""Keep what a person chooses, in the one file of his choices."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from comptexpert_desktop.settings import sources
from comptexpert_desktop.settings.keys import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comptexpert_desktop.settings.keys import Value


def keep(folder: Path, *, choices: Mapping[str, Value]) -> bool:
    """Write choices beside those that stand, whole or not at all; raises InvalidInput for one that makes no sense.

    They hold from the next start. False when the file could not be written.
    """
    parsed = {name: BY_NAME[name].parsed(value) for name, value in choices.items()}
    values = {**sources.person(folder).values, **parsed}
    target = folder / "settings.json"
    part = target.with_name("settings.json.part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(values, stream, ensure_ascii=False, indent=2)
        part.replace(target)
    except OSError:
        return False
    return True
