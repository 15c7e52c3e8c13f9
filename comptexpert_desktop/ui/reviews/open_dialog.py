"""Ask until when a review lasts; the dialog returns a day and opens nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from comptexpert_desktop.presentation import days, wording
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets import screen_room
from comptexpert_desktop.ui.widgets.dialogs import Question
from comptexpert_desktop.ui.widgets.form import Field

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

USUAL_DAYS, MIN_DAYS, MAX_DAYS, GRACE_DAYS = 30, 7, 90, 14
_TEXT = (
    "Tous les droits en cours du cabinet sont à revoir. Les experts-comptables du cabinet en sont prévenus par "
    "courriel aujourd’hui, sept jours avant la fin, et le lendemain de la fin. Un droit sans réponse prend fin "
    "quatorze jours après la date que vous choisissez."
)


class OpenDialog(Question):
    """A date; `reviewEndEdit`."""

    def __init__(self, parent: QWidget, *, firm: str, today: date) -> None:
        super().__init__(
            parent, title=f"Ouvrir la revue de {firm}", text=_TEXT, action="Ouvrir la revue", tone="primary"
        )
        self.setObjectName("openReviewDialog")
        screen_room.widen(self, SPACE * 130)
        self._today = today
        self._edit = QLineEdit(wording.short_day(today + timedelta(days=USUAL_DAYS)))
        self._edit.setMaxLength(10)
        self._edit.textEdited.connect(self._typed)
        self._field = Field("&Dernier jour pour répondre", self._edit, hint=self._bounds(), name="reviewEndEdit")
        self.body.addWidget(self._field)
        self._edit.setFocus()
        self._edit.selectAll()

    def closes_on(self) -> date | None:
        """Return the day; None while it is not a sound one."""
        day = days.parse(self._edit.text())
        first, last = self._range()
        return day if day is not None and first <= day <= last else None

    def accept(self) -> None:
        """Close when the day is sound, or say what is not."""
        if self.closes_on() is None:
            self._field.set_error(f"Choisissez un jour {self._bounds()[:1].lower()}{self._bounds()[1:]}")
            self._field.focus_input()
            return
        super().accept()

    def _range(self) -> tuple[date, date]:
        return self._today + timedelta(days=MIN_DAYS), self._today + timedelta(days=MAX_DAYS)

    def _bounds(self) -> str:
        first, last = self._range()
        return f"Entre le {wording.short_day(first)} et le {wording.short_day(last)}."

    def _typed(self, text: str) -> None:
        self._field.clear_error()
        if self._edit.cursorPosition() == len(text):
            self._edit.setText(days.with_slashes(text))
