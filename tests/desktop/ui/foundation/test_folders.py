"""A folder is shown in the file manager; a file, which could be a program, never is."""

from __future__ import annotations

from pathlib import Path

from comptexpert_desktop.ui.widgets.links import Links


def opening(folder):
    opened = []
    links = Links(server_url="http://127.0.0.1:8000", opener=lambda url: bool(opened.append(url.toLocalFile())) or True)
    return links.open_folder(folder), opened


def test_a_folder_of_this_machine_is_opened(tmp_path):
    assert opening(tmp_path) == (True, [str(tmp_path)])


def test_nothing_else_is_opened(tmp_path):
    program = tmp_path / "programme.sh"
    program.write_text("echo")
    for target in (program, tmp_path / "absent", Path("relatif")):
        assert opening(target) == (False, [])
