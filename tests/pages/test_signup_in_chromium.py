"""The sign-up in a real Chromium without JavaScript: each outcome of the application on each profile, axe at its end."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from tests.journeys.signup_cast import let_link_expire, people
from tests.journeys.signup_table import EVERY, EVERYDAY
from tests.pages.test_pages_in_chromium import follow, link_for, look_everywhere, without_scripts
from tests.server.served import command
from tests.server.web_signup import OUTCOMES, Applicant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from selenium.webdriver import Chrome

    from tests.server.served import Server

    Visit = Callable[[str], Chrome]

ON_PAGES = [(way, outcome) for way, outcome in EVERY if outcome in OUTCOMES]
DAILY = [(way, outcome) for way, outcome in ON_PAGES if (way, outcome) in EVERYDAY and outcome != "SENT"]
"""The campaign shows the others; that each profile is sent its mail is shown every day without a browser."""
PATIENCE = 20


class ChromiumPages:
    """The pages in the browser, whose scripts are off, on a server of its own."""

    def __init__(self, visit: Visit, server: Server) -> None:
        self._visit, self._server = visit, server
        self._folder = Path(server.environment["COMPTEXPERT_DATA_DIR"])

    def open(self, path: str) -> None:
        self.browser = self._visit(path)
        without_scripts(self.browser)

    def search(self, text: str) -> None:
        self._fill("get", q=text)

    def lines(self) -> Mapping[str, str]:
        found = self.browser.find_elements(By.CSS_SELECTOR, "main fieldset label")
        by_id = {label.text: self.browser.find_element(By.ID, str(label.get_attribute("for"))) for label in found}
        return {words: str(field.get_attribute("value")) for words, field in by_id.items()}

    def send(self, **fields: str) -> None:
        self._fill("post", **fields)

    def words(self) -> str:
        return " ".join(self.browser.find_element(By.TAG_NAME, "main").text.split())

    def call(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        with contextlib.closing(self._server.caller()) as caller:
            caller.request("POST", "/api/v1/signups", json.dumps(body), headers)
            answer = caller.getresponse()
            return answer.status, json.loads(answer.read())

    def link(self, *, to: str, subject: str, after: str = "") -> str:
        deadline = time.monotonic() + PATIENCE
        while (found := link_for(self._folder / "mail", to, subject=subject)) == after:
            assert time.monotonic() < deadline, f"no new mail for {to}"
            time.sleep(0.05)
        return found

    def expire(self, login_id: str) -> None:
        let_link_expire(self._folder / "comptexpert.db", login_id=login_id)

    def _fill(self, method: str, **fields: str) -> None:
        form = self.browser.find_element(By.CSS_SELECTOR, f"main form[method={method}]")
        for name, text in fields.items():
            if name == "entry_id":
                form.find_element(By.CSS_SELECTOR, f"input[type=radio][value='{text}']").click()
                continue
            field = form.find_element(By.NAME, name)
            if field.tag_name == "select":
                Select(field).select_by_value(text)
            else:
                field.clear()
                field.send_keys(text)
        follow(self.browser, form.find_element(By.CSS_SELECTOR, "button[type=submit]"))


@pytest.fixture(scope="session")
def people_who_sign_up(server: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the registry of the server know those of the journeys."""
    file = tmp_path_factory.mktemp("people") / "people.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in people()), "utf-8")
    command(server.environment, "import-registry", str(file))


@pytest.fixture
def pages(visit: Visit, server: Server, people_who_sign_up: None) -> ChromiumPages:
    return ChromiumPages(visit, server)


def play(pages: ChromiumPages, *, way: str, outcome: str) -> None:
    """Let somebody meet an outcome without scripts, then look at the page on which it ends."""
    OUTCOMES[outcome](Applicant(pages, way=way, outcome=outcome))
    pages.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    look_everywhere(pages.browser, f"signup-{outcome}-{way}")


@pytest.mark.parametrize(("way", "outcome"), DAILY)
def test_a_person_without_javascript_meets_this_outcome(pages: ChromiumPages, way: str, outcome: str) -> None:
    play(pages, way=way, outcome=outcome)


@pytest.mark.campaign
@pytest.mark.parametrize(("way", "outcome"), [case for case in ON_PAGES if case not in DAILY])
def test_a_person_of_any_profile_without_javascript_meets_this_outcome(
    pages: ChromiumPages, way: str, outcome: str
) -> None:
    play(pages, way=way, outcome=outcome)
