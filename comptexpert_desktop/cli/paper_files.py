"""The pages and workbooks that commands write: the one part of them that draws, without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from comptexpert_desktop.presentation.documents import attestation_paper
from comptexpert_desktop.presentation.documents.order import Form, Order, What
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.runtime.progress import Progress
from comptexpert_desktop.ui.documents import pdf, writers

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import QCoreApplication

    from comptexpert_desktop.domain.attestation import Drawn
    from comptexpert_desktop.domain.catalogue import Catalogue
    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.usecases.documents.register import Export


def register_content(
    found: Export, *, firm: Firm, form: str, now: datetime, catalogue: Catalogue | None
) -> bytes | None:
    """Write a register for people, as the window does; None when this format cannot say it."""
    application = _drawing()
    order = Order(What.REGISTER, Form(form), firm=firm)
    content = writers.write_register(found, order=order, now=now, progress=Progress(), labels=Labels(catalogue))
    del application
    return content


def attestation_page(drawn: Drawn, *, catalogue: Catalogue | None) -> bytes:
    """Draw the page of an attestation, with the code that a telephone reads."""
    application = _drawing()
    content = pdf.content(attestation_paper.paper(drawn, labels=Labels(catalogue)))
    del application
    return content


def _drawing() -> QCoreApplication:
    """Return what fonts need; hold it while something is drawn."""
    return QGuiApplication.instance() or QGuiApplication(["comptexpert-desktop", "-platform", "offscreen"])
