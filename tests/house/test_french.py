"""What people read, in both houses, pages and mails included: the words of their work, and French typography."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.house.source import PACKAGES, ROOT, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.house.source import Source

_UNITS = (
    "jours?|mois|ans?|heures?|minutes?|secondes?|lignes?|droits?|demandes?|caractères|lettres|chiffres|personnes?"
    "|Mo|Go|ko"
)
RULES = {
    "a word that nobody says of this work": r"\b(gestes?|opérationnel\w*|droits vivants|jetons?|essais?"
    r"|reprendre|repren(?:d|ds|ez|nez|ne|nent))\b",
    "days where people count years": r"\b(?:365|730|1\s?095)\s(?:jours)\b",
    "a line may begin with a mark": r"(?<=[\w»)}%.…]) [:;?!»](?=\s|$)",
    "a line may end after a quotation mark": r"«[ \w]",
    "a number may leave its unit": rf"(?<![\w.])\d+ (?:{_UNITS})\b",
    "a straight apostrophe": r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|aujourd)'(?=\w)",
    "three dots": r"\w\.\.\.(?=\s|$)",
    "an exclamation": r"\w\s?!$",
}
FRENCH = re.compile(
    r"[éèàùêôîçû’«»]|\b(?:le|la|les|de|des|du|un|une|vous|est|pour|dans|ou|sur|par|avec|ne|pas|en|au|plus)\b",
    re.IGNORECASE,
)
NBSP = "\u00a0"
_NBSP_NAMES = {"NBSP", "_NBSP", "NARROW_NBSP"}
_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}|<style.*?</style>|<[^>]*>", re.DOTALL)


class Said(NamedTuple):
    """A text and where it stands."""

    where: str
    text: str


def said_in(source: Source) -> Iterator[Said]:
    """Give every French text of a module but its docstrings; what is put in a text is {}."""
    quiet: set[int] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr):
            quiet.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            quiet |= {id(part) for part in ast.walk(node) if part is not node and isinstance(part, ast.Constant)}
    for node in ast.walk(source.tree):
        if id(node) in quiet:
            continue
        text = _text_of(node)
        is_sentence = " " in text.replace(NBSP, " ") and FRENCH.search(text)
        if is_sentence or (text[:1].isupper() and not text[:4].isupper()):  # a label may be one word; SQL is none
            yield Said(f"{source.path}:{node.lineno}", text)  # type: ignore[attr-defined]  # texts have lines


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(part) for part in node.values)
    return ""


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    name = getattr(value, "id", "") or getattr(value, "attr", "")
    return NBSP if name in _NBSP_NAMES else "{}"


@cache
def texts() -> tuple[Said, ...]:
    """Give every text of both houses: of the modules, of the pages and mails, of the guides."""
    return tuple(_texts())


def _texts() -> Iterator[Said]:
    for source in sources(*PACKAGES):
        if "/migrations/" not in source.path:
            yield from said_in(source)
    for kind in ("html", "txt"):
        for path in sorted((ROOT / "comptexpert_server").rglob(f"templates/**/*.{kind}")):
            bare = _TAG.sub(" ", path.read_text(encoding="utf-8")) if kind == "html" else path.read_text()
            for number, line in enumerate(bare.replace("&nbsp;", NBSP).splitlines(), start=1):
                yield Said(f"{path.relative_to(ROOT)}:{number}", re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "{}", line.strip()))


def at_fault(rule: str, said: str) -> bool:
    """Tell whether a text breaks a rule."""
    return re.search(RULES[rule], said, re.IGNORECASE) is not None


@pytest.mark.parametrize("rule", RULES)
def test_every_text_keeps_to_the_rule(rule: str) -> None:
    assert {one.where: one.text for one in texts() if at_fault(rule, one.text)} == {}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("a word that nobody says of this work", "Trop d’essais pour ce compte."),
        ("a word that nobody says of this work", "Reconnectez-vous pour reprendre."),
        ("days where people count years", f"Valable 730{NBSP}jours."),
        ("a line may begin with a mark", "Ce n’est pas vous ?"),
        ("a line may end after a quotation mark", "La page « Cabinet »."),
        ("a number may leave its unit", "Valable 48 heures."),
        ("a straight apostrophe", "L'invitation est acceptée."),
        ("three dots", "Un instant..."),
        ("an exclamation", f"C’est fait{NBSP}!"),
    ],
)
def test_a_broken_rule_is_seen(rule: str, said: str) -> None:
    assert at_fault(rule, said)


def test_texts_of_both_houses_are_read() -> None:
    where = {one.where.partition(":")[0] for one in texts()}
    assert "comptexpert_desktop/presentation/delegations/words.py" in where
    assert "comptexpert_server/delegations/mail_words.py" in where
    assert "comptexpert_server/web/templates/mail/activation.txt" in where
    assert "comptexpert_server/web/templates/accounts/help.html" in where
