"""What a package holds, what it leaves out, and what it says of itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from resources.installers import contents, debian, icons, launch, notices, sbom

HOST = "/usr/lib/x86_64-linux-gnu/"
WHEEL = "/env/lib/python3.11/site-packages/"


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("PySide6/Qt/lib/libQt6Core.so.6", WHEEL),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", WHEEL),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", WHEEL),
        ("PySide6/Qt/translations/qtbase_fr.qm", WHEEL),
        ("PySide6/QtTest.abi3.so", WHEEL),
        ("libssl.so.3", HOST + "libssl.so.3"),
        ("libsqlite3.so.0", HOST + "libsqlite3.so.0"),
        ("allauth/locale/fr/LC_MESSAGES/django.mo", WHEEL),
        ("comptexpert_server/delegations/models.py", "/tree/comptexpert_server/delegations/models.py"),
        ("fido2/public_suffix_list.dat", WHEEL),
    ],
)
def test_what_the_application_needs_stays(target, source):
    assert contents.is_kept(target, source=source)


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("libstdc++.so.6", HOST + "libstdc++.so.6"),
        ("libX11.so.6", HOST + "libX11.so.6"),
        ("libglib-2.0.so.0", HOST + "libglib-2.0.so.0"),
        ("libgtk-3.so.0", HOST + "libgtk-3.so.0"),
        ("PySide6/Qt/lib/libQt6Quick.so.6", WHEEL),
        ("libQt6Qml.so.6", WHEEL),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", WHEEL),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", WHEEL),
        ("PySide6/Qt/translations/qtbase_de.qm", WHEEL),
        ("django/conf/locale/de/LC_MESSAGES/django.mo", WHEEL),
        ("django/db/models/base.py", WHEEL),
        ("django/contrib/gis/templates/gis/openlayers.html", WHEEL),
    ],
)
def test_what_it_can_do_without_is_left_out(target, source):
    assert not contents.is_kept(target, source=source)


def test_modules_are_named_without_importing_them():
    named = contents.modules("allauth.mfa")
    assert "allauth.mfa.totp.internal.auth" in named
    assert not any(".tests" in name for name in named)
    locales = [name for name in contents.modules("django.conf") if ".locale." in name]
    assert "django.conf.locale.fr.formats" in locales
    assert "django.conf.locale.de.formats" not in locales


def test_a_package_that_is_not_installed_is_told():
    with pytest.raises(LookupError):
        contents.modules("no_such_package")


def test_the_frozen_program_runs_our_programs_alone(monkeypatch, capsys):
    monkeypatch.setattr(launch, "restore_environment", lambda: None)
    monkeypatch.setattr(sys, "argv", ["comptexpert-desktop", "-m", "http.server"])
    assert launch.main() == 2
    assert "own programs" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["comptexpert-desktop", "-m"])
    assert launch.main() == 2


def test_it_starts_the_server_as_a_source_tree_does(monkeypatch, capsys):
    monkeypatch.setattr(launch, "restore_environment", lambda: None)
    monkeypatch.setattr(sys, "argv", ["comptexpert-desktop", "-m", "comptexpert_server", "--help"])
    with pytest.raises(SystemExit) as ended:
        launch.main()
    assert ended.value.code == 0
    assert "comptexpert-server" in capsys.readouterr().out


def test_children_get_the_library_path_of_before_our_start(monkeypatch):
    import os

    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/comptexpert/_internal")
    launch.restore_environment()
    assert "LD_LIBRARY_PATH" not in os.environ
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/comptexpert/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/usr/local/lib")
    launch.restore_environment()
    assert os.environ["LD_LIBRARY_PATH"] == "/usr/local/lib"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


def test_every_carried_distribution_says_its_terms(tmp_path):
    root = Path(__file__).resolve().parents[2]
    folder = notices.write(tmp_path / "notices", root=root, version="1.2.3")
    written = {path.name for path in (folder / "licences").iterdir()}
    assert {"qt-LGPL-3.txt", "qt-GPL-3.txt", "THIRD-PARTY.txt"} <= written
    assert any(name.startswith("httpx-") for name in written)
    third = (folder / "licences" / "THIRD-PARTY.txt").read_text()
    assert "django 5.2" in third
    assert "granian" not in third
    assert "Version: 1.2.3" in (folder / "metadata" / "METADATA").read_text()


def test_the_list_of_what_is_carried_depends_on_the_folder_alone(tmp_path):
    (tmp_path / "libone.so.1").write_bytes(b"one")
    first = sbom.document(tmp_path, version="1.2.3", epoch=1_790_000_000)
    assert json.dumps(first) == json.dumps(sbom.document(tmp_path, version="1.2.3", epoch=1_790_000_000))
    assert first["metadata"]["timestamp"] == "2026-09-21T14:13:20Z"
    names = {one["name"] for one in first["components"]}
    assert {"pyside6-essentials", "cryptography", "libone.so.1", "python"} <= names
    assert all(one.get("licenses") or one.get("hashes") for one in first["components"])


def test_the_debian_package_names_what_it_leaves_to_the_system():
    text = debian.control(version="1.2.3", architecture="amd64", kilobytes=7)
    assert "Version: 1.2.3" in text
    assert "libxcb-cursor0" in text
    assert "libc6 (>= 2." in text
    assert all(line for line in text.rstrip("\n").split("\n"))


def test_the_icon_is_drawn_at_each_size(tmp_path, qapp):
    icons.draw(tmp_path)
    content = (tmp_path / "comptexpert.ico").read_bytes()
    assert int.from_bytes(content[4:6], "little") == len(icons.SIZES)
    assert (tmp_path / "comptexpert-256.png").read_bytes().startswith(b"\x89PNG")
    assert "currentColor" not in (tmp_path / "comptexpert.svg").read_text()
