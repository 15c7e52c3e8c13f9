"""Tooltips that show text as it is: Qt guesses rich text in them, and would load what it names."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def plain(text: str) -> str:
    """Return a tooltip that shows this text and nothing else, wrapped when it is long."""
    return f"<p>{html.escape(text)}</p>" if text else ""


def show_on(widget: QWidget, text: str, *, spoken: str = "") -> None:
    """Let a widget show a tooltip; who hears is told the words of it, or `spoken`, and never its markup.

    Something is always told: without a description Qt gives the tooltip, with its markup.
    """
    widget.setToolTip(plain(text))
    widget.setAccessibleDescription(spoken or text)
