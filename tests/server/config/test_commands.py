"""The command line, and the server as a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from comptexpert_server.__main__ import main
from tests import made_once

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.own_database


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
    return kept | {"COMPTEXPERT_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path)}


def command(place: dict[str, str], *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "comptexpert_server", *arguments],
        env=place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def lay(place: dict[str, str], *, entries: int = 0) -> None:
    """Give the place a database that `migrate`, and `seed` for the people, would make."""
    made_once.lay(Path(place["COMPTEXPERT_DATA_DIR"]), entries=entries)


def refused(place: dict[str, str], *arguments: str, code: int = 1, **variables: str) -> str:
    """Run a command that cannot do its work; give the one line that says why."""
    done = subprocess.run(
        [sys.executable, "-m", "comptexpert_server", *arguments],
        env=place | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = done.stderr.splitlines()
    assert done.returncode == code
    return line


def test_no_command_leaves_an_image_of_the_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    resource = pytest.importorskip("resource")
    limited: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: limited.append((what, limits)))
    assert main(["openapi"]) == 0
    assert capsys.readouterr().out
    assert limited == [(resource.RLIMIT_CORE, (0, 0))]


def test_a_command_says_in_one_line_what_it_lacks(place: dict[str, str], tmp_path: Path) -> None:
    nobody = {"COMPTEXPERT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    line = refused(place, "migrate", **nobody)
    assert line.startswith("the database does not answer (")
    assert line.endswith("see COMPTEXPERT_DATABASE_URL")
    named = {"LOGIN_ID": "qui.exploite", "EMAIL": "root@server.example", "PASSWORD": "une phrase de passe bien longue"}
    variables = {f"DJANGO_SUPERUSER_{name}": value for name, value in named.items()}
    assert "run `comptexpert-server migrate` first" in refused(place, "createsuperuser", **variables)
    assert "DJANGO_SUPERUSER_LOGIN_ID is empty" in refused(place, "createsuperuser", code=2)
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "comptexpert.db").write_bytes(b"no database " * 1000)
    line = refused(place, "migrate", COMPTEXPERT_DATA_DIR=str(damaged))
    assert line == "the database cannot be read (file is not a database)"


def test_a_key_that_is_damaged_is_named_and_nothing_else_is_touched(place: dict[str, str]) -> None:
    lay(place)
    folder = Path(place["COMPTEXPERT_DATA_DIR"]) / "secrets"
    for key, name in (("signing", "signing.pem"), ("oidc", "oidc.pem")):
        command(place, "rotate-keys", "--key", key)
        sound, files = (folder / name).read_text(), sorted(folder.iterdir())
        (folder / name).write_text(sound[: len(sound) // 2])
        assert f"secrets/{name} in the data folder holds no key" in refused(place, "rotate-keys", "--key", key, code=2)
        assert sorted(folder.iterdir()) == files
        (folder / name).write_text(sound)
    (folder / "secret_key").write_text("")
    assert "secrets/secret_key in the data folder holds no key" in refused(place, "check", code=2)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "filled.db"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
    first = command(kept | {"HOME": str(file.parent)}, "template", str(file), "--entries", "80")
    assert json.loads(first)["made"] is True
    again = command(kept | {"HOME": str(file.parent)}, "template", str(file), "--entries", "80")
    assert json.loads(again)["made"] is False
    return file


class Server:
    """A server process that ends with its standard input."""

    def __init__(self, place: dict[str, str], *arguments: str) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comptexpert_server", "serve", *arguments],
            env=place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        self.line = json.loads(self.process.stdout.readline())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.line["url"] + path, timeout=20) as answer:
            return json.loads(answer.read())


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    started: list[Server] = []
    yield started
    for server in started:
        server.close()


def test_a_server_starts_with_no_configuration_and_ends_on_sigterm(
    place: dict[str, str], servers: list[Server]
) -> None:
    servers.append(server := Server(place))
    assert server.line["pid"] == server.process.pid
    assert server.get("/readyz") == {"status": "ok"}
    assert server.get("/.well-known/openid-configuration")["issuer"] == server.line["url"]
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=10) == 0


def test_a_server_ends_when_its_parent_is_gone(place: dict[str, str], template: Path, servers: list[Server]) -> None:
    servers.append(server := Server(place, "--exit-with-parent", "--template", str(template)))
    assert server.process.stdin is not None
    server.process.stdin.close()
    assert server.process.wait(timeout=10) == 0


def test_two_copies_of_a_template_have_epochs_and_keys_of_their_own(
    place: dict[str, str], template: Path, tmp_path: Path, servers: list[Server]
) -> None:
    places = [place | {"COMPTEXPERT_DATA_DIR": str(tmp_path / name)} for name in ("one", "two")]
    servers.extend([Server(one, "--template", str(template)) for one in places])
    one, two = (server.get("/.well-known/comptexpert") for server in servers)
    assert one["epoch"] != two["epoch"]
    assert one["snapshot_key"] != two["snapshot_key"]


def test_a_worker_beside_the_server_writes_the_mails(
    place: dict[str, str], template: Path, tmp_path: Path, servers: list[Server]
) -> None:
    servers.append(server := Server(place, "--with-worker", "--template", str(template)))
    body = json.dumps({"login_id": "claire.delaunay"}).encode()
    call = urllib.request.Request(
        f"{server.line['url']}/api/v1/password-resets", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(call, timeout=20) as answer:
        assert answer.status == 202
    until = time.monotonic() + 20
    while not (found := list((tmp_path / "data" / "mail").glob("*.eml"))):
        assert time.monotonic() < until
    assert server.line["url"] in found[0].read_text()


def test_a_taken_port_and_an_absent_template_are_said_in_one_line(place: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        command(place, "serve", "--port", str(other.getsockname()[1]), code=1)
    command(place, "serve", "--template", "/nowhere/at/all.db", code=1)


def test_an_operator_made_on_the_command_line_can_sign_in(place: dict[str, str], servers: list[Server]) -> None:
    words = "girouette mandarine sablier ventouse"
    lay(place)
    named = {"LOGIN_ID": "operateur.un", "EMAIL": "operateur@x.example", "PASSWORD": words}
    command(place | {f"DJANGO_SUPERUSER_{name}": value for name, value in named.items()}, "createsuperuser")
    servers.append(server := Server(place))
    with httpx.Client(base_url=server.line["url"], follow_redirects=True) as browser:
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/compte/login/").text)[0]
        body = {"login": "operateur.un", "password": words, "csrfmiddlewaretoken": token}
        assert "Vous êtes connecté" in browser.post("/compte/login/", data=body).text


def test_several_workers_answer_as_one(place: dict[str, str], template: Path, servers: list[Server]) -> None:
    servers.append(server := Server(place, "--workers", "2", "--template", str(template)))
    assert {server.get("/.well-known/comptexpert")["epoch"] for _ in range(10)} == {
        server.get("/.well-known/comptexpert")["epoch"]
    }
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=20) == 0


def test_the_commands_of_a_rehearsal(place: dict[str, str]) -> None:
    command(place, "migrate")
    assert json.loads(command(place, "seed", "--entries", "60"))["added"] == 60
    people = json.loads(command(place, "demo-people"))
    assert next(one for one in people if one["case"] == "ec")["login_id"] == "claire.delaunay"
    command(place, "seed", "--entries", "61", code=1)
    assert json.loads(command(place, "attest-certificate", "nadia.ferrand", "--until", "2028-12-31"))
    command(place, "attest-certificate", "nobody.here", "--until", "2028-12-31", code=1)
    command(place, "attest-certificate", "nadia.ferrand", "--until", "tomorrow", code=2)
    assert json.loads(command(place, "appoint-operator", "nadia.ferrand", "bretagne"))["council"] == "bretagne"
    site = json.loads(command(place, "create-client", "Annuaire", "https://annuaire.example/retour"))
    assert len(site["client_secret"]) == 64
    command(place, "create-client", "Piège", "http://annuaire.example/retour", code=2)
    own = ("create-client", "Bibliordre", "https://bibliordre.example/retour", "--service")
    assert json.loads(command(place, *own, "bibliordre"))
    command(place, *own, "nothing", code=2)
    assert json.loads(command(place, "rotate-keys")) == {"verifying": 2}
    assert json.loads(command(place, "rotate-keys", "--leaked"))["verifying"] == 2
    command(place, "worker", "--once")
    command(place, "check")


def test_a_registry_file_is_taken_or_its_bad_lines_are_named(place: dict[str, str], tmp_path: Path) -> None:
    lay(place)
    good = {"registration_number": "1", "surname": "Martin", "given_name": "Ève", "date_of_birth": "1980-01-01"}
    good |= {"email": "", "list": "trainee", "status": "active", "council": "bretagne", "town": "Rennes"}
    good |= {"postal_code": "35000", "firms": []}
    file = tmp_path / "registry.jsonl"
    file.write_text(json.dumps(good) + "\n", "utf-8")
    assert json.loads(command(place, "import-registry", str(file), "--full"))["added"] == 1
    file.write_text(json.dumps(good | {"list": "nobody"}) + "\n", "utf-8")
    command(place, "import-registry", str(file), code=1)
    command(place, "import-registry", str(tmp_path / "absent"), code=2)


def test_check_refuses_a_rehearsal_in_production(place: dict[str, str]) -> None:
    lay(place, entries=60)
    exposed = place | {"COMPTEXPERT_PUBLIC_URL": "https://x.example", "COMPTEXPERT_ADDRESS_LIMITS": "0"}
    exposed |= {"COMPTEXPERT_FACTOR_REQUIRED": "0", "COMPTEXPERT_STEP_UP_MINUTES": "0"}
    secrets = Path(place["COMPTEXPERT_DATA_DIR"]) / "secrets"
    secrets.mkdir()
    secrets.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "comptexpert_server", "check"], env=exposed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for code in ("E002", "E003", "E005", "E006", "E010", "W002", "W003"):
        assert f"comptexpert.{code}" in done.stderr


def test_an_unusable_environment_is_named(place: dict[str, str]) -> None:
    command(place | {"COMPTEXPERT_PUBLIC_URL": "nonsense"}, "migrate", code=2)


def test_the_openapi_document_is_3_1_and_the_same_each_time(place: dict[str, str]) -> None:
    first = command(place, "openapi")
    assert json.loads(first)["openapi"].startswith("3.1")
    assert first == command(place, "openapi")
