"""Colours that can be read, icons that exist, and a binding that does not eat references."""

from __future__ import annotations

import dataclasses
import sys

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QListWidget, QListWidgetItem, QWidget

from comptexpert_desktop.ui.look import display, icons, resources, theme
from comptexpert_desktop.ui.look.theme_tokens import DARK, LIGHT, Tokens
from comptexpert_desktop.ui.widgets.buttons import primary
from tests.desktop.ui.fits import high_contrast

TEXT, CONTROL = 4.5, 3.0
READ = [
    *((ink, paper) for ink in ("text", "muted", "accent") for paper in ("window", "surface", "sunken", "rail")),
    *((ink, paper) for ink in ("text", "accent") for paper in ("selected", "hover")),
    *((tone, f"{tone}_bg") for tone in ("info", "success", "warning", "danger")),
    *(("text", f"{tone}_bg") for tone in ("info", "success", "warning", "danger", "neutral")),
    ("muted", "neutral_bg"),
    ("danger", "surface"),
    ("danger", "window"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_pressed"),
    ("on_danger", "danger"),
    ("on_danger", "danger_hover"),
]
SEEN = [("border", "surface"), ("border", "window"), ("focus", "surface"), ("focus", "window"), ("focus", "rail")]


def luminance(colour: str) -> float:
    parts = [part / 255 for part in QColor(colour).getRgb()[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), READ)
def test_words_can_be_read(colours: Tokens, ink: str, paper: str):
    assert contrast(getattr(colours, ink), getattr(colours, paper)) >= TEXT


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), SEEN)
def test_edges_of_inputs_and_the_focus_can_be_seen(colours: Tokens, ink: str, paper: str):
    assert contrast(getattr(colours, ink), getattr(colours, paper)) >= CONTROL


def test_every_token_is_a_colour():
    for colours in (LIGHT, DARK):
        assert all(QColor(value).isValid() for value in dataclasses.asdict(colours).values())


def test_the_scheme_can_change_while_the_application_runs(qapp: QApplication):
    theme.apply(qapp, theme.Scheme.DARK)
    assert theme.is_dark()
    assert theme.tokens() is DARK
    theme.apply(qapp, theme.Scheme.LIGHT)
    assert theme.tokens() is LIGHT


def test_the_style_sheet_is_understood_by_qt(qapp: QApplication, qtbot):
    theme.apply(qapp, theme.Scheme.LIGHT)
    label = QLabel("Bonjour")
    qtbot.addWidget(label)
    label.setProperty("role", "title")
    theme.dress(label)
    label.ensurePolished()
    assert label.font().pointSizeF() == theme.TITLE
    assert "@" not in theme.style_sheet().split("*/", 1)[1]


def test_a_window_and_what_opens_over_it_follow_other_colours(qapp: QApplication, qtbot):
    theme.apply(qapp, theme.Scheme.LIGHT)
    window, plain = QWidget(), QWidget()
    dialog = QDialog(window)
    inner, over = QLabel("dans", window), QLabel("dessus", dialog)
    for one in (window, plain):
        qtbot.addWidget(one)
    for label in (inner, over):
        label.setProperty("role", "muted")
    theme.dress(window)
    for scheme, colours in ((theme.Scheme.DARK, DARK), (theme.Scheme.LIGHT, LIGHT)):
        theme.apply(qapp, scheme)
        for label in (inner, over):
            label.ensurePolished()
            assert label.palette().color(label.foregroundRole()).name() == colours.muted
    assert qapp.styleSheet() == plain.styleSheet() == "", "what is in no window is not styled"


def test_an_icon_takes_the_colour_of_the_theme(qapp: QApplication):
    theme.apply(qapp, theme.Scheme.LIGHT)
    image = icons.pixmap("check", "danger").toImage()
    inks = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert LIGHT.danger in inks


def test_a_button_draws_its_icon_again_in_another_theme(qapp: QApplication, qtbot):
    theme.apply(qapp, theme.Scheme.LIGHT)
    button = primary("Continuer", icon="check")
    qtbot.addWidget(button)
    before = button.icon().cacheKey()
    theme.apply(qapp, theme.Scheme.DARK)
    qtbot.waitUntil(lambda: button.icon().cacheKey() != before)
    theme.apply(qapp, theme.Scheme.LIGHT)


