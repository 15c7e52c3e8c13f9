"""Draw the icons of `resources/icons`, tinted for the colours now shown."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from comptexpert_desktop.ui.look import resources, theme

SIZE = 20


def icon(name: str, tone: str = "text", *, size: int = SIZE, gap: int = 0) -> QIcon:
    """Return an icon in the colour of a token (`text`, `muted`, `accent`, `danger`…) as shown now.

    `gap` leaves room between the icon and the words of a button.
    """
    drawn = pixmap(name, tone, size=size)
    if not gap:
        return QIcon(drawn)
    ratio = drawn.devicePixelRatio()
    wide = QPixmap(drawn.width() + round(gap * ratio), drawn.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return QIcon(wide)


def pixmap(name: str, tone: str = "text", *, size: int = SIZE) -> QPixmap:
    """Return the picture of an icon, sharp on the finest screen."""
    colour = tone if tone.startswith("#") else str(getattr(theme.tokens(), _token(tone)))
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _render(name, colour, size, ratio)


def _token(tone: str) -> str:
    return "muted" if tone == "neutral" else tone


@cache
def _render(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    source = resources.text("icons", f"{name}.svg").replace("currentColor", colour)
    side = round(size * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
