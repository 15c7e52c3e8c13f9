"""ChromeDriver by its address: a bare machine may not know the name `localhost`."""

from __future__ import annotations

import shutil
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from selenium.webdriver.chrome.service import Service


class ChromeDriver(Service):
    """Selenium's service, reached at 127.0.0.1."""

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
