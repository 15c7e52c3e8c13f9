"""Outside text is never read as markup, and outside addresses go through one door (architecture.md, section 2.6)."""

from __future__ import annotations

import ast

from tests.house.source import Source, at_fault, called_name, sources

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


STREAMS = {
    "comptexpert_desktop/cli/terminal.py",
    "comptexpert_desktop/app/crash.py",
    "comptexpert_desktop/cli/commands.py",
    "comptexpert_desktop/__main__.py",
}
"""Who names the terminal's streams; of these, commands hand one to the progress bar and the parser prints its usage."""


def writes_to_the_terminal(source: Source) -> list[str]:
    """List where a file of the application writes to the terminal by itself, where texts would be obeyed."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) == "print":
            found.append(f"{source.path}:{node.lineno} print")
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}:
            found += [] if source.path in STREAMS else [f"{source.path}:{node.lineno} {ast.unparse(node)}"]
        if isinstance(node, ast.Call) and called_name(node) in {"sys.stdout.write", "sys.stderr.write"}:
            is_door = source.path in {"comptexpert_desktop/cli/terminal.py", "comptexpert_desktop/app/crash.py"}
            found += [] if is_door else [f"{source.path}:{node.lineno} write"]
    return found


def test_one_module_writes_to_the_terminal():
    application = [one for one in sources("comptexpert_desktop") if "/rehearsal/" not in one.path]
    assert at_fault(writes_to_the_terminal, application) == {}


def test_a_file_that_writes_to_the_terminal_by_itself_is_seen():
    text = "import sys\nprint('x')\nsys.stdout.write(name)\n"
    assert len(writes_to_the_terminal(Source("x.py", text, ast.parse(text)))) == 3


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


def test_no_file_reads_outside_text_as_markup_or_code():
    assert at_fault(forbidden_names, sources()) == {}


def test_no_file_turns_a_safety_off():
    assert at_fault(unsafe_arguments, sources()) == {}


def test_the_lint_sees_what_it_forbids():
    bad = "label = QLabel(name)\nbox = QtWidgets.QMessageBox()\nrun(line, shell=True)\nget(url, verify=False)\n"
    source = Source("bad.py", bad, ast.parse(bad))
    assert len(forbidden_names(source)) == 2
    assert len(unsafe_arguments(source)) == 2
