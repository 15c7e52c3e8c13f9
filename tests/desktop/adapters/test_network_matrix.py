"""Certificates and proxies that go wrong, on loopback: each has its own code and its own words, no credential leaves."""

from __future__ import annotations

import base64

import pytest

from comptexpert_desktop.adapters import http, updates
from comptexpert_desktop.adapters.connectivity_check import NetworkProbe
from comptexpert_desktop.adapters.network_proxy import Proxy, ProxyAccess, proxy_for
from comptexpert_desktop.domain.network_check import Step
from comptexpert_desktop.errors import UnexpectedReply, Unreachable
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.settings import Network
from tests.desktop.adapters.listening import DAY, REFUSAL_407, Listener, TunnelProxy, authority, served_by
from tests.fakes import FakeVault
from tests.house.source import sources

SECRET = "Bearer canary-of-a-token"
ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"ok":true}'
)
HOST = "comptexpert.example"
PASSWORD = "canary-of-the-proxy"
LOGIN = base64.b64encode(f"poste:{PASSWORD}".encode()).decode()


@pytest.fixture
def listening():
    made = []

    def listen(answer, **options):
        made.append(Listener(answer, **options))
        return made[-1]

    yield listen
    for one in made:
        one.close()


def ask(url, *, network=None, access=None):
    with http.new_client(network=network, access=access) as client:
        return http.exchange(client, "GET", f"{url}/api/v1/me", headers={"Authorization": SECRET})


