"""What the person asked of the system for every program: how large letters are, and colours that stand far apart."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QPalette

from comptexpert_desktop.ui.look.theme_tokens import Tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

USUAL_POINTS = {"win32": 9.0, "darwin": 13.0}
"""The size of the system's letters where nobody changed it, in points; `OTHER_POINTS` on the other systems."""
OTHER_POINTS = 10.5
MAX_SCALE = 4.0
READ, READ_SELECTED, SEEN = 7.0, 4.5, 3.0
"""The contrast of words with what is under them, there and where it is selected, and of the selected with the rest."""


@dataclass(frozen=True, slots=True)
class Display:
    """What the system asks for: `scale` multiplies our letters, `contrasted` are its own colours in high contrast."""

    scale: float = 1.0
    contrasted: Tokens | None = None


def read(app: QGuiApplication, *, scale: float | None = None) -> Display:
    """Return what the system asks for now; `scale` where the letters are known already."""
    hints = app.styleHints()  # kept by name: what it gives goes with the last reference to it
    asked = hints.accessibility()
    is_contrasted = asked.contrastPreference().name == "HighContrast"
    return Display(scale or _scale(), contrasted(_own_palette(app)) if is_contrasted else None)


def scale_of(points: float, *, platform: str = sys.platform) -> float:
    """Return by what our letters grow where the system's have a size; ours never shrink."""
    return min(max(points / USUAL_POINTS.get(platform, OTHER_POINTS), 1.0), MAX_SCALE)


def contrast(one: QColor, other: QColor) -> float:
    """Return how far two colours stand apart, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def contrasted(palette: QPalette) -> Tokens:
    """Return our colours in the few that a palette of high contrast has: its paper, its ink, its highlight."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    paper, ink = palette.color(role.Window), palette.color(role.WindowText)
    lit, on_lit = palette.color(role.Highlight), palette.color(role.HighlightedText)
    if contrast(lit, paper) < READ or contrast(lit, on_lit) < READ:
        lit, on_lit = ink, paper
    faint = palette.color(group.Disabled, role.WindowText)
    words, ground, selected = ink.name(), paper.name(), _tint(paper, ink=ink).name()
    return Tokens(
        **dict.fromkeys(("window", "surface", "sunken", "rail", "hover"), ground),
        **dict.fromkeys(("neutral_bg", "info_bg", "success_bg", "warning_bg", "danger_bg"), ground),
        **dict.fromkeys(("text", "muted", "line", "border", "info", "success", "warning", "danger"), words),
        **dict.fromkeys(("accent", "accent_hover", "accent_pressed", "focus", "danger_hover"), lit.name()),
        **dict.fromkeys(("on_accent", "on_danger"), on_lit.name()),
        disabled=(faint if contrast(faint, paper) >= SEEN else ink).name(),
        selected=selected,
    )


def _tint(paper: QColor, *, ink: QColor) -> QColor:
    """Return the paper, tinted until it can be told from the paper, and no further than the ink can be read on it."""
    tints = [_mix(paper, ink, share / 200) for share in range(200)]
    legible = [tint for tint in tints if contrast(tint, ink) >= READ_SELECTED] or [paper]
    return next((tint for tint in legible if contrast(tint, paper) >= SEEN), legible[-1])


def _mix(one: QColor, other: QColor, share: float) -> QColor:
    pairs = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]  # getRgb gives a tuple
    return QColor(*(round(a + (b - a) * share) for a, b in pairs))


def _luminance(colour: QColor) -> float:
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)  # noqa: PLR2004 of WCAG
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _scale() -> float:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    return scale_of(QFontInfo(font).pointSizeF())


def _own_palette(app: QGuiApplication) -> QPalette:
    """Return the palette of the system, under the one that we gave."""
    app.setPalette(QPalette())
    return app.palette()
