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
from typing import Any

import pytest

import dev
from tests.benchmarks.frozen import MAX_ON_DISK, MAX_PACKED, weight

ROOT = Path(__file__).resolve().parents[2]
MOST_WITHOUT_THE_REHEARSAL = 40
TREES = Path(os.environ.get("COMPTEXPERT_TREES", "/var/tmp/comptexpert-trees"))

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(sys.platform != "linux" or shutil.which("dpkg-deb") is None, reason="Debian makes the package"),
]


def make(folder: Path, *, sources: Path, environment: Path, key: str = "") -> Path:
    """Make everything from a copy of the last commit, and return the folder of what was made."""
    tree = folder / "tree"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", sources, tree], check=True)
    dev.make_environment("package.txt", venv=environment, editable=False)
    command = [dev.python_of(environment), "-m", "resources.installers", "--output", folder / "dist"]
    done = subprocess.run(
        [*command, "--work", folder / "work", *(["--sign-with", key] if key else [])],
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
    """The system's packages that `dev.py package` asks for."""
    dev.install_system_packages(["binutils", "xz-utils", "dpkg-dev", *dev.X11_LIBRARIES, *dev.QT_LIBRARIES])


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A key of GnuPG made for the occasion."""
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", str(home))
        words = ["--batch", "--passphrase", "", "--quick-gen-key", "packages@comptexpert.example", "ed25519", "sign"]
        subprocess.run(["gpg", *words], check=True, capture_output=True)
        yield "packages@comptexpert.example"
        subprocess.run(["gpgconf", "--kill", "all"], check=False)


@pytest.fixture(scope="module")
def first(tmp_path_factory, key):
    return make(tmp_path_factory.mktemp("first"), sources=ROOT, environment=ROOT / ".venv-package", key=key)


@pytest.fixture(scope="module")
def second(first, tmp_path_factory):
    """The same commit in a folder with another name, of another length, from an environment of its own."""
    folder = tmp_path_factory.mktemp("the-second-of-the-two-folders")
    return make(folder, sources=first.parent / "tree", environment=folder / "an-environment-of-its-own")


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
    signed = {"SHA256SUMS.asc", "apt/dists/stable/InRelease", "apt/dists/stable/Release.gpg"}
    assert set(differences(first, second)) == signed


def test_the_comparison_finds_a_difference(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same").write_text("x")
        (tmp_path / name / "other").write_text(name)
    (tmp_path / "a" / "alone").write_text("")
    assert differences(tmp_path / "a", tmp_path / "b") == ["alone", "other"]


def test_they_are_what_the_sums_say_and_light_enough(first):
    sums = dict(reversed(line.split("  ")) for line in (first / "SHA256SUMS").read_text().splitlines())
    assert sorted(Path(name).suffix for name in sums) == [".deb", ".deb", ".json", ".xz"]
    subprocess.run(["gpg", "--verify", first / "SHA256SUMS.asc", first / "SHA256SUMS"], check=True, capture_output=True)
    subprocess.run(["gpg", "--verify", first / "apt/dists/stable/InRelease"], check=True, capture_output=True)
    (desktop,) = first.glob("comptexpert-desktop_*.deb")
    assert desktop.stat().st_size / 1e6 <= MOST_WITHOUT_THE_REHEARSAL
    for name, digest in sums.items():
        assert hashlib.sha256((first / name).read_bytes()).hexdigest() == digest
        assert (first / name).stat().st_size / 1e6 <= MAX_PACKED
    assert weight(first.parent / "work/frozen/comptexpert-desktop") <= MAX_ON_DISK


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
    """Each library that `requirements/` asks for by name, but the driver of a database in production."""
    asked = {
        line.split(";")[0].split("[")[0].split(">")[0].split("=")[0].strip().lower()
        for name in ("desktop.in", "server.in")
        for line in (ROOT / "requirements" / name).read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    } - {"psycopg"}
    known = {one["name"] for one in contents(first)["components"]}
    assert {name.replace("_", "-") for name in asked} - known == set()
    terms = (first.parent / "work/frozen/comptexpert-desktop/_internal/licences/THIRD-PARTY.txt").read_text()
    assert [name for name in asked if f"\n{name.replace('_', '-')} " not in terms] == []


def contents(made: Path) -> dict[str, Any]:
    (listed,) = made.glob("*.cdx.json")
    found: dict[str, Any] = json.loads(listed.read_text())
    return found


def test_the_list_of_contents_names_every_file_and_is_what_its_schema_says(first, tmp_path):
    found = contents(first)
    owners = [found["metadata"]["component"], *found["components"]]
    listed = {file["name"] for owner in owners for file in owner.get("components", [])}
    frozen = first.parent / "work/frozen/comptexpert-desktop"
    assert listed == {path.relative_to(frozen).as_posix() for path in frozen.rglob("*") if not path.is_dir()}
    assert {"openssl", "sqlite3", "icu", "qt", "python"} <= {one["name"] for one in found["components"]}
    assert all(one["version"] and one["licenses"] and one["purl"] for one in found["components"])
    dev.make_environment("contents-check.txt", venv=tmp_path / "check", editable=False)
    script = (
        "import sys; from cyclonedx.schema import SchemaVersion; from cyclonedx.validation.json import JsonStrictValidator;"
        "fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()); sys.exit(str(fault or ''))"
    )
    (path,) = first.glob("*.cdx.json")
    subprocess.run([dev.python_of(tmp_path / "check"), "-c", script, path], check=True)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("debootstrap") is None, reason="root and debootstrap are needed")
@pytest.mark.parametrize("options", [[], ["--no-recommends"]], ids=["recommended", "bare"])
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_a_bare_debian_installs_updates_uses_and_removes_them(first, tmp_path, suite, options):
    for file in (*first.glob("*.deb"), ROOT / "tests" / "installers" / "bare_debian.sh"):
        shutil.copy(file, tmp_path)
    TREES.mkdir(parents=True, exist_ok=True)
    words = ["sh", "bare_debian.sh", *options, "."]
    done = subprocess.run(
        ["sh", ROOT / "tests/installers/bare_tree.sh", "--suite", suite, TREES, tmp_path, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("everything holds\n")
