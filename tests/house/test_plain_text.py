"""Outside text is never read as markup, and outside addresses go through one door (architecture.md, section 2.6)."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import Source, called_name, sources

WRAPPERS = {
    "QLabel": "comptexpert_desktop/ui/widgets/plain_label.py",
    "QMessageBox": "comptexpert_desktop/ui/widgets/dialogs.py",
    "QDesktopServices": "comptexpert_desktop/ui/widgets/links.py",
    "QTextBrowser": "",
    "setHtml": "",
    "insertHtml": "",
    "eval": "",
    "exec_": "",
    "pickle": "",
    "marshal": "",
}
"""A name, and the one file that may use it."""


def forbidden_names(source: Source) -> list[str]:
    """List the forbidden names that a file mentions, with their lines."""
    found = []
    for node in ast.walk(source.tree):
        name = ""
        if isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.alias):
            name = node.name.rpartition(".")[2]
        if name in WRAPPERS and WRAPPERS[name] != source.path:
            found.append(f"{source.path}:{getattr(node, 'lineno', 0)} {name}")
    return found


def unsafe_arguments(source: Source) -> list[str]:
    """List calls with `shell=True`, `verify=False`, or rich text, with their lines."""
    found = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if (keyword.arg, value) in {("shell", True), ("verify", False), ("check_hostname", False)}:
                found.append(f"{source.path}:{node.lineno} {keyword.arg}={value}")
        if called_name(node).endswith("setTextFormat") and "PlainText" not in ast.unparse(node):
            found.append(f"{source.path}:{node.lineno} setTextFormat")
    return found


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.path)
def test_no_file_reads_outside_text_as_markup_or_code(source):
    assert forbidden_names(source) == []


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.path)
def test_no_file_turns_a_safety_off(source):
    assert unsafe_arguments(source) == []


def test_the_lint_sees_what_it_forbids():
    bad = "label = QLabel(name)\nbox = QtWidgets.QMessageBox()\nrun(line, shell=True)\nget(url, verify=False)\n"
    source = Source("bad.py", bad, ast.parse(bad))
    assert len(forbidden_names(source)) == 2
    assert len(unsafe_arguments(source)) == 2
