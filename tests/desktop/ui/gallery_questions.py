"""What the window asks before it acts: each question with the longest names, opened as a person opens it or by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QDialog, QWidget

from comptexpert_desktop.domain.delegation import Action, NewRequest
from comptexpert_desktop.domain.import_file import ImportLine
from comptexpert_desktop.domain.importing import Checked, LineAnswer
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.review import Answer, Chosen
from comptexpert_desktop.domain.signup import DraftId, SignupDraft, SignupProgress, SignupStatus
from comptexpert_desktop.errors import ComptexpertError, StoreTooNew
from comptexpert_desktop.presentation.delegations.identity_words import grant_check
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.delegations.grant_summary import ask_summary
from comptexpert_desktop.ui.delegations.views_menu import DeleteViewDialog
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.ui.documents.progress_dialog import ProgressDialog
from comptexpert_desktop.ui.importing.words_dialog import WordsDialog
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.reviews.send_dialog import SendDialog
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.window import main_window
from comptexpert_desktop.ui.window.refusal_window import RefusalWindow
from comptexpert_desktop.usecases.documents.importing import Comparison
from tests.desktop.ui import kit
from tests.desktop.ui.gallery import HOUSES, MAIL, PEOPLE, TODAY, Gallery
from tests.desktop.ui.window_kit import NOW
from tests.fakes_review import REVIEW_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptexpert_desktop.ui.delegations.delegation_list import DelegationList

NAME = " ".join(PEOPLE[0])


def open_dialogs(made: Gallery) -> list[QDialog]:
    """List the dialogs over the window, the newest last."""
    return [dialog for dialog in made.window.findChildren(QDialog) if dialog.isVisible()]


def desk_of(made: Gallery) -> DelegationList:
    """Return the list that is shown: what others ask of an expert-comptable, or one's own requests."""
    screen = made.window.stack.current()
    shown: DelegationList = screen.review if screen.review.isVisible() else screen.mine
    return shown


def asked(dialog: QDialog) -> QWidget:
    """Open a dialog, and look at it."""
    dialog.open()
    return dialog


def pressed(key: str, name: str, *, place: int = 0) -> Callable[[Gallery, object], QWidget]:
    """Press a button of a screen, and look at what it asks."""

    def ask(made: Gallery, qtbot: object) -> QWidget:
        screen = made.window.open(Destination(key))
        made.settle(qtbot)
        if key == "firm":
            qtbot.waitUntil(screen.tabs.isVisible)
            screen.tabs.setCurrentIndex(place)
        made.settle(qtbot)
        made.find(QAbstractButton, name).click()
        made.settle(qtbot)
        return open_dialogs(made)[-1]

    return ask


def question(action: Action, group: str) -> Callable[[Gallery, object], QWidget]:
    """Ask about the first line that an action fits."""

    def ask(made: Gallery, qtbot: object) -> QWidget:
        made.window.open(Destination("delegations"))
        made.settle(qtbot)
        desk = desk_of(made)
        desk.query_bar.filters.choose(group)
        made.settle(qtbot)
        for row in range(desk.model.rowCount()):
            desk.selection.select_rows([row])
            made.settle(qtbot)
            if desk._case is not None and desk._case.actions.get(action, "") is None:
                desk._decisions.ask(action, case=desk._case, today=kit.TODAY)
                made.settle(qtbot)
                if found := open_dialogs(made):
                    return found[-1]
        raise AssertionError(f"no line to {action}")

    return ask


def _handover(made: Gallery, qtbot: object) -> QWidget:
    """Let somebody leave who alone may use rights, one of high risk, and entrust them to a colleague."""
    made.window.open(Destination("delegations"))
    desk = made.window.stack.current().review
    made.settle(qtbot)
    desk.query_bar.filters.choose("live")
    made.settle(qtbot)
    desk.selection.select(["del-000007"])
    made.settle(qtbot)
    desk.pane.departure.trigger()
    made.settle(qtbot)
    dialog = open_dialogs(made)[-1]
    boxes = [one for one in dialog.findChildren(Choice) if one.objectName().startswith("handover-")]
    assert any(box.isVisible() for box in boxes), "nobody else can do it"
    for box in boxes:
        box.setCurrentIndex(1)
    made.settle(qtbot)
    return dialog