FAULTS = {
    "self-signed": ({"is_own": True}, "self_signed", "n’est garanti par aucune autorité"),
    "unknown authority": ({}, "authority", "vient d’une autorité que ce poste ne connaît pas"),
    "another host": ({"address": "127.0.0.2", "is_trusted": True}, "other_host", "appartient à une autre machine"),
    "expired": ({"until": -DAY, "is_trusted": True}, "expired", "a expiré"),
    "not yet": ({"since": DAY / 2, "is_trusted": True}, "not_yet", "n’est pas encore valable"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_certificate_that_does_not_hold_is_said_with_its_issuer_and_nothing_is_sent(listening, tmp_path, name):
    options, reason, words = FAULTS[name]
    options = dict(options)
    firm = authority("Autorité du cabinet")
    issuer = "server" if options.get("is_own") else "Autorité du cabinet"
    ca_file = firm.file(tmp_path) if options.pop("is_trusted", False) else ""
    signer = None if options.pop("is_own", False) else firm
    server = listening(ANSWER, context=served_by(signer, tmp_path, **options))
    with pytest.raises(Unreachable) as caught:
        ask(f"https://127.0.0.1:{server.port}", network=Network(ca_file=ca_file))
    assert caught.value.code == "NET_TLS"
    told = {"host": f"127.0.0.1:{server.port}", "sent": False, "reason": reason, "issuer": issuer}
    assert caught.value.data == told
    assert server.received == b""
    message = messages.for_error(caught.value)
    assert words in message.text
    assert f"«\u00a0{issuer}\u00a0»" in message.text
    assert message.remedy


def test_the_authority_of_the_firm_is_added_to_those_of_the_system(listening, tmp_path):
    firm = authority("Autorité du cabinet")
    server = listening(ANSWER, context=served_by(firm, tmp_path))
    reply = ask(f"https://127.0.0.1:{server.port}", network=Network(ca_file=firm.file(tmp_path)))
    assert reply.json() == {"ok": True}


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_an_error_and_sends_nothing(listening, tmp_path, content):
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    server = listening(ANSWER, context=served_by(authority("Inconnue"), tmp_path))
    with pytest.raises(Unreachable, match="NET_CA_FILE"):
        ask(f"https://127.0.0.1:{server.port}", network=Network(ca_file=str(tmp_path / "ca.pem")))
    assert server.received == b""


def test_a_redirection_to_plain_http_is_not_followed(listening):
    elsewhere = listening(ANSWER)
    move = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0\r\n\r\n"
    server = listening(move.encode())
    reply = ask(f"http://127.0.0.1:{server.port}")
    assert isinstance(http.refusal(reply), UnexpectedReply)
    assert elsewhere.received == b""


def test_the_page_of_a_captive_portal_is_told_from_our_server(listening):
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
    server = listening(page)
    with pytest.raises(Unreachable, match="NET_PORTAL") as caught:
        ask(f"http://127.0.0.1:{server.port}")
    assert "Ouvrez votre navigateur" in messages.for_error(caught.value).remedy


def test_a_server_that_fails_is_named(listening):
    server = listening(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    error = http.refusal(ask(f"http://127.0.0.1:{server.port}"))
    assert error.code == "SERVER_FAULT"
    assert f"Le serveur 127.0.0.1:{server.port} a répondu par une erreur" in messages.for_error(error).text


def test_a_server_that_does_not_answer_is_named(listening):
    gone = listening(b"")
    gone.close()
    with pytest.raises(Unreachable, match="NET_OFFLINE") as caught:
        ask(f"http://127.0.0.1:{gone.port}")
    assert f"127.0.0.1:{gone.port} n’a pas pu être joint" in messages.for_error(caught.value).text


def test_a_portal_that_sends_elsewhere_is_not_followed(listening):
    portal = listening(ANSWER)
    move = f"HTTP/1.1 302 Found\r\nLocation: http://localhost:{portal.port}/\r\nContent-Length: 0\r\n\r\n"
    server = listening(move.encode())
    with pytest.raises(Unreachable, match="NET_PORTAL"):
        ask(f"http://127.0.0.1:{server.port}")
    assert portal.received == b""


REFUSALS = {
    "forbids": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    "cannot reach": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_proxy_that_refuses_is_named_and_learns_no_credential(listening, name):
    proxy = listening(REFUSALS[name])
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(Unreachable) as caught:
        ask("https://comptexpert.example", network=network)
    assert (caught.value.code, caught.value.data["sent"]) == ("NET_PROXY", False)
    message = messages.for_error(caught.value)
    assert f"127.0.0.1:{proxy.port}" in message.text
    assert HOST in message.text
    assert proxy.received.startswith(b"CONNECT comptexpert.example:443 ")
    assert b"canary" not in proxy.received


def test_a_proxy_that_is_down_is_named(listening):
    proxy = listening(b"")
    proxy.close()
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(Unreachable, match="NET_PROXY"):
        ask("https://comptexpert.example", network=network)


def test_a_server_among_the_exceptions_and_this_machine_are_reached_directly(listening):
    proxy = listening(REFUSALS["forbids"])
    manual = {"proxy_mode": "manual", "proxy_url": f"http://127.0.0.1:{proxy.port}"}
    with pytest.raises(Unreachable, match="NET_OFFLINE"):
        ask("https://comptexpert.example:9", network=Network(**manual, proxy_exceptions=("comptexpert.example",)))
    server = listening(ANSWER)
    assert ask(f"http://127.0.0.1:{server.port}", network=Network(**manual)).json() == {"ok": True}
    assert proxy.received == b""


@pytest.mark.parametrize(("mode", "is_through"), [("system", True), ("none", False)])
def test_the_systems_proxy_is_taken_unless_none_is_wanted(listening, monkeypatch, mode, is_through):
    proxy = listening(REFUSALS["forbids"])
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Unreachable):
        ask("https://comptexpert.example:9", network=Network(proxy_mode=mode))
    assert bool(proxy.received) is is_through


@pytest.fixture
def through(listening, tmp_path):
    """Make a server of the firm behind a proxy that asks who comes."""
    firm = authority("Autorité du cabinet")
    server = listening(ANSWER, context=served_by(firm, tmp_path, address=HOST))
    proxy = TunnelProxy(server.port, login=LOGIN)
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}", ca_file=firm.file(tmp_path))
    yield proxy, server, network
    proxy.close()


def test_a_proxy_that_asks_who_comes_has_its_own_words(through):
    proxy, server, network = through
    with pytest.raises(Unreachable, match="NET_PROXY_AUTH") as caught:
        ask(f"https://{HOST}", network=network)
    assert caught.value.data == {"host": HOST, "proxy": f"127.0.0.1:{proxy.port}", "sent": False}
    assert "demande un nom et un mot de passe" in messages.for_error(caught.value).text
    assert server.received == b""
    assert b"canary" not in proxy.received


def test_the_password_goes_to_that_proxy_and_to_nobody_else(through):
    proxy, server, network = through
    vault = FakeVault()
    access = ProxyAccess(network, vault=vault)
    assert access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password=PASSWORD)
    assert ask(f"https://{HOST}", network=network, access=access).json() == {"ok": True}
    assert LOGIN.encode() in proxy.received
    assert SECRET.encode() not in proxy.received
    assert SECRET.encode() in server.received
    assert b"Proxy-Authorization" not in server.received
    assert LOGIN.encode() not in server.received
    again = ProxyAccess(Network(proxy_user="poste"), vault=vault)
    assert again.login_for(proxy_for(f"https://{HOST}", network)) == ("poste", PASSWORD)


def test_the_notice_of_updates_passes_the_same_proxy_as_the_same_account(through):
    _, server, network = through
    access = ProxyAccess(network, vault=FakeVault())
    with pytest.raises(Unreachable, match="NET_PROXY_AUTH"):
        updates.fetch(f"https://{HOST}/m.json", key=b"", network=network, access=access)
    access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password=PASSWORD)
    with pytest.raises(UnexpectedReply):  # it is no manifest, but it came
        updates.fetch(f"https://{HOST}/m.json", key=b"", network=network, access=access)
    assert server.received.startswith(b"GET /m.json ")


