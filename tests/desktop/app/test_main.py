"""The command line is read strictly, and costs nothing that it does not need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from comptexpert_desktop import __main__, __version__
from comptexpert_desktop.cli import commands
from comptexpert_desktop.rehearsal import server_program


@pytest.fixture
def seen(monkeypatch):
    calls = []
    monkeypatch.setattr(commands, "run", lambda settings, *, options: calls.append((settings, options)) or 0)
    return calls


@pytest.mark.parametrize(
    "arguments",
    [
        ["--server", "http://127.0.0.1:1", "--data-dir", "d", "--json", "outbox"],
        ["outbox", "--server", "http://127.0.0.1:1", "--data-dir", "d", "--json"],
        ["--json", "outbox", "--data-dir", "d", "--server", "http://127.0.0.1:1"],
    ],
)
def test_global_options_are_taken_before_and_after_the_command(seen, arguments):
    assert __main__.main(arguments) == 0
    settings, options = seen[0]
    assert (settings.server_url, settings.data_dir.name, options.json) == ("http://127.0.0.1:1", "d", True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["signup"],
        ["decide", "x"],
        ["decide", "x", "delete"],
        ["search"],
        ["registry", "erase"],
        ["outbox", "--limit", "3"],
        ["search", "x", "--limit", "many"],
    ],
)
def test_a_wrong_use_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        __main__.main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err


def test_a_server_in_the_clear_elsewhere_is_a_wrong_use(capsys):
    assert __main__.main(["--server", "http://elsewhere.example", "outbox"]) == 2
    assert "SERVER_INVALID" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--version"], ["outbox", "--version"]])
def test_the_version_is_told(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        __main__.main(arguments)
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"comptexpert-desktop {__version__}\n"


SLOW = ["PySide6", "httpx", "keyring", "cryptography", "asyncio", "joserfc", "truststore", "http.server", "msgspec"]


@pytest.mark.parametrize(
    "line",
    [
        "import comptexpert_desktop.__main__",
        "import comptexpert_desktop.app.wiring",
        "import comptexpert_desktop.cli.commands",
        "from comptexpert_desktop.usecases import registry",
        "from comptexpert_desktop.usecases.delegations import delegations",
        "from comptexpert_desktop.usecases.outbox import outbox",
        "from comptexpert_desktop.usecases.support import status",
        "from comptexpert_desktop.usecases.session import session",
        "from comptexpert_desktop.usecases.signup import signup",
        "from comptexpert_desktop.usecases.sync import sync",
    ],
)
def test_nothing_slow_is_imported_before_it_is_needed(line):
    program = f"{line}\nimport sys, json\nprint(json.dumps([name for name in {SLOW!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_the_package_runs_as_a_program(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "comptexpert_desktop", "--data-dir", str(tmp_path / "d"), "--json", "search", "x"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_the_server_of_a_rehearsal_is_the_program_beside_ours_or_is_not_there(monkeypatch, tmp_path, terminal):
    assert server_program.command() == [sys.executable, "-m", "comptexpert_server"]
    ours = tmp_path / "comptexpert-desktop"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(ours))
    assert terminal.run("demo") == 1
    assert "REHEARSAL_ABSENT" in terminal.errors
    (tmp_path / "comptexpert-rehearsal").touch()
    assert server_program.command() == [str(tmp_path / "comptexpert-rehearsal"), "-m", "comptexpert_server"]