def _grant_words(made: Gallery, _qtbot: object) -> QWidget:
    """Sum up grants in three cabinets, of which one is a first right of high risk."""
    labels = Labels(kit.catalogue())
    rights = (("jesignexpert", ("prepare", "seal", "sign")), ("rfc", ("access",)), ("jefacture", ("access",)))
    until = TODAY + timedelta(days=365)
    requested = [
        NewRequest(
            service=service,
            rights=what,
            grantor_entry_id="",
            grantor_name="",
            firm_id=house.id,
            reason="",
            valid_until=until,
            grantee=MAIL,
        )
        for house in HOUSES
        for service, what in rights
    ]
    return ask_summary(
        made.window,
        requested=requested,
        template="Collaborateur confirmé du pôle social et paie",
        labels=labels,
        firms={house.id: house.name for house in HOUSES},
        check=grant_check(requested, held=(), labels=labels),
        done=lambda: None,
    )


def _import_words(made: Gallery, _qtbot: object) -> QWidget:
    """Ask which people of a file said their words."""
    cells = {"grantee": MAIL, "service": "jesignexpert", "rights": "sign"}
    lines = [Checked(ImportLine(number, cells, cells), LineAnswer(number)) for number in range(1, 9)]
    people = [
        Comparison(MAIL if number % 2 else f"collaborateur.{number}", " ".join(PEOPLE[number % 4]), (number,))
        for number in range(1, 9)
    ]
    return asked(WordsDialog(made.window, lines=lines, comparisons=people))


def _send_answers(made: Gallery, qtbot: object) -> QWidget:
    """Send the answers of a review that end the rights of several people."""
    screen = made.window.open(Destination("reviews"))
    made.settle(qtbot)
    page = made.server.reviews[REVIEW_ID]
    answers = (Answer.END, Answer.KEEP, Answer.END)
    chosen = [
        Chosen(one.delegation.id, one.delegation.version, answers[number % 3], f"key-{number}")
        for number, one in enumerate(page.items)
    ]
    return asked(SendDialog(screen, chosen=chosen, page=page))


def _forget_view(made: Gallery, _qtbot: object) -> QWidget:
    return asked(DeleteViewDialog(made.window, names=["Les signatures du pôle social qui finissent avant l’été", "x"]))


def _progress(made: Gallery, qtbot: object) -> QWidget:
    progress = Progress()
    progress.begin(100)
    progress.step(37)
    dialog = ProgressDialog(made.window, title="Préparation du registre des délégations", progress=progress)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    return dialog


def _refused_start(made: Gallery, qtbot: object) -> QWidget:
    """Show why the program does not start, as it stands alone on the screen."""
    contact = f"Service informatique des Rives de la Vilaine, 02 99 00 00 00, {MAIL}"
    data = {"file": "/etc/comptexpert/policy.json", "key": "server_url", "line": "12", "contact": contact}
    window = RefusalWindow(ComptexpertError("POLICY_VALUE_INVALID", data=data))
    made.beside.append(window)
    theme.dress(window)
    window.show()
    made.settle(qtbot)
    return window


def _trouble(made: Gallery, qtbot: object) -> QWidget:
    """Show the page in place of everything when a newer version wrote the file."""
    folder = "C:\\Users\\marie-charlotte.delarochefoucauld\\AppData\\Local\\Comptexpert\\comptes"
    file = f"{folder}\\7b0f2c4e9d1a4f6b8c3e5d7f9a1b2c4d_donnees_du_compte.sqlite"
    data = {"file": file, "copy": file.replace(".sqlite", ".avant-la-version-30.sqlite"), "found": 31, "known": 30}
    made.window.show_store_trouble(StoreTooNew(data=data))
    made.settle(qtbot)
    return made.window


def _sign_out(made: Gallery, _qtbot: object) -> QWidget:
    main_window.ask_sign_out(made.window)
    return open_dialogs(made)[-1]


