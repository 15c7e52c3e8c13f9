"""A real Chromium without a window, which talks to this machine alone."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUIET = (
    "--headless=new",
    "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server", "--force-color-profile=srgb", "--hide-scrollbars",
)  # fmt: skip


@contextmanager
def running_chromium(folder: Path) -> Iterator[Chrome]:
    """Run one Chromium in French, with its files in `folder`; skip the test where it is not installed."""
    chromium = shutil.which("chromium")
    if chromium is None or shutil.which("chromedriver") is None:
        pytest.skip("Chromium and its driver are not installed")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in (*QUIET, f"--user-data-dir={folder}", "--lang=fr-FR"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = Chrome(options, ChromeDriver())
    running.set_page_load_timeout(30)
    try:
        yield running
    finally:
        running.quit()


class ChromeDriver(Service):
    """Selenium's service by its address: a bare machine may not know the name `localhost`."""

    def __init__(self) -> None:
        super().__init__(shutil.which("chromedriver"))

    @property
    def service_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_connectable(self) -> bool:
        try:
            with build_opener(ProxyHandler({})).open(f"{self.service_url}/status", timeout=1) as answer:
                return answer.status == 200
        except (URLError, HTTPException, OSError):
            return False
