"""What assistive technology is told, seen from inside: roles, outcomes once each, and where the keyboard stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.presentation.outbox import outcome_words
from comptexpert_desktop.presentation.session import outcome_words as session_words
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.destinations import DELEGATIONS, HOME, SETTINGS, Destination, NewSignup
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.buttons import Button
from comptexpert_desktop.ui.widgets.empty_state import EmptyState
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.window.keyboard import is_somewhere
from tests.desktop.ui.foundation.test_status_view import CALM
from tests.desktop.ui.kit import NOW, entry

Role = QAccessible.Role


def role(widget) -> QAccessible.Role:
    return QAccessible.queryAccessibleInterface(widget).role()


def name(widget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


@pytest.fixture
def window(qtbot):
    accessible.install()
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def put(window, widget):
    window.layout().addWidget(widget)
    widget.show()
    return widget


def heard(window) -> list[str]:
    return list(accessible.voice_of(window).heard)


def test_titles_are_headings_and_are_called_by_what_they_show(window):
    label = put(window, PlainLabel("Mes envois", role="title"))
    assert (role(label), name(label)) == (Role.Heading, "Mes envois")
    label.setText("Rien")
    assert name(label) == "Rien"


def test_a_place_in_the_navigation_is_a_tab_that_says_whether_it_is_open(window):
    tab = put(window, Button("Accueil", variant="nav"))
    tab.setCheckable(True)
    accessible.speak_as(tab, accessible.TAB)
    spoken = QAccessible.queryAccessibleInterface(tab)
    assert (spoken.role(), name(tab), spoken.state().selected) == (Role.PageTab, "Accueil", 0)
    spoken.actionInterface().doAction("Press")
    assert spoken.state().selected


def test_an_outcome_is_said_once(window):
    accessible.tell(window, "Transmis")
    accessible.tell(window, "Transmis")
    accessible.tell(window, "Refusé")
    assert heard(window) == ["Transmis", "Refusé"]


def test_what_is_hidden_is_not_said(window):
    hidden = put(window, QWidget())
    hidden.hide()
    accessible.tell(hidden, "Personne ne le voit")
    assert heard(window) == []


def test_a_banner_is_said_when_it_comes_on_screen_and_not_again(window):
    page = put(window, QWidget())
    page.hide()
    QVBoxLayout(page).addWidget(banner := Banner())
    banner.show_message("Le serveur ne répond pas.", tone="warning")
    assert heard(window) == []
    page.show()
    page.hide()
    page.show()
    assert heard(window) == ["Le serveur ne répond pas."]


def test_an_empty_state_has_a_name_and_takes_the_keyboard_where_nothing_else_can(window):
    empty = put(window, EmptyState("bell", "Rien de nouveau", "Tout est lu."))
    assert is_somewhere(empty)
    empty.setFocus()
    assert QApplication.focusWidget() is empty
    empty.offer("Recommencer")
    assert empty.button.isVisible()


def test_what_somebody_said_is_forgotten_with_them(window):
    accessible.tell(window, "Accord · Lou MARCHETTI")
    accessible.voice_of(window).clear()
    assert heard(window) == []


def test_each_entry_that_moved_is_worded_once():
    kept, sent, refused = (
        entry(1, created_at=NOW),
        entry(2, status=OutboxStatus.SENT),
        entry(3, status=OutboxStatus.NEEDS_YOU),
    )
    before = {sent.id: OutboxStatus.QUEUED, refused.id: OutboxStatus.SENDING}
    said = outcome_words.outcomes(before, [kept, sent, refused])
    assert [one.is_grave for one in said] == [True, False, False]
    assert [one.text.partition("\N{NO-BREAK SPACE}")[0] for one in said] == [
        "À revoir",
        "Transmis",
        "Enregistré sur ce poste",
    ]
    after = {one.id: one.status for one in (kept, sent, refused)}
    assert outcome_words.outcomes(after, [kept, sent, refused]) == []


def test_a_revocation_that_waits_is_said_to_have_no_effect_yet():
    [said] = outcome_words.outcomes({}, [entry(1, kind=Kind.REVOKE, created_at=NOW)])
    assert said.text.endswith("Pas encore effectif.")


def test_a_decision_that_may_still_be_taken_back_is_not_said_to_be_kept():
    assert outcome_words.outcomes({}, [entry(1, created_at=NOW - timedelta(seconds=6))]) == []


def test_many_outcomes_at_once_are_counted():
    entries = [entry(number, status=OutboxStatus.SENT) for number in range(12)]
    [said] = outcome_words.outcomes({one.id: OutboxStatus.SENDING for one in entries}, entries)
    assert said.text == "12\N{NO-BREAK SPACE}envois transmis."


def opened(kit, qtbot, destination):
    kit.fill()
    kit.sign_in_before()
    kit.show()
    kit.window.spoken.begin()
    qtbot.waitUntil(kit.window.isActiveWindow)
    kit.window.open(destination)


def test_the_window_is_called_after_what_it_shows(window_kit, qtbot):
    opened(window_kit, qtbot, Destination(SETTINGS))
    assert window_kit.window.windowTitle() == "Réglages – Comptexpert"
    window_kit.window.open(Destination(HOME))
    assert window_kit.window.windowTitle() == "Comptexpert"
    qtbot.waitUntil(lambda: "Accueil" in heard(window_kit.window))


def test_each_step_of_a_signup_says_its_place(window_kit, qtbot):
    opened(window_kit, qtbot, NewSignup())
    qtbot.waitUntil(lambda: any(text.startswith("Étape 1 sur ") for text in heard(window_kit.window)))


@pytest.mark.parametrize("screen", [HOME, DELEGATIONS, SETTINGS, "outbox", "notices", "firm", "services", "vault"])
def test_the_keyboard_begins_on_something_with_a_name(window_kit, qtbot, screen):
    opened(window_kit, qtbot, Destination(screen))
    page = window_kit.window.stack.current()

    def is_there() -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and page.isAncestorOf(focus) and is_somewhere(focus)

    qtbot.waitUntil(is_there)


def test_the_keyboard_comes_back_to_the_screen_when_what_had_it_goes_away(window_kit, qtbot):
    opened(window_kit, qtbot, Destination(SETTINGS))
    page = window_kit.window.stack.current()
    qtbot.waitUntil(lambda: page.isAncestorOf(QApplication.focusWidget() or window_kit.window))
    gone = QPushButton("En route", page)
    gone.show()
    gone.setFocus()
    gone.hide()
    qtbot.wait(10)
    qtbot.waitUntil(lambda: page.isAncestorOf(QApplication.focusWidget() or window_kit.window))
    assert is_somewhere(QApplication.focusWidget())


def test_what_became_of_the_session_is_said():
    calm, off = CALM, replace(CALM, network="NET_OFFLINE")
    assert session_words.changes(None, calm) == []
    assert session_words.changes(calm, off) == [session_words.OFF_LINE]
    assert session_words.changes(off, calm) == [session_words.ON_LINE]
    inside = replace(calm, is_signed_in=True)
    assert session_words.changes(inside, replace(inside, is_locked=True)) == [session_words.LOCKED]
    assert session_words.changes(replace(inside, is_locked=True), inside) == [session_words.UNLOCKED]
    assert session_words.changes(inside, replace(calm, is_signed_in=False)) == [session_words.SIGNED_OUT]


def test_enter_chooses_only_a_line_that_was_heard(window, qtbot):
    from comptexpert_desktop.ui.widgets.typeahead_edit import SuggestionRow, TypeaheadEdit

    field = put(window, TypeaheadEdit(edit_name="edit", list_name="list"))
    first, second = SuggestionRow("a", "AUBIER Claire", "Rennes"), SuggestionRow("b", "AUBIER Paul", "Brest")
    field.set_rows([first, second], status="2 noms.")
    assert heard(window) == ["2 noms. 1 sur 2\N{NO-BREAK SPACE}: AUBIER Claire, Rennes"]
    qtbot.keyClick(field.edit, Qt.Key.Key_Down)
    assert heard(window)[-1] == "2 sur 2\N{NO-BREAK SPACE}: AUBIER Paul, Brest"
    field.set_rows([SuggestionRow("c", "AUBER Luc"), first, second], status="3 noms.")
    with qtbot.waitSignal(field.chosen) as chosen:
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert chosen.args == ["b"]
