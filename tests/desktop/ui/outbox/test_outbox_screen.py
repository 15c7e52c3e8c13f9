"""The outbox: every state has its word, its reason, and what may be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation.outbox import words
from comptexpert_desktop.presentation.outbox.lines import detail, lines_of, title
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.look import resources
from comptexpert_desktop.ui.outbox.model import OutboxModel, Roles
from comptexpert_desktop.ui.outbox.screen import OutboxScreen
from comptexpert_desktop.ui.settings.bundle_dialog import BundleDialog
from tests.desktop.ui import kit, walks
from tests.desktop.ui.robot import Robot
from tests.fakes_wire import call_of


def open_outbox(app_kit, qtbot, *entries) -> Robot:
    app_kit.fill(grants=False)
    if entries:
        app_kit.queue(*entries)
    return Robot(OutboxScreen(app_kit.context()), app_kit, qtbot)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("status", list(OutboxStatus))
def test_every_kind_in_every_state_has_words_and_an_icon(kind: Kind, status: OutboxStatus) -> None:
    entry = kit.entry(kind=kind, status=status)
    assert words.title(entry).startswith(words.KINDS[kind])
    assert resources.path("icons", f"{words.state(entry).icon}.svg").exists()
    assert words.explanation(entry).endswith(".")
    assert words.when(entry, now=kit.NOW)


@pytest.mark.parametrize("kind", [Kind.REVOKE, Kind.SUSPEND])
@pytest.mark.parametrize("status", [OutboxStatus.QUEUED, OutboxStatus.SENDING, OutboxStatus.UNKNOWN])
def test_rights_that_are_not_cut_yet_say_so_loudly(kind: Kind, status: OutboxStatus) -> None:
    assert words.state(kit.entry(kind=kind, status=status)).word == "PAS ENCORE EFFECTIF"


def test_only_what_the_server_answered_is_called_done() -> None:
    successes = [s for s in OutboxStatus if words.state(kit.entry(status=s)).tone == "success"]
    assert successes == [OutboxStatus.SENT]


def test_waits_and_attempts_are_told() -> None:
    entry = kit.entry(attempts=3, next_attempt_at=kit.NOW + timedelta(minutes=4))
    assert words.when(entry, now=kit.NOW).endswith("3\u00a0tentatives · prochaine tentative dans 4\u00a0minutes")
    assert words.when(kit.entry(), now=kit.NOW).endswith("prochaine tentative dès que possible")


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((), ""),
        ((kit.entry(),), "1\u00a0envoi n’a pas quitté ce poste."),
        ((kit.entry(1), kit.entry(2)), "2\u00a0envois n’ont pas quitté ce poste."),
        ((kit.entry(status=OutboxStatus.UNKNOWN),), "1\u00a0envoi attend la réponse du serveur."),
        (
            (kit.entry(status=OutboxStatus.NEEDS_YOU), kit.entry(status=OutboxStatus.SENT)),
            "1\u00a0envoi à revoir. 1\u00a0envoi transmis.",
        ),
    ],
)
def test_the_summary_says_what_left_and_what_did_not(entries, said: str) -> None:
    assert words.summary(entries) == said


def test_an_empty_outbox_says_that_nothing_waits(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot)
    assert "Rien n’attend" in walks.words_of(robot.screen)


def test_the_list_shows_service_names_and_a_reason_for_what_came_back(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, status=OutboxStatus.NEEDS_YOU, code="DEL_DUPLICATE", attempts=1))
    model = robot.screen.lists.unsent.model
    assert model.index(0).data() == "Demande de délégation · Jesignexpert · Hélène DELORME"
    assert model.index(0).data(Roles.STATE).word == "À revoir"
    assert "Rien n’est changé" in walks.words_of(robot.screen)
    assert "DEL_" not in walks.words_of(robot.screen)


def test_what_came_back_is_tried_again(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, status=OutboxStatus.NEEDS_YOU, code="SERVER_FAULT"))
    robot.find("retryButton").click()
    robot.settle()
    (entry,) = robot.entries()
    assert entry.status is OutboxStatus.QUEUED


def test_discard_asks_first_and_forgets_only_then(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1))
    robot.find("discardButton").click()
    robot.dialog().reject()
    robot.settle()
    assert len(robot.entries()) == 1
    robot.find("discardButton").click()
    robot.dialog().accept()
    robot.settle()
    assert robot.entries() == ()


def test_what_was_sent_leaves_the_list_without_a_question(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, status=OutboxStatus.SENT))
    assert robot.find("discardButton").text() == "Retirer de la liste"
    robot.find("discardButton").click()
    robot.settle()
    assert robot.entries() == ()


@pytest.mark.parametrize("status", [OutboxStatus.SENDING, OutboxStatus.UNKNOWN])
def test_what_is_on_its_way_can_be_neither_retried_nor_discarded_and_says_why(app_kit, qtbot, status) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, status=status))
    for button in (robot.find("retryButton"), robot.find("discardButton")):
        assert not button.isEnabled()
        assert button.accessibleDescription().startswith("Pourquoi\u00a0?")
        assert "Pourquoi" in button.toolTip()
    assert "Pourquoi\u00a0?" in walks.words_of(robot.screen)


def test_an_ended_session_offers_to_sign_in_and_never_blames_the_network(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, code="SESSION_EXPIRED"))
    assert robot.find("outboxSignInButton").isVisible()
    assert "injoignable" not in walks.words_of(robot.screen)
    with qtbot.waitSignal(robot.kit.navigator.signing_in):
        robot.find("outboxSignInButton").click()


def test_the_cabinet_is_chosen_when_the_server_asked_which_one(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, status=OutboxStatus.NEEDS_YOU, code="DEL_WRONG_FIRM"))
    answer = {"firms": [{"id": "firm-1", "siren": "1", "name": "Un"}, {"id": "firm-2", "siren": "2", "name": "Deux"}]}
    (before,) = robot.entries()

    def told(stores):
        file = stores.account
        with file.database.transaction():
            file.database.execute(
                "UPDATE outbox SET answer = :answer WHERE id = :id",
                {"answer": file.seal(answer, kind="answer", name=before.id), "id": before.id},
            )
        return frozenset({Topic.OUTBOX})

    robot.kit.tasks.write(robot.screen, told)
    robot.settle()
    assert robot.screen.firm.isVisible()
    robot.screen.firm.setCurrentIndex(1)
    robot.find("retryButton").click()
    robot.settle()
    write = robot.kit.read(lambda stores: call_of(outbox_store.command_of(stores.account, outbox_id=before.id)), qtbot)
    assert write.body["firm"] == "firm-2"


def test_the_chosen_entry_stays_chosen_when_others_come(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1), kit.entry(2), kit.entry(3))
    robot.qtbot.keyClick(robot.screen.lists.unsent.view, Qt.Key.Key_Down)
    chosen = robot.screen.lists.selected().id
    robot.screen.reload()
    robot.settle()
    assert robot.screen.lists.selected().id == chosen
    assert robot.screen.lists.unsent.view.currentIndex().row() == 1


def test_time_that_passes_is_told_again(qapp, qtbot) -> None:
    model = OutboxModel(clock=lambda: kit.NOW)
    model.set_lines(lines_of([kit.entry()]).unsent)
    with qtbot.waitSignal(model.dataChanged):
        model.tick()


def test_markup_in_a_subject_is_shown_as_it_is(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, subject="jesignexpert · <b>Théo</b> <img src=x>"))
    assert "<b>Théo</b>" in walks.words_of(robot.screen)
    assert "<b>" not in robot.screen.lists.unsent.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert walks.rich_labels(robot.screen) == []


def test_everything_the_keyboard_reaches_has_a_name(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1))
    assert robot.screen.lists.unsent.view.objectName() == "outboxList"
    assert walks.unnamed(robot.screen) == []


def test_no_part_of_the_screen_is_ever_a_window(app_kit, qtbot, qapp) -> None:
    watch = walks.WindowWatch(qapp)
    open_outbox(app_kit, qtbot, kit.entry(1), kit.entry(2, code="SESSION_EXPIRED"))
    qapp.removeEventFilter(watch)
    assert watch.shown == ["OutboxScreen outboxScreen"]


FAILED = {"status": OutboxStatus.NEEDS_YOU, "code": "SERVER_FAULT", "faults": 3}


def test_what_the_server_always_fails_over_can_be_reported(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, **FAILED))
    assert robot.screen.report.isVisible()
    robot.screen.report.trigger()
    qtbot.waitUntil(lambda: bool(robot.screen.window().findChildren(BundleDialog)))
    robot.screen.window().findChild(BundleDialog).reject()


def test_nothing_else_asks_to_be_reported(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, status=OutboxStatus.NEEDS_YOU, code="DEL_DUPLICATE"))
    assert not robot.screen.report.isVisible()


def test_what_may_have_been_done_says_so_before_it_is_given_up() -> None:
    entry = kit.entry(1, **FAILED, is_uncertain=True)
    assert "peut-être déjà eu son effet" in words.explanation(entry)
    assert "n’annule rien" in words.before_discarding(entry)
    assert "jamais transmis" in words.before_discarding(kit.entry(1, **FAILED))


def test_what_left_and_what_did_not_are_two_lists_with_their_times(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1), kit.entry(2, status=OutboxStatus.SENT))
    said = walks.words_of(robot.screen)
    assert "Pas encore transmis\u00a0(1)" in said
    assert "Transmis\u00a0(1)" in said
    sent = robot.screen.lists.sent
    assert sent.model.index(0).data(Roles.DETAIL).startswith("Transmis aujourd’hui à ")
    qtbot.keyClick(sent.view, Qt.Key.Key_Home)
    sent.selection.select_rows([0])
    assert robot.screen.lists.unsent.selected() is None
    assert robot.find("discardButton").text() == "Retirer de la liste"


MANY = [kit.entry(n, kind=Kind.SUSPEND, subject=f"rfc · Lou NOM{n}", group="bulk/1") for n in range(1, 9)]


def test_one_decision_about_many_is_one_line_a_list_and_what_came_back_stands_alone() -> None:
    left = replace(MANY[0], status=OutboxStatus.SENT)
    back = replace(MANY[1], status=OutboxStatus.NEEDS_YOU, code="DEL_STALE")
    shown = lines_of([left, back, *MANY[2:], kit.entry(20)])
    assert [len(line.entries) for line in shown.unsent] == [1, 6, 1]
    assert [len(line.entries) for line in shown.sent] == [1]
    assert title(shown.unsent[1]) == "Suspension · 6\u00a0envois"
    assert shown.unsent[1].progress == (
        "8\u00a0envois décidés ensemble\u00a0: 1\u00a0transmis, 6\u00a0en attente et 1\u00a0à revoir."
    )
    assert detail(shown.unsent[1], now=kit.NOW).startswith("Lou NOM3, Lou NOM4 et 4\u00a0autres personnes · Enregistré")


def test_a_decision_about_many_is_given_up_in_one_gesture(app_kit, qtbot) -> None:
    made = [kit.entry(n, kind=Kind.SUSPEND, delegation_id=f"del-{n:06}") for n in range(1, 5)]
    robot = open_outbox(app_kit, qtbot, *made)

    def group(stores):
        stores.account.database.execute("UPDATE outbox SET about = 'bulk/1'", {})
        stores.account.database.execute("UPDATE outbox SET status = 'unknown' WHERE id = :id", {"id": made[0].id})
        return frozenset({Topic.OUTBOX})

    robot.kit.tasks.write(robot.screen, group)
    robot.settle()
    assert robot.screen.lists.unsent.model.rowCount() == 1
    robot.find("discardButton").click()
    robot.dialog().accept()
    robot.settle()
    assert [entry.id for entry in robot.entries()] == [made[0].id]


def test_the_list_of_what_has_not_left_says_that_it_is_empty(app_kit, qtbot) -> None:
    robot = open_outbox(app_kit, qtbot, kit.entry(1, status=OutboxStatus.SENT))
    assert robot.screen.lists.unsent.view.isVisible()
    assert "Pas encore transmis\u00a0(0)" in walks.words_of(robot.screen)
