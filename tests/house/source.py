"""The project's own Python files, parsed once, for the tests that read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("comptexpert_desktop", "comptexpert_server")


class Source(NamedTuple):
    """One file: its path from the root, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Parse every Python file below these folders of the root."""
    return tuple(_parse(path) for folder in folders or PACKAGES for path in sorted((ROOT / folder).rglob("*.py")))


@cache
def _parse(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


def at_fault(check: Callable[[Source], object], files: Iterable[Source]) -> dict[str, object]:
    """Return what a check finds in each file where it finds something; one test for them all is quick."""
    return {source.path: found for source in files if (found := check(source))}


def called_name(node: ast.AST) -> str:
    """Return the dotted name that a call names, or an empty text."""
    if not isinstance(node, ast.Call):
        return ""
    parts: list[str] = []
    target: ast.AST = node.func
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.append(target.id)
    return ".".join(reversed(parts))
