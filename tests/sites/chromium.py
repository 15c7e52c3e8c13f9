"""A real headless Chromium for one sign-in: what `$BROWSER` names in the tests.

It opens the address given as its last argument, signs in as the person of COMPTEXPERT_TEST_PERSON (JSON: login_id,
password), authorizes, and writes a picture of each page into COMPTEXPERT_TEST_PICTURES when that is set.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.chromedriver import ChromeDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUIET = (
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-proxy-server", "--lang=fr-FR",
    "--window-size=1000,900",
)  # fmt: skip
TIMEOUT = 30


def is_installed() -> bool:
    """Tell whether Chromium and its driver are on the path."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


@contextlib.contextmanager
def chromium() -> Iterator[Chrome]:
    """Start a Chromium with a profile of its own, and end it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        for argument in (*QUIET, f"--user-data-dir={profile}"):
            options.add_argument(argument)
        browser = Chrome(options, ChromeDriver())
        browser.set_page_load_timeout(TIMEOUT)
        try:
            yield browser
        finally:
            browser.quit()


def keep_picture(browser: Chrome, name: str) -> None:
    """Write a picture where the environment says, for a person to look at."""
    folder = os.environ.get("COMPTEXPERT_TEST_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        browser.save_screenshot(str(Path(folder) / f"{name}.png"))


def wait_for(browser: Chrome, words: str) -> None:
    """Wait for a page with this heading."""
    until(browser, lambda shown: words in shown.find_element(By.TAG_NAME, "h1").text)


def until(browser: Chrome, holds: Callable[[Chrome], bool]) -> None:
    """Wait for a page where this holds; a page that goes away meanwhile is none."""
    WebDriverWait(browser, TIMEOUT, ignored_exceptions=[WebDriverException]).until(holds)


def fill_in(browser: Chrome, **fields: str) -> None:
    """Fill in the fields of the page and press its first button."""
    for name, value in fields.items():
        browser.find_element(By.NAME, name).send_keys(value)
    first = browser.find_element(By.NAME, next(iter(fields)))
    first.find_element(By.XPATH, "ancestor::form").find_element(By.CSS_SELECTOR, "button[type=submit]").click()


def main() -> int:
    """Sign in and authorize."""
    person = json.loads(os.environ["COMPTEXPERT_TEST_PERSON"])
    with chromium() as browser:
        browser.get(sys.argv[-1])
        wait_for(browser, "Connectez-vous")
        keep_picture(browser, "1-sign-in")
        fill_in(browser, login=person["login_id"], password=person["password"])
        wait_for(browser, "Autoriser")
        keep_picture(browser, "2-consent")
        browser.find_element(By.CSS_SELECTOR, "button[value=grant]").click()
        wait_for(browser, "Vous pouvez fermer cet onglet")
        keep_picture(browser, "3-done")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
