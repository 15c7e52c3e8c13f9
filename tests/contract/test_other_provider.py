"""The application's sign-in against a certified provider that is not ours: issuer, keys, pages and answers are its own."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from comptexpert_desktop.adapters.browser import SystemBrowser
from comptexpert_desktop.errors import SessionExpired, SignInCancelled
from comptexpert_desktop.rehearsal.visitor import Visitor
from tests.desktop.adapters.identity import led_from
from tests.sites.foreign import Script

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def issuer():
    with Script(HERE / "other_provider.mjs") as script:
        yield script.hear()


class Browsing:
    """What stands for the person's browser: signs in at the provider's own pages, or turns back there."""

    def __init__(self, *, turns_back: bool = False) -> None:
        self.turns_back = turns_back
        self.visitor = Visitor()
        self.asked: list[str] = []
        self.seen: list[str] = []
        self.threads: list[threading.Thread] = []

    def __call__(self, url: str) -> bool:
        thread = threading.Thread(target=self._walk, args=(url,), daemon=True)
        self.threads.append(thread)
        thread.start()
        return True

    def _walk(self, url: str) -> None:
        self.asked.append(led_from(url))
        page = self.visitor.open(self.asked[-1])
        for _page in range(3):
            self.seen.append(page.text)
            forms = [form for form in page.forms if "prompt" in form.fields]
            if not forms:
                return
            if self.turns_back:
                parts = urlsplit(page.url)
                page = self.visitor.open(urlunsplit(parts._replace(path=f"{parts.path}/abort")))
                continue
            fields = {"login": "claire", "password": "anything"} if "login" in forms[0].fields else {}
            page = self.visitor.submit(page, forms[0], **fields)


@pytest.fixture
def person():
    browsing = Browsing()
    yield browsing
    for thread in browsing.threads:
        thread.join(timeout=10)


@pytest.fixture
def adapter(issuer, person):
    browser = SystemBrowser(issuer, open_url=person, timeout=20)
    yield browser
    browser._client.close()


def test_a_person_signs_in_and_comes_back_with_tokens(adapter, person):
    tokens = adapter.sign_in(cancelled=threading.Event())
    assert tokens.subject == "claire"
    assert tokens.access_token
    assert tokens.refresh_token
    assert 0 < tokens.expires_in <= 600
    person.threads[0].join(timeout=10)
    assert "Vous pouvez fermer cet onglet" in person.seen[-1]


def test_a_sign_in_that_must_be_fresh_shows_the_password_page_again(adapter, person):
    adapter.sign_in(cancelled=threading.Event())
    person.threads[0].join(timeout=10)
    person.seen.clear()
    assert adapter.sign_in(cancelled=threading.Event(), fresh=True).subject == "claire"
    assert 'name="password"' in person.seen[0]
    assert "prompt=login" in person.asked[-1]


def test_refreshes_rotate_and_a_spent_token_ends_the_session(adapter):
    first = adapter.sign_in(cancelled=threading.Event())
    second = adapter.refresh(first.refresh_token)
    assert second.refresh_token not in {"", first.refresh_token}
    with pytest.raises(SessionExpired):
        adapter.refresh(first.refresh_token)
    with pytest.raises(SessionExpired):
        adapter.refresh(second.refresh_token)


def test_a_sign_out_ends_the_session_at_the_provider(adapter):
    tokens = adapter.sign_in(cancelled=threading.Event())
    adapter.revoke(tokens.refresh_token)
    with pytest.raises(SessionExpired):
        adapter.refresh(tokens.refresh_token)


def test_a_person_who_turns_back_leaves_no_session(adapter, person):
    person.turns_back = True
    with pytest.raises(SignInCancelled):
        adapter.sign_in(cancelled=threading.Event())


def test_two_sign_ins_at_once_each_get_their_own_answer(issuer):
    found: list[str] = []

    def sign_in() -> None:
        person = Browsing()
        browser = SystemBrowser(issuer, open_url=person, timeout=20)
        found.append(browser.sign_in(cancelled=threading.Event()).access_token)
        browser._client.close()
        person.threads[0].join(timeout=10)

    threads = [threading.Thread(target=sign_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(set(found)) == 2
