"""Which day it is for a right is counted in France: a screen that asks the machine is wrong for hours overseas."""

from __future__ import annotations

import re
from pathlib import Path

import comptexpert_desktop

_ASKED = re.compile(r"today\b[^\n]*wording\.local_day\(")
_UI = Path(comptexpert_desktop.__file__).parent / "ui"


def test_no_screen_asks_the_machine_which_day_it_is():
    found = [
        f"{file.relative_to(_UI)}:{number}"
        for file in sorted(_UI.rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if _ASKED.search(line)
    ]
    assert found == []


def test_the_search_finds_one():
    assert _ASKED.search("            today=wording.local_day(self._clock()),")
