"""The map of the rooms is true: what it says that a room imports is what the room imports."""

from __future__ import annotations

from tests.house.rooms import MAP, drawn, imported, redrawn
from tests.house.source import PACKAGES


def test_the_map_draws_what_the_rooms_import():
    arrows = drawn(MAP.read_text(encoding="utf-8"))
    assert set(arrows) == set(PACKAGES)
    assert arrows == {package: imported(package) for package in arrows}, "draw it again: python3 dev.py docs"


def test_an_arrow_is_read():
    assert drawn("```rooms house\nattic → cellar, hall\n```\n") == {"house": {"attic": {"cellar", "hall"}}}


def test_a_page_that_is_drawn_again_is_true():
    page = redrawn("Rooms:\n\n```rooms comptexpert_server\nbase → config\n```\n")
    assert page.startswith("Rooms:\n\n```rooms comptexpert_server\n__main__ → ")
    assert drawn(page) == {"comptexpert_server": imported("comptexpert_server")}
