"""Exceptions to the proxy, in the forms that curl and browsers take; what means nothing is refused and never a way round."""

from __future__ import annotations

import pytest

from comptexpert_desktop.adapters.network_proxy import UNUSABLE, proxy_for
from comptexpert_desktop.errors import InvalidInput
from comptexpert_desktop.settings import Network, proxy_exceptions

HOST = "https://intranet.cabinet.example"
FORMS = [
    ("intranet.cabinet.example", HOST, True),
    ("INTRANET.Cabinet.Example", HOST, True),
    ("intranet.cabinet.example.", HOST, True),
    ("cabinet.example", HOST, False),
    (".cabinet.example", HOST, True),
    ("*.cabinet.example", HOST, True),
    (".cabinet.example", "https://cabinet.example", False),
    (".cabinet.example", "https://notcabinet.example", False),
    ("*.example", HOST, True),
    ("*", HOST, True),
    ("*", "https://10.1.2.3", True),
    ("intra*", HOST, True),
    ("*cabinet*", HOST, True),
    ("intranet.*.example", HOST, True),
    ("intranet.cabinet.example:443", HOST, True),
    ("intranet.cabinet.example:8443", HOST, False),
    ("intranet.cabinet.example:8443", f"{HOST}:8443", True),
    (".cabinet.example:443", HOST, True),
    ("https://intranet.cabinet.example", HOST, True),
    ("http://intranet.cabinet.example", HOST, False),
    ("https://*.cabinet.example:443", HOST, True),
    ("10.1.2.3", "https://10.1.2.3", True),
    ("10.1.2.3:443", "https://10.1.2.3", True),
    ("10.1.2.3:444", "https://10.1.2.3", False),
    ("10.0.0.0/8", "https://10.200.0.1", True),
    ("10.0.0.0/8", "https://11.0.0.1", False),
    ("10.1.2.3/8", "https://10.200.0.1", True),
    ("10.0.0.0/8", "https://10.evil.example", False),
    ("10.*", "https://10.1.2.3", True),
    ("10.*", "https://10.evil.example", False),
    ("192.168.1.*", "https://192.168.1.7", True),
    ("2001:db8::1", "https://[2001:db8::1]", True),
    ("[2001:db8::1]", "https://[2001:db8:0::1]", True),
    ("[2001:db8::1]:443", "https://[2001:db8::1]", True),
    ("[2001:db8::1]:80", "https://[2001:db8::1]", False),
    ("2001:db8::/32", "https://[2001:db8:ffff::2]", True),
    ("2001:db8::/32", "https://[2001:db9::2]", False),
    ("<local>", "https://intranet", True),
    ("<local>", HOST, False),
    ("<local>", "https://10.1.2.3", False),
    ("  intranet.cabinet.example  ", HOST, True),
    ("éric.example", "https://éric.example", True),
    ("intranet", "https://intranet", True),
    ("intranet", HOST, False),
]
SENSELESS = [
    "", " ", "http://", "https://", "a b", "a,b", "a;b", "user@host", "host/path", "https://host/path", "host:", "host:0",
    "host:99999", "host:port", "host:1:2", "[::1", "::1]", "[x]", "10.0.0.0/99", "10.0.0.256", "300.1.1.1", "ftp://host",
    "socks5://host", "..", "a..b", "<lan>", "x" * 300, "10.0.0.0/8:443", "/8", "@", "!host", "{}",
]  # fmt: skip


def test_there_are_forty_of_them():
    assert len(FORMS) >= 40


@pytest.mark.parametrize(("form", "url", "spared"), FORMS)
def test_a_form_means_what_it_means_to_curl_and_to_browsers(form, url, spared):
    assert proxy_exceptions.is_spared(url, [form]) is spared
    network = Network(proxy_mode="manual", proxy_url="http://proxy.example:3128", proxy_exceptions=(form,))
    assert (proxy_for(url, network) is None) is spared


@pytest.mark.parametrize("text", SENSELESS)
def test_what_means_nothing_is_refused_and_is_no_way_round(text):
    with pytest.raises(InvalidInput):
        proxy_exceptions.one_form(text)
    network = Network(proxy_mode="manual", proxy_url="http://proxy.example:3128", proxy_exceptions=("*", text))
    assert proxy_for(HOST, network) is not None


@pytest.mark.parametrize("address", ["", "http://", "http://proxy:port", "http://[", "://"])
def test_a_proxy_that_cannot_be_understood_is_no_way_round(address, monkeypatch):
    assert proxy_for(HOST, Network(proxy_mode="manual", proxy_url=address)) == UNUSABLE
    monkeypatch.setenv("HTTPS_PROXY", address)
    found = proxy_for(HOST, Network(proxy_mode="system"))
    assert found == (UNUSABLE if address else None)


@pytest.mark.parametrize(
    ("variable", "url", "spared"),
    [
        ("cabinet.example", HOST, True),
        ("cabinet.example", "https://cabinet.example", True),
        ("other.example, .cabinet.example", HOST, True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("*", HOST, True),
        ("http://,a b,@", HOST, False),
        ("", HOST, False),
    ],
)
def test_the_variable_of_the_system_is_read_as_curl_reads_it(variable, url, spared, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", variable)
    assert (proxy_for(url, Network(proxy_mode="system")) is None) is spared
