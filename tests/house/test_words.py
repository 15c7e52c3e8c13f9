"""One tongue: names of the code avoid the words that the glossary sets aside, and a person is *they*."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from tests.house.source import PACKAGES, ROOT, sources

HEADING = "## Mots du code"
ROW = re.compile(r"^\| `(\w+)` \| `([^`]+)` \|", re.MULTILINE)


def avoided():
    """Read the glossary: the words that are set aside, with the word to write."""
    text = (ROOT / "docs" / "glossaire.md").read_text(encoding="utf-8")
    return dict(ROW.findall(text.partition(HEADING)[2].partition("\n## ")[0]))


def names(package):
    """List what a package names: its modules, classes, functions, arguments, constants and attributes."""
    for source in sources(package):
        if "/migrations/" in source.path:
            continue
        yield source.module.rpartition(".")[2]
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                yield node.name
            elif isinstance(node, ast.arg):
                yield node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield node.attr


def words_of(name):
    """Cut a name in its words: `lockWriter`, `lock_writer` and `LOCK_WRITER` are lock and writer."""
    return [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def counted(package, words):
    """Count the names of a package that hold a word set aside: as the whole name, or as one of its words."""
    found = Counter()
    for name in names(package):
        parts = words_of(name)
        for word in words:
            wanted = words_of(word)
            found[word] += any(parts[start : start + len(wanted)] == wanted for start in range(len(parts)))
    return +found


def test_the_glossary_sets_words_aside():
    assert {"strength", "twin", "beat", "told"} <= set(avoided())


@pytest.mark.parametrize("package", PACKAGES)
def test_names_avoid_what_the_glossary_sets_aside(package):
    words = avoided()
    assert {word: f"{number} names, write {words[word]}" for word, number in counted(package, words).items()} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_person_is_they(package):
    said = re.compile(r"\b(?:he|his|him|himself)\b", re.IGNORECASE)
    assert {source.path: said.findall(source.text) for source in sources(package) if said.search(source.text)} == {}


def test_a_word_is_found_in_a_name():
    assert words_of("takeTurn") == words_of("take_turn") == words_of("TAKE_TURN") == ["take", "turn"]
    assert words_of("HTTPServer") == ["http", "server"]