def test_another_proxy_and_another_name_are_never_shown_the_password(through, listening):
    _, _, network = through
    access = ProxyAccess(network, vault=FakeVault())
    access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password=PASSWORD)
    other = listening(REFUSAL_407)
    elsewhere = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{other.port}")
    with pytest.raises(Unreachable, match="NET_PROXY_AUTH"):
        ask(f"https://{HOST}", network=elsewhere, access=access)
    assert b"Proxy-Authorization" not in other.received
    access.user = "quelqu’un d’autre"
    assert access.login_for(proxy_for(f"https://{HOST}", network)) is None


def test_a_wrong_password_is_shown_once_and_then_forgotten(through):
    proxy, _, network = through
    vault = FakeVault()
    access = ProxyAccess(network, vault=vault)
    access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password="faux")
    for _ in range(3):
        with pytest.raises(Unreachable, match="NET_PROXY_AUTH"):
            ask(f"https://{HOST}", network=network, access=access)
    assert sum(b"Proxy-Authorization" in head for head in proxy.heads) == 1
    assert b"Proxy-Authorization" not in proxy.heads[0], "it is shown once the proxy asked"
    assert vault.kept == {}


NO_PASSWORD = [
    (b"Proxy-Authenticate: Negotiate\r\n", "negotiate"),
    (b"Proxy-Authenticate: Negotiate YIIabc==\r\nProxy-Authenticate: NTLM\r\n", "negotiate, ntlm"),
    (b'Proxy-Authenticate: Digest realm="Basic, x", nonce="a", qop="auth"\r\n', "digest"),
    (b"proxy-authenticate: NTLM, Kerberos\r\n", "kerberos, ntlm"),
]
PASSWORD_TOO = [
    b'Proxy-Authenticate: Basic realm="x"\r\n',
    b'Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: basic realm="x", charset="UTF-8"\r\n',
    b'Proxy-Authenticate: NTLM, Basic realm="a \\" b"\r\n',
    b'Proxy-Authenticate: Digest realm="x", nonce="Basic a", Basic realm="x"\r\n',
]


def refusing(header):
    return b"HTTP/1.1 407 Proxy Authentication Required\r\n" + header + b"Content-Length: 0\r\n\r\n"


@pytest.mark.parametrize(("header", "schemes"), NO_PASSWORD)
def test_a_proxy_that_does_not_ask_for_a_password_never_receives_one(listening, header, schemes):
    proxy = listening(refusing(header))
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    vault = FakeVault()
    access = ProxyAccess(network, vault=vault)
    access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password=PASSWORD)
    for _ in range(2):
        with pytest.raises(Unreachable) as caught:
            ask(f"https://{HOST}", network=network, access=access)
        assert (caught.value.code, caught.value.data["schemes"]) == ("NET_PROXY_SCHEME", schemes)
    assert b"authorization" not in proxy.received.lower()
    assert len(vault.kept) == 1, "a password that was not shown was not refused"
    assert "Aucun mot de passe" in messages.for_error(caught.value).text
    found = NetworkProbe(f"https://{HOST}", network=network, access=access).check(Step.PROXY)
    assert (found.code, found.data["schemes"]) == ("NET_PROXY_SCHEME", schemes)
    assert b"authorization" not in proxy.received.lower()


