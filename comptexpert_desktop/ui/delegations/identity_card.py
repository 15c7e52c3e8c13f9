"""Whom one decides about, in a place of its own in the pane: the server's word is filled in when it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comptexpert_desktop.presentation.delegations import identity_words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.banner import Banner
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case


class IdentityCard(QWidget):
    """Says who the other person is, who may be taken for them, and the three words to compare."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        delegation, role = case.row.delegation, case.row.role
        self._who = PlainLabel(selectable=True)
        self._who.setObjectName("identityLine")
        self._said = PlainLabel(role="muted")
        self._alike = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(PlainLabel(identity_words.TITLE, role="strong"))
        column.addLayout(self._alike)
        column.addWidget(self._who)
        column.addWidget(self._said)
        if identity_words.has_word(delegation, labels=case.labels):
            word = PlainLabel(identity_words.word_sentence(delegation, role=role), selectable=True)
            word.setObjectName("checkWords")
            column.addWidget(word)
        self.fill(case)

    def fill(self, case: Case) -> str:
        """Show what is known by now, and return what there is to hear of it."""
        identity, role = case.identity, case.row.role
        if identity is None:
            said = identity_words.WAITING if case.is_identity_known else identity_words.UNKNOWN
            self._who.setText(identity_words.login_id(case))
            self._said.setText(said)
            self._said.show()
            return "" if case.is_identity_known else said
        warnings, line = identity_words.warnings(identity), identity_words.line(identity, role=role)
        self._who.setText(line)
        self._said.hide()
        while (item := self._alike.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for warning in warnings:
            banner = Banner(name="alikeBanner")
            self._alike.addWidget(banner)
            banner.show_message(warning, tone="warning")
        return " ".join((*warnings, line))
