"""Every list of the application on real files, ready for somebody who walks at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from comptexpert_desktop.domain.delegation import Party, Status
from comptexpert_desktop.domain.import_cells import LineFault
from comptexpert_desktop.domain.import_file import ImportLine
from comptexpert_desktop.domain.importing import Checked
from comptexpert_desktop.domain.notice import About, Kind, Notice
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.presentation.outbox import lines as outbox_lines
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import notices as notice_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.importing.preview_page import PreviewPage
from comptexpert_desktop.ui.notices.screen import NoticesScreen
from comptexpert_desktop.ui.outbox.screen import OutboxScreen
from comptexpert_desktop.ui.rights.screen import RightsScreen
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from tests.desktop.ui import kit as app
from tests.desktop.ui import walks
from tests.desktop.ui.delegations.desk_robot import DeskRobot
from tests.desktop.ui.robot import Robot
from tests.desktop.ui.selection_walk import Bench, settler

if TYPE_CHECKING:
    import random

MANY = 24


def surname(number: int) -> str:
    return f"NOM{number:03}"


def open_dialogs(window) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def write(robot, work, topics=frozenset({Topic.DELEGATIONS, Topic.OUTBOX})) -> None:
    """Change the files as a turn of synchronisation would, without waiting."""

    def change(stores):
        with stores.account.database.transaction():
            work(stores.account)
        return topics

    robot.kit.tasks.write(robot.kit.changes, change)


# -- Delegations ----------------------------------------------------------------------------------


def one_delegation(number: int, dice: random.Random | None = None):
    status = dice.choice((Status.PENDING, Status.ACTIVE, Status.SUSPENDED, Status.REVOKED)) if dice else Status.PENDING
    grantee = Party(f"acc-{number}", f"lou.nom{number:03}", "Lou", f"Nom{number:03}")
    made = app.delegation(number, grantee=grantee) if status is Status.PENDING else app.active(number, grantee=grantee)
    return replace(made, status=status, version=dice.randrange(2, 10**6) if dice else 1)


def delegations(app_kit, qtbot, *, grants: bool = True) -> Bench:
    robot = DeskRobot(app_kit, qtbot, *(one_delegation(number) for number in range(1, MANY)), grants=grants)
    robot.desk.query_bar.filters.choose("all")
    listed, people = robot.desk, {f"Lou {surname(number)}" for number in range(2 * MANY)}

    def shown() -> str:
        headings = [one for one in listed.pane.detail.findChildren(PlainLabel) if one.property("role") == "heading"]
        names = [one.text() for one in headings if one.isVisible() and one.text() in people]
        return names[0] if names else ""

    def change_one(dice):
        number = dice.randrange(1, 2 * MANY)
        write(robot, lambda file: delegation_store.keep(file, delegations=[one_delegation(number, dice)]))

    def take_one_away(dice):
        number = dice.randrange(1, MANY)
        write(robot, lambda file: delegation_store.delete(file, delegation_ids=[f"del-{number:06}"]))

    def look_elsewhere(dice):
        robot.desk.query_bar.filters.choose(dice.choice(("all", "all", "undecided", "live")))

    def act(_dice) -> list[str] | None:
        robot.screen.activateWindow()
        listed.table.setFocus()
        QTest.keyClick(listed.table, Qt.Key.Key_R)
        settler(app_kit)()
        found = open_dialogs(robot.screen)
        said = " ".join(walks.words_of(dialog) for dialog in found)
        for dialog in found:
            dialog.reject()
        return [name for name in people if name in said] if found else None

    return Bench(
        name="delegations" if grants else "own requests",
        view=lambda: listed.table,
        label=lambda index: str(index.data()),
        shown=shown if grants else None,
        enabled=lambda: any(action.isEnabled() and action.isVisible() for action in listed.pane.bar.actions_here),
        settle=settler(app_kit, rounds=12),  # the case, then whom it is about, then the case with them
        disturb=(change_one, change_one, take_one_away),
        gestures=(look_elsewhere,),
        act=act if grants else None,
    )


# -- The board of rights --------------------------------------------------------------------------

RIGHTS = (("jesignexpert", ("sign",)), ("jesignexpert", ("prepare",)), ("rfc", ("access",)))


def one_right(number: int, dice: random.Random | None = None):
    made = one_delegation(number, dice)
    service, rights = RIGHTS[number % 3]
    is_effective = made.status is Status.ACTIVE and number % 2 == 0
    missing = ("DEL_TERMS",) if made.status is Status.ACTIVE and not is_effective else ()
    used = rights if is_effective else ()
    return replace(made, service=service, rights=rights, effective=is_effective, missing=missing, effective_rights=used)


def rights_board(app_kit, qtbot) -> Bench:
    app_kit.fill(*(one_right(number) for number in range(1, MANY)))
    robot = Robot(RightsScreen(app_kit.context()), app_kit, qtbot)
    screen, settle = robot.screen, settler(app_kit)

    def label(index: QModelIndex) -> str:
        person = str(index.siblingAtColumn(0).data())
        title = screen.model.headerData(index.column(), Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
        return f"{person} | {title}" if index.column() else person

    def shown() -> str:
        person, answer = screen.pane.title.text(), screen.pane.answer.text()
        title = answer.partition("\u00a0»")[0].removeprefix("«\u00a0")
        return f"{person} | {title}" if answer.startswith("«") else person

    def change_one(dice):
        made = one_right(dice.randrange(1, 2 * MANY), dice)
        write(robot, lambda file: delegation_store.keep(file, delegations=[made]))

    def take_one_away(dice):
        number = dice.randrange(1, MANY)
        write(robot, lambda file: delegation_store.delete(file, delegation_ids=[f"del-{number:06}"]))

    def ask_for_a_right(dice):
        header = screen.table.horizontalHeader()
        place = header.sectionViewportPosition(dice.randrange(screen.model.columnCount())) + 4
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(place, 8))

    def mends() -> list[QPushButton]:
        found = screen.pane.findChildren(QPushButton)
        return [one for one in found if one.objectName().startswith("mend-") and one.isVisible()]

    def act(dice) -> list[str] | None:
        if not (buttons := mends()):
            return None
        before, here = len(robot.entries()), [label(index) for index in screen.table.selectedIndexes()]
        app_kit.navigator.destinations.clear()
        dice.choice(buttons).click()
        settle()
        said = " ".join(walks.words_of(dialog) for dialog in open_dialogs(screen))
        for dialog in open_dialogs(screen):
            dialog.reject()
        said += " ".join(entry.subject for entry in robot.entries()[before:])
        names = {surname(number) for number in range(2 * MANY) if surname(number) in said.upper()}
        return [next((one for one in here if name in one), name) for name in names] or None

    return Bench(
        name="board of rights",
        view=lambda: screen.table,
        label=label,
        shown=shown,
        enabled=lambda: bool(mends()),
        settle=settle,
        disturb=(change_one, change_one, take_one_away),
        gestures=(ask_for_a_right,),
        act=act,
    )


# -- The outbox -----------------------------------------------------------------------------------


def outbox_entries(app_kit, qtbot) -> Bench:
    app_kit.fill(grants=False)
    statuses = (OutboxStatus.QUEUED, OutboxStatus.SENT, OutboxStatus.NEEDS_YOU, OutboxStatus.UNKNOWN)
    entries = [
        app.entry(number, subject=f"jesignexpert · Lou {surname(number)}", status=statuses[number % 4], code="X")
        for number in range(1, MANY)
    ]
    app_kit.queue(*entries)
    robot = Robot(OutboxScreen(app_kit.context()), app_kit, qtbot)
    screen = robot.screen

    def shown_list():
        return screen.lists.sent if screen.lists.sent.selected() else screen.lists.unsent

    def title(index: QModelIndex) -> str:
        return outbox_lines.title(shown_list().model.line(index.row()))

    def change_one(dice):
        entry, status = dice.choice(entries), dice.choice(statuses)
        write(robot, lambda file: outbox_store.mark(file, outbox_id=entry.id, status=status))

    def titles() -> dict[str, str]:
        models = (screen.lists.unsent.model, screen.lists.sent.model)
        return {
            line.id: outbox_lines.title(line) for model in models for line in map(model.line, range(model.rowCount()))
        }

    def act(_dice) -> list[str] | None:
        before = titles()
        view = shown_list().view
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Delete)
        settler(app_kit)()
        if found := open_dialogs(screen):
            said = " ".join(walks.words_of(dialog) for dialog in found)
            for dialog in found:
                dialog.reject()
            return [title for title in before.values() if title in said]
        after = titles()
        return [title for number, title in before.items() if number not in after] or None

    return Bench(
        name="outbox",
        view=lambda: shown_list().view,
        label=title,
        shown=screen._about.text,
        enabled=lambda: screen.retry.isEnabled() or screen.discard.isEnabled(),
        settle=settler(app_kit),
        disturb=(change_one,),
        act=act,
    )


# -- The notices ----------------------------------------------------------------------------------


def notices(app_kit, qtbot) -> Bench:
    kinds = (Kind.REQUESTED, Kind.REVOKED, Kind.APPROVED)

    def a_notice(number: int) -> Notice:
        moment = app.NOW - timedelta(minutes=number)
        return Notice(f"n/{number}", kinds[number % 3], moment, About(person=f"Lou {surname(number)}"))

    app_kit.fill()
    robot = Robot(NoticesScreen(app_kit.context()), app_kit, qtbot)
    screen, topics = robot.screen, frozenset({Topic.NOTICES})
    first = [a_notice(number) for number in range(1, MANY)]
    write(robot, lambda file: notice_store.add(file, notices=first, is_shown=False), topics)
    settle = settler(app_kit)

    def who(text: str) -> str:
        return next((part for part in text.replace(".", " ").split() if part.startswith("NOM")), "")

    def label(index: QModelIndex) -> str:
        return screen.model.notice(index.row()).about.person.split()[-1]

    def one_more(dice):
        made = a_notice(dice.randrange(MANY, 4 * MANY))
        write(robot, lambda file: notice_store.add(file, notices=[made], is_shown=False), topics)

    def act(_dice) -> list[str] | None:
        unread = {one.id: one.about.person.split()[-1] for one in screen.model._notices if not one.is_read}
        screen.list.setFocus()
        QTest.keyClick(screen.list, Qt.Key.Key_L)
        settle()
        still = {one.id for one in screen.model._notices if not one.is_read}
        return [name for number, name in unread.items() if number not in still] or None

    return Bench(
        name="notices",
        view=lambda: screen.list,
        label=label,
        shown=lambda: who(screen._detail.text()),
        enabled=lambda: screen.read_one.isEnabled() or screen.show_about.isEnabled(),
        settle=settle,
        disturb=(one_more,),
        act=act,
    )


# -- The lines of an import -----------------------------------------------------------------------


def import_lines(app_kit, qtbot) -> Bench:
    app_kit.tasks.start()
    page = PreviewPage(app_kit.tasks, clock=lambda: app_kit.now)
    qtbot.addWidget(page)
    page.resize(800, 500)
    page.show()
    lines = tuple(
        Checked(ImportLine(number, {"grantee": surname(number)}, {}, fault=LineFault("grantee", "MISSING", "")))
        for number in range(2, MANY)
    )
    page.show_lines(lines, labels=Labels(), notes=(), comparisons=())

    def show_other_lines(dice):
        shown = tuple(dice.sample(lines, k=dice.randrange(1, len(lines))))
        page.show_lines(shown, labels=Labels(), notes=(), comparisons=())

    return Bench(
        name="import lines",
        view=lambda: page.table,
        label=lambda index: str(index.data(Qt.ItemDataRole.AccessibleTextRole)),
        shown=page._sentence.text,
        enabled=lambda: False,
        settle=QApplication.processEvents,
        gestures=(show_other_lines,),
    )


# -- The rights under review ----------------------------------------------------------------------


def review_rights(desk: Any, qtbot) -> Bench:
    """Walk in the review of `desk`, whose window is open on it."""
    desk.open(qtbot)
    screen = desk.screen

    def name_of(row: int) -> str:
        return str(screen.model.index(row, 0).data())

    def act(dice) -> list[str] | None:
        before = dict(screen.desk.chosen)
        names = {screen.model.id_at(row): name_of(row) for row in range(screen.model.rowCount())}
        desk.key(dice.choice((Qt.Key.Key_G, Qt.Key.Key_F)))
        settler(desk)()
        after = screen.desk.chosen
        changed = [one for one in after if after[one] != before.get(one)]
        return [names[one] for one in changed] or None

    def look_at_all(dice):
        screen.mode.setCurrentIndex(dice.choice((0, 2, 2)))

    def read_again(_dice):
        desk.changes.announce(frozenset({Topic.REVIEWS}))

    return Bench(
        name="rights under review",
        view=lambda: screen.table,
        label=lambda index: name_of(index.row()),
        shown=None,
        enabled=lambda: any(one.isEnabled() for one in (screen.answering.keep, screen.answering.end)),
        settle=settler(desk),
        disturb=(read_again,),
        gestures=(look_at_all,),
        act=act,
    )
