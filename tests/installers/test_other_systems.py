"""What Windows and macOS get was never run here: at least it is well formed, and says what it must."""

from __future__ import annotations

import json
import plistlib
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from resources.installers import linux_files
from tests.installers import msi_tables, strict
from tests.installers.workflow import Reader

ROOT = Path(__file__).resolve().parents[2]
INSTALLERS = ROOT / "resources" / "installers"
WIX = "{http://wixtoolset.org/schemas/v4/wxs}"


@pytest.fixture(scope="module")
def workflow():
    return Reader((ROOT / ".github" / "workflows" / "packages.yml").read_text(encoding="utf-8")).document()


@pytest.fixture(scope="module")
def steps(workflow):
    return {name: job["steps"] for name, job in workflow["jobs"].items()}


@pytest.fixture(scope="module")
def package():
    text = (INSTALLERS / "windows" / "comptexpert.wxs").read_text(encoding="utf-8")
    return ET.fromstring(text.removeprefix('<?xml version="1.0" encoding="utf-8"?>')).find(f"{WIX}Package")  # noqa: S314  our own file


def test_there_is_a_machine_of_each_system(workflow):
    jobs = workflow["jobs"]
    assert set(jobs) == {"linux", "windows", "macos", "provenance"}
    assert jobs["provenance"]["permissions"]["id-token"] == "write"
    assert [name for name, job in jobs.items() if "id-token" in str(job.get("permissions"))] == ["provenance"]
    assert re.fullmatch(r"debian:12@sha256:[0-9a-f]{64}", jobs["linux"]["container"]["image"])
    assert jobs["windows"]["runs-on"].startswith("windows-")
    runners = {one["architecture"]: one["runner"] for one in jobs["macos"]["strategy"]["matrix"]["include"]}
    assert set(runners) == {"arm64", "x86_64"}
    assert workflow["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 60 for job in jobs.values())


def test_every_action_is_pinned_by_the_hash_of_a_commit(steps):
    used = [step["uses"] for job in steps.values() for step in job if "uses" in step]
    assert len(used) >= 7
    assert [one for one in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one)] == []


@pytest.mark.parametrize("job", ["linux", "windows", "macos"])
def test_each_freezes_starts_and_installs_what_it_made(steps, job):
    said = "\n".join(step.get("run", "") for step in steps[job])
    assert "dev.py package" in said
    assert "--version" in said
    assert "self-check --json" in said
    assert {"linux": "bare_debian.sh", "windows": "try.ps1", "macos": "installer -pkg"}[job] in said
    assert any(step.get("with", {}).get("if-no-files-found") == "error" for step in steps[job])


def test_signing_waits_for_certificates_and_never_fails_without(steps):
    signing = [step for step in steps["windows"] if "sign.ps1" in step.get("run", "")]
    assert len(signing) == 2
    (opening,) = [step for step in steps["macos"] if "keychain.sh" in step.get("run", "")]
    assert "sign.sh" in opening["run"]
    assert {step["if"] for step in (*signing, opening)} == {"env.SIGNS == 'true'"}


def test_the_signing_steps_alone_know_the_publishers_secrets(workflow, steps):
    for name, job in workflow["jobs"].items():
        assert [value for value in job.get("env", {}).values() if "secrets." in value and "!= ''" not in value] == []
        for step in steps[name]:
            if "secrets." in str(step):
                assert re.search(r"sign\.ps1|keychain\.sh|pack\.sh", step["run"])
                assert "dev.py" not in step["run"]
                assert "pip" not in step["run"]


def test_advisories_are_looked_up_each_week_for_each_lock():
    text = (ROOT / ".github" / "workflows" / "advisories.yml").read_text(encoding="utf-8")
    found = Reader(text).document()
    assert "schedule:\n    - cron:" in text
    (job,) = found["jobs"].values()
    said = "\n".join(step.get("run", "") for step in job["steps"])
    assert "for lock in requirements/*.txt" in said
    assert "--strict" in said
    assert "secrets." not in text


def test_no_secret_reaches_a_command_line(steps):
    for job in steps.values():
        for step in job:
            assert "secrets." not in step.get("run", "")


def test_every_file_that_the_workflow_names_exists(steps):
    said = "\n".join(step.get("run", "") for job in steps.values() for step in job).replace("\\", "/")
    named = set(re.findall(r"(?:resources|tests)/[\w/.-]+\.(?:sh|ps1|wxs)", said))
    assert len(named) >= 6
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_msi_is_for_the_machine_silent_and_upgraded_in_place(package):
    assert package.get("Scope") == "perMachine"
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", package.get("UpgradeCode"))
    assert package.find(f"{WIX}MajorUpgrade") is not None
    assert package.find(f"{WIX}UI") is None


def test_what_is_said_of_the_server_wins_and_what_was_kept_outlives_an_upgrade(package):
    """A search into SERVERURL itself would overwrite the command line: the first server would be the last."""
    told = {one.get("Id"): one for one in package.findall(f"{WIX}Property")}
    assert told["SERVERURL"].get("Secure") == told["KEPTSERVERURL"].get("Secure") == "yes"
    assert list(told["SERVERURL"]) == []
    kept = told["KEPTSERVERURL"].find(f"{WIX}RegistrySearch")
    (given,) = package.findall(f"{WIX}SetProperty")
    assert (given.get("Id"), given.get("Value"), given.get("After")) == ("SERVERURL", "[KEPTSERVERURL]", "AppSearch")
    assert given.get("Condition") == "KEPTSERVERURL AND NOT SERVERURL"
    written = next(one for one in package.iter(f"{WIX}RegistryValue") if one.get("Name") == "ServerURL")
    assert (kept.get("Key"), kept.get("Name")) == (written.get("Key"), written.get("Name"))
    assert "Policies" not in written.get("Key")
    assert written.get("Value") == "[SERVERURL]"


