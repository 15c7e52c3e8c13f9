"""The guides for people say something of each screen, show pictures that exist, and open at the part at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from comptexpert_desktop.presentation import guide
from comptexpert_desktop.ui.destinations import HOME, SIGN_IN, Destination
from comptexpert_desktop.ui.look import resources
from comptexpert_desktop.ui.window import guide_dialog
from comptexpert_desktop.ui.window.screens import specs
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui import walks
from tests.desktop.ui.people_guide import DRAWINGS

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "guide"
GUIDES = sorted(FOLDER.glob("*.md"))
MAX_BYTES = 180_000


@pytest.mark.parametrize("name", [guide.EXPERT, guide.STAFF])
def test_each_screen_has_its_part(name):
    found = guide.parts(resources.guide(name))
    screens = {HOME, SIGN_IN, *(spec.item.key for spec in specs())}
    assert {part.screen for part in found} == screens | {""}
    assert [part.title for part in found if not part.screen] == ["Touches du clavier", "Accessibilité"]
    assert [part.title for part in found if not part.paragraphs] == []
    said = "\n".join(text for part in found for text in part.paragraphs)
    assert not re.search(r"[`*#\[\]]|<!--", said)


def test_each_picture_is_shown_drawn_and_small():
    shown = {
        name for path in GUIDES for name in re.findall(r"!\[[^\]]{20,}\]\(images/([\w-]+)\.png\)", path.read_text())
    }
    assert shown == set(DRAWINGS) == {path.stem for path in (FOLDER / "images").glob("*.png")}
    for path in (FOLDER / "images").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size < MAX_BYTES


def test_f1_opens_the_part_of_the_open_screen(window_kit, qtbot):
    window_kit.fill()
    window_kit.sign_in_before()
    window_kit.show()
    guide_dialog.add_shortcut(window_kit.window)
    window_kit.window.open(Destination("outbox"))
    qtbot.waitUntil(window_kit.window.isActiveWindow)
    QTest.keyClick(window_kit.window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: window_kit.window.findChild(QDialog, "guideDialog") is not None)
    dialog = window_kit.window.findChild(QDialog, "guideDialog")
    assert dialog.page.heading.text() == "Boîte d’envoi"
    assert "Deux listes, chacune avec ses heures" in walks.words_of(dialog)
    assert walks.unnamed(dialog) == []
    assert walks.rich_labels(dialog) == []
    assert walks.twice_used_mnemonics(dialog) == []
    dialog.parts.select(0)
    assert dialog.page.heading.text() == "Accueil"
    dialog.close()


def test_those_who_ask_read_their_own_guide(window_kit, qtbot):
    window_kit.fill()
    window_kit.sign_in_before(may_grant=False)
    window_kit.show()
    window_kit.window._show_summary(window_kit.read(status.summary, qtbot))
    window_kit.window.open(Destination("delegations"))
    dialog = guide_dialog.open_guide(window_kit.window)
    assert dialog.page.heading.text() == "Demander des droits"
    dialog.close()
