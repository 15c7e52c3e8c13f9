"""One window for a session and a data folder: who comes second asks the first to come forward, and nothing more."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from comptexpert_desktop.desktop import single_instance, single_instance_socket
from comptexpert_desktop.desktop.single_instance import FOLLOW_UP, SIGN_UP, Request, Seat, read_request
from comptexpert_desktop.desktop.single_instance_socket import InstanceSocket

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets with a path")


@pytest.fixture(autouse=True)
def _no_session_folder(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.fixture
def folder(tmp_path_factory):
    """A short name: a socket's path has little room."""
    return tmp_path_factory.mktemp("d")


@pytest.fixture
def instance_socket(folder, qapp):
    made = InstanceSocket(Seat(folder).socket_name)
    yield made
    made.close()


def knock(socket_name: str, sent: bytes) -> list[bytes]:
    """Send something from a thread of its own; the list holds what came back, once it came."""
    told: list[bytes] = []

    def run() -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.settimeout(10)
            caller.connect(socket_name)
            caller.sendall(sent)
            try:
                told.append(caller.recv(64))
            except ConnectionError:
                told.append(b"")

    threading.Thread(target=run, daemon=True).start()
    return told


NUMBER = "0f8fad5b-d9cb-469f-a165-70867728950e"
CASE_LINK, CABINET_LINK = f"comptexpert:delegation/{NUMBER}", f"comptexpert:cabinet/{NUMBER}"


@pytest.mark.parametrize(
    "request_",
    [Request(), Request(SIGN_UP), Request(FOLLOW_UP, "wl-7_TIME12"), Request(CASE_LINK), Request(CABINET_LINK, "t")],
)
def test_a_request_is_read_as_it_was_written(request_):
    assert read_request(request_.line()) == request_


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"raise\n", b"quit - -\n", b"raise - - -\n", b"raise \xff -\n", b"raise - - run\n", b"\0" * 40],
)
def test_anything_else_is_no_request(line):
    assert read_request(line) is None


@pytest.mark.parametrize(
    "address",
    [
        "comptexpert:revoquer",
        "comptexpert:inscription?x=1",
        "https://comptexpert.example",
        "file:///etc/passwd",
        *(
            hostile
            for link in (CASE_LINK, CABINET_LINK)
            for hostile in (
                link[:-1],
                f"{link}0",
                f"{link}/",
                f"{link}?part=firmRules",
                f"{link}#x",
                f"{link}/../inscription",
                link.upper(),
                link.replace(":", "://"),
                link.replace(NUMBER, NUMBER.upper()),
                link.replace(NUMBER, f"{{{NUMBER}}}"),
                link.replace(NUMBER, "%2e%2e"),
                link.rpartition("/")[0],
                f"x{link}",
            )
        ),
    ],
)
def test_an_address_that_is_not_on_the_list_only_brings_the_window_forward(address):
    assert read_request(f"raise {address} -\n".encode()) == Request()


def test_a_token_is_printable_and_short():
    assert read_request(b"raise - " + b"a" * 257 + b"\n") is None
    assert single_instance.token_of({"XDG_ACTIVATION_TOKEN": "a b"}) == ""
    assert single_instance.token_of({"DESKTOP_STARTUP_ID": "shell_TIME3"}) == "shell_TIME3"


def test_the_second_start_finds_the_place_taken(folder):
    first, second = Seat(folder), Seat(folder)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_two_folders_have_two_windows(tmp_path):
    seats = Seat(tmp_path / "a"), Seat(tmp_path / "b")
    assert [seat.take() for seat in seats] == [True, True]
    for seat in seats:
        seat.release()


def test_two_screens_have_two_windows(folder, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    here = Seat(folder)
    monkeypatch.setenv("DISPLAY", "host/unix:1")
    there = Seat(folder)
    assert here.take()
    assert there.take()
    here.release()
    there.release()
    assert "/unix" not in Path(there.socket_name).name


def test_the_names_stand_in_the_folder_of_the_session_only_if_it_is_closed_to_others(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o755)
    assert Path(Seat(folder).socket_name).parent == folder
    tmp_path.chmod(0o700)
    assert Path(Seat(folder).socket_name).parent == tmp_path


def test_a_folder_with_too_long_a_name_has_no_single_window(tmp_path):
    folder = tmp_path / ("n" * 120)
    assert Seat(folder).take()
    assert Seat(folder).take()


def test_a_second_start_is_heard_and_answered(folder, instance_socket, qtbot):
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(Seat(folder).ask(Request(SIGN_UP, "t1"))))
    with qtbot.waitSignal(instance_socket.asked) as heard:
        asking.start()
    qtbot.waitUntil(lambda: answers == [True])
    assert heard.args == [Request(SIGN_UP, "t1")]


def test_nobody_there_is_no_answer(folder):
    assert not Seat(folder).ask(Request(), timeout=0.1)


def test_what_a_crash_left_is_no_obstacle(folder, qapp, qtbot):
    name = Seat(folder).socket_name
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(name)
    assert Path(name).exists()
    made = InstanceSocket(name)
    assert made.is_open
    with qtbot.waitSignal(made.asked):
        knock(name, Request().line())
    made.close()
    assert not Path(name).exists()


@pytest.mark.parametrize("sent", [b"quit - -\n", b"x" * 600, b"raise - -\r\nrm\n"])
def test_a_stranger_is_sent_away_without_an_answer(folder, instance_socket, sent, qtbot):
    asked: list[Any] = []
    instance_socket.asked.connect(asked.append)
    told = knock(Seat(folder).socket_name, sent)
    qtbot.waitUntil(lambda: told == [b""])
    assert asked == []


def test_a_caller_that_says_nothing_is_dropped(folder, instance_socket, qtbot, monkeypatch):
    monkeypatch.setattr(single_instance_socket, "IDLE_MS", 50)
    told = knock(Seat(folder).socket_name, b"raise")
    qtbot.waitUntil(lambda: told == [b""])


def test_the_socket_is_this_users_alone(folder, instance_socket):
    assert Path(Seat(folder).socket_name).stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="another user is needed")
def test_another_user_is_refused(instance_socket, folder):
    for path in [folder, *folder.parents]:
        if path != Path("/") and not path.stat().st_mode & 0o001:
            path.chmod(path.stat().st_mode | 0o011)
    script = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    command = ["/usr/bin/python3", "-c", script, Seat(folder).socket_name]
    done = subprocess.run(command, user=65534, group=65534, capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr
