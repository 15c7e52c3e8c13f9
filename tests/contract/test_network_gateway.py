"""The gateway that looks at the network, real and fake: both answer every step, and neither raises."""

from __future__ import annotations

import pytest

from comptexpert_desktop.adapters.connectivity_check import NetworkProbe
from comptexpert_desktop.adapters.network_proxy import ProxyAccess
from comptexpert_desktop.domain.network_check import Finding, Step
from comptexpert_desktop.settings import Network
from tests.desktop.adapters.listening import Listener
from tests.fakes import FakeVault
from tests.fakes_network import FakeNetwork


@pytest.fixture
def nobody():
    """A port of this machine where nobody listens."""
    listener = Listener(b"")
    listener.close()
    return listener.port


def real(port, *, has_proxy):
    proxy = {"proxy_mode": "manual", "proxy_url": f"http://127.0.0.1:{port}"} if has_proxy else {}
    network = Network(**proxy)
    url = "https://comptexpert.example" if has_proxy else f"https://127.0.0.1:{port}"
    return NetworkProbe(url, network=network, access=ProxyAccess(network, vault=FakeVault()))


def fake(port, *, has_proxy):
    failing = {step: Finding(step, "NET_OFFLINE") for step in Step if step not in (Step.NAME, Step.PROXY)}
    return FakeNetwork(failing, place=f"127.0.0.1:{port}" if has_proxy else "")


@pytest.fixture(params=[real, fake], ids=["real", "fake"])
def gateway(request, nobody):
    return lambda **options: request.param(nobody, **options)


@pytest.mark.parametrize("step", Step)
def test_every_step_is_answered_with_a_code_when_nobody_is_there(gateway, step):
    found = gateway(has_proxy=False).check(step)
    assert found.step is step
    assert found.code == ("" if step in (Step.NAME, Step.PROXY) else "NET_OFFLINE")


def test_a_proxy_is_told_by_its_place_and_takes_an_account(gateway, nobody):
    there = gateway(has_proxy=True)
    assert there.proxy().place == f"127.0.0.1:{nobody}"
    assert there.sign_in_to_proxy(user="poste", password="canary") is True


def test_without_a_proxy_no_account_is_taken(gateway):
    there = gateway(has_proxy=False)
    assert there.proxy().place == ""
    assert there.sign_in_to_proxy(user="poste", password="canary") is False


def test_an_account_that_was_taken_is_forgotten(gateway):
    there = gateway(has_proxy=True)
    there.sign_in_to_proxy(user="poste", password="canary")
    assert there.proxy().user == "poste"
    there.delete_proxy_account()
    assert there.proxy().user == ""
