"""Qt's binding as we use it: without the source of every module that is imported after it.

PySide6 replaces `__import__`, and reads the source text of each module imported from then on, to see whether it names
the binding and may ask for one of its two optional spellings (`snake_case`, `true_property`). We use neither, and the
texts stay in memory. See docs/adr/0079.
"""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401  (what is switched off below comes with it)

_READER = "_mod_uses_pyside"
"""What looks into a source; the binding has no public switch."""


def read_no_sources() -> bool:
    """Take every module for one that asks for no optional spelling; false when a new version has other ways."""
    feature = sys.modules.get("shibokensupport.feature")
    if not hasattr(feature, _READER):
        return False
    setattr(feature, _READER, _asks_for_nothing)
    return True


def _asks_for_nothing(_module: object) -> bool:
    return False