def test_the_bench_of_the_msi_reads_the_real_file(package):
    found = msi_tables.tables(package, version="1.0.0")
    assert found["AppSearch"] == [("KEPTSERVERURL", "KeptServerUrl")]
    assert found["Registry"] == [
        (
            "value0",
            msi_tables.LOCAL_MACHINE,
            r"SOFTWARE\Comptexpert\Desktop",
            "ServerURL",
            "[SERVERURL]",
            "MachineDefaults",
        )
    ]
    assert [row[:2] for row in found["CustomAction"]] == [("KeepServerUrl", 51 + 256)]
    (component,) = found["Component"]
    assert component[4] == 'SERVERURL AND SERVERURL ~<> "none"'


def test_the_command_for_consoles_is_on_the_path(package):
    (path,) = package.iter(f"{WIX}Environment")
    assert (path.get("Name"), path.get("Value"), path.get("Part")) == ("PATH", "[INSTALLFOLDER]", "last")
    assert 'name="comptexpert-command", console=True' in (ROOT / "build.spec").read_text(encoding="utf-8")


def test_the_package_of_macos_is_not_laid_over_a_copy_elsewhere():
    (bundle,) = plistlib.loads((INSTALLERS / "macos" / "components.plist").read_bytes())
    assert bundle["RootRelativeBundlePath"] == "Comptexpert.app"
    assert (bundle["BundleIsRelocatable"], bundle["BundleIsVersionChecked"]) == (False, False)
    script = (INSTALLERS / "macos" / "pack.sh").read_text(encoding="utf-8")
    assert "--component-plist" in script
    assert "productbuild --component " not in script


def test_the_shortcut_bears_the_name_that_the_program_gives_itself(package):
    (shortcut,) = package.iter(f"{WIX}ShortcutProperty")
    assert shortcut.get("Key") == "System.AppUserModel.ID"
    source = (ROOT / "comptexpert_desktop" / "app" / "application.py").read_text(encoding="utf-8")
    assert f'IDENTIFIER = "{shortcut.get("Value")}"' in source
    assert "SetCurrentProcessExplicitAppUserModelID(IDENTIFIER)" in source


def test_every_component_is_in_the_feature_and_has_a_number_of_its_own(package):
    components = package.findall(f"{WIX}Component")
    named = {one.get("Id") for one in package.find(f"{WIX}Feature").findall(f"{WIX}ComponentRef")}
    assert {one.get("Id") for one in components} == named
    numbers = [one.get("Guid") for one in components]
    assert len(set(numbers)) == len(numbers)
    for component in components:
        assert sum(value.get("KeyPath") == "yes" for value in component.iter()) == 1


def test_each_system_opens_the_links_of_pages(package):
    (scheme,) = [one for one in package.iter(f"{WIX}RegistryKey") if one.get("Key").endswith("\\comptexpert")]
    values = {value.get("Key") or value.get("Name") or "": value.get("Value") for value in scheme}
    assert values["shell\\open\\command"] == '"[INSTALLFOLDER]comptexpert-desktop.exe" "%1"'
    assert values["URL Protocol"] == ""
    assert "MimeType=x-scheme-handler/comptexpert;\n" in linux_files.DESKTOP
    assert re.search(r"^Exec=\S+ %u$", linux_files.DESKTOP, re.MULTILINE)
    assert '"CFBundleURLSchemes": ["comptexpert"]' in (ROOT / "build.spec").read_text(encoding="utf-8")


def test_the_entitlements_give_what_a_frozen_python_needs_and_no_more():
    given = plistlib.loads((INSTALLERS / "macos" / "entitlements.plist").read_bytes())
    assert given == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


CHECKED = [{"check": name, "ok": name != "server", "detail": "x"} for name in sorted(strict.NAMES)]


@pytest.mark.parametrize(
    ("checks", "may_fail", "said"),
    [
        (CHECKED, {"server"}, []),
        (CHECKED, set(), ["server: x"]),
        (CHECKED[1:], {"server"}, [f"{CHECKED[0]['check']}: not looked at"]),
    ],
)
def test_a_check_of_what_was_made_lets_only_what_is_named_fail(checks, may_fail, said):
    assert strict.more_than(may_fail, json.dumps(checks)) == said


@pytest.mark.parametrize("job", ["linux", "windows", "macos"])
def test_each_system_reads_its_check_strictly(steps, job):
    (reading,) = [step["run"] for step in steps[job] if "strict.py" in step.get("run", "")]
    allowed = re.search(r"strict\.py ([\w ]+?)(?: <|$)", reading, re.MULTILINE)
    assert set(allowed[1].split()) <= {"server", "vault"}


def test_nothing_that_a_run_is_given_is_written_into_its_script(steps):
    for job in steps.values():
        for step in job:
            assert "${{" not in step.get("run", "")


@pytest.mark.parametrize(
    "script", [*INSTALLERS.rglob("*.sh"), *Path(__file__).parent.glob("*.sh")], ids=lambda path: path.name
)
def test_the_scripts_are_well_formed(script):
    shell = shutil.which("dash") or "/bin/sh"
    done = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2\n", "a:\n  b: 1\n c: 2\n", "a\n", "a: {b: 1}\n", "\ta: 1\n", "a: b: c\n", "a: 'x'\n"]
)
def test_the_reader_refuses_what_it_does_not_know(text):
    with pytest.raises(AssertionError):
        Reader(text).document()
