"""What Windows alone runs, with the answers of its own calls: the start with the session, and the locks of files."""

from __future__ import annotations

import importlib.util
import sys
from types import SimpleNamespace

import pytest

from comptexpert_desktop.settings import Settings, default_data_dir

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
SERVER = "https://comptexpert.example"


@pytest.fixture
def on_windows(monkeypatch):
    """Give a module as Windows reads it, with the modules that only Windows has."""

    def read(name, **only_there):
        monkeypatch.setattr(sys, "platform", "win32")
        for module, calls in only_there.items():
            monkeypatch.setitem(sys.modules, module, calls)
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.loader is not None
        made = importlib.util.module_from_spec(found)
        monkeypatch.setitem(sys.modules, name, made)
        found.loader.exec_module(made)
        return made

    return read


class RunKey:
    """The programs that start with the session, as `winreg` tells of them."""

    def __init__(self, **values):
        self.values = values
        self.is_refused = False
        self.calls = SimpleNamespace(
            HKEY_CURRENT_USER="HKCU",
            REG_SZ=1,
            CreateKey=self.open,
            QueryValueEx=lambda _key, name: (self.found(name), 1),
            SetValueEx=lambda _key, name, _reserved, _kind, value: self.values.update({name: value}),
            DeleteValue=lambda _key, name: self.values.pop(name),
        )

    def __enter__(self):
        return self

    def __exit__(self, *_about):
        pass

    def open(self, hive, path):
        assert (hive, path) == ("HKCU", RUN)
        if self.is_refused:
            raise PermissionError(5, "Access is denied")
        return self

    def found(self, name):
        if name not in self.values:
            raise FileNotFoundError(2, "absent")
        return self.values[name]


@pytest.fixture
def settings():
    return Settings(server_url=SERVER, data_dir=default_data_dir())


def test_the_start_with_the_session_is_one_value_of_the_persons_own_key(on_windows, settings, monkeypatch):
    key = RunKey(Other="their.exe")
    autostart = on_windows("comptexpert_desktop.desktop.autostart", winreg=key.calls)
    program = r"C:\Program Files\Comptexpert Desktop\comptexpert-desktop.exe"
    monkeypatch.setattr(autostart, "program", lambda: (program,))
    assert autostart.follow(is_on=True, settings=settings)
    assert key.values == {"Other": "their.exe", "Comptexpert": f'"{program}" --at-sign-in'}
    assert not autostart.follow(is_on=True, settings=settings)
    assert autostart.follow(is_on=False, settings=settings)
    assert not autostart.follow(is_on=False, settings=settings)
    assert key.values == {"Other": "their.exe"}


def test_a_key_that_may_not_be_written_changes_nothing(on_windows, settings):
    key = RunKey()
    autostart = on_windows("comptexpert_desktop.desktop.autostart", winreg=key.calls)
    key.is_refused = True
    assert not autostart.follow(is_on=True, settings=settings)


def test_a_lock_that_another_program_holds_is_not_taken(on_windows, tmp_path):
    held: set[object] = set()

    def locking(_descriptor, mode, count):
        assert count == 1
        if mode == "try" and "held" in held:
            raise PermissionError(13, "Permission denied")
        held.add("held")

    calls = SimpleNamespace(LK_NBLCK="try", LK_LOCK="wait", LK_UNLCK="free", locking=locking)
    file_lock = on_windows("comptexpert_desktop.store.file_lock", msvcrt=calls)
    first, second = file_lock.FileLock(tmp_path / "x.lock"), file_lock.FileLock(tmp_path / "x.lock")
    assert first.try_take()
    assert not second.try_take()
    held.clear()
    assert second.try_take()
    first.release()
    second.release()


def test_a_window_is_asked_through_the_pipe_of_its_session(on_windows, monkeypatch, tmp_path):
    allowed, opened = [], []
    user32 = SimpleNamespace(AllowSetForegroundWindow=allowed.append)
    single = on_windows(
        "comptexpert_desktop.desktop.single_instance", ctypes=SimpleNamespace(windll=SimpleNamespace(user32=user32))
    )
    monkeypatch.setenv("SESSIONNAME", "RDP-Tcp#3")
    seat = single.Seat(tmp_path / ("n" * 200))
    assert seat.socket_name.endswith("-RDP-Tcp_3")
    assert len(seat.socket_name) < 60, "the name of a pipe is no path: a long name of an account is no matter"

    class Pipe:
        def __enter__(self):
            return self

        def __exit__(self, *_about):
            pass

        def write(self, line):
            opened.append(line)

        def read(self, _count):
            return single.ANSWER

    monkeypatch.setattr("builtins.open", lambda name, *_mode, **_options: opened.append(name) or Pipe())
    assert seat.ask(single.Request())
    monkeypatch.undo()
    assert opened[0] == rf"\\.\pipe\{seat.socket_name}"
    assert allowed == [-1]


class Kernel:
    """What Windows is told of a window that an installer closes."""

    def __init__(self, result=0):
        self.result, self.calls = result, []

    def RegisterApplicationRestart(self, words, flags):  # noqa: N802  Windows' own name
        self.calls.append((words, flags))
        return self.result


def with_kernel(kernel):
    return SimpleNamespace(windll=SimpleNamespace(kernel32=kernel), c_wchar_p=str)


def test_an_installer_that_closes_the_window_starts_it_again_with_its_options(on_windows, tmp_path):
    kernel = Kernel()
    restart = on_windows(
        "comptexpert_desktop.desktop.system_restart", ctypes=with_kernel(kernel), winreg=RunKey().calls
    )
    folder = tmp_path / "Claire Aubier"
    settings = Settings(server_url=SERVER, data_dir=folder, server_source="argument")
    assert restart.register(settings)
    ((words, flags),) = kernel.calls
    assert words == f'--server {SERVER} --data-dir "{folder}"'
    assert flags & 4 == 0, "after an installation it is started again"
    assert flags == 1 | 2 | 8, "after a fault, a hang or a reboot it is not"


def test_a_window_that_windows_cannot_start_again_just_ends(on_windows, settings, tmp_path):
    restart = on_windows(
        "comptexpert_desktop.desktop.system_restart", ctypes=with_kernel(Kernel(-2147024809)), winreg=RunKey().calls
    )
    assert not restart.register(settings)
    kernel = Kernel()
    restart = on_windows(
        "comptexpert_desktop.desktop.system_restart", ctypes=with_kernel(kernel), winreg=RunKey().calls
    )
    long = Settings(server_url=SERVER, data_dir=tmp_path / ("x" * 200) / ("y" * 900))
    assert not restart.register(long)
    assert kernel.calls == []
