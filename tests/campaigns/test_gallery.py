"""Every screen, form and question at every size of a screen, light and dark: nothing is cut, nothing is out of reach.

`COMPTEXPERT_PICTURES` names a folder for the pictures, which a person looks at. `COMPTEXPERT_GALLERY` keeps one size.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desktop.ui.gallery import SIZES, STOPS, Gallery, dress, look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

FOLDER = os.environ.get("COMPTEXPERT_PICTURES", "")
ONE_SIZE = os.environ.get("COMPTEXPERT_GALLERY", "")


VIEWS = [(size, is_dark) for size in ([ONE_SIZE] if ONE_SIZE else SIZES) for is_dark in (False, True)]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view[0]} {'dark' if view[1] else 'light'}")
def test_everything_fits(tmp_path: Path, qapp: QApplication, qtbot: object, view: tuple[str, bool], stop: str):
    size, is_dark = view
    dress(qapp, is_dark=is_dark)
    made = Gallery(tmp_path)
    made.hang()
    try:
        pictures = Path(FOLDER) if FOLDER else None
        assert look(made, qtbot, stop=stop, size=size, pictures=pictures) == []
    finally:
        made.close()
