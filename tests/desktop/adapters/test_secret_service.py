"""The application's own programs on a real D-Bus session with a real gnome-keyring: there, locked, gone, or unsafe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

from comptexpert_desktop.rehearsal import secret_service

pytestmark = pytest.mark.secretservice

NOBODY = "http://127.0.0.1:9"
SIGNUP = {
    "profile": "other",
    "kind": "student",
    "given_name": "Lucie",
    "surname": "Canari-Aubin",
    "email": "lucie@canari.example",
    "login_id": "lucie.canari",
}
BACKEND = """
    import pathlib
    from keyring.backend import KeyringBackend

    class PlaintextKeyring(KeyringBackend):
        priority = {priority}
        place = pathlib.Path({place!r})

        def get_password(self, service, username):
            return self.place.read_text() if self.place.exists() else None

        def set_password(self, service, username, password):
            self.place.write_text(password)

        def delete_password(self, service, username):
            self.place.unlink()
"""


@pytest.fixture
def service():
    with secret_service.session() as made:
        if not made.is_available:
            pytest.skip("dbus-daemon or gnome-keyring-daemon is missing")
        yield made


class Program:
    """The application's command line, on one data folder."""

    def __init__(self, folder, service):
        self.folder, self.service = folder, service
        self.data = folder / "data"
        (folder / "signup.json").write_text(json.dumps(SIGNUP), encoding="utf-8")

    def run(self, *arguments, **environment):
        """Run a command; returns its exit code, its answer and what it complained of."""
        options = ["--json", "--server", NOBODY, "--data-dir", str(self.data)]
        done = subprocess.run(
            [sys.executable, "-m", "comptexpert_desktop", *options, *arguments],
            env=os.environ | self.service.environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def vault(self, **environment):
        """Return what the self-check says of the vault."""
        checks = self.run("self-check", **environment)[1]
        return next(check["detail"] for check in checks if check["check"] == "vault")

    def queue(self, **environment):
        """Queue a sign-up; returns the exit code and the complaint."""
        code, _, complaint = self.run("signup", "--from", str(self.folder / "signup.json"), **environment)
        return code, complaint

    def entries(self, **environment):
        """Return where each entry of the outbox stands."""
        return [(entry["status"], entry["code"]) for entry in self.run("outbox", **environment)[1]]

    def bytes_on_disk(self):
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file() and path.suffix == ".db")


@pytest.fixture
def program(tmp_path, service):
    return Program(tmp_path, service)


WAITS, VAULT = 3, 5


def test_an_unlocked_keyring_keeps_the_keys_across_restarts_of_everything(program, service):
    assert program.vault() == "SecretService Keyring"
    assert program.queue()[0] == WAITS
    service.unlock()  # the keyring starts again
    assert program.run("sync")[0] == WAITS
    service.stop()
    service.start()  # another session of the system
    assert program.run("sync")[0] == WAITS
    assert program.entries() == [("queued", "NET_OFFLINE")]
    assert b"Canari" not in program.bytes_on_disk()


def test_a_locked_keyring_is_said_and_what_waits_can_still_be_seen(program, service):
    program.queue()
    service.lock()
    assert program.vault() == "KEYRING_LOCKED"
    assert program.queue() == (VAULT, "comptexpert-desktop: KEYRING_LOCKED\n")
    assert program.entries() == [("queued", "NET_OFFLINE")]
    assert program.run("sync")[0] == VAULT
    service.unlock()
    assert program.run("sync")[0] == WAITS


def test_without_a_bus_nothing_is_kept_and_that_is_said(program):
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    assert program.vault(**nowhere) == "KEYRING_ABSENT"
    assert program.queue(**nowhere) == (VAULT, "comptexpert-desktop: KEYRING_ABSENT\n")
    assert program.entries(**nowhere) == []


def test_a_bus_without_a_keyring_is_an_absent_keyring(program, service):
    program.queue()
    secret_service._end(service._keyring)
    service._keyring = None
    assert program.vault() == "KEYRING_ABSENT"
    assert program.run("sync")[0] == VAULT
    service.unlock()
    assert program.run("sync")[0] == WAITS


