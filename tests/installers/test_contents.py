"""What a package holds, what it leaves out, and what it says of itself."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import httpx
import PySide6
import pytest

from resources.installers import contents, debian, icons, launch, notices, origins, sbom
from resources.installers.origins import Gathered

ROOT = Path(__file__).resolve().parents[2]
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
        ("PySide6/QtQml.abi3.so", WHEEL),
        ("PySide6/Qt/lib/libQt6Qml.so.6", WHEEL),
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
        ("libQt6QmlModels.so.6", WHEEL),
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


def test_it_starts_its_command_line_as_a_source_tree_does(monkeypatch, capsys):
    monkeypatch.setattr(launch, "restore_environment", lambda: None)
    monkeypatch.setattr(sys, "argv", ["comptexpert-desktop", "-m", "comptexpert_desktop", "--help"])
    with pytest.raises(SystemExit) as ended:
        launch.main()
    assert ended.value.code == 0
    assert "comptexpert-desktop" in capsys.readouterr().out


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


@pytest.fixture
def gathered():
    """What a small build gathered: our code, two distributions, Qt with its ICU, a library of the machine."""
    site = Path(httpx.__file__).parents[1]
    return Gathered(
        files={
            "comptexpert_server/__main__.py": str(ROOT / "comptexpert_server" / "__main__.py"),
            "PySide6/Qt/lib/libQt6Core.so.6": str(Path(PySide6.__file__).parent / "Qt/lib/libQt6Core.so.6"),
            "PySide6/Qt/lib/libicuuc.so.73": str(Path(PySide6.__file__).parent / "Qt/lib/libicuuc.so.73"),
            "PySide6/QtCore.abi3.so": str(Path(PySide6.__file__).parent / "QtCore.abi3.so"),
            "libssl.so.3": "/usr/lib/x86_64-linux-gnu/libssl.so.3",
            "base_library.zip": "/tree/build/base_library.zip",
        },
        modules={
            "httpx": str(site / "httpx/__init__.py"),
            "django": str(site / "django/__init__.py"),
            "comptexpert_desktop": "",
        },
        rehearsal=frozenset({"_internal/comptexpert_server/__main__.py", "comptexpert-rehearsal"}),
    )


@pytest.fixture
def frozen(tmp_path, gathered, monkeypatch):
    """The folder of that build."""
    openssl = origins.SystemPackage("libssl3", "3.0.19-1", "openssl", "amd64")
    monkeypatch.setattr(origins, "system_package", lambda _place: openssl)
    monkeypatch.setattr(origins, "is_of_system", lambda place: place.startswith("/usr/lib/x86"))
    folder = tmp_path / "frozen"
    for place in [*(f"_internal/{name}" for name in gathered.files), "comptexpert-desktop", "comptexpert-rehearsal"]:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x0073.2\0" if "icu" in place else place.encode())
    (folder / "_internal/libQt6Core.so.6").symlink_to("PySide6/Qt/lib/libQt6Core.so.6")
    return folder


def test_every_carried_library_says_its_terms_and_holds_them(tmp_path, gathered, frozen, monkeypatch):
    (tmp_path / "doc/libssl3").mkdir(parents=True)
    (tmp_path / "doc/libssl3/copyright").write_text("terms")
    monkeypatch.setattr(notices, "_COPYRIGHTS", tmp_path / "doc")
    folder = notices.write(tmp_path / "notices", root=ROOT, version="1.2.3", gathered=gathered)
    written = {path.name for path in (folder / "licences").iterdir()}
    assert {"qt-LGPL-3.txt", "qt-GPL-3.txt", "icu-LICENSE.txt", "openssl-copyright", "THIRD-PARTY.txt"} <= written
    assert any(name.startswith("httpx-") for name in written)
    assert any(name.startswith("pyinstaller-") for name in written) is _has_pyinstaller()
    third = (folder / "licences" / "THIRD-PARTY.txt").read_text()
    assert "django 5.2" in third
    assert "openssl 3.0.19-1: Apache-2.0" in third
    assert "granian" not in third, "nothing of it was gathered"
    assert "Version: 1.2.3" in (folder / "metadata" / "METADATA").read_text()


def _has_pyinstaller():
    return find_spec("PyInstaller") is not None


@pytest.fixture
def document(frozen, gathered):
    return sbom.document(frozen, gathered=gathered, version="1.2.3", epoch=1_790_000_000)


def components(document):
    return {one["name"]: one for one in document["components"]}


def every_file(document):
    owners = [document["metadata"]["component"], *document["components"]]
    return {file["name"]: owner["name"] for owner in owners for file in owner.get("components", [])}


def test_the_list_of_contents_depends_on_the_folder_alone(document, frozen, gathered):
    again = sbom.document(frozen, gathered=gathered, version="1.2.3", epoch=1_790_000_000)
    assert json.dumps(document) == json.dumps(again)
    assert document["metadata"]["timestamp"] == "2026-09-21T14:13:20Z"


def test_it_names_each_file_below_what_it_comes_from(document, frozen):
    found = every_file(document)
    assert set(found) == {path.relative_to(frozen).as_posix() for path in frozen.rglob("*") if not path.is_dir()}
    assert found["_internal/libssl.so.3"] == "openssl"
    assert found["_internal/PySide6/Qt/lib/libQt6Core.so.6"] == "qt"
    assert found["_internal/libQt6Core.so.6"] == "qt", "a link is what it leads to"
    assert found["_internal/PySide6/Qt/lib/libicuuc.so.73"] == "icu"
    assert found["_internal/PySide6/QtCore.abi3.so"] == "pyside6-essentials"
    assert found["_internal/base_library.zip"] == "python"
    assert found["comptexpert-desktop"] == "comptexpert-desktop"


def test_each_library_has_a_version_terms_and_an_address_of_packages(document):
    found = components(document)
    assert {"httpx", "django", "qt", "icu", "openssl", "python", "pyside6-essentials"} <= set(found)
    assert (found["icu"]["version"], found["openssl"]["version"]) == ("73.2", "3.0.19-1")
    for one in found.values():
        assert one["version"]
        assert one["purl"].startswith("pkg:")
        assert one["licenses"]
    packages = {
        file["name"]: file["properties"][0]["value"] for file in document["metadata"]["component"]["components"]
    }
    assert packages["comptexpert-rehearsal"] == "comptexpert-rehearsal"
    assert packages["comptexpert-desktop"] == "comptexpert-desktop"


def test_it_says_who_needs_whom(document):
    needs = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    references = {one["bom-ref"] for one in document["components"]}
    assert set(needs) == references | {"comptexpert"}
    assert set(needs["comptexpert"]) == references
    qt = components(document)["qt"]["bom-ref"]
    assert needs[qt] == ["icu"]
    assert qt in needs[components(document)["pyside6-essentials"]["bom-ref"]]


def test_a_library_that_does_not_say_its_version_is_no_library_of_ours(tmp_path):
    (tmp_path / "libicuuc.so.73").write_bytes(b"\x00731\0")
    with pytest.raises(LookupError):
        sbom.icu_version(tmp_path / "libicuuc.so.73")


def test_the_debian_packages_name_what_they_leave_to_the_system():
    found = debian.desktop(("libc6 (>= 2.36)", "libxcb-cursor0 (>= 0.0.99)"))
    text = debian.control(found, version="1.2.3", architecture="amd64", kilobytes=7)
    assert "Version: 1.2.3" in text
    assert "Depends: libc6 (>= 2.36), libxcb-cursor0 (>= 0.0.99), ca-certificates" in text
    assert "Suggests: comptexpert-rehearsal" in text
    assert all(line for line in text.rstrip("\n").split("\n"))
    beside = debian.control(debian.rehearsal((), version="1.2.3"), version="1.2.3", architecture="amd64", kilobytes=7)
    assert "Depends: comptexpert-desktop (= 1.2.3)" in beside
    assert "Recommends" not in beside


def test_two_builds_have_two_names(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    first = debian.build_name(tmp_path, version="1.2.3")
    assert re.fullmatch(r"1\.2\.3\+[0-9a-f]{8}", first)
    (tmp_path / "a").write_bytes(b"2")
    assert debian.build_name(tmp_path, version="1.2.3") != first


def test_the_icon_is_drawn_at_each_size(tmp_path, qapp):
    icons.draw(tmp_path)
    content = (tmp_path / "comptexpert.ico").read_bytes()
    assert int.from_bytes(content[4:6], "little") == len(icons.SIZES)
    assert (tmp_path / "comptexpert-256.png").read_bytes().startswith(b"\x89PNG")
    assert "currentColor" not in (tmp_path / "comptexpert.svg").read_text()
