"""The files that commands write for their person: whole, or nothing in their place."""

from __future__ import annotations

import errno
from pathlib import Path

from comptexpert_desktop.errors import InvalidInput, Problem, StoreError
from comptexpert_desktop.settings import private_files


def write(file: str, content: bytes, *, option: str) -> None:
    """Write a file that an option named. Raises StoreError on a full disk, InvalidInput for a place that takes none."""
    try:
        private_files.write_whole(Path(file), content)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError("STORE_FULL", data={"file": file}) from None
        raise InvalidInput([Problem(option, "FILE_INVALID")]) from None
