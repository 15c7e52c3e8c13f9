"""The colours of the application, light and dark; every pair was measured (tests/desktop/ui/foundation)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """Which colours are shown; `auto` follows the operating system."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour for each use, as #rrggbb."""

    window: str
    surface: str
    sunken: str
    rail: str
    line: str
    border: str
    hover: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    selected: str
    focus: str
    neutral_bg: str
    info: str
    info_bg: str
    success: str
    success_bg: str
    warning: str
    warning_bg: str
    danger: str
    danger_bg: str
    danger_hover: str
    on_danger: str


LIGHT = Tokens(
    window="#f5f7fa",
    surface="#ffffff",
    sunken="#edf1f6",
    rail="#eaeff6",
    line="#d9e0e9",
    border="#74829a",
    hover="#f0f4f9",
    text="#152033",
    muted="#48566c",
    disabled="#8793a5",
    accent="#1c4f93",
    accent_hover="#164079",
    accent_pressed="#10305c",
    on_accent="#ffffff",
    selected="#e1ebf8",
    focus="#2a6fd6",
    neutral_bg="#e9eef4",
    info="#1c4f93",
    info_bg="#e6effa",
    success="#17653a",
    success_bg="#e3f3e9",
    warning="#774900",
    warning_bg="#fcf0d9",
    danger="#a1221b",
    danger_bg="#fce9e7",
    danger_hover="#831913",
    on_danger="#ffffff",
)

DARK = Tokens(
    window="#11161d",
    surface="#19202a",
    sunken="#212a36",
    rail="#151b24",
    line="#2f3a49",
    border="#7a899f",
    hover="#202937",
    text="#ecf1f7",
    muted="#adb9c9",
    disabled="#6c7a8d",
    accent="#8fbaf6",
    accent_hover="#aaccfa",
    accent_pressed="#739fe0",
    on_accent="#0b1a2e",
    selected="#22344f",
    focus="#8fbaf6",
    neutral_bg="#263140",
    info="#9dc4f9",
    info_bg="#182b46",
    success="#82d6a4",
    success_bg="#15301f",
    warning="#f1c377",
    warning_bg="#38290d",
    danger="#ffa39a",
    danger_bg="#401b18",
    danger_hover="#ffbab3",
    on_danger="#33100d",
)
