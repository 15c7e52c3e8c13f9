"""Draw the icons of `resources/icons`, tinted for the colours now shown."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from comptexpert_desktop.ui.look import resources, theme

SIZE = 20


def icon(name: str, tone: str = "text", *, size: int | None = None, gap: int = 0) -> QIcon:
    """Return an icon in the colour of a token (`text`, `muted`, `accent`, `danger`…) as shown now.

    `gap` leaves room between the icon and the words of a button.
    """
    return QIcon(pixmap(name, tone, size=size, gap=gap))


def pixmap(name: str, tone: str = "text", *, size: int | None = None, gap: int = 0) -> QPixmap:
    """Return the picture of an icon, sharp on the finest screen; the same object as long as it looks the same.

    Without a size it is as high as the letters beside it.
    """
    size = theme.scaled(SIZE) if size is None else size
    colour = tone if tone.startswith("#") else str(getattr(theme.tokens(), _token(tone)))
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _widened(name, colour, size, ratio, gap) if gap else _render(name, colour, size, ratio)


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


@cache
def _widened(name: str, colour: str, size: int, ratio: float, gap: int) -> QPixmap:
    drawn = _render(name, colour, size, ratio)
    wide = QPixmap(drawn.width() + round(gap * ratio), drawn.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return wide
