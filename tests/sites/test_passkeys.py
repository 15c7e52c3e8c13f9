"""Passkeys in a real Chromium with a virtual authenticator, under a policy that lets no inline script run."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from comptexpert_desktop.rehearsal.embedded import free_port
from comptexpert_server.rehearsal.demo_people import PASSWORD
from tests.sites.chromium import chromium, fill_in, is_installed, keep_picture, until, wait_for
from tests.sites.servers import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from tests.sites.servers import Running

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not is_installed(), reason="Chromium and its driver are not installed"),
]
EC = "claire.delaunay"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Serve under a name: browsers bind no passkey to a number."""
    address = f"http://localhost:{free_port()}"
    with on_sqlite(tmp_path_factory.mktemp("server"), COMPTEXPERT_PUBLIC_URL=address) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with chromium() as running:
        yield running


def hold_key(browser: Chrome, *, is_verified: bool = True) -> None:
    """Give the browser a key of its own, as a telephone or a laptop has."""
    options = VirtualAuthenticatorOptions()
    options.protocol = VirtualAuthenticatorOptions.Protocol.CTAP2
    options.transport = VirtualAuthenticatorOptions.Transport.INTERNAL
    options.has_resident_key = True
    options.has_user_verification = True
    options.is_user_verified = is_verified
    browser.add_virtual_authenticator(options)


def press(browser: Chrome, words: str) -> None:
    found = [one for one in browser.find_elements(By.CSS_SELECTOR, "button, .button, a") if one.text == words]
    assert found, (words, browser.find_element(By.TAG_NAME, "body").text)
    found[0].click()


def sign_in(browser: Chrome, server: Running, login_id: str) -> None:
    browser.get(f"{server.url}/compte/login/")
    fill_in(browser, login=login_id, password=PASSWORD)
    wait_for(browser, "Vous êtes connecté")


def add_key(browser: Chrome, server: Running) -> None:
    browser.get(f"{server.url}/compte/2fa/webauthn/add/")
    wait_for(browser, "Confirmez votre identité")
    fill_in(browser, password=PASSWORD)
    wait_for(browser, "Ajouter une clé")
    keep_picture(browser, "5-passkey-add")
    press(browser, "Ajouter")


def sign_out(browser: Chrome, server: Running) -> None:
    browser.get(f"{server.url}/compte/logout/")
    press(browser, "Se déconnecter")
    wait_for(browser, "Connectez-vous")


def test_a_passkey_is_added_signs_in_alone_and_is_removed(server: Running, browser: Chrome) -> None:
    hold_key(browser)
    sign_in(browser, server, EC)
    add_key(browser, server)
    wait_for(browser, "Codes de secours")
    browser.get(f"{server.url}/compte/2fa/webauthn/")
    wait_for(browser, "Vos clés d’accès")
    keep_picture(browser, "6-passkeys")
    sign_out(browser, server)
    keep_picture(browser, "7-sign-in")
    press(browser, "Utiliser une clé d’accès")
    wait_for(browser, "Vous êtes connecté")
    assert EC in browser.find_element(By.TAG_NAME, "main").text
    sign_out(browser, server)
    browser.get(f"{server.url}/compte/login/?{urlencode({'next': '/compte/sessions/'})}")
    fill_in(browser, login=EC, password=PASSWORD)
    wait_for(browser, "Saisissez votre code")
    keep_picture(browser, "8-second-factor")
    press(browser, "Utiliser une clé d’accès")
    wait_for(browser, "Vos sessions")
    browser.get(f"{server.url}/compte/2fa/webauthn/")
    browser.find_element(By.CSS_SELECTOR, "a[href$='/remove/']").click()
    until(
        browser, lambda shown: "Confirmez votre identité" in shown.page_source or "Retirer la clé" in shown.page_source
    )
    if "Confirmez" in browser.page_source:
        press(browser, "Utiliser ma clé d’accès")
    wait_for(browser, "Retirer la clé")
    press(browser, "Retirer")
    wait_for(browser, "Vos clés d’accès")
    assert "Aucune." in browser.find_element(By.TAG_NAME, "main").text


def test_a_key_that_does_not_prove_who_holds_it_is_refused_in_words(server: Running, browser: Chrome) -> None:
    hold_key(browser, is_verified=False)
    sign_in(browser, server, "hugo.kerbrat")
    add_key(browser, server)
    until(browser, lambda shown: shown.find_element(By.CSS_SELECTOR, ".passkey-fault").is_displayed())
    assert "clé d’accès" in browser.find_element(By.CSS_SELECTOR, ".passkey-fault").text


def test_no_inline_script_runs_on_the_page_that_asks_for_a_passkey(server: Running, browser: Chrome) -> None:
    browser.get(f"{server.url}/compte/login/")
    wait_for(browser, "Connectez-vous")
    browser.execute_script(
        "const one = document.createElement('script'); one.textContent = 'window.ran = true'; document.body.append(one)"
    )
    assert browser.execute_script("return window.ran") is None
