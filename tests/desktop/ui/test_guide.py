"""The guide for IT says what the product does: its pictures, commands, codes, files and limits exist."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from comptexpert_desktop import __main__
from comptexpert_desktop.app import logs
from comptexpert_desktop.cli.commands import Exit
from comptexpert_desktop.desktop import autostart
from comptexpert_desktop.presentation.errors.message_table import TABLE
from comptexpert_desktop.settings import sources
from comptexpert_desktop.usecases.sync import retention
from tests.desktop.ui.guide import DRAWINGS

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "informatique.md").read_text(encoding="utf-8")
IMAGES = ROOT / "docs" / "images"
MAX_BYTES = 100_000
OF_FILES = {"POLICY_FILE_UNSAFE", "POLICY_FILE_INVALID", "POLICY_FILE_UNREADABLE"}


def test_each_picture_is_drawn_by_the_script_shown_in_the_guide_and_small():
    shown = re.findall(r"!\[[^\]]{20,}\]\(images/([\w-]+)\.png\)", GUIDE)
    assert sorted(shown) == sorted(DRAWINGS) == sorted(path.stem for path in IMAGES.glob("*.png"))
    for name in DRAWINGS:
        content = (IMAGES / f"{name}.png").read_bytes()
        width, height = struct.unpack(">II", content[16:24])
        assert content.startswith(b"\x89PNG")
        assert 300 < width < 800
        assert 200 < height < 1000
        assert len(content) < MAX_BYTES


@pytest.mark.parametrize("line", sorted(set(re.findall(r"`comptexpert-desktop ([a-z][^`]*)`", GUIDE))))
def test_each_command_of_the_guide_is_one(line):
    words = line.replace("FICHIER", "x.json").split()
    assert __main__._read_arguments(words).command == words[0]


def test_each_code_of_the_guide_has_its_words_or_is_that_of_a_file():
    codes = set(re.findall(r"`([A-Z]{2,}(?:_[A-Z]+)+)`", GUIDE)) - {
        "HTTPS_PROXY",
        "NO_PROXY",
        "REG_MULTI_SZ",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
    }
    assert {"NET_PORTAL", "NET_PROXY_AUTH", "CLOCK_SKEW"} <= codes
    assert codes - set(TABLE) - OF_FILES == set()


def test_each_exit_code_has_its_line():
    assert {int(number) for number in re.findall(r"^\| (\d) \|", GUIDE, re.MULTILINE)} == {int(code) for code in Exit}


def test_the_places_that_it_names_are_those_of_the_program():
    for place in (str(sources.POLICY_FILE), str(sources.DEFAULTS_FILE), sources.REGISTRY_POLICY, sources.PREFERENCES):
        assert place in GUIDE
    assert f"autostart/{autostart.entry_file({}).name}" in GUIDE
    assert f"LaunchAgents/{autostart.agent_file(Path()).name}" in GUIDE


def test_the_figures_that_it_gives_are_those_of_the_program():
    assert (logs.FILES, logs.MAX_BYTES) == (5, 1_000_000)
    assert (retention.SENT_TTL.days, retention.SIGNUP_TTL.days) == (30, 90)
    assert "envois aboutis 30 jours, inscriptions 90 jours" in GUIDE
    assert "cinq fichiers d’un\nmégaoctet" in GUIDE
