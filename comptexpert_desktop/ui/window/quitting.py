"""Ask before the program ends while something that takes rights away has not left: the rights are still open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from comptexpert_desktop.presentation import status_words, wording
from comptexpert_desktop.ui.widgets.dialogs import confirm

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog, QWidget

    from comptexpert_desktop.usecases.support.status import StatusSummary


class Quitting(QObject):
    """Knows what has not left; a system that ends its session is never held up."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._unsent = ""
        self._question: QDialog | None = None

    def follow(self, summary: StatusSummary) -> None:
        """Remember what takes rights away and has not left."""
        self._unsent = status_words.unsent_cuts(summary)

    def asks(self, done: Callable[[], object]) -> bool:
        """Ask when there is a reason to, and tell whether there was; `done` is called when the person quits anyway."""
        application = QGuiApplication.instance()
        is_session_over = isinstance(application, QGuiApplication) and application.isSavingSession()
        if not self._unsent or is_session_over:
            return False
        if self._question is None:
            self._question = confirm(
                self._window,
                title=f"Quitter sans avoir transmis {self._unsent}{wording.NBSP}?",
                text="Les droits restent ouverts tant que le serveur n’a pas répondu. L’envoi est gardé ici. Il "
                "partira à la prochaine ouverture de Comptexpert, pas avant.",
                action="Quitter quand même",
                done=partial(_call, done),
            )
            self._question.finished.connect(self._clear_question)
        return True

    def _clear_question(self) -> None:
        self._question = None


def _call(done: Callable[[], object]) -> None:
    done()
