"""The packages themselves, made twice: identical, light, and at home in a bare Debian. A quarter of an hour."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import dev
from tests.benchmarks.frozen import MOST_ON_DISK, MOST_PACKED, weight

ROOT = Path(__file__).resolve().parents[2]
TREES = Path(os.environ.get("COMPTEXPERT_TREES", "/var/tmp/comptexpert-trees"))

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(sys.platform != "linux" or shutil.which("dpkg-deb") is None, reason="Debian makes the package"),
]


def make(folder: Path, *, sources: Path) -> Path:
    """Make everything from a copy of the last commit, and return the folder of what was made."""
    tree = folder / "tree"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", sources, tree], check=True)
    python = dev.python_of(ROOT / ".venv-package")
    done = subprocess.run(
        [python, "-m", "resources.installers", "--output", folder / "dist", "--work", folder / "work"],
        cwd=tree,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1790000000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder / "dist"


@pytest.fixture(scope="module", autouse=True)
def _environment():
    """The one that `dev.py package` makes."""
    dev.install_system_packages(["binutils", "xz-utils", *dev.QT_LIBRARIES])
    dev.make_environment("package.txt", venv=ROOT / ".venv-package", editable=False)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return make(tmp_path_factory.mktemp("first"), sources=ROOT)


@pytest.fixture(scope="module")
def second(first, tmp_path_factory):
    """The same commit in a folder with another name, of another length."""
    return make(tmp_path_factory.mktemp("the-second-of-the-two-folders"), sources=first.parent / "tree")


def differences(one: Path, other: Path) -> list[str]:
    """List what two folders do not share, byte for byte, mode for mode."""
    found = []
    for path in sorted({each.relative_to(root) for root in (one, other) for each in root.rglob("*")}):
        here, there = one / path, other / path
        if here.is_symlink() or there.is_symlink():
            same = here.is_symlink() and there.is_symlink() and here.readlink() == there.readlink()
        elif here.is_file() and there.is_file():
            same = filecmp.cmp(here, there, shallow=False) and here.stat().st_mode == there.stat().st_mode
        else:
            same = here.is_dir() and there.is_dir()
        if not same:
            found.append(path.as_posix())
    return found


def test_two_makings_are_identical(first, second):
    frozen = Path("work/frozen/comptexpert-desktop")
    assert differences(first.parent / frozen, second.parent / frozen) == []
    assert differences(first, second) == []


def test_the_comparison_finds_a_difference(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same").write_text("x")
        (tmp_path / name / "other").write_text(name)
    (tmp_path / "a" / "alone").write_text("")
    assert differences(tmp_path / "a", tmp_path / "b") == ["alone", "other"]


def test_they_are_what_the_sums_say_and_light_enough(first):
    sums = dict(reversed(line.split("  ")) for line in (first / "SHA256SUMS").read_text().splitlines())
    assert {Path(name).suffix for name in sums} == {".deb", ".xz", ".json"}
    for name, digest in sums.items():
        assert hashlib.sha256((first / name).read_bytes()).hexdigest() == digest
        assert (first / name).stat().st_size / 1e6 <= MOST_PACKED
    assert weight(first.parent / "work/frozen/comptexpert-desktop") <= MOST_ON_DISK


def test_the_archive_starts_where_it_is_unpacked(first, tmp_path):
    (archive,) = first.glob("*.tar.xz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="tar")
    (program,) = tmp_path.glob("*/comptexpert-desktop")
    done = subprocess.run(
        [program, "--version"], capture_output=True, text=True, env={"HOME": str(tmp_path)}, check=True
    )
    assert done.stdout.startswith("comptexpert-desktop ")


def test_what_the_application_uses_is_inside_with_its_terms(first):
    """Each library that `requirements/` asks for by name, but those of a server in production."""
    asked = {
        line.split(";")[0].split("[")[0].split(">")[0].split("=")[0].strip().lower()
        for name in ("desktop.in", "server.in")
        for line in (ROOT / "requirements" / name).read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    } - {"granian", "psycopg"}
    (listed,) = first.glob("*.cdx.json")
    known = {one["name"] for one in json.loads(listed.read_text())["components"]}
    assert {name.replace("_", "-") for name in asked} - known == set()
    terms = (first.parent / "work/frozen/comptexpert-desktop/_internal/licences/THIRD-PARTY.txt").read_text()
    assert [name for name in asked if f"\n{name.replace('_', '-')} " not in terms] == []


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("debootstrap") is None, reason="root and debootstrap are needed")
def test_a_bare_debian_installs_uses_and_removes_it(first, tmp_path):
    (package,) = first.glob("*.deb")
    for file in (package, ROOT / "tests" / "installers" / "bare_debian.sh"):
        shutil.copy(file, tmp_path)
    TREES.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["sh", ROOT / "tests/installers/bare_tree.sh", TREES, tmp_path, "sh", "bare_debian.sh", package.name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("everything holds\n")
