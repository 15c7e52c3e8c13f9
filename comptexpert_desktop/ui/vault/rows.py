"""One line of the screen: an account that is kept, or a session that is open somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from comptexpert_desktop.presentation.vault import words
from comptexpert_desktop.ui.widgets.badge import Badge
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.domain.session import OwnSession
    from comptexpert_desktop.presentation.vault.words import Look
    from comptexpert_desktop.usecases.session.accounts import SavedAccount

_HERE: Look = words.Look("user", "Compte ouvert", "info", "")


class Row(QFrame):
    """A name, what is known of it, and what can be done."""

    def __init__(self, title: str, lines: list[str], *, badges: list[Badge], buttons: list[QWidget]) -> None:
        super().__init__()
        text = QVBoxLayout()
        text.setSpacing(4)
        text.addWidget(PlainLabel(title, role="strong"))
        for line in filter(None, lines):
            text.addWidget(PlainLabel(line, role="muted"))
        head = WrappingRow(*badges, spacing=8)
        text.addLayout(head)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        row.addLayout(text, 1)
        for button in buttons:
            row.addWidget(button)


def account_row(
    account: SavedAccount,
    *,
    now: datetime,
    use: Callable[[SavedAccount], None],
    delete: Callable[[SavedAccount], None],
) -> Row:
    """Make the line of an account."""
    look = words.LOOKS[account.held]
    badges = [Badge(look.icon, look.word, look.tone)]
    buttons: list[QWidget] = []
    if account.is_current:
        badges.insert(0, Badge(_HERE.icon, _HERE.word, _HERE.tone))
    elif account.is_here:
        button = secondary("Utiliser ce compte", name=f"use-{account.login_id}")
        button.setAccessibleName(f"Utiliser le compte {account.login_id}")
        button.clicked.connect(lambda: use(account))
        buttons.append(button)
    remove = quiet("Oublier", name=f"forget-{account.login_id}", icon="trash")
    remove.setAccessibleName(f"Oublier le compte {account.login_id}")
    remove.clicked.connect(lambda: delete(account))
    buttons.append(remove)
    lines = [words.site(account), words.since(account, now=now), look.text, words.waiting(account)]
    return Row(account.login_id, lines, badges=badges, buttons=buttons)


def session_row(session: OwnSession, *, now: datetime, end: Callable[[OwnSession], None]) -> Row:
    """Make the line of a session."""
    badges: list[Badge] = []
    buttons: list[QWidget] = []
    if session.is_this_one:
        badges.append(Badge("check-circle", "Cette application", "info"))
    else:
        button = secondary("Mettre fin", name=f"end-{session.id}")
        button.setAccessibleName(f"Mettre fin à la session {words.session_title(session)}")
        button.clicked.connect(lambda: end(session))
        buttons.append(button)
    return Row(words.session_title(session), [words.session_dates(session, now=now)], badges=badges, buttons=buttons)
