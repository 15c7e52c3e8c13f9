"""Import a module at the first use of one of its names, where its import would delay the first frame."""

from __future__ import annotations

import importlib
from types import ModuleType


def lazy(name: str) -> ModuleType:
    """Return a stand-in for a module, which is imported when a name is first read from it, on whatever thread.

    importlib.util.LazyLoader shows a half-made module to a second thread on Python 3.11 (gh-114763), and use cases are
    imported on several: this takes the import lock each time instead, once the module is there for 0.3 microseconds.
    """
    return _Lazy(name)


class _Lazy(ModuleType):
    def __getattr__(self, attribute: str) -> object:
        return getattr(importlib.import_module(self.__name__), attribute)
