"""The head of a review: of which firm, how far it is, until when, and what happens without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QVBoxLayout, QWidget

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.presentation.reviews import words
from comptexpert_desktop.ui import accessible
from comptexpert_desktop.ui.look import theme
from comptexpert_desktop.ui.look.theme import SPACE
from comptexpert_desktop.ui.widgets.buttons import quiet, secondary
from comptexpert_desktop.ui.widgets.choice import Choice
from comptexpert_desktop.ui.widgets.form import Field
from comptexpert_desktop.ui.widgets.plain_label import PlainLabel
from comptexpert_desktop.ui.widgets.responsive_row import TurningBox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.firm import ReviewSummary
    from comptexpert_desktop.domain.review import Standing

NARROW = 820
"""Below this width what one may choose stands under the title."""


class ReviewHead(QWidget):
    """Says everything in words; the bar repeats it."""

    firm_chosen = Signal(str)
    open_requested = Signal()
    paper_requested = Signal()
    table_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = PlainLabel(words.TITLE, role="title")
        self.about = PlainLabel(role="muted")
        self.firms = Choice()
        self.firm_field = Field("&Cabinet", self.firms, name="reviewFirmBox")
        self.progress = PlainLabel(role="strong")
        self.bar = QProgressBar()
        self.deadline = PlainLabel()
        self.rule = PlainLabel(f"{words.RULE} {words.USE_RULE}", role="muted")
        self.open_button = secondary("Ouvrir une revue", name="openReviewButton", icon="plus")
        self.report_button = quiet("Rapport", name="reviewReportButton", icon="file")
        self._build()
        self.firms.currentIndexChanged.connect(self._choose)
        self.open_button.clicked.connect(self.open_requested)

    def offer_firms(self, firms: Sequence[Firm], *, chosen: str) -> None:
        """Offer the firms for which the person grants."""
        self.firms.offer([(one.name, one.id) for one in firms], selected=chosen)
        self.firm_field.setVisible(len(firms) > 1)

    def show_review(self, summary: ReviewSummary, *, standing: Standing, firm: str, now: datetime) -> None:
        """Say how far a review is."""
        is_closed = summary.status == "closed"
        self.about.setText(f"{firm}. {words.opened(summary, now=now)}")
        self.progress.setText(words.figures(summary) if is_closed else words.progress(standing))
        self.bar.setRange(0, max(standing.total, 1))
        self.bar.setValue(standing.reviewed)
        self.bar.setAccessibleDescription(self.progress.text())
        self.bar.setVisible(not is_closed)
        self.deadline.setText(words.deadline(summary, today=day_in_france(now)))
        self.rule.setVisible(not is_closed)
        self.open_button.setVisible(is_closed)

    def allow_opening(self, *, why: str) -> None:
        """Say why no review can be opened now; empty when one can."""
        self.open_button.setEnabled(not why)
        self.open_button.setAccessibleDescription(why)
        self.open_button.setToolTip(why)

    def _choose(self) -> None:
        if firm_id := self.firms.value():
            self.firm_chosen.emit(str(firm_id))

    def _build(self) -> None:
        self.bar.setObjectName("reviewProgress")
        self.bar.setAccessibleName("Avancement de la revue")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(SPACE * 2)
        menu = QMenu(self.report_button)
        accessible.come_back_from(menu)
        menu.addAction("Document &PDF…", self.paper_requested.emit)
        menu.addAction("&Tableau CSV…", self.table_requested.emit)
        self.report_button.setMenu(menu)
        named = QVBoxLayout()
        named.setSpacing(SPACE)
        named.addWidget(self.heading)
        named.addWidget(self.about)
        top = QHBoxLayout()
        ways = QHBoxLayout()
        for way in (self.report_button, self.open_button, self.firm_field):
            ways.addWidget(way)
        top.addWidget(TurningBox(named, ways, turns_at=theme.scaled(NARROW), shares=(3, 2)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE * 2)
        column.addLayout(top)
        for part in (self.progress, self.bar, self.deadline, self.rule):
            column.addWidget(part)
        self.firm_field.hide()
        self.open_button.hide()
