"""Draw the application's icon at every size that a system asks for, from the one SVG."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

LOGO = Path(__file__).resolve().parents[1] / "icons" / "logo.svg"
COLOUR = "#1c4f93"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def source() -> str:
    """Return the logo in its colour, for what cannot tint it."""
    return LOGO.read_text(encoding="utf-8").replace("currentColor", COLOUR)


def picture(size: int) -> QImage:
    """Draw the logo in a square of this many pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(source().encode())).render(painter)
    painter.end()
    return image


def draw(folder: Path) -> Path:
    """Write the PNG files, the icon of Windows and, where Qt can, that of macOS; return the folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _application = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {size: _png(picture(size)) for size in SIZES}
    for size, content in pictures.items():
        (folder / f"comptexpert-{size}.png").write_bytes(content)
    (folder / "comptexpert.svg").write_text(source(), encoding="utf-8")
    (folder / "comptexpert.ico").write_bytes(_ico(pictures))
    picture(512).save(str(folder / "comptexpert.icns"))
    return folder


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The stub wants bytes for the format, the binding takes text.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _ico(pictures: dict[int, bytes]) -> bytes:
    """Put PNG pictures into one file of Windows' form: a header, an entry a picture, then the pictures."""
    header = (0).to_bytes(2, "little") + (1).to_bytes(2, "little") + len(pictures).to_bytes(2, "little")
    entries, body, offset = b"", b"", 6 + 16 * len(pictures)
    for size, content in pictures.items():
        side = (size % 256).to_bytes(1, "little")
        entries += side + side + b"\0\0" + (1).to_bytes(2, "little") + (32).to_bytes(2, "little")
        entries += len(content).to_bytes(4, "little") + offset.to_bytes(4, "little")
        body += content
        offset += len(content)
    return header + entries + body
