"""Automatic configuration of the proxy: the script chooses as it is written, and never leads round when it fails."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from comptexpert_desktop.adapters import pac
from comptexpert_desktop.adapters.network_proxy import UNUSABLE, Proxy, ProxyAccess, proxy_for
from comptexpert_desktop.adapters.pac import PacError, Script, Way, first_way
from comptexpert_desktop.adapters.proxy_transport import Ways
from comptexpert_desktop.errors import Unreachable
from comptexpert_desktop.settings import Network
from tests.desktop.adapters.listening import Listener, TunnelProxy, authority, served_by
from tests.desktop.adapters.test_network_matrix import ANSWER, ask

HOST = "comptexpert.example"
TO_PROXY = Way("http", "proxy.example:3128")
DIRECT = Way()
IF = 'function FindProxyForURL(url, host) {{ return {test} ? "PROXY proxy.example:3128" : "DIRECT"; }}'
CASES = [
    ("true", HOST, True),
    ("false", HOST, False),
    ("isPlainHostName(host)", "intranet", True),
    ("isPlainHostName(host)", HOST, False),
    ('dnsDomainIs(host, ".example")', HOST, True),
    ('dnsDomainIs(host, ".test")', HOST, False),
    ('localHostOrDomainIs(host, "comptexpert.example")', HOST, True),
    ('localHostOrDomainIs(host, "comptexpert.example")', "comptexpert", True),
    ('localHostOrDomainIs(host, "comptexpert.example")', "autre.example", False),
    ("dnsDomainLevels(host) === 1", HOST, True),
    ("dnsDomainLevels(host) > 1", HOST, False),
    ('shExpMatch(host, "*.example")', HOST, True),
    ('shExpMatch(host, "comptexpert.exampl?")', HOST, True),
    ('shExpMatch(host, "*.test")', HOST, False),
    ('shExpMatch(host, "comptexpertXexample")', HOST, False),
    ('shExpMatch(url, "https://comptexpert.example/*")', HOST, True),
    ('isInNet(host, "10.0.0.0", "255.0.0.0")', "10.200.0.1", True),
    ('isInNet(host, "10.0.0.0", "255.0.0.0")', "11.0.0.1", False),
    ('isInNet(host, "192.168.1.0", "255.255.255.0")', "192.168.1.77", True),
    ('dnsResolve("127.0.0.1") === "127.0.0.1"', HOST, True),
    ('dnsResolve("nobody.invalid") === null', HOST, True),
    ('isResolvable("127.0.0.1")', HOST, True),
    ('isResolvable("nobody.invalid")', HOST, False),
    ('isInNet(myIpAddress(), "0.0.0.0", "0.0.0.0")', HOST, True),
    ('weekdayRange("SUN", "SAT")', HOST, True),
    ('weekdayRange("SUN", "SAT", "GMT")', HOST, True),
    ("dateRange(1, 31)", HOST, True),
    ('dateRange("JAN", "DEC")', HOST, True),
    ("dateRange(1970, 2999)", HOST, True),
    ("dateRange(1970)", HOST, False),
    ("timeRange(0, 24)", HOST, True),
    ("timeRange(0, 0, 0, 23, 59, 59)", HOST, True),
    ('url.indexOf("secret") < 0', f"{HOST}/secret?token=secret", True),
    ("host === host.toLowerCase()", HOST, True),
    ('typeof require === "undefined" && typeof XMLHttpRequest === "undefined"', HOST, True),
    ("convert_addr('10.0.0.1') === 167772161", HOST, True),
]  # fmt: skip


@pytest.fixture(scope="module")
def loopback():
    """Serve whatever script a test wants, over http."""
    server = Listener(b"")
    yield server
    server.close()


@pytest.fixture
def scripts():
    made = []

    def script(address):
        made.append(Script(address))
        return made[-1]

    yield script
    for one in made:
        one.close()


def file(tmp_path, text):
    path = tmp_path / "proxy.pac"
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


def served(loopback, text):
    body = text.encode()
    kind = b"Content-Type: application/x-ns-proxy-autoconfig\r\nConnection: close\r\n"
    loopback.answer = b"HTTP/1.1 200 OK\r\n" + kind + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    return f"http://127.0.0.1:{loopback.port}/proxy.pac"


def test_there_are_thirty_of_them():
    assert len(CASES) >= 30


@pytest.fixture(scope="module")
def every_case(tmp_path_factory, loopback):
    """Ask every case once, by both ways to a script: one process a case and a way would take a minute."""
    table = ", ".join(f"function (url, host) {{ return {test}; }}" for test, _place, _expected in CASES)
    text = f"""var cases = [{table}];
