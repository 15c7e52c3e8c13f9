"""The proxy of the system's own settings: what Qt reads of them is taken as it is said."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request

import pytest
from PySide6.QtNetwork import QNetworkProxy

from comptexpert_desktop.adapters import network_proxy, pac
from comptexpert_desktop.adapters.network_proxy import UNUSABLE, Proxy, proxy_for
from comptexpert_desktop.app import system_proxy
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.settings import Network
from tests.desktop.adapters.test_network_matrix import ask

HOST = "https://comptexpert.example"
SYSTEM = Network(proxy_mode="system")
Kind = QNetworkProxy.ProxyType


@pytest.fixture
def chooses(monkeypatch):
    """A system whose settings choose, and no variable that is stronger; Qt reads the variables of the child here."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(network_proxy, "_SYSTEM_CHOOSES", True)
    monkeypatch.setattr(urllib.request, "getproxies_environment", dict)
    pac.script_at.cache_clear()
    yield monkeypatch
    pac.script_at(pac.OF_THE_SYSTEM).close()
    pac.script_at.cache_clear()


def test_what_the_system_names_is_the_proxy(chooses):
    chooses.setenv("https_proxy", "http://proxy.example:8080")
    chooses.setenv("no_proxy", "direct.example")
    assert proxy_for(HOST, SYSTEM) == Proxy("http", "proxy.example", 8080)
    assert proxy_for("https://direct.example/secret?token=1", SYSTEM) is None
    assert proxy_for("https://127.0.0.1:8443", SYSTEM) is None, "this machine is never asked about"


def test_a_system_that_names_none_is_direct(chooses):
    assert proxy_for(HOST, SYSTEM) is None


def test_a_system_that_cannot_be_asked_is_no_way_round(chooses):
    chooses.setattr(pac, "SYSTEM_ENGINE", "comptexpert_desktop.app.absent")
    assert proxy_for(HOST, SYSTEM) == UNUSABLE
    with pytest.raises(Unreachable, match="NET_PROXY"):
        ask(HOST, network=SYSTEM)


def test_a_variable_is_stronger_than_the_settings_of_the_system(monkeypatch):
    monkeypatch.setattr(network_proxy, "_SYSTEM_CHOOSES", True)
    monkeypatch.setattr(pac, "SYSTEM_ENGINE", "comptexpert_desktop.app.absent")
    monkeypatch.setenv("HTTPS_PROXY", "http://variable.example:3128")
    monkeypatch.setenv("NO_PROXY", "direct.example")
    assert proxy_for(HOST, SYSTEM) == Proxy("http", "variable.example", 3128)
    assert proxy_for("https://direct.example", SYSTEM) is None


ANSWERS = {
    "windows: nothing is set": ([QNetworkProxy(Kind.NoProxy)], "DIRECT"),
    "windows: one proxy for everything": ([QNetworkProxy(Kind.HttpProxy, "proxy", 8080)], "PROXY proxy:8080"),
    "windows: a script names two": (
        [QNetworkProxy(Kind.HttpProxy, "a.example", 3128), QNetworkProxy(Kind.NoProxy)],
        "PROXY a.example:3128",
    ),
    "windows: socks=": ([QNetworkProxy(Kind.Socks5Proxy, "socks.example", 1080)], "SOCKS5 socks.example:1080"),
    "windows: an address of six parts": ([QNetworkProxy(Kind.HttpProxy, "2001:db8::1", 80)], "PROXY [2001:db8::1]:80"),
    "macos: a cache for http": ([QNetworkProxy(Kind.HttpCachingProxy, "cache.example", 3128)], "PROXY cache.example:3128"),
    "macos: the exception of simple names": ([QNetworkProxy(Kind.NoProxy)], "DIRECT"),
    "nothing at all": ([], "DIRECT"),
    "ftp only": ([QNetworkProxy(Kind.FtpCachingProxy, "ftp.example", 21)], None),
    "whatever the application has": ([QNetworkProxy(Kind.DefaultProxy)], None),
    "a proxy without a name": ([QNetworkProxy(Kind.HttpProxy, "", 8080)], None),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_each_answer_of_a_system_has_its_word(monkeypatch, case):
    given, said = ANSWERS[case]
    asked = []

    class Factory:
        @staticmethod
        def systemProxyForQuery(query):  # noqa: N802  Qt's own name
            asked.append((query.url().toString(), query.protocolTag(), query.peerHostName()))
            return given

    monkeypatch.setattr(system_proxy, "QNetworkProxyFactory", Factory)
    assert system_proxy.answer(f"{HOST}/") == said
    assert asked == [(f"{HOST}/", "https", "comptexpert.example")]


def test_what_has_no_word_is_an_error_and_not_direct(chooses):
    script = pac.script_at(pac.OF_THE_SYSTEM)
    chooses.setattr(script, "_ask", lambda _url: (_ for _ in ()).throw(pac.PacError("no word")))
    assert proxy_for(HOST, SYSTEM) == UNUSABLE


def test_the_program_answers_line_by_line_and_ends_with_its_input(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://p.example:3128")
    monkeypatch.delenv("http_proxy", raising=False)
    done = subprocess.run(
        [sys.executable, "-m", pac.SYSTEM_ENGINE],
        input='"https://a.example/"\n"http://a.example/"\n',
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == ["PROXY p.example:3128", "DIRECT"]
    assert done.stderr == ""


def test_the_frozen_window_of_windows_starts_the_command_beside_it(monkeypatch, tmp_path):
    """A program of windows has no stdin there; the command is the same program with a console."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "comptexpert-desktop.exe"))
    assert pac.python_program() == sys.executable
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert pac.python_program() == sys.executable, "elsewhere there is one program"
    monkeypatch.setattr(sys, "platform", "win32")
    assert pac.python_program() == str(tmp_path / "comptexpert-command.exe")
