"""« Revue annuelle »: what is shown of a review, and how it is answered with the keyboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QProgressBar

from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.review import Answer
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.usecases.outbox import outbox
from tests.desktop.ui import walks
from tests.desktop.ui.reviews.conftest import rights
from tests.fakes import FIRM, a_party, an_account
from tests.fakes_firm import FIRM_ID
from tests.fakes_review import REVIEW_ID, an_item

OFFLINE = Unreachable(data={"host": "127.0.0.1", "sent": False})
CONTROL = Qt.KeyboardModifier.ControlModifier


def go_offline(desk):
    desk.server.firm = lambda *_args, **_options: (_ for _ in ()).throw(OFFLINE)
    desk.server.answer_review = desk.server.firm


def test_a_review_says_how_far_it_is_until_when_and_what_happens_without_an_answer(desk, qtbot):
    items = [an_item(one) for one in rights()]
    desk.put(replace(items[0], answer=Answer.KEEP), replace(items[1], last_used_on=date(2026, 11, 2)), *items[2:])
    desk.open(qtbot)
    shown = desk.words()
    for words in (
        "1\u00a0droit sur 5 revu",
        "Répondez avant le 20\u00a0décembre 2026 (dans 26\u00a0jours).",
        "Un droit sans réponse prend fin le 4\u00a0janvier 2027.",
        "Cabinet Aubier. Ouverte par Hugo Garnier",
        "«\u00a0jamais signalé\u00a0» ne prouve pas que le droit ne sert plus.",
    ):
        assert words in shown
    assert desk.find(QProgressBar, "reviewProgress").value() == 1
    assert desk.texts(0) == ["Lea PETIT", "Marc AUBIN", "Nora BLANC", "Oscar VIDAL"]
    assert desk.texts(3) == ["02/11/2026", "jamais signalé", "jamais signalé", "jamais signalé"]
    assert desk.texts(2)[0] == "05/01/2026"
    assert desk.texts(4)[0] == "04/01/2027"


def test_letters_answer_and_the_next_right_is_at_hand(desk, qtbot):
    desk.open(qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is desk.table)
    for key, left in ((Qt.Key.Key_G, 4), (Qt.Key.Key_F, 3), (Qt.Key.Key_G, 2)):
        desk.key(key)
        qtbot.waitUntil(lambda left=left: len(desk.texts()) == left)
    desk.reads(qtbot, "3\u00a0droits sur 5 revus")
    assert desk.button("sendAnswersButton").text() == "Envoyer 3\u00a0réponses"
    assert desk.answers() == [""] * 5, "nothing leaves before it is asked"
    desk.screen.mode.setCurrentIndex(1)
    assert desk.texts() == ["À garder, non envoyé", "Fin non envoyée", "À garder, non envoyé"]


def test_all_are_answered_in_one_gesture_and_sent_with_one_summary(desk, qtbot):
    desk.open(qtbot)
    desk.table.selectAll()
    desk.key(Qt.Key.Key_F)
    desk.reads(qtbot, "5\u00a0droits sur 5 revus")
    desk.key(Qt.Key.Key_Return, CONTROL)
    dialog = desk.dialog(qtbot)
    assert "5\u00a0droits prennent fin dès que le serveur a répondu." in walks.words_of(dialog)
    assert "Droits terminés pour Karim LEROUX, Lea PETIT" in walks.words_of(dialog)
    dialog.confirm_button.click()
    desk.reads(qtbot, "5\u00a0réponses enregistrées par le serveur.")
    assert desk.answers() == ["end"] * 5
    desk.screen.mode.setCurrentIndex(2)
    qtbot.waitUntil(lambda: desk.texts() == ["Terminé"] * 5)


def test_many_answers_go_together(desk, qtbot):
    desk.put(*(an_item(one) for one in rights(many=310)))
    desk.open(qtbot)
    desk.table.selectAll()
    desk.key(Qt.Key.Key_G)
    desk.reads(qtbot, "310\u00a0droits sur 310 revus")
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.dialog(qtbot).confirm_button.click()
    said = "310\u00a0réponses enregistrées par le serveur."
    qtbot.waitUntil(lambda: said in desk.words(), timeout=30_000)
    assert [len(call) for call in desk.server.answer_calls] == [150, 150, 10]


def test_a_lost_answer_is_said_and_the_same_keys_go_again(desk, qtbot):
    desk.open(qtbot)
    desk.key(Qt.Key.Key_F)
    desk.reads(qtbot, "1\u00a0droit sur 5 revu")
    desk.server.answer_losses.append(Unreachable(data={"host": "127.0.0.1", "sent": True}))
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.dialog(qtbot).confirm_button.click()
    desk.reads(qtbot, "chacune une seule fois.")
    desk.screen.mode.setCurrentIndex(1)
    desk.screen.banner.action_button.click()
    desk.reads(qtbot, "1\u00a0réponse enregistrée par le serveur.")
    qtbot.waitUntil(lambda: len(desk.server.answer_calls) == 2)
    first, second = desk.server.answer_calls
    assert first[0].key == second[0].key
    assert desk.answers().count("end") == 1


def test_an_empty_table_says_why(desk, qtbot):
    desk.open(qtbot)
    desk.table.selectAll()
    desk.key(Qt.Key.Key_G)
    desk.reads(qtbot, "Plus rien n’attend votre réponse ici.")
    desk.find(QLineEdit, "reviewSearchEdit").setText("personne")
    desk.screen.mode.setCurrentIndex(2)
    desk.reads(qtbot, "Aucun droit ne répond à cette recherche.")


def test_a_choice_is_taken_back(desk, qtbot):
    desk.open(qtbot)
    desk.screen.mode.setCurrentIndex(2)
    desk.key(Qt.Key.Key_F)
    qtbot.waitUntil(lambda: desk.texts()[0] == "Fin non envoyée")
    desk.key(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: desk.texts()[0] == "À revoir")
    assert not desk.button("sendAnswersButton").isEnabled()
    assert "Aucune réponse n’est choisie." in desk.button("sendAnswersButton").accessibleDescription()


def test_a_right_that_moved_is_to_be_looked_at_again(desk, qtbot):
    desk.open(qtbot)
    desk.key(Qt.Key.Key_G)
    desk.reads(qtbot, "1\u00a0droit sur 5 revu")
    page = desk.server.reviews[REVIEW_ID]
    moved = replace(page.items[0].delegation, status=Status.SUSPENDED, version=2)
    desk.server.reviews[REVIEW_ID] = replace(page, items=(an_item(moved), *page.items[1:]))
    desk.key(Qt.Key.Key_Return, CONTROL)
    desk.dialog(qtbot).confirm_button.click()
    desk.reads(qtbot, "1\u00a0réponse est à revoir")
    qtbot.waitUntil(lambda: desk.texts()[0] == "À revoir")


def test_nobody_answers_for_his_own_right_and_is_told_why(desk, qtbot):
    mine = replace(rights(many=1)[0], grantee=a_party(an_account()))
    desk.put(an_item(mine))
    desk.open(qtbot)
    qtbot.waitUntil(lambda: not desk.button("keepButton").isEnabled())
    assert desk.button("keepButton").accessibleDescription().startswith("Pourquoi")
    desk.key(Qt.Key.Key_G)
    assert desk.read(lambda stores: stores.account.database.rows("SELECT * FROM review_answer"), qtbot) == []


def test_without_a_network_choices_are_kept_and_nothing_leaves(desk, qtbot):
    desk.open(qtbot)
    go_offline(desk)
    desk.screen.activate()
    qtbot.waitUntil(lambda: desk.is_shown("offlineBanner"))
    desk.key(Qt.Key.Key_F)
    desk.reads(qtbot, "1\u00a0droit sur 5 revu")
    assert "Lu sur le serveur aujourd’hui" in desk.words()
    assert not desk.button("sendAnswersButton").isEnabled()
    del desk.server.firm, desk.server.answer_review
    desk.screen.activate()
    qtbot.waitUntil(lambda: desk.button("sendAnswersButton").isEnabled())


def test_what_is_typed_filters_and_letters_are_not_answers_there(desk, qtbot):
    desk.open(qtbot)
    desk.type("reviewSearchEdit", "fg")
    qtbot.waitUntil(lambda: desk.texts() == [])
    desk.find(QLineEdit, "reviewSearchEdit").setText("petit")
    assert desk.texts(0) == ["Lea PETIT"]
    assert desk.read(lambda stores: stores.account.database.rows("SELECT * FROM review_answer"), qtbot) == []


def test_columns_sort(desk, qtbot):
    items = [an_item(one, last_used_on=date(2026, 11, 1 + number)) for number, one in enumerate(rights())]
    desk.put(*items)
    desk.open(qtbot)
    desk.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert desk.texts(3) == ["05/11/2026", "04/11/2026", "03/11/2026", "02/11/2026", "01/11/2026"]
    desk.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert desk.texts(0)[0] == "Oscar VIDAL"


def test_the_first_review_is_opened_from_the_screen(desk, qtbot):
    desk.server.reviews = {}
    desk.server.firms[FIRM_ID] = replace(desk.server.firms[FIRM_ID], reviews=())
    desk.server.delegations = {one.id: one for one in rights()}
    desk.open(qtbot)
    desk.reads(qtbot, "Aucune revue n’a encore été ouverte")
    desk.screen.nothing.button.click()
    dialog = desk.dialog(qtbot)
    edit = dialog.findChild(QLineEdit, "reviewEndEdit")
    assert edit.text() == "24/12/2026"
    edit.setText("25/11/2026")
    dialog.confirm_button.click()
    assert "Choisissez un jour entre le 01/12/2026 et le 22/02/2027." in walks.words_of(dialog)
    edit.setText("20/12/2026")
    dialog.confirm_button.click()
    desk.reads(qtbot, "0\u00a0droit sur 5 revu")
    assert desk.server.firm_calls[-1].body == {"closes_on": "2026-12-20"}


def test_an_opening_whose_answer_is_lost_is_asked_again_under_its_key(desk, qtbot):
    desk.server.reviews = {}
    desk.server.firms[FIRM_ID] = replace(desk.server.firms[FIRM_ID], reviews=())
    desk.server.delegations = {one.id: one for one in rights()}
    desk.open(qtbot)
    desk.server.lost_answers = 1
    asked = {"firm": FIRM, "closes_on": date(2026, 12, 20), "account_id": an_account().account_id}
    with qtbot.waitSignal(desk.screen.opening.delayed):
        desk.screen.opening.open_until(**asked)
    desk.reads(qtbot, "n’ouvrira qu’une revue.")
    desk.screen.opening.open_until(**asked)
    with qtbot.waitSignal(desk.screen.opening.opened):
        desk.sync.ask()
    first, second = (call for call in desk.server.firm_calls if call.path.endswith("/reviews"))
    assert first.key == second.key


def test_a_review_that_is_refused_says_why_and_leaves_nothing_behind(desk, qtbot):
    desk.open(qtbot)
    asked = {"firm": FIRM, "closes_on": date(2026, 12, 20), "account_id": an_account().account_id}
    with qtbot.waitSignal(desk.screen.opening.refused):
        desk.screen.opening.open_until(**asked)
    qtbot.waitUntil(lambda: desk.read(outbox.entries, qtbot) == ())


def test_a_closed_review_says_what_it_came_to_and_another_can_be_opened(desk, qtbot):
    answers = (Answer.KEEP, Answer.KEEP, Answer.END, Answer.LAPSED)
    items = [an_item(one, answer=answer) for one, answer in zip(rights(many=4), answers, strict=True)]
    desk.put(*items, status="closed", waiting=0)
    desk.open(qtbot)
    desk.reads(qtbot, "2\u00a0droits gardés, 1\u00a0terminé et 1\u00a0terminé sans réponse.")
    assert "Cette revue est close." in desk.words()
    assert desk.is_shown("openReviewButton")
    assert not desk.is_shown("reviewProgress")


@pytest.mark.parametrize(("action", "kind"), [("PDF", "pdf"), ("CSV", "csv")])
def test_the_report_is_saved(desk, qtbot, tmp_path, action, kind):
    desk.open(qtbot)
    menu = desk.button("reviewReportButton").menu()
    next(one for one in menu.actions() if action in one.text()).trigger()
    dialog = desk.dialog(qtbot)
    assert isinstance(dialog, QFileDialog)
    target = tmp_path / f"revue.{kind}"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    desk.reads(qtbot, f"revue.{kind}")
    content = target.read_bytes()
    assert content.startswith(b"%PDF" if kind == "pdf" else "\ufeffPersonne;Identifiant".encode())
    if kind == "pdf":
        told = " ".join(page.extract_text() for page in PdfReader(target).pages)
        assert "Ouverte le 24 novembre 2026 par Hugo Garnier." in told.replace("\u00a0", " ")
        assert "aujourd" not in told, "it is read long afterwards"
    if kind == "csv":
        assert "Karim LEROUX;karim.leroux;jesignexpert;" in content.decode()


def test_every_part_can_be_heard_and_shows_plain_text(desk, qtbot):
    desk.put(an_item(replace(rights(many=1)[0], grantee=replace(a_party(an_account("x.y")), surname="<b>Y</b>"))))
    desk.open(qtbot)
    assert walks.unnamed(desk.window) == []
    assert walks.rich_labels(desk.window) == []


def test_no_part_of_the_screen_opens_as_a_window(desk, qtbot, qapp):
    watch = walks.WindowWatch(qapp)
    desk.open(qtbot)
    desk.screen.mode.setCurrentIndex(2)
    desk.put()
    desk.screen.activate()
    assert watch.shown == []


def test_a_small_window_cuts_nothing(desk, qtbot):
    desk.open(qtbot)
    desk.window.resize(900, 600)
    bar, button = desk.screen.bar, desk.button("sendAnswersButton")
    qtbot.waitUntil(lambda: desk.window.width() == 900)
    assert button.mapTo(desk.window, button.rect().bottomRight()).x() <= 900
    assert bar.mapTo(desk.window, bar.rect().bottomRight()).y() <= 600
    assert desk.table.height() > 100
