"""The house keeps its shape: short files, short functions, no cycle, few imports inside functions."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.house.rooms import rooms
from tests.house.source import PACKAGES, ROOT, Source, at_fault, sources

MAX_FILE = 450
MAX_FUNCTION = 60
MAX_CLASS = 250
MAX_METHODS = 20
LAZY_IMPORTS = 18
"""How many imports stand inside functions, each with its reason; the figure may only go down."""

MADE_HERE = frozenset({".venv", ".venv-package", "build", "dist", "out"})
"""Folders that commands make and that nobody commits."""

ASKED_BY_NAME = frozenset({"sys", "theme.tokens()", "colours", "draft"})
"""What a table names the fields of: the colours of a theme, the texts of a form; and what a packed program adds."""

WITH_SUBJECTS = ("presentation", "ui", "usecases")
"""Rooms of the application with a folder a subject, which know each other in one direction too."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def own_files():
    """Every Python file that we wrote: packages, tests, scripts; migrations are made by a program."""
    return [source for source in sources(*PACKAGES, "tests") if "/migrations/" not in source.path]


def too_long(source):
    """List the functions of too many lines, and the file itself."""
    lines = len(source.text.splitlines())
    return [f"file: {lines}"] * (lines > MAX_FILE) + [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(source.tree)
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno + 1 > MAX_FUNCTION
    ]


def test_files_and_functions_are_short():
    assert at_fault(too_long, own_files()) == {}


def test_a_long_file_and_a_long_function_are_seen():
    text = "def long():\n" + "    x = 1\n" * MAX_FILE
    assert [fault.partition(":")[0] for fault in too_long(Source("bad.py", text, ast.parse(text)))] == ["file", "long"]


def test_classes_are_small():
    assert at_fault(lambda source: large_classes(source.tree), sources()) == {}


def test_a_large_class_is_seen():
    methods = "\n".join(f"    def m{number}(self): ..." for number in range(MAX_METHODS + 1))
    long = "    x = 1\n" * MAX_CLASS
    assert large_classes(ast.parse(f"class Wide:\n{methods}\nclass Long:\n{long}")) == ["Wide", "Long"]


def large_classes(tree):
    """Name the classes of too many lines or methods."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and (
            node.end_lineno - node.lineno + 1 > MAX_CLASS
            or sum(isinstance(part, FUNCTIONS) for part in node.body) > MAX_METHODS
        )
    ]


def test_nothing_of_a_screen_is_asked_by_name():
    assert at_fault(lambda source: asked_by_name(source.tree), sources("comptexpert_desktop/ui")) == {}


def test_what_is_asked_by_name_is_seen():
    text = 'act = getattr(screen, "start_new", None)\nif hasattr(screen, "keep"): pass\ngetattr(self.stack, name)()'
    assert asked_by_name(ast.parse(text)) == [1, 2, 3]


def asked_by_name(tree):
    """List the lines that ask an object for an attribute by its name."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"getattr", "hasattr", "setattr"}
        and ast.unparse(node.args[0]) not in ASKED_BY_NAME
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package):
    graph = grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)
    assert cycles(imports_of(graph)) == []


def imports_of(graph):
    """Return what each module imports."""
    return {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}


@cache
def whole(package):
    """Return what each module of a package imports, for hints of types too."""
    return imports_of(grimp.build_graph(package, cache_dir=None))


@pytest.mark.parametrize("house", [*PACKAGES, *(f"comptexpert_desktop.{room}" for room in WITH_SUBJECTS)])
def test_no_rooms_import_each_other_in_a_circle(house):
    assert cycles(rooms(whole(house.partition(".")[0]), house=house)) == []


def test_the_search_for_circles_between_rooms_finds_one():
    imports = {"house.a.one": {"house.b.two"}, "house.b.three": {"house.a.four"}, "house.c": {"house.a.one"}}
    assert cycles(rooms(imports, house="house")) == [["house.a", "house.b"]]


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
