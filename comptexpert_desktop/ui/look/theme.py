"""Give the application its look: Fusion, our palette, our style sheet, our type scale."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette

from comptexpert_desktop.presentation.tone import Tone
from comptexpert_desktop.ui.look import display, resources
from comptexpert_desktop.ui.look.display import Display
from comptexpert_desktop.ui.look.theme_tokens import DARK, LIGHT, Scheme, Tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

__all__ = [
    "BODY",
    "HEADING",
    "SMALL",
    "SPACE",
    "TITLE",
    "WIDTH_FORM",
    "WIDTH_RAIL",
    "WIDTH_READING",
    "Display",
    "Scheme",
    "Tokens",
    "Tone",
    "apply",
    "dress",
    "is_dark",
    "paint",
    "points",
    "scaled",
    "style_sheet",
    "tokens",
]

SPACE = 4
"""The grid, in device-independent pixels: margins and gaps are multiples of it."""
TITLE, HEADING, BODY, SMALL = 20.0, 13.0, 10.5, 9.5
"""The type scale, in points, where the system's own letters have their usual size; `points` follows the system."""
WIDTH_FORM, WIDTH_READING, WIDTH_RAIL = 560, 760, 260
"""The widest that a form and a page of text may be, and the width of the navigation."""

_DRESSED, _COLOURS, _SCALE = "comptexpertDressed", "comptexpertColours", "comptexpertScale"
_SHEET = "comptexpertSheet"
STYLE = ("-style", "fusion")
_FAMILIES = ("Inter", "Segoe UI Variable Text", "Segoe UI", ".AppleSystemUIFont", "Noto Sans", "DejaVu Sans")


def is_dark() -> bool:
    """Tell whether the colours now shown are the dark ones."""
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128  # noqa: PLR2004 the middle


def tokens() -> Tokens:
    """Return the colours now shown."""
    app = QGuiApplication.instance()
    shown = app.property(_COLOURS) if app is not None else None
    if isinstance(shown, Tokens):
        return shown
    return DARK if is_dark() else LIGHT


def scaled(length: int) -> int:
    """Return a length that grows with the letters: a row, a column of words, the width at which a page turns."""
    return round(length * (_scale() or 1.0))


def points(size: float) -> float:
    """Return a size of the type scale as the system's letters ask for it."""
    return size * (_scale() or 1.0)


def _scale() -> float | None:
    """Return by what the letters grow; None before the application is dressed."""
    app = QGuiApplication.instance()
    known = app.property(_SCALE) if app is not None else None
    return known if isinstance(known, float) else None


def apply(app: QApplication, scheme: Scheme = Scheme.AUTO, *, shown_by: Display | None = None) -> None:
    """Dress the whole application; may be called again at any time.

    `shown_by` is what the system asks for. Without it the system is asked: for its colours each time, for the size of
    its letters the first time, since what stands in the window was measured with them.

    The style is Fusion, asked for on the command line of Qt (`STYLE`): to ask an application for its style makes the
    binding know every class of styles, which the first frame does not wait for.
    """
    asked = shown_by or display.read(app, scale=_scale())
    app.setProperty(_SCALE, asked.scale)
    chosen = paint(app, scheme)
    if asked.contrasted is not None:
        chosen = asked.contrasted
        _show(app, chosen)
    app.setFont(_font())
    app.setProperty(_SHEET, _style_sheet(chosen))
    for window in app.topLevelWidgets():
        if window.property(_DRESSED):
            window.setStyleSheet(style_sheet())


def dress(window: QWidget) -> None:
    """Give a window our style sheet, now and whenever the colours change; what opens over it wears it too.

    The application itself has none. With one, Qt styles a part and all that is in it anew each time that it is put
    into another, and a screen is put together from the inside out: three times the work of opening it.
    """
    window.setProperty(_DRESSED, True)
    window.setStyleSheet(style_sheet())
    window.ensurePolished()  # Qt forgets to read another sheet for a window that it never polished


def style_sheet() -> str:
    """Return the style sheet of the windows; empty before the application is dressed."""
    app = QGuiApplication.instance()
    return str(app.property(_SHEET) or "") if app is not None else ""


def paint(app: QApplication, scheme: Scheme) -> Tokens:
    """Give the application its colours only: what the first frame needs."""
    chosen = DARK if _wants_dark(scheme) else LIGHT
    _show(app, chosen)
    app.setProperty(_DRESSED, True)
    return chosen


def _show(app: QApplication, colours: Tokens) -> None:
    app.setProperty(_COLOURS, colours)  # first: who hears of the palette draws again
    app.setPalette(_palette(colours))


def _wants_dark(scheme: Scheme) -> bool:
    if scheme is not Scheme.AUTO:
        return scheme is Scheme.DARK
    if not QGuiApplication.instance().property(_DRESSED):  # type: ignore[union-attr]  # there is one: it is dressed
        return is_dark()  # still the colours of the system
    # Imported here: the names of Qt are many, and the first frame needs none of them.
    from PySide6.QtCore import Qt  # noqa: PLC0415

    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _font() -> QFont:
    font = QFont()
    font.setFamilies(_FAMILIES)
    font.setPointSizeF(points(BODY))
    return font


def _palette(colours: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.sunken,
        role.Text: colours.text,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.PlaceholderText: colours.muted,
        role.ToolTipBase: colours.surface,
        role.ToolTipText: colours.text,
        role.Highlight: colours.selected,
        role.HighlightedText: colours.text,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.BrightText: colours.danger,
        role.Accent: colours.accent,
        role.Light: colours.surface,
        role.Midlight: colours.line,
        role.Mid: colours.line,
        role.Dark: colours.border,
        role.Shadow: colours.border,
    }
    for where, colour in pairs.items():
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(colours.disabled))
    return palette


def _style_sheet(colours: Tokens) -> str:
    values = dataclasses.asdict(colours)
    values |= {"size_title": f"{points(TITLE)}pt", "size_heading": f"{points(HEADING)}pt"}
    values |= {"size_body": f"{points(BODY)}pt", "size_small": f"{points(SMALL)}pt"}
    box, edge = scaled(16), scaled(5)
    values |= {"box": f"{box}px", "edge": f"{edge}px", "dot": f"{box + 2 - 2 * edge}px", "ring": f"{(box + 2) // 2}px"}
    values |= {"side": f"{scaled(14)}px", "drop": f"{scaled(28)}px"}
    arrow = "arrow-on-dark.svg" if is_dark() else "arrow-on-light.svg"
    values["arrow"] = resources.path("icons", arrow).as_posix()
    tick = "tick-on-light.svg" if QColor(colours.on_accent).lightness() >= 128 else "tick-on-dark.svg"  # noqa: PLR2004
    values["tick"] = resources.path("icons", tick).as_posix()
    return re.sub(r"@(\w+)@", lambda match: values[match[1]], resources.text("qss", "app.qss"))