def _quit(made: Gallery, qtbot: object) -> QWidget:
    """Close the window while a revocation waits."""
    made.settle(qtbot)
    qtbot.waitUntil(lambda: made.window.quitting.asks(lambda: None))
    return open_dialogs(made)[-1]


def _discard_entry(made: Gallery, qtbot: object) -> QWidget:
    screen = made.window.open(Destination("outbox"))
    made.settle(qtbot)
    qtbot.waitUntil(screen.discard.isVisible)
    screen._ask_discard()
    return open_dialogs(made)[-1]


def _draft(what: str) -> Callable[[Gallery, object], QWidget]:
    """Ask before a draft, or a request that was sent, goes away; or before it is written to a file."""

    def ask(made: Gallery, qtbot: object) -> QWidget:
        screen = made.window.open(Destination("signups"))
        made.settle(qtbot)
        draft = SignupDraft(id=DraftId("d1"), profile=Profile.EXPERT_COMPTABLE)
        sent = SignupProgress(
            outbox_id="out-1",
            profile=Profile.EXPERT_COMPTABLE,
            display_name=NAME,
            login_id="marie.rochefoucauld",
            status=SignupStatus.NEEDS_YOU,
            code="REG_NO_EMAIL",
            masked_email="",
            created_at=NOW,
        )
        acts = {
            "draft": lambda: screen.flow.discard_draft(draft),
            "request": lambda: screen.flow.discard(sent),
        }
        acts[what]()
        return open_dialogs(made)[-1]

    return ask


def _firm_question(what: str) -> Callable[[Gallery, object], QWidget]:
    """Ask before something of the cabinet changes, about its member and its invitation with the longest names."""

    def ask(made: Gallery, qtbot: object) -> QWidget:
        screen = made.window.open(Destination("firm"))
        made.settle(qtbot)
        qtbot.waitUntil(screen.tabs.isVisible)
        page = made.server.firms[HOUSES[0].id]
        member = replace(page.members[0], leaves_on=TODAY + timedelta(days=20))
        absence, invitation = page.absences[0], page.invitations[0]
        acts = {
            "terms": lambda: screen._asking.accept_terms("jesignexpert"),
            "two approvers": lambda: screen._asking.two_approvers(demanded=True),
            "one approver": lambda: screen._asking.two_approvers(demanded=False),
            "no invitation": lambda: screen._asking.cancel_invitation(invitation),
            "invitation again": lambda: screen._asking.invite_again(invitation),
            "first templates": screen._asking.restore_templates,
            "stays": lambda: screen._asking_members.cancel_departure(member),
            "object": lambda: screen._asking_absences.object_to(absence),
            "cover": screen._asking_absences.ask_cover,
            "end absence": lambda: screen._asking_absences.end_absence(absence),
        }
        acts[what]()
        made.settle(qtbot)
        return open_dialogs(made)[-1]

    return ask


FIRM_QUESTIONS = (
    "terms",
    "two approvers",
    "one approver",
    "no invitation",
    "invitation again",
    "first templates",
    "stays",
    "object",
    "cover",
    "end absence",
)
QUESTIONS: dict[str, Callable[[Gallery, object], QWidget]] = {
    "handover": _handover,
    "grant words": _grant_words,
    "import words": _import_words,
    "send answers": _send_answers,
    "forget view": _forget_view,
    "progress": _progress,
    "nobody refused start": _refused_start,
    "trouble": _trouble,
    "sign out": _sign_out,
    "quit": _quit,
    "discard": _discard_entry,
    "staff prolong": question(Action.PROLONG, "live"),
    "edit": question(Action.EDIT, "live"),
    "resume": question(Action.RESUME, "live"),
    "staff relinquish": question(Action.RELINQUISH, "live"),
    "forget account": pressed("vault", "forget-claire.aubier"),
    "discard draft": _draft("draft"),
    "discard request": _draft("request"),
    **{f"firm {what}": _firm_question(what) for what in FIRM_QUESTIONS},
}
