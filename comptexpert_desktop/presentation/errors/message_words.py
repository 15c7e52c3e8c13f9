"""What the words of one error code are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from comptexpert_desktop.presentation.tone import Tone


class Words(NamedTuple):
    """A title, what happened, what to do, and how grave it is."""

    title: str
    text: str
    remedy: str
    tone: Tone = "danger"
