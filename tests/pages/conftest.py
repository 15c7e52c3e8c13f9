"""A real server and a real Chromium for the tests of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chromedriver import running_chromium
from tests.server.served import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

    from tests.server.served import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("pages-server")
    with serving(folder, "--with-worker", COMPTEXPERT_ADDRESS_LIMITS="0", COMPTEXPERT_EMAIL_URL="") as running:
        yield running


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start one Chromium; each test begins without cookies."""
    with running_chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def visit(browser: Chrome, server: Server) -> Callable[[str], Chrome]:
    """Give what opens a path of the server, as somebody who was never here."""

    def opened(path: str) -> Chrome:
        browser.get(server.url + path)
        return browser

    former = browser.current_window_handle
    browser.switch_to.new_window(
        "tab"
    )  # what a test left in its own (scripts, sizes, questions of the browser) stays there
    mine = browser.current_window_handle
    browser.switch_to.window(former)
    browser.close()
    browser.switch_to.window(mine)
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.set_window_size(1200, 900)
    return opened


@pytest.fixture
def mail_folder(server: Server) -> Path:
    from pathlib import Path  # at run time here alone

    return Path(server.environment["COMPTEXPERT_DATA_DIR"]) / "mail"
