"""The house keeps its shape: short files, short functions, no cycle, few imports inside functions."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import grimp
import pytest

from tests.house.source import PACKAGES, ROOT, sources

LONGEST_FILE = 450
LONGEST_FUNCTION = 60
LAZY_IMPORTS = 60
"""How many imports stand inside functions, each with its reason; the figure may only go down."""

MADE_HERE = frozenset({".venv", ".venv-package", "build", "dist", "out"})
"""Folders that commands make and that nobody commits."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def own_files():
    """Every Python file that we wrote: packages, tests, scripts; migrations are made by a program."""
    return [source for source in sources(*PACKAGES, "tests") if "/migrations/" not in source.path]


@pytest.mark.parametrize("source", own_files(), ids=lambda source: source.path)
def test_files_and_functions_are_short(source):
    assert len(source.text.splitlines()) <= LONGEST_FILE
    too_long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(source.tree)
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package):
    graph = grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)
    assert cycles({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}) == []


def test_the_search_for_circles_finds_one():
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c"]]


def cycles(imports):
    """Return each group of modules that reach each other (Tarjan's strongly connected components)."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 5000))
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in imports.get(node, ()):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            place = stack.index(node)
            group = sorted(stack[place:])
            del stack[place:]
            if len(group) > 1:
                found.append(group)

    for node in imports:
        if node not in index:
            visit(node)
    return found


def lazy_imports():
    """List the imports that stand inside functions."""
    return sorted(
        {
            f"{source.path}:{node.lineno}"
            for source in sources()
            for function in ast.walk(source.tree)
            if isinstance(function, FUNCTIONS)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
    )


def test_imports_inside_functions_are_counted(record_property):
    found = lazy_imports()
    record_property("lazy_imports", len(found))
    assert len(found) <= LAZY_IMPORTS, "\n".join(found)


def test_imports_inside_functions_say_why():
    lines = {source.path: source.text.splitlines() for source in sources()}
    silent = []
    for place in lazy_imports():
        path, number = place.split(":")
        near = lines[path][max(0, int(number) - 6) : int(number)]
        whole_file = [line for line in lines[path] if line.startswith("# ruff: noqa: PLC0415 ")]
        if not any("#" in line for line in (*near, *whole_file)):
            silent.append(place)
    assert silent == []


def test_no_file_names_a_machine_or_a_host():
    words = ("/work/", "pypi.org", "files.pythonhosted", "deb.debian.org", "registry.npmjs")
    guilty = [
        f"{path.relative_to(ROOT)}: {word}"
        for pattern in ("**/*.py", "**/*.md", "**/*.toml", "**/*.txt", "**/*.json", "**/*.html")
        for path in ROOT.glob(pattern)
        if not MADE_HERE.intersection(path.relative_to(ROOT).parts) and path != Path(__file__)
        for word in words
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert guilty == []
