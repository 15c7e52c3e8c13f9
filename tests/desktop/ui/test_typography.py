"""French typography: no break before a colon, a semicolon or a question mark, nor inside quotation marks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from comptexpert_desktop import ui

ROOMS = ("delegations", "firm", "outbox", "services", "settings")
MODULES = [path for room in ROOMS for path in sorted((Path(ui.__file__).parent / room).glob("*.py"))]
BREAKABLE = re.compile(r" [:;?!»]|« ")
STRAIGHT = re.compile(r"\b[cdjlmnst]'|\bqu'", re.IGNORECASE)


def literals(path: Path) -> list[str]:
    """Return the texts of a module that people may read: its literals, without docstrings and style sheets."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in texts if id(node) not in docs and "{" not in node.value]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_line_begins_with_a_mark(path: Path) -> None:
    assert [text for text in literals(path) if BREAKABLE.search(text)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_apostrophes_are_curved_and_nothing_is_exclaimed(path: Path) -> None:
    texts = literals(path)
    assert [text for text in texts if STRAIGHT.search(text)] == []
    assert [text for text in texts if text.rstrip().endswith("!") and len(text) > 2] == []
