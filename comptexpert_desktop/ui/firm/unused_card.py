"""« Droits inutilisés »: what nobody uses, with what to do about each (BR-36)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.firm.words import Look
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.firm.rows import Row, Rows, permit
from comptexpert_desktop.ui.widgets.buttons import quiet
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel

if TYPE_CHECKING:
    from comptexpert_desktop.domain.firm import Unused
    from comptexpert_desktop.presentation.firm.view import View

_PROPOSED = Look("alert-triangle", "Fin proposée", "warning")
_HINT = (
    "Selon les sites qui le signalent, ces droits n’ont pas servi depuis 90\u00a0jours ou plus. Retirez ceux qui ne "
    "servent plus, gardez les autres\u00a0: la question reviendra dans 90\u00a0jours."
)


class UnusedCard(Card):
    """Lists unused rights; hidden when there is none."""

    end_requested = Signal(object)
    """The Unused right that ends."""
    keep_requested = Signal(object)
    """The Unused right that stays."""

    def __init__(self) -> None:
        super().__init__("Droits inutilisés", name="unusedCard")
        self._rows = Rows()
        self.add(PlainLabel(_HINT, role="hint"))
        self.add(self._rows)
        self.hide()

    def show_view(self, view: View) -> None:
        """Show the rights of a cabinet that nobody uses."""
        labels = Labels(view.catalogue)
        self._rows.fill([self._row(one, view=view, labels=labels) for one in view.page.unused], instead="")
        self.setVisible(bool(view.page.unused))

    def _row(self, right: Unused, *, view: View, labels: Labels) -> Row:
        about = f"le droit {wording.of(right.person_name)}, {labels.service(right.service)}"
        keep = quiet("Garder", name=f"keep-unused-{right.delegation_id}", icon="check")
        keep.setAccessibleName(f"Garder {about}")
        keep.clicked.connect(partial(self._emit_keep, right))
        end = quiet("Retirer…", name=f"end-unused-{right.delegation_id}", icon="close")
        end.setAccessibleName(f"Retirer {about}")
        end.clicked.connect(partial(self._emit_end, right))
        for button in (keep, end):
            permit(button, view.why_not)
        looks = [_PROPOSED] if right.proposed else []
        return Row(right.person_name, words.unused_lines(right, labels=labels), looks=looks, buttons=[keep, end])

    def _emit_keep(self, right: Unused, *_clicked: bool) -> None:
        self.keep_requested.emit(right)

    def _emit_end(self, right: Unused, *_clicked: bool) -> None:
        self.end_requested.emit(right)