@pytest.mark.parametrize("header", PASSWORD_TOO)
def test_a_proxy_that_asks_for_a_password_among_others_is_shown_it_once_it_asked(listening, header):
    proxy = listening(refusing(header))
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    access = ProxyAccess(network, vault=FakeVault())
    access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password=PASSWORD)
    with pytest.raises(Unreachable, match="NET_PROXY_AUTH"):
        ask(f"https://{HOST}", network=network, access=access)
    heads = proxy.received.split(b"\r\n\r\n")
    assert [LOGIN.encode() in head for head in heads if head] == [False, True]


def test_a_proxy_that_refuses_without_saying_how_to_sign_in_just_refuses(listening):
    proxy = listening(refusing(b""))
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    access = ProxyAccess(network, vault=FakeVault())
    access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password=PASSWORD)
    with pytest.raises(Unreachable) as caught:
        ask(f"https://{HOST}", network=network, access=access)
    assert caught.value.code == "NET_PROXY"
    assert b"authorization" not in proxy.received.lower()


def test_a_password_that_is_forgotten_is_nowhere_any_more(through):
    proxy, _, network = through
    vault = FakeVault()
    access, there = ProxyAccess(network, vault=vault), proxy_for(f"https://{HOST}", network)
    access.sign_in(there, user="poste", password=PASSWORD)
    access.delete(there)
    assert vault.kept == {}
    with pytest.raises(Unreachable, match="NET_PROXY_AUTH"):
        ask(f"https://{HOST}", network=network, access=access)
    assert b"Proxy-Authorization" not in proxy.received


def test_without_a_keyring_the_password_holds_for_this_run_and_that_is_told(through):
    _, _, network = through
    access = ProxyAccess(network, vault=None)
    there = proxy_for(f"https://{HOST}", network)
    assert access.sign_in(there, user="poste", password=PASSWORD) is False
    assert ask(f"https://{HOST}", network=network, access=access).status == 200


def test_this_machine_itself_is_never_reached_through_a_proxy_nor_told_the_password(through, listening):
    proxy, _, network = through
    access = ProxyAccess(network, vault=FakeVault())
    access.sign_in(proxy_for(f"https://{HOST}", network), user="poste", password=PASSWORD)
    server = listening(ANSWER)
    ask(f"http://127.0.0.1:{server.port}", network=network, access=access)
    assert b"Proxy-Authorization" not in server.received
    assert proxy.received == b""


def test_a_certificate_that_a_proxy_makes_itself_is_named_too(listening, tmp_path):
    inspector = authority("Inspection du réseau")
    server = listening(ANSWER, context=served_by(inspector, tmp_path, address=HOST))
    proxy = TunnelProxy(server.port)
    network = Network(proxy_mode="manual", proxy_url=f"http://127.0.0.1:{proxy.port}")
    try:
        with pytest.raises(Unreachable, match="NET_TLS") as caught:
            ask(f"https://{HOST}", network=network)
    finally:
        proxy.close()
    assert caught.value.data["issuer"] == "Inspection du réseau"
    assert b"canary" not in server.received + proxy.received


def test_the_account_of_the_systems_own_settings_is_shown_to_its_proxy(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://poste:{PASSWORD}@proxy.example:3128")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = proxy_for(f"https://{HOST}", Network())
    assert (found.address, found.login) == ("http://proxy.example:3128", ("poste", PASSWORD))
    assert ProxyAccess().login_for(found) == ("poste", PASSWORD)
    assert PASSWORD not in repr(found)


EXCEPTIONS = [
    ("comptexpert.example", True),
    (".example", True),
    ("*.example", True),
    ("example", False),
    ("xpert.example", False),
]


@pytest.mark.parametrize(("exception", "is_direct"), EXCEPTIONS)
def test_an_exception_is_a_name_or_everything_below_one(exception, is_direct):
    network = Network(proxy_mode="manual", proxy_url="http://proxy.example:3128", proxy_exceptions=(exception,))
    found = proxy_for(f"https://{HOST}", network)
    assert found == (None if is_direct else Proxy("http", "proxy.example", 3128))


def test_a_kind_of_proxy_that_is_not_spoken_is_said(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Unreachable, match="NET_PROXY"):
        ask(f"https://{HOST}")


def test_nothing_but_the_look_at_a_refused_certificate_trusts_nobody():
    trusting_nobody = [source.path for source in sources("comptexpert_desktop") if "CERT_NONE" in source.text]
    assert trusting_nobody == ["comptexpert_desktop/adapters/network_certificate.py"]
