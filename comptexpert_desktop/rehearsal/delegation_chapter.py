"""Second chapter of the tour: a collaborateur asks, an expert-comptable decides, also when the network is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit, QTableView, QWidget

from comptexpert_desktop.rehearsal.signup_chapter import STAFF_LOGIN, choose_service, pick_expert

if TYPE_CHECKING:
    from comptexpert_desktop.rehearsal.stage import Stage

REASON = "Préparation des signatures de la campagne fiscale."
NOTE = "Les factures restent confiées à l’équipe de saisie."


def keyring_locked(stage: Stage) -> None:
    """The keyring is locked: the application says what it means and keeps nothing in the clear."""
    stage.service.lock()
    stage.sign_in(login_id=STAFF_LOGIN, name="Kervella")
    stage.go_to("home")
    stage.robot.wait_for_text("trousseau")


def keyring_unlocked(stage: Stage) -> None:
    """The keyring opens again: the person signs in, the session will outlive the program."""
    stage.sign_out()
    stage.service.unlock()
    stage.sign_in(login_id=STAFF_LOGIN, name="Kervella")


def first_request(stage: Stage) -> None:
    """The request prepared before the account existed has left by itself."""
    stage.go_to("delegations")
    stage.robot.click("chip-undecided")
    stage.robot.wait_until(lambda: _rows(stage) == 1, "la première demande", seconds=30)


def second_request(stage: Stage) -> None:
    """Ask for another service."""
    stage.robot.click("askButton")
    pick_expert(stage)
    choose_service(stage, "jesignexpert")
    stage.robot.enter(stage.robot.find(QPlainTextEdit, "reasonEdit"), REASON)
    stage.robot.picture(stage.picture_now)
    stage.robot.click("sendRequestButton")
    stage.robot.wait_until(lambda: _rows(stage) == 2, "les deux demandes", seconds=30)  # noqa: PLR2004 - both


def requests_followed(stage: Stage) -> None:
    """Both requests wait for the expert-comptable."""
    stage.robot.wait_until(lambda: not _any_unsent(stage), "tout est transmis", seconds=30)


def expert_signs_in(stage: Stage) -> None:
    """The expert-comptable signs in on the same machine: her home says what waits."""
    stage.sign_out()
    expert = stage.person("ec")
    stage.sign_in(login_id=expert["login_id"], name=expert["surname"], password=expert["password"])
    stage.go_to("home")
    stage.robot.wait_for_text("demandes", seconds=30)


def review_desk(stage: Stage) -> None:
    """The review desk: every request, and what each would change."""
    stage.go_to("delegations")
    stage.robot.click("chip-undecided")
    stage.robot.wait_until(lambda: _rows(stage) >= 2, "les demandes à décider", seconds=30)  # noqa: PLR2004 - both
    _choose(stage, "jesignexpert")


def approve(stage: Stage) -> None:
    """Approve with one key: what was decided is said, and may be taken back until it leaves."""
    stage.robot.press(Qt.Key.Key_A, on=stage.robot.find(QTableView, "delegationTable"))
    stage.robot.wait_for_text("L’envoi attend")
    stage.robot.picture(stage.picture_now)


def refuse(stage: Stage) -> None:
    """Refuse with a note, which is required."""
    _choose(stage, "jefacture")
    stage.robot.press(Qt.Key.Key_R, on=stage.robot.find(QTableView, "delegationTable"))
    stage.robot.enter(stage.robot.find(QPlainTextEdit, "noteEdit"), NOTE)
    stage.robot.picture(stage.picture_now)
    stage.robot.click("confirmButton")
    stage.robot.wait_until(lambda: not _has(stage, "jefacture"), "le refus transmis", seconds=30)


def granted(stage: Stage) -> None:
    """What is granted once it has left, and what is still missing before it works."""
    stage.robot.wait_until(lambda: not _has(stage, "jesignexpert"), "la décision transmise", seconds=30)
    stage.robot.click("chip-live")
    _choose(stage, "jesignexpert")


def revoke_offline(stage: Stage) -> None:
    """The network is away: the revocation is kept, and said loudly not to be effective."""
    stage.server.kill()
    stage.robot.click("revokeButton")
    stage.robot.click("confirmButton")
    stage.robot.wait_for_text("PAS ENCORE EFFECTIF", seconds=30)


def outbox(stage: Stage) -> None:
    """The outbox says what has not left this machine."""
    stage.go_to("outbox")
    stage.robot.find(QWidget, "outboxList")
    stage.robot.wait_for_text("PAS ENCORE EFFECTIF")


def revoked(stage: Stage) -> None:
    """The server answers again: the revocation leaves first, and is effective."""
    stage.back_online()
    stage.go_to("delegations")
    stage.robot.click("chip-ended")
    stage.robot.wait_until(lambda: _has(stage, "jesignexpert"), "la révocation effective", seconds=30)
    stage.robot.wait_until(lambda: not _any_unsent(stage), "tout est transmis", seconds=30)
    _choose(stage, "jesignexpert")


def register(stage: Stage) -> None:
    """Export the firm's register and verify it without the server."""
    target = stage.folder / "registre.json"
    stage.robot.click("exportButton")
    stage.robot.press(Qt.Key.Key_End, on=stage.robot.find(QWidget, "exportWhatBox"))
    stage.robot.click("confirmButton")
    stage.robot.enter("fileNameEdit", str(target))
    stage.robot.press(Qt.Key.Key_Return, on=stage.robot.find(QWidget, "fileNameEdit"))
    stage.robot.wait_for_text("registre.json", seconds=30)
    stage.server.kill()
    stage.verify_register(target)
    stage.back_online()


