"""A write is a typed command to the last: no dictionary of extras beside it, and no path of the API read back."""

from __future__ import annotations

import ast

from tests.house.source import Source, at_fault, sources

ROOMS = ("domain", "usecases", "store", "runtime", "presentation", "ui")
OLDER_ROWS = "comptexpert_desktop/store/older_rows.py"
"""Reads the rows that the version before the commands had queued, and nothing else."""
WITH_ADDRESSES = {OLDER_ROWS, "comptexpert_desktop/presentation/vault/words.py"}
"""The second shows the host of a server that a person typed."""
PARSERS = {"urlsplit", "urlparse", "parse_qs", "parse_qsl"}


def inside():
    """List the files that know commands and not the wire."""
    return [source for room in ROOMS for source in sources(f"comptexpert_desktop/{room}")]


def extras(source):
    """List the lines that name a dictionary of extras."""
    return [
        node.lineno
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Constant) and node.value == "extra")
        or (isinstance(node, ast.arg) and node.arg == "extra" and "int" not in ast.unparse(node.annotation or node))
        or (isinstance(node, ast.Attribute) and node.attr == "extra")
        or (isinstance(node, ast.Name) and node.id == "extra" and isinstance(node.ctx, ast.Store))
    ]


def parsed_addresses(source):
    """List the lines that take an address apart: with a parser, or at its slashes."""
    return [
        node.lineno
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.ImportFrom) and PARSERS & {name.name for name in node.names})
        or (isinstance(node, ast.Import) and "urllib.parse" in {name.name for name in node.names})
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"split", "rsplit", "partition", "rpartition"}
            and [getattr(argument, "value", None) for argument in node.args[:1]] == ["/"]
            and "path" in ast.unparse(node.func.value)
        )
    ]


def test_no_dictionary_of_extras_goes_with_a_command():
    assert at_fault(extras, [source for source in inside() if source.path != OLDER_ROWS]) == {}


def test_nothing_reads_a_path_of_the_api_back():
    assert at_fault(parsed_addresses, [source for source in inside() if source.path not in WITH_ADDRESSES]) == {}


def test_extras_and_addresses_taken_apart_are_seen():
    text = 'from urllib.parse import urlsplit\nkind = entry.path.rpartition("/")[2]\nrow.extra["seen"] = 1\n'
    text += "import urllib.parse\nclass Row:\n    extra: dict[str, object]\n"
    bad = Source("bad.py", text, ast.parse(text))
    assert (sorted(parsed_addresses(bad)), sorted(extras(bad))) == ([1, 2, 4], [3, 6])
