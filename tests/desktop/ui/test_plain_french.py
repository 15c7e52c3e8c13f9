"""Words that people do not use of their work are in none of the sentences that the application says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3] / "comptexpert_desktop"
GONE = re.compile(r"\b(gestes?|opérationnel\w*|droits vivants|jetons?|essais?)\b|[àÀ] reprendre", re.IGNORECASE)


def sentences(tree: ast.AST):
    """Give every text of a module but its docstrings."""
    bare = {id(part.value) for owner in ast.walk(tree) if hasattr(owner, "body") for part in _expressions(owner)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def _expressions(owner):
    body = owner.body if isinstance(owner.body, list) else []
    return [part for part in body if isinstance(part, ast.Expr)]


def found_in(text: str) -> list[str]:
    """List the sentences of a module that say one of the words."""
    return [said for said in sentences(ast.parse(text)) if GONE.search(said)]


def test_no_sentence_says_them():
    found = {str(path.relative_to(ROOT)): said for path in ROOT.rglob("*.py") if (said := found_in(path.read_text()))}
    assert found == {}


def test_a_sentence_that_says_one_is_seen():
    assert found_in('"""Un geste."""\nSAID = "Votre geste part."') == ["Votre geste part."]
