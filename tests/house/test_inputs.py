"""One input a purpose: what the wheel changes unseen, or shows half, is made in one place and used everywhere."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import Source, at_fault, sources

HOUSE_INPUTS = {
    "QComboBox": "comptexpert_desktop/ui/widgets/choice.py",
    "QCheckBox": "comptexpert_desktop/ui/widgets/check.py",
    "QDateEdit": "",
    "QDateTimeEdit": "",
    "QTimeEdit": "",
    "QCalendarWidget": "comptexpert_desktop/ui/widgets/day.py",
    "QSpinBox": "",
    "QDoubleSpinBox": "",
    "QSlider": "",
    "QDial": "",
}
"""A widget of Qt that the wheel or the arrows change, and the one file that may use it."""


def raw_inputs(source: Source) -> list[str]:
    """List the raw inputs that a file names, with their lines."""
    found = []
    for node in ast.walk(source.tree):
        name = getattr(node, "id", None) or getattr(node, "attr", None)
        if isinstance(node, ast.alias):
            name = node.name
        if name in HOUSE_INPUTS and HOUSE_INPUTS[name] != source.path:
            found.append(f"{source.path}:{getattr(node, 'lineno', 0)} {name}")
    return found


def test_only_the_inputs_of_the_house_are_used():
    assert at_fault(raw_inputs, sources("comptexpert_desktop")) == {}


@pytest.mark.parametrize("line", ["QComboBox()", "QtWidgets.QSpinBox()", "from PySide6.QtWidgets import QDateEdit"])
def test_a_raw_input_is_seen(line):
    assert raw_inputs(Source("bad.py", line, ast.parse(line)))
