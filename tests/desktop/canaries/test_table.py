"""The table of what a server answers by what shows it: a text arrives as itself, and nowhere else is it shown.

Windows and terminals are read with one text that means something to each of their interpreters. Files are written once
for each canary, since a formula, an escape or a line of a calendar begins with its first letter.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QDialog, QWidget

from comptexpert_desktop.domain.documents import read_document, read_entry, read_me
from comptexpert_desktop.domain.profile_story import ProfileStory
from comptexpert_desktop.presentation.delegations import effect_words
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.ui.documents.effects_pane import EffectsPane
from comptexpert_desktop.usecases.ports import Snapshot
from tests.canaries import CANARIES, document
from tests.desktop.canaries import pages, signups
from tests.desktop.canaries.answers import text_members
from tests.desktop.canaries.files import FILES, texts_in
from tests.desktop.canaries.papers import PAPERS, an_attestation
from tests.desktop.canaries.reading import links_of, texts_of
from tests.desktop.canaries.table import (
    IN_A_TERMINAL,
    IN_A_WINDOW,
    MEMBERS,
    NO_GLYPH,
    NOWHERE,
    SHOWN,
    found,
    marked,
)
from tests.desktop.canaries.window import FIRM, CanaryWindow, World
from tests.desktop.ui.gallery_stops import STOPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desktop.ui.kit import Kit

PAGES = pages.PAGES | signups.PAGES
WRITTEN = FILES | PAPERS
WALKS = {
    "window": (
        "delegations",
        "case",
        "firm",
        "services",
        "outbox",
        "notices",
        "reviews",
        "vault",
        "account",
        "home",
        "signups",
        "profile",
    ),
    "questions": (
        "departure",
        "refuse",
        "revoke",
        "suspend",
        "renew",
        "renewals",
        "right",
        "export",
        "closing",
        "grant form",
        "table",
        "filters",
    ),
}
"""Stops of one window; the questions are looked at without what stands behind them, where they are dialogs."""
ATTESTATION = ("attestation", "--firm", FIRM, "--person", "acc-other")
COMMANDS = (
    ("sync",),
    ("delegations",),
    ("who-can",),
    ("search", "Q"),
    ("accounts",),
    ("account", "show"),
    ("account", "status"),
    ("outbox",),
    ATTESTATION,
)


def rows() -> set[str]:
    return set().union(*SHOWN.values(), *NOWHERE.values())


def test_every_text_of_an_answer_has_a_row_and_every_output_its_texts() -> None:
    assert rows() == set(MEMBERS)
    assert set(SHOWN) == {"terminal", "own data", *WALKS, *WRITTEN, *PAGES}


def test_what_is_nowhere_is_in_no_output_and_has_one_reason() -> None:
    assert set().union(*SHOWN.values()).isdisjoint(set().union(*NOWHERE.values()))
    assert sum(len(members) for members in NOWHERE.values()) == len(set().union(*NOWHERE.values()))


def test_a_new_text_without_a_row_would_be_seen() -> None:
    openapi = document()
    openapi["components"]["schemas"]["FirmOut"]["properties"]["motto"] = {"type": "string"}
    assert set(text_members(openapi)) - rows() == {"FirmOut.motto"}


def _profile(made: CanaryWindow, qtbot: Any) -> QWidget:
    made.window.open(Destination("account"))
    made.settle(qtbot)
    made.window.stack.current().profile_button.click()
    return made.window


OWN_STOPS = {"profile": _profile}


def _is_waiting(shown: QWidget) -> bool:
    panes = shown.findChildren(EffectsPane)
    return any(pane.isVisible() and effect_words.WAITING in pane.text() for pane in panes)


def _walk(made: CanaryWindow, qtbot: Any, *, stops: tuple[str, ...]) -> Iterator[str]:
    for stop in stops:
        shown = (STOPS | OWN_STOPS)[stop](made, qtbot)
        made.settle(qtbot)
        made.settle(qtbot)
        qtbot.waitUntil(lambda shown=shown: not _is_waiting(shown))
        assert links_of(made.window) == [], stop
        yield from texts_of(shown)
        for dialog in made.window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()


@pytest.mark.parametrize("output", WALKS)
def test_each_text_is_shown_as_itself_in_the_window(output: str, tmp_path: Path, qapp: object, qtbot: Any) -> None:
    whole = marked(*IN_A_WINDOW)
    made = CanaryWindow(tmp_path)
    try:
        made.hang(World(whole.__getitem__))
        shown = found(_walk(made, qtbot, stops=WALKS[output]), whole=whole)
    finally:
        made.close()
    assert shown == SHOWN[output]


@pytest.mark.parametrize("output", WRITTEN)
def test_each_text_is_written_as_itself_in_each_file(output: str, qapp: object) -> None:
    for name, canary in CANARIES.items():
        if "PDF" in output and name in NO_GLYPH:
            continue
        whole = marked(canary[:3], canary[3:])
        assert found(WRITTEN[output](World(whole.__getitem__)), whole=whole) == SHOWN[output], name


@pytest.mark.parametrize("output", [output for output in FILES if output != "ICS"])
def test_a_code_of_a_later_version_is_written_as_itself(output: str, qapp: object) -> None:
    for name, canary in CANARIES.items():
        if output == "PDF" and name in NO_GLYPH:
            continue
        whole = marked(canary[:3], canary[3:])
        world = World(whole.__getitem__, knows_codes=False)
        assert {"DelegationOut.service", "DelegationOut.rights.*"} <= found(WRITTEN[output](world), whole=whole), name


def test_each_text_is_said_as_itself_on_a_terminal_and_none_is_obeyed(terminal: Any) -> None:
    whole = marked(*IN_A_TERMINAL)
    world = World(whole.__getitem__)
    terminal.browser.account = read_me(world.document("MeOut")).account
    entry = read_entry(world.document("EntryOut") | {"registration_number": "140000000001"})
    terminal.server.snapshots.append(Snapshot(1, None, "2026-11-21T08:00:00Z", (entry._asdict(),)))
    right = world.delegation(1, DelegationOut__status="ACTIVE")
    terminal.server.delegations[right.id] = right
    story = read_document(ProfileStory, world.document("ProfileStoryOut"))
    terminal.server.profile_story = lambda **_names: story
    terminal.server.attestations[FIRM, "acc-other"] = an_attestation(world)
    assert terminal.run("sign-in") == 0
    terminal.run("registry", "update")
    shown, said = set(), ""
    for command in COMMANDS:
        assert terminal.run(*command, "--json") == 0, command
        shown |= found(texts_in(json.loads(terminal.out)), whole=whole)
        said += terminal.out
        assert terminal.run(*command) == 0, command
        said += terminal.out + terminal.errors
    assert all(letter.isprintable() for line in said.split("\n") for letter in line)
    assert shown == SHOWN["terminal"]


@pytest.mark.parametrize("output", PAGES)
def test_each_text_is_shown_as_itself_in_each_page(output: str, app_kit: Kit, qtbot: Any) -> None:
    whole = marked(*IN_A_WINDOW)
    app_kit.fill()
    page = PAGES[output](World(whole.__getitem__), app_kit, qtbot)
    assert links_of(page) == []
    assert found(texts_of(page), whole=whole) == SHOWN[output]
    page.close()


def test_ones_own_data_is_written_as_it_came(terminal: Any, tmp_path: Path) -> None:
    for name, canary in CANARIES.items():
        whole = marked(canary[:3], canary[3:])
        content = json.dumps(World(whole.__getitem__).document("MyDataOut"), ensure_ascii=False).encode()
        terminal.server.my_data = lambda content=content, **_names: content
        assert terminal.sign_in() == 0
        target = tmp_path / "data.json"
        assert terminal.run("account", "data", "--output", str(target)) == 0
        assert target.read_bytes() == content
        assert found(texts_in(json.loads(target.read_bytes())), whole=whole) == SHOWN["own data"], name
