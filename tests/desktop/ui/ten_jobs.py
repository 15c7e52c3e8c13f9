"""A desk of three cabinets in the real window, and hands that count: each key, each click, each field filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from comptexpert_desktop.domain.delegation import Firm
from comptexpert_desktop.domain.firm import Template, TemplateGrant
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store import firm_pages
from comptexpert_desktop.ui.window import keys_page
from comptexpert_desktop.usecases.catalogue import keep as keep_catalogue
from comptexpert_desktop.usecases.session import session
from tests.desktop.ui import kit
from tests.desktop.ui.window_kit import WindowKit
from tests.fakes import a_me, a_party, an_account
from tests.fakes_firm import a_firm_page

if TYPE_CHECKING:
    from collections.abc import Callable

FIRMS = (
    Firm("firm-1", "732829320", "Cabinet des Aubépines", "grantor"),
    Firm("firm-2", "404833048", "Comptoir du Vieux-Port", "grantor"),
    Firm("firm-3", "552100554", "Rives de la Rance", "grantor"),
)
ROLE = Template(
    code="accountant",
    name="Collaborateur comptable",
    description="",
    days=365,
    grants=(TemplateGrant("jesignexpert", ("prepare",)), TemplateGrant("jefacture", ("access",))),
)
LOW = {"service": "rfc", "rights": ("access",)}
_BOX = 10
"""Where the box of a line is, in device-independent pixels from its left edge."""
CONTROL = Qt.KeyboardModifier.ControlModifier


class Desk(WindowKit):
    """Somebody signed in, with what the test gives them to decide."""

    def begin(self, *made: Any, may_grant: bool = True) -> None:
        """Fill the files and show the window; what is sent gets no answer, so that nothing moves but by the person."""
        self.server.faults.extend([Unreachable()] * 999)
        self.fill()
        account = an_account() if may_grant else an_account("karim.leroux", may_grant=False)
        self.browser.account = account
        me = self.browser.me = replace(a_me(account), firms=FIRMS if may_grant else (replace(FIRMS[0], role="staff"),))
        tokens = self.browser.sign_in(cancelled=None)
        stores = self.stores()
        session.begin(stores, signed_in=session.SignedIn(tokens=tokens, me=me), now=self.now)
        keep_catalogue(stores, catalogue=kit.catalogue(), now=self.now)
        assert stores.account is not None
        mine = a_party(account)
        held = [replace(one, grantor=mine) for one in made]
        self.server.delegations |= {one.id: one for one in held}
        with stores.account.database.transaction():
            delegation_store.keep(stores.account, delegations=held)
            for firm in FIRMS:
                page = replace(a_firm_page(), id=firm.id, siren=firm.siren, name=firm.name, templates=(ROLE,))
                firm_pages.keep(stores.account, page=page, now=self.now)
        stores.close()
        self.show()
        keys_page.add_shortcuts(self.window)


def ending_soon() -> list[Any]:
    """Make rights that end in thirty days, of three cabinets."""
    return [
        kit.active(n, **LOW, firm=FIRMS[n % 3], valid_until=kit.TODAY + timedelta(days=5 + n)) for n in range(1, 13)
    ]


class Hands:
    """What one person does: counted, and only what a person can do."""

    def __init__(self, desk: Desk, qtbot: Any) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.acts = self.fields = 0
        qtbot.waitUntil(desk.window.isActiveWindow)
        self.settle()

    def settle(self) -> None:
        """Wait until everything that was asked is shown."""
        for _ in range(5):
            self.desk.read(lambda _stores: True, self.qtbot)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        self.acts += 1
        focus = QApplication.focusWidget()
        assert focus is not None, "the keyboard is nowhere"
        QTest.keyClick(focus, key, modifier)
        self.settle()

    def click(self, name: str) -> None:
        """Click on what is visible under a name."""
        self.acts += 1
        widget = self.shown(name)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
        self.settle()

    def tick(self, name: str) -> None:
        """Click on the box of a visible line of a form."""
        self.acts += 1
        widget = self.shown(name)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(_BOX, widget.height() // 2))
        self.settle()

    def fill(self, name: str, text: str) -> None:
        """Fill in a field; to reach it with the pointer is part of filling it in."""
        self.fields += 1
        widget = self.shown(name)
        widget.setFocus()
        QTest.keyClicks(widget, text)
        self.settle()

    def shown(self, name: str) -> QWidget:
        """Find what is visible under a name, in the window or in a question."""
        found = [one for one in self.desk.window.window().findChildren(QWidget, name) if one.isVisible()]
        assert found, f"{name} is not on screen"
        return found[-1]

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for what comes by itself."""
        self.qtbot.waitUntil(condition)

    def question(self) -> QDialog:
        """Return the question that is open."""
        found = [one for one in self.desk.window.window().findChildren(QDialog) if one.isVisible()]
        assert len(found) == 1
        return found[0]
