"""What lies in a data folder, and its deletion for good; what is not ours stays."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from comptexpert_desktop.errors import StoreError
from comptexpert_desktop.settings import private_files
from comptexpert_desktop.settings.sources import FORMER_FILES, USER_FILE

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("accounts", "logs")
PATTERNS = ("registry.*", "signup.*", "pins.json*", f"{USER_FILE}*", "*.lock", *FORMER_FILES)


def remove_files(folder: Path) -> None:
    """Delete every file that the application wrote in its folder, then the empty folder; raises StoreError."""
    private_files.check_folder(folder)
    try:
        for pattern in PATTERNS:
            for path in folder.glob(pattern):
                path.unlink(missing_ok=True)
        for name in FOLDERS:
            below = folder / name
            if below.is_dir() and not below.is_symlink():
                shutil.rmtree(below)
    except OSError as error:
        raise StoreError("STORE_UNUSABLE", data={"file": str(folder), "reason": error.strerror}) from error
    with suppress(OSError):
        folder.rmdir()
