"""Somebody who hears goes through the whole application, on a real AT-SPI bus and from outside the process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.at_spi import bus

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is the accessibility bus of Linux"),
]

SCREENS = (
    "home",
    "signups",
    "delegations",
    "firm",
    "services",
    "outbox",
    "notices",
    "settings",
    "reviews",
    "vault",
)
SIDES = ("out", "staff", "expert")
MAX_TABS = 90
SECONDS = 3.0


class Listener:
    """A stage and what is heard of it."""

    def __init__(self, desktop: bus.Desktop, process: subprocess.Popen[str]) -> None:
        self.desktop, self._process = desktop, process

    def do(self, *act: object) -> object:
        """Let the stage do one thing, and take what it said of it."""
        self._process.stdin.write(json.dumps(act) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.desktop.listen()
        assert not str(answer).startswith("Error: "), f"{act}: {answer}"
        return answer

    def where(self) -> bus.Node | None:
        """Return what has the keyboard, once it has settled on something that has a name."""
        end = time.monotonic() + SECONDS
        while True:
            node = self.desktop.focus()
            if (node is not None and not lost(node)) or time.monotonic() > end:
                return node

    def told(self) -> list[str]:
        return self.desktop.take_told()


def lost(node: bus.Node | None) -> bool:
    """Tell whether a person who hears would not know where the keyboard is."""
    return node is None or not node.name or node.role in bus.NAMELESS_ROLES or not node.has(bus.SHOWING)


@pytest.fixture(scope="module", params=SIDES)
def side(request):
    return request.param


@pytest.fixture(scope="module")
def listener(side, tmp_path_factory):
    folder = tmp_path_factory.mktemp("at-spi")
    with bus.desktop(folder) as desktop, staged(desktop, folder, side) as process:
        yield Listener(desktop, process)


@contextmanager
def staged(desktop, folder, side):
    """Show the window of one side on a desktop."""
    data = folder / "application"
    data.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.at_spi.stage", str(data), side],
        env=desktop.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert json.loads(process.stdout.readline()) == "ready"
        yield process
    finally:
        bus.end(process)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_is_told_once_and_walked_without_a_trap(listener, screen):
    listener.do("open", "home" if screen != "home" else "settings")
    listener.where()
    listener.told()
    listener.do("open", screen)
    assert not lost(listener.where()), listener.where()
    assert len(listener.told()) == 1
    title = listener.do("title")
    assert title == "Comptexpert" or title.endswith(" – Comptexpert")
    tree = listener.desktop.tree()
    assert [str(node) for node in tree if unheard(node)] == []
    assert any(node.role == "heading" for node in tree)
    assert next(node.name for node in tree if node.role == "page tab list") == "Navigation"
    listener.desktop.visited.clear()
    pressed = listener.do("tabs", MAX_TABS)
    listener.desktop.listen()
    stops = [listener.desktop.node(*one) for one in dict.fromkeys(listener.desktop.visited)]
    assert pressed > 0, f"Tab never comes back: {[str(one) for one in stops]}"
    assert any(one.role == "page tab" for one in stops), f"Tab never leaves the screen: {[str(one) for one in stops]}"
    assert [str(one) for one in stops if lost(one)] == []


def unheard(node: bus.Node) -> bool:
    """Tell whether the keyboard reaches a thing that says neither what it is nor how it is called."""
    return node.has(bus.FOCUSABLE) and node.has(bus.SHOWING) and (not node.name or node.role in bus.NAMELESS_ROLES)


GO_HOME = ("open", "home")
EVERYWHERE = {
    "the guide opens": [GO_HOME, ("key", "F1")],
    "the guide closes": [("close_dialog",)],
    "the list of keys opens": [GO_HOME, ("key", "F1", "Shift")],
    "the list of keys closes": [("close_dialog",)],
    "the navigation folds": [("focus", "nav-settings"), ("width", 700)],
    "the navigation unfolds": [("width", 1200)],
    "an exchange is asked for": [("focus", "syncButton"), ("synchronise",)],
    "nobody answers": [("faults", 20), ("focus", "syncButton"), ("synchronise",)],
    "the network is back": [("mend",), ("synchronise",)],
    "the settings are left with a key": [("open", "settings"), ("key", "1", "Control")],
}
SIGNED_OUT = {
    "a sign-up begins": [("new_signup",)],
    "nothing was chosen": [("click", "nextButton")],
    "a profile is chosen": [("focus", "profileList"), ("key", "Down")],
    "the next step opens": [("key", "Return")],
    "a name is missing": [("click", "nextButton")],
    "names are suggested": [("focus", "nameEdit"), ("type", "aub")],
    "a name is read": [("key", "Down")],
    "a name is chosen": [("key", "Return")],
    "a date is wrong": [("type", "99"), ("key", "Return")],
    "a step back": [("click", "backButton")],
    "the sign-up is left": [("click", "leaveButton")],
    "the browser gives up": [("browser", False), ("open", "home"), ("click", "homeSignInButton")],
    "the browser is left": [("open", "home")],
}
SIGNED_IN = {
    "the window locks": [("open", "delegations"), ("lock",)],
    "the window is unlocked": [("click", "unlockButton")],
    "it locks with a dialog open": [GO_HOME, ("key", "F1"), ("lock",)],
    "it is unlocked again": [("click", "unlockButton")],
    "signing out is asked": [("click", "signOutButton")],
    "signing out is given up": [("close_dialog",)],
    "an empty group is chosen": [("open", "delegations"), ("click", "chip-ended")],
    "a full group is chosen": [("click", "chip-undecided")],
    "nothing answers a search": [("focus", "delegationSearch"), ("type", "zzz")],
    "the search is emptied": [("key", "A", "Control"), ("key", "Backspace")],
    "filters open": [("click", "filtersButton")],
    "filters close": [("click", "filtersButton")],
    "views open": [("click", "viewsButton")],
    "views close": [("close_dialog",)],
}
EXPERT = {
    "a refusal is asked": [("select", 0), ("key", "R")],
    "a refusal is given up": [("close_dialog",)],
    "an approval is asked": [("select", 0), ("key", "A")],
    "an approval is given up": [("close_dialog",)],
    "a form to grant opens": [("click", "grantButton")],
    "the form is left": [("click", "cancelRequestButton")],
    "an export is asked": [("click", "exportButton")],
    "an export is given up": [("close_dialog",)],
    "the only request is approved": [("select", 0), ("key", "A"), ("key", "Return", "Control")],
    "its answer comes": [("synchronise",)],
}
STAFF = {
    "a form to ask opens": [("open", "delegations"), ("click", "askButton")],
    "the form is sent empty": [("key", "Return", "Control")],
    "the form is left": [("click", "cancelRequestButton")],
}
CHANGES = {
    "out": EVERYWHERE | SIGNED_OUT,
    "staff": EVERYWHERE | SIGNED_IN | STAFF,
    "expert": EVERYWHERE | SIGNED_IN | EXPERT,
}


def test_the_keyboard_is_never_lost(listener, side):
    gone = {}
    for change, acts in CHANGES[side].items():
        for act in acts:
            listener.do(*act)
        node = listener.where()
        if lost(node):
            gone[change] = str(node)
    assert gone == {}


def test_more_than_forty_changes_are_listed():
    assert len({*EVERYWHERE, *SIGNED_OUT, *SIGNED_IN, *STAFF, *EXPERT}) >= 40


def heard(listener, *acts) -> list[str]:
    """Do something, and return what is said of it."""
    listener.where()
    listener.told()
    for act in acts:
        listener.do(*act)
    listener.where()
    return listener.told()


def test_each_outcome_is_told_once(listener, side):
    listener.do("open", "home")
    assert len(heard(listener, ("faults", 30), ("synchronise",))) == 1
    assert len(heard(listener, ("mend",), ("synchronise",))) == 1
    if side == "out":
        said = heard(listener, ("browser", True), ("click", "homeSignInButton"))
        assert sum(text.startswith("Vous êtes connecté") for text in said) == 1
        return
    assert heard(listener, ("lock",)) == ["Comptexpert est verrouillé."]
    assert heard(listener, ("click", "unlockButton")) == ["Comptexpert est déverrouillé."]
    tree = listener.desktop.tree()
    assert any(node.role == "page tab" for node in tree)


def test_a_locked_window_tells_the_page_of_the_lock_alone(listener, side):
    if side == "out":
        return
    listener.do("lock")
    listener.where()
    tree = listener.desktop.tree()
    roles = {node.role for node in tree}
    assert not roles & {"page tab", "table", "combo box", "text"}, [str(node) for node in tree]
    assert [node.name for node in tree if node.role == "heading"] == ["Comptexpert est verrouillé"]
    listener.do("click", "unlockButton")


def test_only_words_are_told_and_only_of_what_is_there(listener, side):
    """A tooltip is drawn from markup; who hears is told its words.

    Of each screen what is shown is read while it is open; what is not, of all of them together: they stay when left.
    """
    shown = {}
    for screen in SCREENS:
        listener.do("open", screen)
        listener.where()
        tree = listener.desktop.tree()
        shown[screen] = {node.path for node in tree}
        assert marked_up(tree) == [], screen
    whole = listener.desktop.tree(is_whole=True)
    assert marked_up(whole) == []
    assert {screen for screen, paths in shown.items() if not own(paths, shown) & {node.path for node in whole}} == set()


def marked_up(tree: list[bus.Node]) -> list[str]:
    """List what is told with markup."""
    return [str(node) for node in tree if "<p>" in node.name + node.description]


def own(paths: set[str], shown: dict[str, set[str]]) -> set[str]:
    """Leave out what was there on every screen: the frame around them."""
    return paths - set.intersection(*shown.values())
