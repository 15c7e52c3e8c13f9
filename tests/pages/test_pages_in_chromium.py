"""The pages in a real Chromium: accessible at both widths and in both colours, and whole without JavaScript."""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.pages.looks import faults, violations
from tests.server.served import signed_up
from tests.server.visitor import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

    from tests.server.served import Server

    Visit = Callable[[str], Chrome]

WIDTHS = (1200, 380)
GOOD = "girouette mandarine sablier ventouse"
PAGES = {
    "sign-in": "/compte/login/",
    "about-signup": "/inscription/",
    "signup-profile": "/inscription/creer/",
    "signup-member": "/inscription/creer/?profile=trainee&q=martin",
    "signup-head": "/inscription/creer/?profile=agc_head",
    "signup-other": "/inscription/creer/?profile=other",
    "help": "/aide/",
    "reset": "/compte/password/reset/",
    "reset-sent": "/compte/password/reset/done/",
    "inactive": "/compte/inactive/",
    "dead-link": f"/activation/{'x' * 43}/",
    "absent": "/nowhere",
}


def keep_picture(browser: Chrome, name: str) -> None:
    """Write a picture where COMPTEXPERT_PICTURES says, for a person to look at."""
    folder = os.environ.get("COMPTEXPERT_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        browser.save_screenshot(str(Path(folder) / f"{name}.png"))


def look_everywhere(browser: Chrome, name: str) -> None:
    """Look at the page that is shown, wide and narrow, light and dark."""
    found: dict[str, Any] = {}
    for scheme in ("light", "dark"):
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        for width in WIDTHS:
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            wrong = faults(browser)
            if wrong:
                found[f"{scheme} {width}"] = wrong
            keep_picture(browser, f"{name}-{width}-{scheme}")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert found == {}
    assert violations(browser) == []


def without_scripts(browser: Chrome) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})


