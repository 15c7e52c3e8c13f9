"""What a part does where it has less room than its words need."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.pages import Pages
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.step_trail import StepTrail


@pytest.fixture
def put(qtbot):
    def show(widget: QWidget, width: int) -> None:
        qtbot.addWidget(widget)
        widget.resize(width, 40)
        widget.show()

    return show


def test_a_trail_without_room_shows_the_current_step_alone(put):
    trail = StepTrail()
    trail.show_steps(["Profil", "Identité", "Identifiant", "Vérification"], current=1)
    put(trail, 900)
    assert shown_words(trail) == ["Profil", "Identité", "Identifiant", "Vérification"]
    trail.resize(260, 40)
    assert shown_words(trail) == ["Étape 2 sur 4\u00a0:", "Identité"]


def shown_words(widget):
    return [label.text() for label in widget.findChildren(PlainLabel) if label.isVisible()]


def test_a_box_to_tick_goes_on_below_where_it_has_no_room(put):
    said = "Aussi dans la Société d’expertise comptable des Rives de la Vilaine && de la Rance"
    box = Check(said)
    put(box, box.sizeHint().width())
    assert QCheckBox.text(box) == said
    lines = box.heightForWidth(240) / box.heightForWidth(2000)
    box.resize(240, box.heightForWidth(240))
    assert QCheckBox.text(box).count("\n") >= 2
    assert lines > 2
    assert box.text() == said
    assert box.accessibleName() == said.replace("&&", "&")
    assert box.minimumSizeHint().width() < 240


def test_an_address_in_a_box_to_tick_goes_on_below_after_a_hyphen(put):
    said = "J’ai vérifié l’adresse marie-charlotte.de-la-rochefoucauld@rives-de-la-vilaine.example de vive voix"
    box = Check(said)
    put(box, 260)
    assert box.minimumSizeHint().width() < 260
    lines = QCheckBox.text(box).split("\n")
    assert len(lines) >= 3
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
    assert not any(line.startswith(("-", "@", " ")) for line in lines)


PATH = "C:\\Users\\marie.delarochefoucauld\\AppData\\Local\\Comptexpert\\comptes\\account.sqlite"


def test_a_long_path_goes_on_below_and_is_copied_as_it_is(put):
    label = PlainLabel(f"Le fichier {PATH} est illisible.", selectable=True)
    put(label, 240)
    assert label.heightForWidth(240) >= 4 * label.heightForWidth(2000)
    assert label.text() == label.accessibleName() == f"Le fichier {PATH} est illisible."
    label.setFocus()
    label.setSelection(0, len(QLabel.text(label)))
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"Le fichier {PATH} est illisible."
    label.setText("Court.")
    assert (label.text(), label.accessibleName()) == ("Court.", "")


def test_a_hidden_page_does_not_widen_the_page_that_is_shown(put):
    pages, narrow, wide = Pages(), QWidget(), QWidget()
    narrow.setMinimumWidth(100)
    wide.setMinimumWidth(900)
    for page in (narrow, wide):
        pages.addWidget(page)
    put(pages, 300)
    assert pages.minimumSizeHint().width() == 100
    pages.setCurrentWidget(wide)
    assert pages.minimumSizeHint().width() == 900


def test_a_line_that_has_no_room_in_a_choice_is_whole_in_its_tooltip(put):
    choice = Choice(name="firm")
    put(choice, 180)
    choice.offer([("Société d’expertise comptable des Rives de la Vilaine", 1), ("Aubépines", 2)])
    assert "Rives de la Vilaine" in choice.toolTip()
    choice.select(2)
    assert choice.toolTip() == ""
