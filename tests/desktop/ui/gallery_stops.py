"""What can be looked at: every screen, step, tab and question, each opened from a fresh window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.network_check import ProxyAccount
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import SignupProgress, SignupStatus
from comptexpert_desktop.presentation.signup.steps import StepId
from comptexpert_desktop.ui.destinations import Destination, NewRequest, NewSignup, ShowPerson
from comptexpert_desktop.ui.network import proxy_dialog
from comptexpert_desktop.ui.reviews.open_dialog import OpenDialog
from comptexpert_desktop.ui.window.guide_dialog import open_guide
from comptexpert_desktop.ui.window.keys_page import open_keys
from tests.desktop.ui import kit
from tests.desktop.ui.gallery import HOUSES, PEOPLE, Gallery
from tests.desktop.ui.gallery_questions import QUESTIONS, asked, desk_of, open_dialogs, pressed, question
from tests.desktop.ui.window_kit import NOW

if TYPE_CHECKING:
    from collections.abc import Callable


def _screen(key: str) -> Callable[[Gallery, object], QWidget]:
    def show(made: Gallery, _qtbot: object) -> QWidget:
        made.window.open(Destination(key))
        return made.window

    return show


def _case(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    desk_of(made).laid_out.open_case()
    return made.window


def _table(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().review.laid_out.menu.lines_requested.emit(False)
    return made.window


def _filters(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().review.query_bar.filters.panel_button.setChecked(True)
    return made.window


def _form(made: Gallery, _qtbot: object) -> QWidget:
    made.window.open(NewRequest())
    return made.window


def _signup(made: Gallery, _qtbot: object) -> QWidget:
    made.window.open(NewSignup())
    return made.window


def _bulk(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    desk = made.window.stack.current().review
    made.settle(qtbot)
    desk.table.selectAll()
    made.settle(qtbot)
    desk._act(Action.APPROVE)
    made.settle(qtbot)
    return open_dialogs(made)[-1]


def _departure(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().review.pane.departure.trigger()
    made.settle(qtbot)
    return open_dialogs(made)[-1]


def _move(made: Gallery, qtbot: object) -> QWidget:
    """Let the first person of the board take the first role of each cabinet."""
    made.window.open(Destination("rights"))
    made.settle(qtbot)
    made.window.stack.current().actions_here["move"].trigger()
    made.settle(qtbot)
    question = open_dialogs(made)[-1]
    for place, choice in question._roles.values():
        choice.select(place.roles[0].code if place.roles else "leaves")
        made.settle(qtbot)
    return question


def _export(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().exports.button.click()
    made.settle(qtbot)
    return open_dialogs(made)[-1]


def _keys(made: Gallery, qtbot: object) -> QWidget:
    open_keys(made.window)
    made.settle(qtbot)
    return open_dialogs(made)[-1]


def _guide(made: Gallery, qtbot: object) -> QWidget:
    open_guide(made.window)
    made.settle(qtbot)
    return open_dialogs(made)[-1]


def _right(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("rights"))
    made.settle(qtbot)
    made.window.stack.current()._open_detail()
    return made.window


def _renewals(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    desk = made.window.stack.current().review
    made.settle(qtbot)
    desk.query_bar.filters.choose("live")
    made.settle(qtbot)
    desk.table.selectAll()
    made.settle(qtbot)
    desk._act(Action.RENEW)
    made.settle(qtbot)
    return open_dialogs(made)[-1]


def _live(made: Gallery, qtbot: object) -> QWidget:
    """Choose a right with which much can be done."""
    made.window.open(Destination("delegations"))
    desk = made.window.stack.current().review
    made.settle(qtbot)
    desk.query_bar.filters.choose("live")
    made.settle(qtbot)
    for row in range(desk.model.rowCount()):
        desk.selection.select_rows([row])
        made.settle(qtbot)
        if desk._case is not None and desk._case.actions.get(Action.NARROW, "") is None:
            return made.window
    raise AssertionError("no right to narrow")


def _refused_signup(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("signups"))
    made.settle(qtbot)
    screen = made.window.stack.current()
    given, surname = PEOPLE[0]
    screen.next_page.show_progress(
        SignupProgress(
            outbox_id="out-1",
            profile=Profile.EXPERT_COMPTABLE,
            display_name=f"{given} {surname}",
            login_id="marie.rochefoucauld",
            status=SignupStatus.NEEDS_YOU,
            code="REG_NO_EMAIL",
            masked_email="",
            created_at=NOW,
        ),
        network_code=None,
        now=NOW,
    )
    screen.stack.setCurrentWidget(screen._next_frame)
    return made.window


def _closing(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("account"))
    made.settle(qtbot)
    made.window.stack.current().close_button.click()
    return open_dialogs(made)[-1]


_PROFILE_OF = {StepId.PERSON: Profile.OTHER, StepId.FIRM: Profile.OTHER, StepId.MANDATE: Profile.AGC_HEAD}


def _step(step: StepId) -> Callable[[Gallery, object], QWidget]:
    """Show a step of a sign-up as it stands when nothing was entered yet and Continue was pressed."""

    def show(made: Gallery, qtbot: object) -> QWidget:
        made.window.open(NewSignup())
        made.settle(qtbot)
        wizard = made.window.stack.current().wizard
        profile = _PROFILE_OF.get(step, Profile.EXPERT_COMPTABLE)
        wizard.keeper.change(profile=profile)
        wizard.go_to(step)
        wizard.advance()
        return made.window

    return show


def _tab(place: int) -> Callable[[Gallery, object], QWidget]:
    def show(made: Gallery, qtbot: object) -> QWidget:
        screen = made.window.open(Destination("firm"))
        made.settle(qtbot)
        qtbot.waitUntil(screen.tabs.isVisible)
        screen.tabs.setCurrentIndex(place)
        return made.window

    return show


def _why(made: Gallery, qtbot: object) -> QWidget:
    """Ask why a right that was granted has no effect."""
    _live(made, qtbot)
    desk = made.window.stack.current().review
    for row in range(desk.model.rowCount()):
        desk.selection.select_rows([row])
        made.settle(qtbot)
        desk.laid_out.open_case()
        if made.is_shown("whyStateButton"):
            made.find(QPushButton, "whyStateButton").click()
            made.settle(qtbot)
            return open_dialogs(made)[-1]
    raise AssertionError("every right has its effect")


def _import_preview(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    file = made.folder / "droits.csv"
    rows = [f"karim.leroux;jesignexpert;prepare;{'Liasses du portefeuille Nord, ' * 6}" for _ in range(12)]
    file.write_text("\n".join(["Identifiant ou courriel;Service;Droits;Motif", *rows, "inconnu.total;rfc;tout;x"]))
    imports = made.window.stack.current().imports
    imports.button.click()
    imports._dialog.open_file(file)
    qtbot.waitUntil(imports._dialog.preview.isVisible)
    made.settle(qtbot)
    return imports._dialog


def _locked(made: Gallery, qtbot: object) -> QWidget:
    made.settle(qtbot)
    made.window.lock()
    qtbot.waitUntil(lambda: made.window.cover().is_on)
    return made.window


def _waits_for_the_browser(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("sign-in"))
    made.settle(qtbot)
    return made.window


def _person(made: Gallery, qtbot: object) -> QWidget:
    """Show a person who holds rights in three cabinets, and what their registers tell."""
    screen = made.window.open(ShowPerson(person_id="acc-1"))
    made.settle(qtbot)
    qtbot.waitUntil(lambda: "registre" in screen._story_said.text())
    return made.window


def _view_name(made: Gallery, qtbot: object) -> QWidget:
    """Ask for the name under which the filters of the list are kept."""
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().review.query_bar.views._ask_name()
    return open_dialogs(made)[-1]


def _proxy_account(made: Gallery, qtbot: object) -> QWidget:
    """Ask who the person is to a proxy of their firm."""
    made.window.open(Destination("settings"))
    made.settle(qtbot)
    place = "proxy.rives-de-la-vilaine-et-de-la-rance.example:8080"
    account = ProxyAccount(place, user="RIVES\\m.rochefoucauld")
    return asked(proxy_dialog.ProxyDialog(made.window, account, user_is_locked=False))


def _open_review(made: Gallery, qtbot: object) -> QWidget:
    """Ask until when the review of the cabinet with the longest name lasts."""
    screen = made.window.open(Destination("reviews"))
    made.settle(qtbot)
    return asked(OpenDialog(screen, firm=HOUSES[0].name, today=kit.TODAY))


SCREENS = (
    "home",
    "signups",
    "delegations",
    "rights",
    "firm",
    "services",
    "outbox",
    "notices",
    "settings",
    "reviews",
    "vault",
    "account",
)
STOPS: dict[str, Callable[[Gallery, object], QWidget]] = {
    **{key: _screen(key) for key in SCREENS},
    "case": _case,
    "table": _table,
    "filters": _filters,
    "grant form": _form,
    "sign-up": _signup,
    "approve": question(Action.APPROVE, "undecided"),
    "refuse": question(Action.REFUSE, "undecided"),
    "revoke": question(Action.REVOKE, "live"),
    "suspend": question(Action.SUSPEND, "live"),
    "renew": question(Action.RENEW, "live"),
    "bulk": _bulk,
    "renewals": _renewals,
    "right": _right,
    "guide": _guide,
    "departure": _departure,
    "move": _move,
    "export": _export,
    "closing": _closing,
    "live": _live,
    "refused sign-up": _refused_signup,
    "keys": _keys,
    **{f"step {step.value}": _step(step) for step in StepId},
    **{f"firm tab {place}": _tab(place) for place in range(5)},
    "lock": _locked,
    "sign-in": _waits_for_the_browser,
    "narrow": question(Action.NARROW, "live"),
    "broaden": question(Action.BROADEN, "live"),
    "transfer": question(Action.TRANSFER, "live"),
    "import": pressed("delegations", "importButton"),
    "import preview": _import_preview,
    "network check": pressed("settings", "networkTestButton"),
    "diagnosis": pressed("settings", "diagnosticButton"),
    "new address": pressed("account", "changeEmailButton"),
    "new name": pressed("account", "correctNameButton"),
    "absence": pressed("firm", "declareAbsenceButton", place=1),
    "review day": pressed("firm", "reviewDayButton", place=2),
    "model": pressed("firm", "edit-assistant", place=3),
    "why": _why,
    "person": _person,
    "view name": _view_name,
    "proxy account": _proxy_account,
    "proxy ways": pressed("settings", "proxyWaysButton"),
    "pin": pressed("vault", "choosePinButton"),
    "open review": _open_review,
    **{f"staff {key}": _screen(key) for key in ("home", "delegations", "rights", "services", "outbox")},
    "staff case": _case,
    "staff request form": _form,
    **{f"nobody {key}": _screen(key) for key in ("home", "signups", "sign-in", "settings", "vault")},
    "nobody sign-up": _signup,
    **QUESTIONS,
}
"""Names that begin with `staff` are looked at by a collaborateur, with `nobody` by somebody who is not signed in."""
