"""Tooltips that show text as it is: Qt guesses rich text in them, and would load what it names."""

from __future__ import annotations

import html


def plain(text: str) -> str:
    """Return a tooltip that shows this text and nothing else, wrapped when it is long."""
    return f"<p>{html.escape(text)}</p>" if text else ""
