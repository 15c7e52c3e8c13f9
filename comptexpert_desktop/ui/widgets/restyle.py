"""Change what the style sheet looks at, and show it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def set_style(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and polish the widget and its children again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # the style sheet has not looked at it yet
    children = [child for child in widget.children() if isinstance(child, QWidget)]
    for each in (widget, *children):
        each.style().unpolish(each)
        each.style().polish(each)