def test_a_bus_that_is_killed_under_a_running_program_is_told_and_found_again(service, tmp_path):
    script = """
        import sys
        from comptexpert_desktop.adapters.vault import KeyringVault
        from comptexpert_desktop.errors import VaultError

        vault = KeyringVault(timeout=10)
        vault.write("instance/someone", b"QUJD")
        for line in sys.stdin:
            try:
                print(vault.read("instance/someone"), flush=True)
            except VaultError as error:
                print(error.code, flush=True)
    """
    running = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | service.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask():
        running.stdin.write("\n")
        running.stdin.flush()
        return running.stdout.readline().strip()

    try:
        assert ask() == "b'QUJD'"
        service._bus.kill()
        service._bus.wait()
        assert ask() == "KEYRING_ABSENT"
    finally:
        running.stdin.close()
        assert running.wait(20) == 0
        running.stdout.close()


# -- Keyrings that keep secrets in the clear ------------------------------------------------------------


def plant(folder, package, *, priority):
    """Put a keyring that writes in the clear on the path, as an installed package would be."""
    parts = package.split(".")
    module = folder.joinpath("path", *parts).with_suffix(".py")
    module.parent.mkdir(parents=True)
    module.write_text(textwrap.dedent(BACKEND.format(priority=priority, place=str(folder / "clear.txt"))))
    told = folder / "path" / f"{parts[0]}_alt-5.0.2.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {parts[0]}.alt\nVersion: 5.0.2\n")
    (told / "entry_points.txt").write_text(f"[keyring.backends]\nfile = {package}\n")
    return {"PYTHONPATH": str(folder / "path")}, f"{package}.PlaintextKeyring"


@pytest.fixture(params=["keyrings.alt.file", "plaintext_keyring"])
def clear(request, tmp_path):
    """A keyring in the clear, louder than any other: the variables that bring it, and its name."""
    return plant(tmp_path, request.param, priority=99)


def test_a_keyring_in_the_clear_is_passed_over_when_a_sealed_one_is_there(program, tmp_path):
    path, _ = plant(tmp_path, "keyrings.alt.file", priority=0.5)  # as keyrings.alt has it
    assert program.vault(**path) == "SecretService Keyring"
    assert program.queue(**path)[0] == WAITS
    assert not (tmp_path / "clear.txt").exists()


def test_a_keyring_in_the_clear_that_wants_to_be_first_is_refused(program, clear, tmp_path):
    path, _ = clear
    assert program.vault(**path) == "KEYRING_UNSAFE"
    assert program.queue(**path)[0] == VAULT
    assert not (tmp_path / "clear.txt").exists()


def test_a_keyring_in_the_clear_is_refused_when_it_is_all_there_is(program, clear, tmp_path):
    path, _ = clear
    alone = path | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    assert program.vault(**alone) == "KEYRING_UNSAFE"
    assert program.queue(**alone) == (VAULT, "comptexpert-desktop: KEYRING_UNSAFE\n")
    assert not (tmp_path / "clear.txt").exists()
    assert b"Canari" not in program.bytes_on_disk()


def test_a_keyring_in_the_clear_is_refused_when_a_variable_imposes_it(program, clear, tmp_path):
    path, name = clear
    imposed = path | {"PYTHON_KEYRING_BACKEND": name}
    assert program.vault(**imposed) == "KEYRING_UNSAFE"
    assert program.queue(**imposed)[0] == VAULT
    assert not (tmp_path / "clear.txt").exists()


def test_a_keyring_in_the_clear_is_refused_when_a_file_imposes_it(program, clear, tmp_path):
    path, name = clear
    folder = tmp_path / "config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring={name}\nkeyring-path={path['PYTHONPATH']}\n", encoding="utf-8"
    )
    imposed = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert program.vault(**imposed) == "KEYRING_UNSAFE"
    assert program.queue(**imposed)[0] == VAULT
    assert not (tmp_path / "clear.txt").exists()


def test_the_keyring_in_the_clear_of_these_tests_would_work(clear, tmp_path):
    """The proof that the refusals above are ours: asked directly, it takes a secret and writes it down."""
    path, name = clear
    asked = "import keyring; keyring.set_password('s', 'u', 'in the clear')"
    done = subprocess.run(
        [sys.executable, "-c", asked], env=os.environ | path | {"PYTHON_KEYRING_BACKEND": name}, check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "clear.txt").read_text() == "in the clear"
