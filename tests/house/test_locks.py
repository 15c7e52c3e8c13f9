"""Every lock pins what is used, with hashes, and names no host."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT

FOLDER = ROOT / "requirements"
LOCKS = sorted(path.stem for path in FOLDER.glob("*.in"))
PIN = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==[^\n]*\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)*)", re.MULTILINE
)


def pins(text):
    """Return the pins of a lock, each with its hashes."""
    return {name: re.findall(r"sha256:([0-9a-f]{64})", hashes) for name, hashes in PIN.findall(text)}


def normal(name):
    """Return a name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_hashes(lock):
    found = pins((FOLDER / f"{lock}.txt").read_text("utf-8"))
    assert found
    assert [name for name, hashes in found.items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_all_that_is_asked_for(lock):
    asked = re.findall(r"^([A-Za-z0-9._-]+)", (FOLDER / f"{lock}.in").read_text("utf-8"), re.MULTILINE)
    requested = {normal(name) for name in asked if not name.startswith("-")}
    assert requested <= {normal(name) for name in pins((FOLDER / f"{lock}.txt").read_text("utf-8"))}


def test_a_pin_without_a_hash_is_seen():
    assert pins("one==1 \\\n    --hash=sha256:" + "0" * 64 + "\ntwo==2\n") == {"one": ["0" * 64], "two": []}
