"""« Modèles »: the sets of rights that a direct grant gives in one gesture."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.firm import words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.firm.rows import Row, Rows, permit
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.card import Card
from comptexpert_desktop.ui.widgets.page import Page
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from comptexpert_desktop.domain.firm import Template
    from comptexpert_desktop.presentation.firm.view import View


class TemplatesTab(Page):
    """A line a template."""

    edit_requested = Signal(object)
    """The Template to change."""
    add_requested = Signal()
    restore_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("firmTemplates")
        self._rows = Rows()
        self.add_button = secondary("Ajouter un modèle…", name="addTemplateButton", icon="plus")
        self.add_button.clicked.connect(self.add_requested)
        self.restore_button = quiet("Rétablir les modèles d’origine…", name="restoreTemplatesButton", icon="refresh")
        self.restore_button.clicked.connect(self.restore_requested)
        card = Card("Modèles de délégation")
        card.add(PlainLabel(_HINT, role="muted"))
        card.add(self._rows)
        card.add(WrappingRow(self.add_button, self.restore_button, spacing=SPACE * 2))
        self.body.addWidget(card)

    def show_view(self, view: View) -> None:
        """Show the templates of a cabinet."""
        labels = Labels(view.catalogue)
        why_not = view.why_not or ("" if view.catalogue else words.NO_CATALOGUE)
        rows = [self._row(one, labels=labels, why_not=why_not) for one in view.page.templates]
        self._rows.fill(rows, instead=_NONE)
        permit(self.restore_button, view.why_not)
        permit(self.add_button, why_not or (_FULL if len(view.page.templates) >= MAX_TEMPLATES else ""))

    def _row(self, template: Template, *, labels: Labels, why_not: str) -> Row:
        button = secondary("Modifier…", name=f"edit-{template.code}", icon="pencil")
        button.setAccessibleName(f"Modifier le modèle {wording.quoted(template.name)}")
        button.clicked.connect(partial(self._emit_edit, template))
        permit(button, why_not)
        return Row(template.name, words.template_lines(template, labels=labels), buttons=[button])

    def _emit_edit(self, template: Template, *_clicked: bool) -> None:
        self.edit_requested.emit(template)


MAX_TEMPLATES = 20
"""As many as the server keeps for a cabinet."""
_FULL = "un cabinet garde 20 modèles au plus."
_HINT = (
    "Un modèle remplit en une fois les droits d’une délégation accordée directement. Le changer ne touche pas aux "
    "délégations déjà accordées."
)
_NONE = "Aucun modèle."
