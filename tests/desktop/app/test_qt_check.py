"""`self-check` loads every module and plugin of Qt that there is to use, and names one that cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo

from comptexpert_desktop.cli import qt_check
from comptexpert_desktop.errors import ComptexpertError
from resources.installers import contents

OF_IMAGES = {"iconengines", "imageformats"}


def test_everything_that_a_source_tree_uses_is_loaded():
    """In a program of its own: a plugin that was loaded stays in the process."""
    script = "from comptexpert_desktop.cli import qt_check; print(qt_check.check())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith(f"{len(qt_check.USED)} modules, {len(qt_check.USED_PLUGINS)} plugins")


def test_a_source_tree_looks_at_the_plugins_that_a_package_keeps():
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    of_images = [path for path in folder.rglob("*.so") if path.parent.name in OF_IMAGES]
    kept = {
        path.stem.removeprefix("lib")
        for path in of_images
        if contents.is_kept(f"PySide6/Qt/plugins/{path.relative_to(folder).as_posix()}", source=str(path))
    }
    assert kept == set(qt_check.USED_PLUGINS) == {path.stem.removeprefix("lib") for path in qt_check.plugins()}


def test_a_plugin_without_its_library_is_named(monkeypatch, tmp_path):
    broken = tmp_path / "libqbroken.so"
    broken.write_bytes(b"no plugin")
    monkeypatch.setattr(qt_check, "plugins", lambda: (broken,))
    with pytest.raises(ComptexpertError) as refused:
        qt_check.check()
    assert refused.value.code == "QT_INCOMPLETE"
    assert refused.value.data["name"].startswith("libqbroken.so ")


def test_a_module_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(qt_check, "modules", lambda: ("QtCore", "QtAbsent"))
    monkeypatch.setattr(qt_check, "plugins", tuple)
    with pytest.raises(ComptexpertError) as refused:
        qt_check.check()
    assert refused.value.data["name"] == "QtAbsent"
