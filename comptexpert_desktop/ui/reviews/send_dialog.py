"""Say what sending does, in one summary, before anything leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.review import Answer
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.reviews import words
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from comptexpert_desktop.domain.commands import Decide
    from comptexpert_desktop.domain.review import Chosen, ReviewPage
    from comptexpert_desktop.ui.widgets.dialogs import ActionTone

MAX_NAMES = 5


class SendDialog(Question):
    """How many are kept, how many end, and for whom."""

    def __init__(self, parent: QWidget, *, chosen: Sequence[Chosen], page: ReviewPage) -> None:
        ends = [one for one in chosen if one.answer is Answer.END]
        label = words.send_label(len(chosen))
        kept, *rest = words.summary_of(chosen)
        tone: ActionTone = "danger" if ends else "primary"
        super().__init__(parent, title=f"{label}{wording.NBSP}?", text=kept, action=label, tone=tone)
        self.setObjectName("sendAnswersDialog")
        screen_room.widen(self, SPACE * 130)
        for text in rest:
            self.body.addWidget(PlainLabel(text))
        if ends:
            self.body.addWidget(PlainLabel(_named(ends, page=page), role="strong"))
        self.cancel_button.setFocus()


def people_of(ends: Sequence[Decide], *, page: ReviewPage) -> tuple[str, ...]:
    """Name those whose rights end."""
    items = [page.item(one.delegation_id) for one in ends]
    return tuple(sorted({item.delegation.grantee.display_name for item in items if item is not None}))


def _named(ends: Sequence[Chosen], *, page: ReviewPage) -> str:
    """Name those who lose a right, as long as they can be read."""
    items = [page.item(one.delegation_id) for one in ends]
    names = sorted({item.delegation.grantee.display_name for item in items if item is not None})
    shown, more = names[:MAX_NAMES], len(names) - MAX_NAMES
    rest = [wording.count(more, "autre personne", many="autres personnes")] if more > 0 else []
    return f"Droits terminés pour {wording.joined([*shown, *rest])}."