def link_for(folder: Path, address: str, *, subject: str) -> str:
    """Wait for the mail that the worker sends, and give the path of its link."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for file in sorted(folder.glob("*.eml"), key=lambda one: -one.stat().st_mtime_ns):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            if mail["To"] == address and mail["Subject"] == subject:
                (line,) = [line for line in text_of(mail).splitlines() if line.startswith("http")]
                return urlsplit(line).path
        time.sleep(0.05)
    raise AssertionError(f"no mail for {address}")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(name: str, visit: Visit) -> None:
    look_everywhere(visit(PAGES[name]), name)


def test_axe_looks_at_the_page(visit: Visit) -> None:
    browser = visit(PAGES["sign-in"])
    browser.execute_script("document.documentElement.removeAttribute('lang')")
    assert violations(browser) == ["html-has-lang html"]


def test_the_sign_in_page_leads_to_the_profiles_and_to_the_application(visit: Visit) -> None:
    browser = visit("/compte/login/")
    without_scripts(browser)
    follow(browser, browser.find_element(By.LINK_TEXT, "Créez votre Comptexpert"))
    words = browser.find_element(By.TAG_NAME, "main").text
    for profile in (
        "Expert-comptable",
        "83 ter",
        "83 quater",
        "stagiaire",
        "mémorialiste",
        "honoraire",
        "ECE",
        "CAFCAC",
    ):
        assert profile in words
    for profile in ("dirigez une AGC", "collaborateur", "étudiant", "enseignant"):
        assert profile in words
    button = browser.find_element(By.LINK_TEXT, "Ouvrir l’application")
    assert button.get_attribute("href") == "comptexpert:inscription"
    button.click()  # nothing is installed here: the page stays, and says what to do
    assert "n’est pas installée" in browser.find_element(By.TAG_NAME, "main").text
    follow(browser, browser.find_element(By.LINK_TEXT, "Consultez l’aide"))
    assert "indésirables" in browser.find_element(By.TAG_NAME, "main").text


def test_an_account_is_activated_and_its_password_changed_without_javascript(
    visit: Visit, server: Server, mail_folder: Path
) -> None:
    login_id, address = f"lise{uuid.uuid4().hex[:8]}", f"{uuid.uuid4().hex[:8]}@cabinet.example"
    person = {"profile": "other", "kind": "student", "email": address, "given_name": "Lise", "surname": "Morvan"}
    with contextlib.closing(server.caller()) as caller:
        assert signed_up(caller, person | {"login_id": login_id})[0] == "activation_sent"
    link = link_for(mail_folder, address, subject="Activez votre Comptexpert")
    browser = visit(link)
    look_everywhere(browser, "activation")
    without_scripts(browser)
    fill(browser, password1="trop court", password2="autre")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    look_everywhere(browser, "activation-refused")
    field = browser.find_element(By.ID, "id_password1")
    assert field.get_attribute("aria-invalid") == "true"
    (error_id,) = [one for one in str(field.get_attribute("aria-describedby")).split() if one.endswith("_error")]
    assert "15 caractères" in browser.find_element(By.ID, error_id).text
    without_scripts(browser)
    fill(browser, password1=GOOD, password2=GOOD)
    assert "Votre compte est actif" in browser.find_element(By.TAG_NAME, "h1").text
    browser.get(server.url + link)
    assert "déjà actif" in browser.find_element(By.TAG_NAME, "h1").text
    browser.get(f"{server.url}/compte/password/reset/")
    fill(browser, who=login_id)
    assert "messagerie" in browser.find_element(By.TAG_NAME, "h1").text
    browser.get(server.url + link_for(mail_folder, address, subject="Choisissez un nouveau mot de passe"))
    fill(browser, password1=f"{GOOD} deux", password2=f"{GOOD} deux")
    assert "changé" in browser.find_element(By.TAG_NAME, "h1").text
    browser.get(f"{server.url}/compte/login/")
    fill(browser, login=login_id, password=f"{GOOD} deux")
    assert "Vous êtes connecté" in browser.find_element(By.TAG_NAME, "h1").text


def test_the_link_of_a_mail_asks_to_sign_in_and_shows_the_cabinet_without_javascript(
    visit: Visit, server: Server
) -> None:
    person = server.people()["ec"]
    browser = visit(f"/cabinet/{person['firms'][0]['id']}/")
    without_scripts(browser)
    fill(browser, login=person["login_id"], password=person["password"])
    assert browser.find_element(By.TAG_NAME, "h1").text == person["firms"][0]["name"]
    button = browser.find_element(By.LINK_TEXT, "Ouvrir dans l’application")
    assert button.get_attribute("href") == f"comptexpert:cabinet/{person['firms'][0]['id']}"
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    look_everywhere(browser, "cabinet")


def test_a_sign_up_is_refused_then_taken_without_javascript(visit: Visit) -> None:
    login_id, address = f"nora{uuid.uuid4().hex[:8]}", f"{uuid.uuid4().hex[:8]}@cabinet.example"
    browser = visit("/inscription/creer/?profile=other")
    without_scripts(browser)
    person = {"email": address, "given_name": "Nora", "surname": "Morvan"}
    fill(browser, login_id="court", **person)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    look_everywhere(browser, "signup-refused")
    assert "6 à 32 caractères" in browser.find_element(By.TAG_NAME, "main").text
    without_scripts(browser)
    fill(browser, login_id=login_id)
    assert login_id in browser.find_element(By.TAG_NAME, "main").text
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    look_everywhere(browser, "signup-sent")


def test_the_keyboard_alone_signs_in_and_a_wrong_password_is_announced(visit: Visit) -> None:
    browser = visit("/compte/login/")
    press(browser, Keys.TAB)
    assert browser.switch_to.active_element.text == "Aller au contenu"
    press(browser, Keys.TAB, Keys.TAB, "claire.delaunay", Keys.TAB, "pas le bon mot de passe")
    former = page_shown(browser)
    press(browser, Keys.ENTER)
    wait_for_another_page(browser, former)
    alert = browser.find_element(By.CSS_SELECTOR, "[role=alert]")
    assert "Identifiant ou mot de passe incorrect" in alert.text
    look_everywhere(browser, "sign-in-refused")


def test_the_desk_is_at_hand_without_javascript(visit: Visit, server: Server) -> None:
    people = server.people()
    browser = visit("/admin/")
    without_scripts(browser)
    operator = people["council_operator"]
    fill(browser, login=operator["login_id"], password=operator["password"])
    assert "Dossiers et corrections" in browser.find_element(By.TAG_NAME, "h1").text
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    pictured(browser, server, "desk", "/admin/")
    entry = people["signup_no_email"]["entry_id"]
    pictured(browser, server, "desk-entries", "/admin/registry/registryentry/?q=qu")
    pictured(browser, server, "desk-entry", f"/admin/registry/registryentry/{entry}/change/")
    without_scripts(browser)
    browser.find_element(By.NAME, "email").send_keys(f"{uuid.uuid4().hex[:6]}@cabinet.example")
    browser.find_element(By.NAME, "reason").send_keys("Pièce vue au guichet")
    follow(browser, browser.find_element(By.NAME, "_save"))
    assert "modifié" in browser.find_element(By.CSS_SELECTOR, ".messagelist").text


def pictured(browser: Chrome, server: Server, name: str, path: str) -> None:
    """Look at a page of the desk: wide and narrow, it stays within the window."""
    browser.get(server.url + path)
    for width in WIDTHS:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        keep_picture(browser, f"{name}-{width}")
        assert {one: why for one, why in faults(browser).items() if one in {"language", "nameless", "mute"}} == {}
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def press(browser: Chrome, *keys: str) -> None:
    """Press keys where the focus is."""
    ActionChains(browser).send_keys(*keys).perform()


def fill(browser: Chrome, **fields: str) -> None:
    """Fill the form that is shown and send it."""
    for name, text in fields.items():
        field = browser.find_element(By.NAME, name)
        field.clear()
        field.send_keys(text)
    follow(browser, browser.find_element(By.CSS_SELECTOR, "main form button[type=submit], #login-form [type=submit]"))


def page_shown(browser: Chrome) -> str:
    """Name the document that is shown."""
    return browser.find_element(By.TAG_NAME, "html").id


def wait_for_another_page(browser: Chrome, former: str) -> None:
    """Wait until another document is shown, without a script."""
    WebDriverWait(browser, 60).until(lambda one: page_shown(one) != former)


def follow(browser: Chrome, element: WebElement) -> None:
    """Click and wait for the next page."""
    former = page_shown(browser)
    element.click()
    wait_for_another_page(browser, former)


def test_the_browser_finds_nothing_to_complain_about(visit: Visit) -> None:
    visit("/aide/").get_log("browser")  # what other tests left
    for path in PAGES.values():
        browser = visit(path)
        wrong = [json.dumps(one) for one in browser.get_log("browser") if "404" not in one["message"]]
        assert wrong == [], path
