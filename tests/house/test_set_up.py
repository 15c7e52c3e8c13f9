"""What `dev.py` finds installed: a package under the name that a newer Debian gave it is not asked for again."""

from __future__ import annotations

import os

import dev

LISTED = """\
installed\tlibglib2.0-0t64, libglib2.0-0 (= 2.84.4-3~deb13u2)
installed\tgit, git-completion, git-core
config-files\txvfb,\x20
installed\tdbus,\x20
"""


def test_what_is_installed_goes_by_each_of_its_names(tmp_path, monkeypatch):
    listing = tmp_path / "listing"
    listing.write_text(LISTED, encoding="utf-8")
    program = tmp_path / "dpkg-query"
    program.write_text(f"#!/bin/sh\ncat {listing}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = dev.installed_packages()
    assert {"libglib2.0-0", "libglib2.0-0t64", "git", "git-core", "dbus"} <= found
    assert "xvfb" not in found, "its settings alone stayed"
