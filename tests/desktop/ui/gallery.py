"""Every screen, form and question of the window with the longest names there are, and what does not fit in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)

from comptexpert_desktop.domain.delegation import Action, Firm, Status
from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.signup import SignupProgress, SignupStatus
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.ui.destinations import Destination, NewRequest, NewSignup
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.window.guide_dialog import open_guide
from comptexpert_desktop.ui.window.keys_page import open_keys
from comptexpert_desktop.usecases.catalogue import keep as keep_catalogue
from comptexpert_desktop.usecases.session import session
from tests.desktop.ui import kit
from tests.desktop.ui.window_kit import NOW, WindowKit
from tests.fakes import a_me, a_party, an_account

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZES = {
    "small": (960, 540),
    "older": (1024, 700),
    "laptop": (1366, 698),
    "large": (1920, 1010),
    "laptop at 150": (910, 465),
    "laptop at 200": (683, 384),
}
"""In points: a screen of 1366 by 768, less its bars, is 683 by 384 where a point is two pixels."""
PEOPLE = (
    ("Marie-Charlotte Éléonore", "de la Rochefoucauld-Montbrison d’Estampes"),
    ("Jean-Baptiste", "Kerguélen-Trémarec de Saint-Aubin-du-Cormier"),
    ("Anaïs", "Ng"),
    ("Maëlle-Apolline", "Vandenbroeucke-Schiltigheim"),
)
HOUSES = (
    Firm("firm-1", "732829320", "Société d’expertise comptable des Rives de la Vilaine et de la Rance", "grantor"),
    Firm("firm-2", "404833048", "Comptoir du Vieux-Port, audit et commissariat aux comptes associés", "grantor"),
    Firm("firm-3", "552100554", "Aubépines", "grantor"),
)
SERVICES = (
    ("jesignexpert", ("prepare", "seal", "sign")),
    ("rfc", ("access",)),
    ("directory_page", ("access",)),
    ("jefacture", ("access",)),
    ("jesignexpert", ("prepare", "sign")),
)
_REASON = (
    "Je prépare et j’envoie les liasses du portefeuille Nord pendant l’absence de ma collègue, jusqu’à la clôture."
)


class Gallery(WindowKit):
    """A window whose files hold long names, many lines and each state of a line."""

    def hang(self, *, may_grant: bool = True) -> None:
        """Fill the files, sign somebody in and show the window."""
        self.fill()
        account = an_account() if may_grant else an_account("karim.leroux", may_grant=False)
        self.browser.account = account
        tokens = self.browser.sign_in(cancelled=None)
        stores = self.stores()
        me = replace(a_me(account), firms=HOUSES)
        session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=me), now=self.now)
        keep_catalogue(stores, catalogue=kit.catalogue(), now=self.now)
        file = stores.account
        assert file is not None
        with file.database.transaction():
            delegation_store.keep(file, delegations=_delegations(account, may_grant=may_grant))
            for entry in _entries():
                outbox_store.add(
                    file, kit.a_command(entry), outbox_id=entry.id, subject=entry.subject, now=entry.created_at
                )
                outbox_store.mark(file, outbox_id=entry.id, status=entry.status, code=entry.code)
        stores.close()
        self.show()

    def settle(self, qtbot: object) -> None:
        """Wait until every read that was asked has been shown."""
        for _ in range(4):
            self.read(lambda _stores: True, qtbot)


def _delegations(account, *, may_grant: bool):
    me = a_party(account)
    states = (Status.PENDING, Status.ACTIVE, Status.PENDING, Status.SUSPENDED, Status.REVOKED, Status.ACTIVE)
    for number in range(1, 40):
        given, surname = PEOPLE[number % len(PEOPLE)]
        other = replace(kit.STAFF, account_id=f"acc-{number % 7}", given_name=given, surname=surname)
        service, rights = SERVICES[number % len(SERVICES)]
        status = states[number % len(states)]
        made = kit.active(number) if status in (Status.ACTIVE, Status.SUSPENDED) else kit.delegation(number)
        ended = NOW - timedelta(days=2) if status is Status.REVOKED else None
        sides = {"grantor": me, "grantee": other} if may_grant else {"grantor": other, "grantee": me}
        yield replace(
            made,
            firm=HOUSES[number % len(HOUSES)],
            service=service,
            rights=rights,
            reason=_REASON,
            status=status,
            ended_at=ended,
            effective=status is Status.ACTIVE and number % 5 > 0,
            missing=("DEL_CERT_REQUIRED", "DEL_TERMS") if status is Status.ACTIVE and number % 5 == 0 else (),
            **sides,
        )


def _entries():
    given, surname = PEOPLE[0]
    subject = f"jesignexpert · {given} {surname.upper()}"
    states = ((Kind.REVOKE, OutboxStatus.QUEUED, ""), (Kind.APPROVE, OutboxStatus.NEEDS_YOU, "DEL_STALE"))
    for number, (kind, status, code) in enumerate(states, start=1):
        yield kit.entry(number, kind=kind, subject=subject, delegation_id=f"del-{number:06}", status=status, code=code)


# -- What can be looked at ------------------------------------------------------------------------


def _screen(key: str) -> Callable[[Gallery, object], QWidget]:
    def show(made: Gallery, _qtbot: object) -> QWidget:
        made.window.open(Destination(key))
        return made.window

    return show


def _case(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().review.laid_out.open_case()
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


def _question(action: Action, group: str) -> Callable[[Gallery, object], QWidget]:
    def ask(made: Gallery, qtbot: object) -> QWidget:
        made.window.open(Destination("delegations"))
        desk = made.window.stack.current().review
        made.settle(qtbot)
        desk.query_bar.filters.choose(group)
        made.settle(qtbot)
        for row in range(desk.model.rowCount()):
            desk.selection.select_rows([row])
            made.settle(qtbot)
            if desk._case is not None and desk._case.actions.get(action, "") is None:
                desk._decisions.ask(action, case=desk._case, today=kit.TODAY)
                made.settle(qtbot)
                if found := _open_dialogs(made):
                    return found[-1]
        raise AssertionError(f"no line to {action}")

    return ask


def _bulk(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    desk = made.window.stack.current().review
    made.settle(qtbot)
    desk.table.selectAll()
    made.settle(qtbot)
    desk._act(Action.APPROVE)
    made.settle(qtbot)
    return _open_dialogs(made)[-1]


def _departure(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().review.pane.departure.trigger()
    made.settle(qtbot)
    return _open_dialogs(made)[-1]


def _export(made: Gallery, qtbot: object) -> QWidget:
    made.window.open(Destination("delegations"))
    made.settle(qtbot)
    made.window.stack.current().exports.button.click()
    made.settle(qtbot)
    return _open_dialogs(made)[-1]


def _keys(made: Gallery, qtbot: object) -> QWidget:
    open_keys(made.window)
    made.settle(qtbot)
    return _open_dialogs(made)[-1]


def _guide(made: Gallery, qtbot: object) -> QWidget:
    open_guide(made.window)
    made.settle(qtbot)
    return _open_dialogs(made)[-1]


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
    return _open_dialogs(made)[-1]


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
    return _open_dialogs(made)[-1]


def _open_dialogs(made: Gallery) -> list[QDialog]:
    return [dialog for dialog in made.window.findChildren(QDialog) if dialog.isVisible()]


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
    "approve": _question(Action.APPROVE, "undecided"),
    "refuse": _question(Action.REFUSE, "undecided"),
    "revoke": _question(Action.REVOKE, "live"),
    "suspend": _question(Action.SUSPEND, "live"),
    "renew": _question(Action.RENEW, "live"),
    "bulk": _bulk,
    "renewals": _renewals,
    "right": _right,
    "guide": _guide,
    "departure": _departure,
    "export": _export,
    "closing": _closing,
    "live": _live,
    "refused sign-up": _refused_signup,
    "keys": _keys,
}


def look(made: Gallery, qtbot: object, *, stop: str, size: str, pictures: Path | None = None) -> list[str]:
    """Open one thing at one size, keep its picture where it is wanted, and list what does not fit."""
    made.window.resize(*SIZES[size])
    shown = STOPS[stop](made, qtbot)
    made.settle(qtbot)
    QApplication.processEvents()
    if pictures is not None:
        scheme = "dark" if theme.is_dark() else "light"
        shown.grab().save(str(pictures / f"{stop}-{size}-{scheme}.png".replace(" ", "-")))
    return misfits(shown)


# -- What does not fit ----------------------------------------------------------------------------


def misfits(root: QWidget) -> list[str]:
    """List what is cut, and what stands where nobody can bring it into the window."""
    visible = [one for one in root.findChildren(QWidget) if one.isVisibleTo(root) and one.window() is root.window()]
    cut = [f"cut: {_name(one)}" for one in visible if _is_cut(one)]
    return cut + [f"outside: {_name(one)}" for one in visible if _says_something(one) and not _is_reached(one, root)]


def _says_something(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.text().strip())
    return isinstance(widget, QAbstractButton | QLineEdit) and widget.width() > 0


def _is_cut(widget: QWidget) -> bool:
    if isinstance(widget, PlainLabel) and widget.wordWrap():
        longest = max(
            (QFontMetrics(widget.font()).horizontalAdvance(word) for word in widget.text().split()), default=0
        )
        return longest <= widget.width() and widget.heightForWidth(widget.width()) > widget.height() + 1
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly:
        return False
    if isinstance(widget, QAbstractButton | QLabel) and widget.text():
        return widget.sizeHint().width() > widget.width() + 1
    return False


def _is_reached(widget: QWidget, root: QWidget) -> bool:
    """Scroll every area round a widget to it, as the keyboard does, and look whether it stands in the window."""
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent, QAbstractItemView):
            return True  # a part of a view scrolls with its rows
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 2, 2)
        parent = parent.parentWidget()
    place = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
    return (
        root.rect().intersected(place).height() >= min(place.height(), 8)
        and place.left() >= 0
        and (place.right() <= root.width() or _scrolls_sideways(widget))
    )


def _scrolls_sideways(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea) and parent.horizontalScrollBar().maximum() > 0:
            return parent.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        parent = parent.parentWidget()
    return False


def _name(widget: QWidget) -> str:
    said = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    return f"{type(widget).__name__} {widget.objectName()} {said[:60]!r} {widget.width()}×{widget.height()}"


def dress(application: QApplication, *, is_dark: bool) -> None:
    """Show the colours and the letters that people see."""
    theme.apply(application, theme.Scheme.DARK if is_dark else theme.Scheme.LIGHT)
