"""The conformance table points at tests: each of them is there, and each state is one of four words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "accessibilite.md").read_text(encoding="utf-8")
POINTED = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))
LINES = [line.split("|")[1:4] for line in PAGE.partition("| critère |")[2].splitlines()[2:] if line.startswith("|")]


@pytest.mark.parametrize("pointed", POINTED)
def test_each_test_of_the_table_exists(pointed):
    path, _, name = pointed.partition("::")
    assert (ROOT / path).exists()
    if name:
        assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_each_line_has_a_state_and_a_proof_or_a_reason():
    assert len(LINES) >= 30
    for criterion, state, proof in LINES:
        assert state.strip() in {"tient", "en partie", "non", "sans objet"}, criterion
        assert proof.strip(), criterion


@pytest.mark.parametrize("chapter", ["9", "10", "11", "12"])
def test_each_chapter_has_lines(chapter):
    assert any(
        criterion.strip().startswith(f"{chapter}.") or criterion.strip().startswith(f"{chapter},")
        for criterion, *_ in LINES
    )
