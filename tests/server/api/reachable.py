"""Which codes the functions behind an operation can refuse with, read from the source.

A name leads to the function, class or constant that it stands for, in its own module or in the one that it was imported
from; whatever a definition names is reached from it. A code counts where it is an argument of what refuses.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from comptexpert_server.web.codes import CODES
from tests.house.source import called_name, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSING = frozenset(["ProblemError", "Refusal", "too_many", "_refuse"])
"""What is called with a code to refuse with it."""
ASKING = frozenset(
    [
        ("comptexpert_server.delegations.mail_recipients", "_may_decide"),
        ("comptexpert_server.firms.absence_words", "_may"),
    ]
)
"""What asks the rules who may, and answers yes or no: it refuses nothing."""
Place = tuple[str, str]
"""A module, and what it defines at its top."""


def codes_reached(module: str, function: str) -> set[str]:
    """Return the codes that a function can refuse with, by itself or by what it calls."""
    waiting, seen, found = [(module, function)], set[Place](), set[str]()
    while waiting:
        place = waiting.pop()
        node = definitions().get(place)
        if node is None or place in seen or place in ASKING:
            continue
        seen.add(place)
        found |= set(_codes_in(node))
        waiting += _named_in(node, module=place[0])
    return found


@cache
def definitions() -> dict[Place, ast.AST]:
    """Return every top-level function, class and constant of the server."""
    found: dict[Place, ast.AST] = {}
    for source in sources("comptexpert_server"):
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef):
                found[source.module, node.name] = ast.Module([node.args, *node.body], [])  # type: ignore[list-item]  # without decorators, which declare
            elif isinstance(node, ast.ClassDef):
                found[source.module, node.name] = node
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {(source.module, target.id): node for target in targets if isinstance(target, ast.Name)}
    return found


@cache
def _imports(module: str) -> dict[str, str]:
    """Return what each imported name of a module stands for, with its dots."""
    tree = next(source.tree for source in sources("comptexpert_server") if source.module == module)
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _named_in(node: ast.AST, *, module: str) -> Iterator[Place]:
    imported = _imports(module)
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            home, _, name = imported.get(part.id, f"{module}.{part.id}").rpartition(".")
            yield home, name
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in imported:
            yield imported[part.value.id], part.attr


def _codes_in(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if called_name(call).rpartition(".")[2] in REFUSING and isinstance(call, ast.Call):
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                yield from (
                    part.value for part in ast.walk(argument) if isinstance(part, ast.Constant) and part.value in CODES
                )
