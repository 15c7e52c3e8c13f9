"""Sum up the grants of one gesture before they are kept: to whom, what, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QListWidget, QWidget

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.check import Check
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from comptexpert_desktop.domain.delegation import NewRequest
    from comptexpert_desktop.presentation.delegations.identity_words import GrantCheck
    from comptexpert_desktop.presentation.labels import Labels


class GrantSummary(Question):
    """Each grant on a line; Enter and Ctrl+Enter confirm."""

    def __init__(
        self,
        parent: QWidget,
        *,
        requested: Sequence[NewRequest],
        template: str,
        labels: Labels,
        firms: Mapping[str, str],
        check: GrantCheck | None = None,
    ) -> None:
        """Ask about grants; `firms` names their cabinets when they are of several, `check` is to be ticked before."""
        total = wording.count(len(requested), "délégation")
        super().__init__(
            parent,
            title=f"Accorder {total} à {requested[0].grantee}{wording.NBSP}?",
            text=f"{_origin(template)}Une délégation par service et par cabinet. La personne en est "
            "informée par courriel. Rien n’est effectif avant la réponse du serveur.",
            action=f"Accorder ({wording.number(len(requested))})",
            tone="primary",
        )
        self.setObjectName("grantSummary")
        screen_room.widen(self, SPACE * 140)
        lines = QListWidget()
        lines.setObjectName("grantLines")
        lines.setAccessibleName("Délégations accordées")
        lines.setWordWrap(True)
        lines.setSpacing(SPACE // 2)
        lines.setMinimumHeight(SPACE * 30)
        lines.addItems([_line(one, labels=labels, firms=firms) for one in requested])
        lines.setCurrentRow(0)
        self.body.addWidget(lines)
        self.check = Check("" if check is None else check.label, self)
        self.check.setObjectName("wordsCompared")
        if check is not None:
            word = PlainLabel(check.sentence, selectable=True)
            word.setObjectName("checkWords")
            self.body.addWidget(word)
            self.body.addWidget(self.check)
            self.check.toggled.connect(self.confirm_button.setEnabled)
            self.confirm_button.setEnabled(False)
        self.check.setVisible(check is not None)
        self.confirm_button.setDefault(True)
        (self.confirm_button if check is None else self.check).setFocus()


def _origin(template: str) -> str:
    return f"Modèle {wording.quoted(template)}. " if template else ""


def _line(request: NewRequest, *, labels: Labels, firms: Mapping[str, str]) -> str:
    until = f", jusqu’au {wording.day(request.valid_until)}" if request.valid_until else ""
    firm = f"{firms[request.firm_id]} · " if request.firm_id in firms else ""
    return f"{firm}{labels.service(request.service)} · {labels.rights(request.service, request.rights)}{until}"


def ask_summary(
    parent: QWidget,
    *,
    requested: Sequence[NewRequest],
    template: str,
    labels: Labels,
    firms: Mapping[str, str],
    check: GrantCheck | None,
    done: Callable[[], None],
) -> GrantSummary:
    """Ask for the last word; `done` is called only when the person confirms."""
    dialog = GrantSummary(parent, requested=requested, template=template, labels=labels, firms=firms, check=check)
    dialog.accepted.connect(done)
    dialog.open()
    return dialog
