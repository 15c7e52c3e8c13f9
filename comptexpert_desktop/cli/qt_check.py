"""Load every module and every plugin of Qt that is installed with the application: one that cannot be is named."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path

import PySide6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QPluginLoader

from comptexpert_desktop.errors import ComptexpertError

USED = ("QtCore", "QtDBus", "QtGui", "QtNetwork", "QtSvg", "QtWidgets")
"""The modules that the application imports; a package holds no other, but that of the rehearsal's robots."""
USED_PLUGINS = ("qico", "qsvg", "qsvgicon")
"""The plugins of images that a package has; in a source tree others stand beside them, some without their library."""
LIBRARIES = {"win32": "*.dll", "darwin": "*.dylib"}


def check() -> str:
    """Say the version of Qt and how much of it was loaded; raises ComptexpertError with what could not be."""
    absent = [*_absent_modules(), *_absent_plugins()]
    if absent:
        raise ComptexpertError("QT_INCOMPLETE", data={"name": ", ".join(absent)})
    version = QLibraryInfo.version().toString()
    return f"{version}, {len(modules())} modules, {len(plugins())} plugins"


def modules() -> tuple[str, ...]:
    """Name the modules to load: those of a package, or in a source tree those that are used."""
    if not getattr(sys, "frozen", False):
        return USED
    found = {name for _finder, name, _is_package in pkgutil.iter_modules(PySide6.__path__)}
    return tuple(sorted(name for name in found if name.startswith("Qt")))


def plugins() -> tuple[Path, ...]:
    """Return each plugin that stands in Qt's own folder; in a source tree, those of images that a package has."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    found = sorted(folder.rglob(LIBRARIES.get(sys.platform, "*.so")))
    if getattr(sys, "frozen", False):
        return tuple(found)
    return tuple(path for path in found if path.stem.removeprefix("lib") in USED_PLUGINS)


def _absent_modules() -> list[str]:
    absent = []
    for name in modules():
        try:
            importlib.import_module(f"PySide6.{name}")
        except ImportError:
            absent.append(name)
    return absent


def _absent_plugins() -> list[str]:
    """Load each plugin into this process, which shows nothing; one that asks for a display is not started by that."""
    if QCoreApplication.instance() is None and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    absent = []
    for path in plugins():
        loader = QPluginLoader(str(path))
        if not loader.load():
            absent.append(f"{path.name} ({loader.errorString().rpartition(': ')[2]})")
    return absent