@pytest.mark.parametrize("path", sorted(resources.path("icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(path, qapp: QApplication):
    image = icons.pixmap(path.stem, "text", size=24).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


# -- What the person asked of the system -----------------------------------------------------------


@pytest.fixture
def usual(qapp: QApplication):
    """Dress the application as usual afterwards."""
    yield
    theme.apply(qapp, theme.Scheme.LIGHT, shown_by=theme.Display())


@pytest.mark.parametrize(
    ("points", "platform", "scale"),
    [
        (9.0, "win32", 1.0),
        (13.5, "win32", 1.5),
        (13.0, "darwin", 1.0),
        (10.5, "linux", 1.0),
        (24.0, "linux", 24 / 10.5),
        (6.0, "linux", 1.0),
        (400.0, "linux", 4.0),
    ],
)
def test_letters_grow_as_the_system_s_do_and_never_shrink(points: float, platform: str, scale: float):
    assert display.scale_of(points, platform=platform) == scale


def test_every_size_grows_with_the_letters_of_the_system(qapp: QApplication, qtbot, usual):
    theme.apply(qapp, theme.Scheme.LIGHT, shown_by=theme.Display(scale=2.0))
    title, body = QLabel("Bonjour"), QLabel("Bonjour")
    title.setProperty("role", "title")
    for label in (title, body):
        qtbot.addWidget(label)
        theme.dress(label)
        label.ensurePolished()
    assert (title.font().pointSizeF(), body.font().pointSizeF()) == (2 * theme.TITLE, 2 * theme.BODY)
    assert theme.scaled(260) == 520
    theme.apply(qapp, theme.Scheme.DARK)
    assert theme.scaled(260) == 520, "other colours leave the letters as they are"


@pytest.mark.parametrize("is_dark", [True, False], ids=["dark", "light"])
def test_words_can_be_read_in_high_contrast(is_dark: bool):
    colours = display.contrasted(high_contrast(is_dark=is_dark))
    pairs = {(ink, paper): contrast(getattr(colours, ink), getattr(colours, paper)) for ink, paper in READ}
    asked = {pair: display.READ_SELECTED if pair[1] == "selected" else display.READ for pair in pairs}
    assert {pair: found for pair, found in pairs.items() if found < asked[pair]} == {}
    assert contrast(colours.selected, colours.surface) >= display.SEEN


def test_the_palette_of_high_contrast_is_the_one_shown(qapp: QApplication, usual):
    palette = high_contrast(is_dark=True)
    colours = display.contrasted(palette)
    theme.apply(qapp, theme.Scheme.LIGHT, shown_by=theme.Display(contrasted=colours))
    assert theme.tokens() is colours
    assert qapp.palette().color(QPalette.ColorRole.Window) == palette.color(QPalette.ColorRole.Window)
    assert colours.accent in theme.style_sheet()
    theme.apply(qapp, theme.Scheme.LIGHT, shown_by=theme.Display())
    assert theme.tokens() is LIGHT


def test_a_system_that_asks_for_nothing_changes_nothing(qapp: QApplication):
    assert display.read(qapp) == theme.Display()


class Speaker(QObject):
    said = Signal()


def test_the_binding_does_not_eat_references(qapp: QApplication):
    """PySide6 6.12.0 on Python 3.11 takes a reference of None at each call and of True at each emission."""
    speaker = Speaker()
    none_before, true_before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(500):
        speaker.setObjectName("x")
        speaker.said.emit()
    assert sys.getrefcount(None) > none_before - 100
    assert sys.getrefcount(True) > true_before - 100


@pytest.mark.parametrize("scheme", list(theme.Scheme))
@pytest.mark.parametrize("state", [Qt.CheckState.Unchecked, Qt.CheckState.Checked])
def test_a_box_to_tick_in_a_list_is_seen(qapp, qtbot, scheme, state):
    theme.apply(qapp, scheme)
    try:
        shown = QListWidget()
        qtbot.addWidget(shown)
        theme.dress(shown)
        item = QListWidgetItem("Une ligne", shown)
        item.setCheckState(state)
        shown.resize(240, 60)
        shown.show()
        picture = shown.grab().toImage()
        place = shown.visualItemRect(item)
        across = [picture.pixelColor(x, place.center().y() + 1).name() for x in range(3, 18)]
        paper = theme.tokens().surface
        assert max(contrast(colour, paper) for colour in across) >= CONTROL, across
    finally:
        theme.apply(qapp, theme.Scheme.LIGHT)
