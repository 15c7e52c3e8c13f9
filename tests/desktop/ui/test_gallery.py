"""In a small window, no text is wider than its room and everything can be brought into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QScrollArea

from tests.desktop.ui.gallery import Gallery, dress, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


@pytest.fixture
def gallery(tmp_path: Path, qapp: QApplication, qtbot: object) -> Iterator[Gallery]:
    """Give a window with long names; end its workers afterwards."""
    dress(qapp, is_dark=False)
    made = Gallery(tmp_path)
    made.hang()
    yield made
    made.close()


@pytest.mark.parametrize(
    "stop",
    [
        "delegations",
        "rights",
        "renewals",
        "case",
        "table",
        "outbox",
        "home",
        "approve",
        "bulk",
        "account",
        "closing",
        "live",
        "refused sign-up",
    ],
)
def test_everything_fits_a_small_window(gallery: Gallery, qtbot: object, stop: str) -> None:
    """The other screens, sizes and colours are walked by the campaign of the same name."""
    assert look(gallery, qtbot, stop=stop, size="small") == []


def test_the_outbox_needs_no_scrolling_sideways_where_a_point_is_two_pixels(gallery: Gallery, qtbot: object) -> None:
    assert look(gallery, qtbot, stop="outbox", size="laptop at 200") == []
    every = gallery.window.findChildren(QScrollArea)
    areas = [area for area in every if area.isVisible() and not gallery.window.navigation.isAncestorOf(area)]
    assert [area.horizontalScrollBar().maximum() for area in areas] == [0] * len(areas)
    assert areas


def test_a_right_with_many_acts_leaves_the_list_its_share(gallery: Gallery, qtbot: object) -> None:
    """Names must stay whole beside it."""
    assert look(gallery, qtbot, stop="live", size="laptop") == []
    split = gallery.window.stack.current().review.laid_out.split
    listed, case = split.sizes()
    assert listed > case, "the first share of the list is the larger one"


@pytest.mark.parametrize("size", ["laptop at 200", "laptop at 150"])
def test_the_acts_of_a_refused_sign_up_go_on_below_where_they_have_no_room(
    gallery: Gallery, qtbot: object, size: str
) -> None:
    assert look(gallery, qtbot, stop="refused sign-up", size=size) == []
