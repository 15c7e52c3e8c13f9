"""The server that the MSI proposes, set, changed, kept, repaired and removed, by Wine's msiexec on tables of the real file.

What Wine 8 does not know is not shown here: an answer looked at again on the same version (`Transitive`), and the option
`/f`. Its msiexec ends `/f CODE` with 1 (« not implemented yet »), and `/f PACKAGE` with 69, the last byte of 1605: it takes
the package for a code. Windows says `/f` by two properties, REINSTALL and REINSTALLMODE; these are set instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import dev
from tests.installers import msi_tables

if TYPE_CHECKING:
    from pathlib import Path

KEY = r"HKLM\SOFTWARE\Comptexpert\Desktop"
FIRST, SECOND = "https://a.example", "https://b.example"

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        sys.platform != "linux" or shutil.which("apt-get") is None, reason="Debian has Wine and msitools"
    ),
]


class Windows:
    """A Windows of Wine: what msiexec and the registry say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "WINEPREFIX": str(folder / "w"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "DISPLAY": "",
        }
        self.run("wineboot", "-i")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program of Windows."""
        return subprocess.run(
            ["wine", *command], env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )

    def msiexec(self, *words: str) -> None:
        """Install, change or remove without a word, as a firm's tools do."""
        done = self.run("msiexec", *words, "/qn", "/norestart")
        assert done.returncode == 0, (words, done.returncode, done.stderr[-500:])

    def server(self) -> str:
        """Return the server that is proposed; nothing when none is."""
        done = self.run("reg", "query", KEY, "/v", "ServerURL", "/reg:64")
        return done.stdout.split("REG_SZ")[-1].strip() if done.returncode == 0 else ""

    def package(self, version: str, **options: Any) -> str:
        """Make the package of a version, and return its name as Windows writes it."""
        path = msi_tables.make(self.folder / f"{version}.msi", version=version, **options)
        return "Z:" + str(path).replace("/", "\\")

    def end(self) -> None:
        """End everything that runs there."""
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False)
        subprocess.run(["wineserver", "-w"], env=self.environment, check=False)


@pytest.fixture
def windows(tmp_path):
    dev.install_system_packages(["wine", "wine64", "msitools"])
    found = Windows(tmp_path)
    yield found
    found.end()


def test_the_server_is_set_changed_kept_repaired_and_removed(windows):
    one, two, three = (windows.package(version) for version in ("1.0.0", "2.0.0", "3.0.0"))
    windows.msiexec("/i", one)
    assert windows.server() == "", "nothing was said"
    windows.msiexec("/i", one, "REINSTALL=ALL", "REINSTALLMODE=omus", f"SERVERURL={FIRST}")
    assert windows.server() == FIRST
    windows.msiexec("/i", one, "REINSTALL=ALL", "REINSTALLMODE=omus", f"SERVERURL={SECOND}")
    assert windows.server() == SECOND
    windows.msiexec("/i", one, "REINSTALL=ALL", "REINSTALLMODE=omus")
    assert windows.server() == SECOND, "a repair says nothing"
    windows.msiexec("/i", two)
    assert windows.server() == SECOND, "nor does an upgrade"
    windows.msiexec("/i", three, f"SERVERURL={FIRST}")
    assert windows.server() == FIRST, "an upgrade may change it"
    windows.msiexec("/x", three)
    assert windows.server() == ""


REPAIRS = {"/f": "omus", "/fp": "p", "/fvomus": "vomus", "/famus": "amus"}
"""Each way to repair, and the mode that it stands for."""


def test_every_way_to_repair_keeps_what_the_registry_says(windows):
    one = windows.package("1.0.0")
    windows.msiexec("/i", one, f"SERVERURL={FIRST}")
    windows.run("reg", "add", KEY, "/v", "ServerURL", "/d", SECOND, "/f", "/reg:64")
    for option, mode in REPAIRS.items():
        windows.msiexec("/i", one, "REINSTALL=ALL", f"REINSTALLMODE={mode}")
        assert windows.server() == SECOND, option
    windows.run("reg", "delete", KEY, "/v", "ServerURL", "/f", "/reg:64")
    windows.msiexec("/i", one, "REINSTALL=ALL", "REINSTALLMODE=omus")
    assert windows.server() == "", "what was taken away is nowhere else"
    windows.msiexec("/i", one, "REINSTALL=ALL", "REINSTALLMODE=omus", f"SERVERURL={FIRST}")
    assert windows.server() == FIRST, "and is given back by who says it"


def test_none_proposes_nothing_any_more(windows):
    one, two = (windows.package(version) for version in ("1.0.0", "2.0.0"))
    windows.msiexec("/i", one, f"SERVERURL={FIRST}")
    assert windows.server() == FIRST
    windows.msiexec("/i", two, "SERVERURL=NONE")
    assert windows.server() == ""


def test_what_a_firm_wrote_in_the_registry_is_kept_by_an_upgrade(windows):
    one, two = (windows.package(version) for version in ("1.0.0", "2.0.0"))
    windows.msiexec("/i", one, f"SERVERURL={FIRST}")
    windows.run("reg", "add", KEY, "/v", "ServerURL", "/d", SECOND, "/f", "/reg:64")
    windows.msiexec("/i", two)
    assert windows.server() == SECOND


def test_a_search_into_the_property_itself_is_seen(windows):
    """The fault of before: what the registry holds overwrites what the command line says."""
    text = msi_tables.SOURCE.read_text(encoding="utf-8")
    source = windows.folder / "before.wxs"
    source.write_text(text.replace('Id="KEPTSERVERURL"', 'Id="SERVERURL"'), encoding="utf-8")
    one = windows.package("1.0.0", source=source)
    windows.msiexec("/i", one, f"SERVERURL={FIRST}")
    windows.msiexec("/i", one, "REINSTALL=ALL", "REINSTALLMODE=omus", f"SERVERURL={SECOND}")
    assert windows.server() == FIRST
