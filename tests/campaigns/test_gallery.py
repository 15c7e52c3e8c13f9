"""Every screen, step, tab and question in every view: nothing is cut, nothing out of reach, no page pushed sideways.

`COMPTEXPERT_PICTURES` names a folder for the pictures, which a person looks at. `COMPTEXPERT_GALLERY` keeps the views
whose name begins with it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desktop.ui.fits import BIG, HUGE, SIZES, View, dress, look
from tests.desktop.ui.gallery import Gallery
from tests.desktop.ui.gallery_stops import STOPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

FOLDER = os.environ.get("COMPTEXPERT_PICTURES", "")
CHOSEN = os.environ.get("COMPTEXPERT_GALLERY", "")
VIEWS = [
    *(View(size) for size in SIZES),
    *(View(size, "dark") for size in ("small", "older", "laptop", "large", "laptop at 150", "laptop at 200")),
    *(View("1280", "contrast dark"), View("laptop at 200", "contrast dark"), View("laptop", "contrast light")),
    *(View(size, scale=BIG) for size in ("older", "1280", "laptop")),
    *(View(size, scale=HUGE) for size in ("1280", "laptop")),
]


@pytest.fixture(scope="module")
def worn(qapp: QApplication) -> Iterator[list[View]]:
    """Hold what the application wears, and dress it as usual in the end."""
    yield []
    dress(qapp, View("laptop"))


@pytest.fixture
def view(request: pytest.FixtureRequest, qapp: QApplication, worn: list[View]) -> View:
    """Dress the application for a view, unless it wears it."""
    if worn != [request.param]:
        dress(qapp, request.param)
        worn[:] = [request.param]
    return request.param


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("view", [one for one in VIEWS if str(one).startswith(CHOSEN)], ids=str, indirect=True)
def test_everything_fits(tmp_path: Path, view: View, qtbot: object, stop: str) -> None:
    made = Gallery(tmp_path)
    made.hang(stop=stop)
    try:
        assert look(made, qtbot, stop=stop, view=view, pictures=Path(FOLDER) if FOLDER else None) == []
    finally:
        made.close()