function FindProxyForURL(url, host) {{
    var at = host.indexOf("--"), rank = parseInt(host.substring(4, at)), real = host.substring(at + 2);
    return cases[rank](url.replace(host, real), real) ? "PROXY proxy.example:3128" : "DIRECT";
}}"""
    folder = tmp_path_factory.mktemp("pac")
    found = {}
    for way, address in (("file", file(folder, text)), ("http", served(loopback, text))):
        script = Script(address)
        found[way] = [script.way(f"https://case{rank}--{place}") for rank, (_t, place, _e) in enumerate(CASES)]
        script.close()
    return found


@pytest.mark.parametrize("way", ["file", "http"])
@pytest.mark.parametrize("rank", range(len(CASES)), ids=lambda rank: CASES[rank][0])
def test_a_script_chooses_as_it_is_written(every_case, way, rank):
    assert every_case[way][rank] == (TO_PROXY if CASES[rank][2] else DIRECT)


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        ("DIRECT", DIRECT),
        (" direct ; PROXY b.example:1", DIRECT),
        ("PROXY proxy.example:3128; DIRECT", TO_PROXY),
        ("HTTPS proxy.example:443", Way("https", "proxy.example:443")),
        ("HTTP proxy.example:80", Way("http", "proxy.example:80")),
        ("SOCKS5 proxy.example:1080", Way("socks5", "proxy.example:1080")),
    ],
)
def test_the_first_way_of_an_answer_is_taken(answer, way):
    assert first_way(answer) == way


@pytest.mark.parametrize("answer", ["", ";", "PROXY", "PROXY a b", "TOR a:1", "DIRECT a:1", "http://proxy:1"])
def test_what_is_no_way_is_an_error_and_not_direct(answer):
    with pytest.raises(PacError):
        first_way(answer)


BROKEN = {
    "absent": None,
    "empty": "",
    "no function": "var x = 1;",
    "a fault": "function FindProxyForURL(url, host) { return nothing.at.all; }",
    "no script": "<html>",
    "a number": "function FindProxyForURL(url, host) { return 3; }",
    "nothing": "function FindProxyForURL(url, host) { }",
    "nonsense": 'function FindProxyForURL(url, host) { return "PERHAPS"; }',
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_script_that_fails_is_no_way_round_the_proxy(name, tmp_path, scripts):
    text = BROKEN[name]
    address = file(tmp_path, text) if text is not None else (tmp_path / "absent.pac").as_uri()
    with pytest.raises(PacError):
        scripts(address).way(f"https://{HOST}")
    network = Network(proxy_mode="pac", pac_url=address)
    assert proxy_for(f"https://{HOST}", network) == UNUSABLE
    with pytest.raises(Unreachable, match="NET_PROXY"):
        ask(f"https://{HOST}", network=network)


def test_a_script_without_an_end_is_ended(tmp_path, scripts, monkeypatch):
    monkeypatch.setattr(pac, "ANSWER_SECONDS", 1.0)
    script = scripts(file(tmp_path, "function FindProxyForURL(url, host) { while (true) {} }"))
    started = time.monotonic()
    with pytest.raises(PacError):
        script.way(f"https://{HOST}")
    assert time.monotonic() - started < 10
    assert script._process is None


def test_a_script_that_is_too_large_is_not_run(tmp_path, monkeypatch):
    monkeypatch.setattr(pac, "MAX_BYTES", 100)
    with pytest.raises(PacError):
        pac.read(file(tmp_path, "x" * 101))


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 302 F\r\nLocation: /\r\n\r\n"]
)
def test_a_script_that_is_not_served_is_an_error(loopback, answer):
    loopback.answer = answer
    with pytest.raises(PacError):
        pac.read(f"http://127.0.0.1:{loopback.port}/proxy.pac")


def test_a_script_that_was_read_is_asked_again_and_read_again_later(tmp_path, scripts, monkeypatch):
    address = file(tmp_path, IF.format(test="true"))
    script = scripts(address)
    assert script.way(f"https://{HOST}") == TO_PROXY
    file(tmp_path, IF.format(test="false"))
    assert script.way(f"https://{HOST}") == TO_PROXY
    monkeypatch.setattr(pac, "KEPT_SECONDS", 0.0)
    assert script.way(f"https://{HOST}") == DIRECT


def test_an_engine_that_ends_says_nothing_and_the_next_question_starts_another(tmp_path, scripts):
    script = scripts(file(tmp_path, IF.format(test="true")))
    assert script.way(f"https://{HOST}") == TO_PROXY
    script._process.kill()
    script._process.wait()
    with pytest.raises(PacError):
        script.way(f"https://{HOST}")
    assert script.way(f"https://{HOST}") == TO_PROXY


def test_requests_go_the_way_of_the_script_and_this_machine_is_never_asked_about(tmp_path):
    firm = authority("Autorité du cabinet")
    server = Listener(ANSWER, context=served_by(firm, tmp_path, address=HOST))
    proxy = TunnelProxy(server.port)
    text = f'function FindProxyForURL(url, host) {{ return "PROXY 127.0.0.1:{proxy.port}; DIRECT"; }}'
    network = Network(proxy_mode="pac", pac_url=file(tmp_path, text), ca_file=firm.file(tmp_path))
    try:
        assert ask(f"https://{HOST}", network=network).json() == {"ok": True}
        assert proxy.received.startswith(f"CONNECT {HOST}:443 ".encode())
        ways = Ways(network, access=ProxyAccess(network))
        assert ways.proxy_of(f"https://{HOST}") == Proxy("http", "127.0.0.1", proxy.port)
        assert ways.proxy_of(f"http://127.0.0.1:{proxy.port}") is None
        ways.close()
    finally:
        proxy.close()
        server.close()


def test_the_engine_reads_json_and_ends_with_its_input(tmp_path):
    lines = [IF.format(test="isPlainHostName(host)"), "https://a/", "https://a.example/"]
    done = subprocess.run(
        [sys.executable, "-m", "comptexpert_desktop.app.pac_engine"],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == ["PROXY proxy.example:3128", "DIRECT"]
    assert done.stderr == ""
