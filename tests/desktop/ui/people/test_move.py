"""Somebody moves: chosen first, the difference shown line by line, one act in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QListWidget, QRadioButton

from comptexpert_desktop.domain.commands import EndMembership, Grant
from comptexpert_desktop.domain.firm import Template, TemplateGrant
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation.outbox import lines
from comptexpert_desktop.store import firm_pages
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.day import Day
from comptexpert_desktop.usecases.outbox import outbox
from tests.desktop.ui import kit, walks
from tests.desktop.ui.ten_jobs import CONTROL, FIRMS, LOW, Desk, Hands

OLD, NEW, THIRD = FIRMS
RENE = kit.Party("acc-rene", "r.abadie", "René", "Abadie")
FORMERLY = replace(kit.STAFF, surname="Marquetti")
"""Lou, under the name that was corrected since."""
FULL = Template(code="full", name="Signataire", days=365, grants=(TemplateGrant("jesignexpert", ("prepare", "sign")),))


class MoveDesk(Desk):
    """A desk on « Qui peut ? », whose first line is of Lou."""

    def open_board(self, qtbot) -> Hands:
        self.begin(
            kit.active(1, firm=OLD, service="jesignexpert", rights=("prepare", "seal")),
            kit.active(2, firm=OLD, **LOW, grantee=FORMERLY),
            kit.active(3, firm=THIRD, grantee=RENE, service="bibliordre", rights=("access",)),
        )
        hands = Hands(self, qtbot)
        hands.press(Qt.Key.Key_4, CONTROL)
        assert hands.shown("rightsTable").hasFocus()
        return hands

    def commands(self, qtbot):
        def read(stores):
            entries = outbox_store.unsent(stores.account)
            return [outbox_store.command_of(stores.account, outbox_id=one.id).command for one in entries]

        return self.read(read, qtbot)


@pytest.fixture
def desk(tmp_path, qapp, qtbot):
    made = MoveDesk(tmp_path)
    made.window.resize(1366, 698)
    yield made
    made.close()


def role_of(hands, firm):
    return hands.question().findChild(Choice, f"moveRole-{firm.id}")


def texts(hands, name="moveLines"):
    shown = hands.question().findChild(QListWidget, name)
    return [shown.item(row).text() for row in range(shown.count())]


def take(hands, firm, code):
    assert role_of(hands, firm).select(code)
    hands.settle()


def test_a_move_to_another_cabinet_is_one_act(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    assert QApplication.focusWidget() is role_of(hands, OLD), "the person is chosen: the keyboard stands on the role"
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Down)
    said = walks.words_of(hands.question())
    assert "2\u00a0droits prennent fin et 2\u00a0droits sont nouveaux" in said
    assert "La personne ne fait plus partie du cabinet quitté." in said
    hands.press(Qt.Key.Key_Return, CONTROL)
    entries = desk.read(outbox.entries, qtbot)
    assert sorted(one.kind for one in entries) == [Kind.GRANT, Kind.GRANT, Kind.LEAVE, Kind.REVOKE, Kind.REVOKE]
    (line,) = lines.lines_of(entries).unsent
    assert lines.title(line) == "Mutation · 5\u00a0envois"
    assert {one.firm for one in desk.commands(qtbot) if isinstance(one, Grant)} == {NEW.id}
    assert hands.acts <= 7


def test_each_line_says_what_it_becomes_and_may_be_left_out(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    take(hands, OLD, "accountant")
    said = texts(hands)
    assert [one.split(" · ")[0] for one in said] == ["Prend fin", "Réduit", "Nouveau"]
    assert "perd apposer le cachet du cabinet, garde préparer" in said[1], said
    shown = hands.question().findChild(QListWidget, "moveLines")
    shown.item(0).setCheckState(Qt.CheckState.Unchecked)
    hands.settle()
    assert hands.question().confirm_button.text() == "Enregistrer la mutation (2)"
    hands.press(Qt.Key.Key_Return, CONTROL)
    assert [one.kind for one in desk.read(outbox.entries, qtbot)].count(Kind.REVOKE) == 0


def test_a_day_is_chosen_and_what_is_kept_goes_on_behind_it(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    take(hands, OLD, "accountant")
    day = hands.question().findChild(Day, "moveDay")
    day.selectAll()
    QTest.keyClicks(day, "15122026")
    hands.settle()
    assert hands.question().findChild(QRadioButton, "moveLater").isChecked()
    assert "Le changement se fait le 14\u00a0décembre 2026 au soir." in walks.words_of(hands.question())
    hands.press(Qt.Key.Key_Return, CONTROL)
    kept = [one for one in desk.commands(qtbot) if isinstance(one, Grant) and one.service == "jesignexpert"]
    assert [(one.rights, one.valid_from) for one in kept] == [(("prepare",), date(2026, 12, 15))]


def test_a_day_out_of_reach_is_said_and_nothing_is_kept(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    take(hands, OLD, "accountant")
    day = hands.question().findChild(Day, "moveDay")
    day.selectAll()
    QTest.keyClicks(day, "01012030")
    hands.settle()
    assert "Choisissez un jour entre" in walks.words_of(hands.question())
    assert not hands.question().confirm_button.isEnabled()


def test_somebody_else_is_chosen_by_name(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    hands.question().findChild(object, "movePersonEdit").clear()
    hands.fill("movePersonEdit", "aba")
    hands.wait(hands.question().person.edit.list.isVisible)
    hands.press(Qt.Key.Key_Return)
    assert hands.question().mover().person == RENE
    take(hands, THIRD, "leaves")
    assert [one.split("\n")[0] for one in texts(hands)] == ["Prend fin · Bibliordre · consulter Bibliordre"], texts(
        hands
    )


def test_a_right_of_high_risk_waits_for_its_own_tick_and_the_three_words(desk, qtbot):
    hands = desk.open_board(qtbot)
    give_role(desk, qtbot, NEW, FULL)
    hands.press(Qt.Key.Key_M)
    take(hands, NEW, "full")
    question = hands.question()
    assert not question.confirm_button.isEnabled()
    risky = question.findChild(QListWidget, "moveRisky")
    risky.item(0).setCheckState(Qt.CheckState.Checked)
    hands.settle()
    assert "demandez-lui les trois mots" in walks.words_of(question)
    assert not question.confirm_button.isEnabled()
    question.findChild(object, "moveWordsCompared").click()
    assert question.confirm_button.isEnabled()


def give_role(desk, qtbot, firm, template):
    def change(stores):
        found = firm_pages.known(stores.account, firm_id=firm.id)
        page = replace(found.page, templates=(template,))
        firm_pages.keep(stores.account, page=page, now=desk.now)
        return frozenset()

    desk.tasks.write(desk.changes, change)
    desk.read(lambda _stores: True, qtbot)


def test_nothing_is_kept_while_nothing_changes(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    assert not hands.question().confirm_button.isEnabled()
    assert "Rien ne change." in walks.words_of(hands.question())
    hands.press(Qt.Key.Key_Escape)
    assert desk.read(outbox.entries, qtbot) == ()


def test_what_has_not_left_is_taken_back_and_the_record_waits_for_the_answers(desk, qtbot, tmp_path):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    take(hands, OLD, "leaves")
    hands.press(Qt.Key.Key_Return, CONTROL)
    banner = desk.window.stack.current().bulk_banner
    qtbot.waitUntil(lambda: banner.action_button.text() == "Ne pas envoyer le reste")
    banner.action_button.click()
    hands.settle()
    assert desk.read(outbox.entries, qtbot) == ()
    desk.window.activateWindow()  # no window manager does it when the question is closed
    hands.wait(desk.window.isActiveWindow)
    desk.window.stack.current().table.setFocus()
    hands.press(Qt.Key.Key_M)
    take(hands, OLD, "leaves")
    hands.press(Qt.Key.Key_Return, CONTROL)
    for entry in desk.read(outbox.entries, qtbot):
        sent = partial(outbox_store.mark, outbox_id=entry.id, status=OutboxStatus.SENT)
        desk.tasks.write(desk.changes, lambda stores, sent=sent: told(stores, sent))
    qtbot.waitUntil(lambda: banner.action_button.text() == "Enregistrer le récapitulatif (PDF)")
    banner.action_button.click()
    (asking,) = desk.window.stack.current().findChildren(QFileDialog, "paperFileDialog")
    target = tmp_path / "mutation.pdf"
    asking.fileSelected.emit(str(target))
    qtbot.waitUntil(lambda: "est enregistré" in banner.text())
    asking.close()
    text = " ".join("".join(page.extract_text() for page in PdfReader(target).pages).split())
    assert "Mutation de Lou MAR" in text
    assert "Prend fin" in text


def told(stores, sent):
    sent(stores.account)
    return frozenset({Topic.OUTBOX})


def test_the_question_reaches_the_ear_and_the_keyboard(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    take(hands, OLD, "leaves")
    question = hands.question()
    assert walks.unnamed(question) == []
    assert walks.twice_used_mnemonics(question) == []
    assert walks.rich_labels(question) == []


def test_a_place_in_a_cabinet_ends_at_the_day_with_all_that_is_there(desk, qtbot):
    hands = desk.open_board(qtbot)
    hands.press(Qt.Key.Key_M)
    take(hands, OLD, "leaves")
    hands.question().findChild(QRadioButton, "moveLater").click()
    hands.press(Qt.Key.Key_Return, CONTROL)
    (leave,) = desk.commands(qtbot)
    assert leave == EndMembership(OLD.id, kit.STAFF.account_id, kit.TODAY + timedelta(days=29))
