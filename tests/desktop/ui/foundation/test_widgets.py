"""The parts that every screen is built from."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.banner import Banner, show_red
from comptexpert_desktop.ui.widgets.banner_stack import Notices
from comptexpert_desktop.ui.widgets.buttons import icon_button, primary
from comptexpert_desktop.ui.widgets.choice_list import ChoiceList
from comptexpert_desktop.ui.widgets.dialogs import ask_note, confirm
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.link_card import LinkCard
from comptexpert_desktop.ui.widgets.links import Links
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.step_trail import StepTrail
from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionRow, TypeaheadEdit

MARKUP = '<img src="file:///etc/hostname"><b>Gras</b>'


def named(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


@pytest.fixture
def host(qtbot):
    made = QWidget()
    made.setLayout(QVBoxLayout())
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def put(host: QWidget, *widgets: QWidget) -> None:
    for widget in widgets:
        host.layout().addWidget(widget)


def test_a_label_shows_markup_as_it_is(host):
    label = PlainLabel(MARKUP)
    put(host, label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == MARKUP


def test_a_very_long_word_does_not_widen_the_window(host):
    label = PlainLabel("x" * 4000)
    put(host, label)
    assert label.minimumSizeHint().width() <= 200


def test_a_field_ties_its_label_its_input_and_its_error(host):
    edit = QLineEdit()
    field = Field("&Nom de famille", edit, hint="Tel qu'au tableau", name="surnameEdit")
    put(host, field)
    assert named(edit) == "Nom de famille"
    assert field.label.buddy() is edit
    assert edit.accessibleDescription() == "Tel qu'au tableau"
    field.set_error("Saisissez votre nom.")
    assert field.error() == "Saisissez votre nom."
    assert edit.property("invalid") is True
    assert edit.accessibleDescription() == "Saisissez votre nom."
    field.clear_error()
    assert field.error() == ""
    assert edit.property("invalid") is False
    assert edit.accessibleDescription() == "Tel qu'au tableau"


def test_a_list_of_choices_is_named_by_its_label_and_not_by_its_value(host):
    box = QComboBox()
    box.addItems(["Étudiant"])
    put(host, Field("&Situation", box))
    assert box.accessibleName() == "Situation"


def test_a_banner_says_what_it_shows_and_hides_when_it_is_done(host):
    acted = []
    banner = Banner(name="errorBanner")
    put(host, banner)
    assert banner.isHidden()
    assert banner.text() == ""
    banner.show_message(MARKUP, tone="danger", title="Titre", action_text="Réessayer", action=lambda: acted.append(1))
    assert banner.text() == f"Titre\n{MARKUP}"
    assert banner.accessibleName() == f"Titre {MARKUP}"
    QTest.mouseClick(banner.action_button, Qt.MouseButton.LeftButton)
    assert acted == [1]
    banner.show_message("Autre chose", tone="info")
    assert banner.action_button.isHidden()
    banner.clear()
    assert banner.text() == ""


def test_a_message_says_its_age_and_can_be_closed(host):
    closed = []
    banner = Banner()
    banner.closed.connect(lambda: closed.append(True))
    put(host, banner)
    banner.show_message("Enregistré.", tone="info")
    assert banner._age.text() == "à l’instant"
    QTest.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    assert closed == [True]


@pytest.mark.parametrize("width", [360, 900])
def test_the_words_of_a_message_keep_the_width_of_a_narrow_pane(host, width):
    banner = Banner()
    put(host, banner)
    host.resize(width, 400)
    banner.show_message("Les droits restent ouverts.", tone="danger", action_text="Annuler", action=lambda: None)
    QApplication.processEvents()
    words = next(label for label in banner.findChildren(PlainLabel) if label.text().startswith("Les droits"))
    right = words.mapTo(banner, QPoint(words.width(), 0)).x()
    is_beside = banner.action_button.mapTo(banner, QPoint(0, 0)).x() >= right
    assert is_beside is (width == 900)
    assert words.width() > banner.width() / 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "à l’instant"), (70, "il y a 1\u00a0minute"), (600, "il y a 10\u00a0minutes"), (7300, "il y a 2\u00a0heures")],
)
def test_an_age_is_said_in_words(seconds, words):
    assert wording.ago(seconds) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (730, "2\u00a0ans"),
        (365, "1\u00a0an"),
        (183, "6\u00a0mois"),
        (90, "3\u00a0mois"),
        (45, "45\u00a0jours"),
        (1, "1\u00a0jour"),
    ],
)
def test_a_period_is_said_as_people_say_it(days, words):
    assert wording.period(days) == words


def test_an_exact_period_gives_its_days_once():
    said = [wording.period(days, is_exact=True) for days in (730, 180, 45, 1)]
    assert said == ["2\u00a0ans (730\u00a0jours)", "6\u00a0mois (180\u00a0jours)", "45\u00a0jours", "1\u00a0jour"]


def test_nothing_is_green_while_something_is_red(host):
    banner = Banner()
    put(host, banner)
    banner.show_message("Transmis.", tone="success")
    show_red(host, is_red=True)
    assert banner.property("tone") == "info"
    banner.show_message("Autre envoi transmis.", tone="success")
    assert banner.property("tone") == "info"
    show_red(host, is_red=False)
    banner.show_message("Tout est transmis.", tone="success")
    assert banner.property("tone") == "success"


def test_a_success_is_not_said_any_more_once_its_screen_was_left(host):
    pages = QWidget()
    QVBoxLayout(pages)
    put(host, pages)
    pages.show()
    good, bad = Banner(), Banner()
    for banner, tone in ((good, "success"), (bad, "danger")):
        put(pages, banner)
        banner.show_message("Dit ici.", tone=tone)
    pages.hide()
    pages.show()
    assert good.isHidden()
    assert bad.isVisible()


def test_notices_take_no_room_while_they_say_nothing(host):
    banner = Banner()
    notices = Notices([banner])
    put(host, notices)
    assert notices.isHidden()
    banner.show_message("Bonjour", tone="info")
    assert notices.isVisible()
    banner.clear()
    assert notices.isHidden()


def test_a_badge_says_its_word(host):
    badge = Badge("clock", "En attente", "warning")
    put(host, badge)
    assert badge.text() == badge.accessibleName() == "En attente"
    badge.set_badge("check", "Effective", "success")
    assert badge.text() == badge.accessibleName() == "Effective"
    assert badge.property("tone") == "success"


def test_an_icon_alone_still_has_a_name(host):
    button = icon_button("close", "Fermer")
    put(host, button)
    assert named(button) == button.toolTip() == "Fermer"


def test_a_button_keeps_its_object_name_and_its_words(host):
    button = primary("&Continuer", name="nextButton")
    put(host, button)
    assert button.objectName() == "nextButton"
    assert named(button) == "Continuer"


def test_a_choice_is_one_button_with_two_lines(host, qtbot):
    choice = LinkCard("user", "Se connecter", "Dans votre navigateur.", name="signIn")
    put(host, choice)
    assert named(choice) == "Se connecter"
    assert choice.accessibleDescription() == "Dans votre navigateur."
    with qtbot.waitSignal(choice.clicked):
        QTest.mouseClick(choice.title, Qt.MouseButton.LeftButton)


def test_an_empty_state_offers_its_action(host):
    acted = []
    empty = EmptyState("list", "Rien", "Pas encore.", "Ajouter", lambda: acted.append(1))
    put(host, empty)
    empty.button.click()
    assert acted == [1]
    assert EmptyState("list", "Rien", "Pas encore.").button.isHidden()


def test_a_trail_says_which_step_is_the_current_one(host):
    trail = StepTrail()
    put(host, trail)
    trail.show_steps(["Profil", "Identité"], current=1)
    assert trail.accessibleName() == "Étape 2 sur 2 : Identité".replace(" :", "\u00a0:")


# -- Dialogs --------------------------------------------------------------------------------------


def test_ctrl_enter_confirms_though_the_keyboard_stands_on_the_other_button(host, qtbot):
    acted = []
    dialog = confirm(host, title="Révoquer", text="", action="Révoquer", done=lambda: acted.append(1))
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.cancel_button.hasFocus()
    qtbot.keyClick(dialog.cancel_button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert acted == [1]


def test_a_confirmation_acts_only_when_it_is_confirmed(host, qtbot):
    acted = []
    dialog = confirm(host, title="Révoquer", text=MARKUP, action="Révoquer", done=lambda: acted.append(1))
    assert MARKUP in [label.text() for label in dialog.findChildren(PlainLabel)]
    dialog.findChild(QPushButton, "cancelButton").click()
    assert not acted
    dialog = confirm(host, title="Révoquer", text="", action="Révoquer", done=lambda: acted.append(1))
    dialog.findChild(QPushButton, "confirmButton").click()
    assert acted == [1]


def test_escape_does_nothing(host, qtbot):
    acted = []
    dialog = confirm(host, title="Révoquer", text="", action="Révoquer", done=lambda: acted.append(1))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not acted
    assert not dialog.isVisible()


def test_a_note_is_asked_until_it_is_long_enough(host, qtbot):
    notes = []
    dialog = ask_note(host, title="Refuser", text="", label="&Motif", action="Refuser", minimum=10, done=notes.append)
    edit, button = dialog.findChild(QPlainTextEdit, "noteEdit"), dialog.findChild(QPushButton, "confirmButton")
    assert named(edit) == "Motif"
    QTest.keyClicks(edit, "   court   ")
    assert not button.isEnabled()
    QTest.keyClicks(edit, " mais assez long")
    button.click()
    assert notes == ["court    mais assez long"]


# -- Lists ----------------------------------------------------------------------------------------


def test_nothing_is_chosen_until_the_person_chooses(host):
    chosen = []
    choices = ChoiceList([SuggestionRow("a", "Un"), SuggestionRow("b", "Deux")])
    choices.chosen.connect(chosen.append)
    put(host, choices)
    choices.setFocus()
    assert not choices.selectionModel().hasSelection()
    QTest.keyClick(choices, Qt.Key.Key_Down)
    QTest.keyClick(choices, Qt.Key.Key_Down)
    assert chosen == ["a", "b"]


def test_showing_a_choice_tells_nobody(host):
    chosen = []
    choices = ChoiceList([SuggestionRow("a", "Un"), SuggestionRow("b", "Deux")])
    choices.chosen.connect(chosen.append)
    put(host, choices)
    choices.choose("b")
    assert choices.selectionModel().selectedIndexes()[0].row() == 1
    choices.choose(None)
    assert not choices.selectionModel().hasSelection()
    assert not chosen


ROWS = [SuggestionRow(f"key-{number}", f"NOM {number}", "Rennes") for number in range(8)]


@pytest.fixture
def typeahead(host):
    made = TypeaheadEdit(edit_name="nameEdit", list_name="nameSuggestions", delay_ms=0)
    put(host, made)
    made.edit.setFocus()
    return made


def test_typing_asks_once_the_person_pauses(typeahead, qtbot):
    asked = []
    typeahead.queried.connect(asked.append)
    QTest.keyClicks(typeahead.edit, "aub")
    qtbot.waitUntil(lambda: asked == ["aub"])


def test_one_letter_asks_nothing(typeahead, qtbot):
    asked = []
    typeahead.queried.connect(asked.append)
    QTest.keyClicks(typeahead.edit, "a")
    qtbot.waitUntil(lambda: asked == [""])
    assert typeahead.list.isHidden()


def test_the_keyboard_chooses_while_the_focus_stays_in_the_field(typeahead, qtbot):
    chosen = []
    typeahead.chosen.connect(chosen.append)
    typeahead.set_rows(ROWS)
    QTest.keyClick(typeahead.edit, Qt.Key.Key_Down)
    QTest.keyClick(typeahead.edit, Qt.Key.Key_Down)
    QTest.keyClick(typeahead.edit, Qt.Key.Key_Up)
    QTest.keyClick(typeahead.edit, Qt.Key.Key_Return)
    assert chosen == ["key-1"]
    assert typeahead.edit.hasFocus()


def test_the_ends_of_the_list_hold(typeahead):
    typeahead.set_rows(ROWS)
    QTest.keyClick(typeahead.edit, Qt.Key.Key_Up)
    assert typeahead.list.currentIndex().row() == 0
    for _ in range(3):
        QTest.keyClick(typeahead.edit, Qt.Key.Key_PageDown)
    assert typeahead.list.currentIndex().row() == len(ROWS) - 1


def test_escape_closes_the_list_and_down_opens_it_again(typeahead):
    asked = []
    typeahead.queried.connect(asked.append)
    typeahead.edit.setText("aubier")
    typeahead.set_rows(ROWS)
    QTest.keyClick(typeahead.edit, Qt.Key.Key_Escape)
    assert typeahead.list.isHidden()
    QTest.keyClick(typeahead.edit, Qt.Key.Key_Down)
    assert asked == ["aubier"]


def test_the_mouse_chooses_too(typeahead):
    chosen = []
    typeahead.chosen.connect(chosen.append)
    typeahead.set_rows(ROWS)
    place = typeahead.list.visualRect(typeahead.list.model().index(2, 0)).center()
    QTest.mouseClick(typeahead.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == ["key-2"]


def test_a_name_of_markup_is_painted_as_it_is(typeahead):
    typeahead.set_rows([SuggestionRow("k", MARKUP, "x" * 4000)])
    index = typeahead.list.model().index(0, 0)
    assert index.data() == MARKUP
    assert index.data(Qt.ItemDataRole.ToolTipRole) is None
    assert not typeahead.grab().isNull()


# -- Addresses ------------------------------------------------------------------------------------


@pytest.fixture
def links():
    return Links(server_url="http://127.0.0.1:8000", hosts={"portail.example"}, opener=lambda _url: True)


@pytest.mark.parametrize(
    "address",
    ["https://portail.example/a?b=c", "https://www.portail.example", "http://127.0.0.1:8000/aide"],
)
def test_known_addresses_open(links, address):
    assert links.open(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "portail.example",
        "http://portail.example/",
        "https://portail.example.pirate.example/",
        "https://autreportail.example/",
        "https://portail.example@pirate.example/",
        "https://user:secret@portail.example/",
        "http://127.0.0.1:8001/",
        "http://localhost:8000/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "smb://portail.example/a",
        "https:///portail.example",
    ],
)
def test_other_addresses_do_not(links, address):
    assert not links.open(address)
