"""Ask where to save a file without stopping the application, and write it whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable


def ask_file(
    parent: QWidget, *, title: str, name: str, suggested: str, kind: str, chosen: Callable[[Path], object]
) -> QFileDialog:
    """Ask for a file to write; `chosen` is called only when the person names one."""
    dialog = QFileDialog(parent, title)
    dialog.setObjectName(name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([kind])
    dialog.setDefaultSuffix(Path(suggested).suffix.removeprefix("."))
    dialog.selectFile(suggested)
    dialog.fileSelected.connect(lambda file: chosen(Path(file)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def write(target: Path, content: bytes) -> bool:
    """Write a file for its person alone; False, and nothing in its place, when it cannot be written."""
    part = target.with_name(f"{target.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        return False
    return True
