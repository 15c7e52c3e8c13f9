"""The application and sites of the Ordre sign people in through a real Chromium, which refuses what test clients let pass."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.by import By

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_server.rehearsal.demo_people import PASSWORD
from tests.sites.chromium import chromium, fill_in, is_installed, keep_picture, until, wait_for
from tests.sites.example_site import ExampleSite
from tests.sites.foreign import HERE
from tests.sites.servers import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

    from tests.sites.servers import Running

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not is_installed(), reason="Chromium and its driver are not installed"),
]
EC = "claire.delaunay"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with on_sqlite(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with chromium() as running:
        yield running


@pytest.fixture
def person_at_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a real Chromium, and the expert-comptable in front of it, what `$BROWSER` names."""
    monkeypatch.setenv("BROWSER", shlex.join([sys.executable, "-m", "tests.sites.chromium"]))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE.parent.parent), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("COMPTEXPERT_TEST_PERSON", json.dumps({"login_id": EC, "password": PASSWORD}))


@pytest.mark.secretservice
@pytest.mark.usefixtures("person_at_chromium")
def test_the_whole_application_signs_in_and_keeps_its_session(server: Running, tmp_path: Path) -> None:
    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        options = ["--server", server.url, "--data-dir", str(tmp_path), "--json"]
        line = [sys.executable, "-m", "comptexpert_desktop", *options, *arguments]
        return subprocess.run(line, capture_output=True, text=True, timeout=150, check=False)

    signed_in = command("sign-in")
    assert signed_in.returncode == 0, signed_in.stderr
    assert command("sync").returncode == 0, "another process takes the session up from the vault"
    [account] = json.loads(command("accounts").stdout)
    assert account["login_id"] == EC


@pytest.mark.usefixtures("person_at_chromium")
def test_the_application_signs_in_through_the_persons_browser(server: Running) -> None:
    adapter = SystemBrowser(server.url)
    tokens = adapter.sign_in(cancelled=threading.Event())
    assert tokens.subject.replace("-", "") == server.person("ec")["account_id"].replace("-", "")
    assert adapter.refresh(tokens.refresh_token).access_token != tokens.access_token
    adapter._client.close()


def text_of(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def test_a_person_opens_two_sites_with_one_sign_in_and_sees_what_is_open(server: Running, browser: Chrome) -> None:
    with closing(ExampleSite("jesignexpert")) as first, closing(ExampleSite("bibliordre")) as second:
        for site in (first, second):
            made = server.site(site.name, site.redirect_uri, "--service", site.name)
            site.trust(server.url, client_id=made["client_id"], secret=made["client_secret"])
        browser.get(f"{first.url}/connexion")
        wait_for(browser, "Connectez-vous")
        fill_in(browser, login=EC, password=PASSWORD)
        until(browser, lambda shown: "Bonjour Claire Delaunay" in text_of(shown))
        services = [item.text for item in browser.find_elements(By.CSS_SELECTOR, "#services li")]
        assert {"portal", "jesignexpert", "bibliordre"} <= set(services)
        keep_picture(browser, "4-site")
        browser.get(f"{second.url}/connexion")
        until(browser, lambda shown: "Bonjour Claire Delaunay" in text_of(shown))
        browser.get(f"{second.url}/deconnexion")
        until(browser, lambda shown: "Se connecter avec Comptexpert" in text_of(shown))
        browser.get(f"{first.url}/connexion")
        wait_for(browser, "Connectez-vous")