def services(stage: Stage) -> None:
    """Every site of the Ordre, and why it is open or not."""
    stage.go_to("services")
    stage.robot.wait_for_text("Bibliordre")


def dark(stage: Stage) -> None:
    """The same desk in the dark theme."""
    stage.go_to("settings")
    stage.robot.click(stage.robot.find(QAbstractButton, "scheme-dark"))
    stage.go_to("delegations")
    stage.robot.settle(300)


def _any_unsent(stage: Stage) -> bool:
    return stage.robot.sees("Non transmis") or _has(stage, "non transmis") or _has(stage, "pas encore effectif")


def _rows(stage: Stage) -> int:
    if not stage.robot.is_shown(QTableView, "delegationTable"):
        return 0
    return stage.robot.find(QTableView, "delegationTable").model().rowCount()


def _row_of(stage: Stage, text: str) -> int:
    table = stage.robot.find(QTableView, "delegationTable")
    model = table.model()
    for row in range(_rows(stage)):
        cells = (str(model.index(row, column).data() or "") for column in range(model.columnCount()))
        if text.lower() in " ".join(cells).lower():
            return row
    return -1


def _has(stage: Stage, text: str) -> bool:
    return _rows(stage) > 0 and _row_of(stage, text) >= 0


def _choose(stage: Stage, text: str) -> None:
    """Go to a row with the arrow keys."""
    stage.robot.wait_until(lambda: _has(stage, text), f"«\u00a0{text}\u00a0» dans le tableau", seconds=30)
    table = stage.robot.find(QTableView, "delegationTable")
    table.setFocus(Qt.FocusReason.TabFocusReason)
    stage.robot.press(*[Qt.Key.Key_Up] * (_rows(stage) + 1), on=table)
    stage.robot.press(*[Qt.Key.Key_Down] * _row_of(stage, text), on=table)
    stage.robot.settle(250)


STEPS = (
    keyring_locked,
    keyring_unlocked,
    first_request,
    second_request,
    requests_followed,
    expert_signs_in,
    review_desk,
    approve,
    refuse,
    granted,
    revoke_offline,
    outbox,
    revoked,
    register,
    services,
    dark,
)
