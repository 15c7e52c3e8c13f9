"""The five tones of a message, a badge or a banner."""

from __future__ import annotations

from typing import Literal

Tone = Literal["neutral", "info", "success", "warning", "danger"]
"""What a badge or a banner says; always beside an icon and a word, never by colour alone."""
