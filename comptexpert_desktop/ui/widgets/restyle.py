"""Change what the style sheet looks at, and show it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def set_style(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and polish the widget and its children again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    children = [child for child in widget.children() if isinstance(child, QWidget)]
    for each in (widget, *children):
        each.style().unpolish(each)
        each.style().polish(each)
