"""Qt's binding as we use it: without the source of every module that is imported after it.

PySide6 replaces `__import__`, and reads the source text of each module imported from then on, to see whether it names
the binding and may ask for one of its two optional spellings (`snake_case`, `true_property`). We use neither, and the
texts stay in memory: 0.1 s and 20 MB for a whole start. Import this module before any other that imports Qt.
See docs/adr/0079.
"""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401  (what is switched off below comes with it)

_feature = sys.modules.get("shibokensupport.feature")
_READER = "_mod_uses_pyside"
"""What looks into a source; the binding has no public switch."""


def is_quiet() -> bool:
    """Tell whether no source is read; false when a new version of the binding has other ways."""
    return getattr(_feature, _READER, None) is _asks_for_nothing


def _asks_for_nothing(_module: object) -> bool:
    return False


if hasattr(_feature, _READER):
    setattr(_feature, _READER, _asks_for_nothing)
