"""Windows without a screen, and a whole window on files and doors of the test's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from comptexpert_desktop.ui.documents import pdf
from tests.desktop.ui.documents import accessible_pdf
from tests.desktop.ui.kit import Kit
from tests.desktop.ui.window_kit import WindowKit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def window_kit(tmp_path: Path, qapp: object, qtbot: object) -> Iterator[WindowKit]:
    """Give a window that is not shown yet; end its workers afterwards."""
    made = WindowKit(tmp_path)
    yield made
    made.close()


@pytest.fixture
def app_kit(tmp_path: Path, qapp: object) -> Iterator[Kit]:
    """Give the workers and the files of a screen; end the workers afterwards."""
    made = Kit(tmp_path)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def every_pdf_is_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a validator look at every PDF that any test saves, whatever it is about."""
    content = pdf.content

    def checked(*args: Any, **named: Any) -> bytes:
        made = content(*args, **named)
        if accessible_pdf.claims(made):
            assert accessible_pdf.faults(made) == []
        return made

    monkeypatch.setattr(pdf, "content", checked)
