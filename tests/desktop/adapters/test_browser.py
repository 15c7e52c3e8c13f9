"""Sign-in by the system browser: only the answer to our own question, and only a token that is ours."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import threading
import time
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import httpx
import pytest

from comptexpert_desktop.adapters import browser as browser_module
from comptexpert_desktop.adapters.browser import SystemBrowser, open_in_browser
from comptexpert_desktop.adapters.loopback import Loopback
from comptexpert_desktop.errors import (
    ServerError,
    ServerFault,
    SessionExpired,
    SignInCancelled,
    SignInError,
    SignInExpired,
    SignInForged,
    UnexpectedReply,
    Unreachable,
)
from tests.desktop.adapters.identity import OTHER_KEY, ROOT, Identity, led_from

OPENER = build_opener(ProxyHandler({}))


def visit(url, **headers):
    """Fetch a page as a browser does; returns its status and its text."""
    try:
        with OPENER.open(Request(url, headers=headers), timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def identity():
    return Identity()


def sign_in(identity, *, visits=None, timeout=5.0, cancelled=None, fresh=False):
    """Sign in with a person who visits the addresses that `visits` makes of ours."""
    pages = []

    requested = visits or (lambda url: [identity.authorize(url)])
    people = []

    def look(page):
        with contextlib.suppress(OSError, httpx.TransportError):  # the door closed meanwhile
            pages.extend(map(visit, requested(led_from(page))))

    def open_url(page):
        people.append(threading.Thread(target=look, args=(page,), daemon=True))
        people[0].start()
        return True

    system = SystemBrowser(ROOT, open_url=open_url, transport=identity.transport, timeout=timeout)
    try:
        return system.sign_in(cancelled=cancelled or threading.Event(), fresh=fresh), pages
    finally:
        for person in people:
            person.join(5)
        system._client.close()


def test_a_person_signs_in_and_may_close_the_page(identity):
    tokens, pages = sign_in(identity)
    assert (tokens.access_token, tokens.refresh_token, tokens.subject) == ("access-1", "refresh-1", "account-1")
    assert "access-1" not in repr(tokens)
    status, page = pages[0]
    assert status == 200
    assert "Vous pouvez fermer cet onglet" in page


def test_the_question_is_fresh_and_asks_for_s256_on_loopback(identity):
    sign_in(identity)
    first = identity.asked
    sign_in(identity)
    second = identity.asked
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid profile comptexpert offline_access"
    assert first["redirect_uri"].startswith("http://127.0.0.1:")
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert min(len(first[name]) for name in ("state", "nonce", "code_challenge")) >= 43


def test_a_fresh_sign_in_asks_for_the_password_again(identity):
    sign_in(identity)
    assert "prompt" not in identity.asked
    sign_in(identity, fresh=True)
    assert identity.asked["prompt"] == "login"


def test_a_wrong_state_is_refused_without_ending_the_wait(identity):
    def visits(url):
        right = identity.authorize(url)
        return [identity.authorize(url, state="x" * 64)] * 100 + [right]

    tokens, pages = sign_in(identity, visits=visits)
    assert tokens.subject == "account-1"
    assert [status for status, _ in pages[:100]] == [400] * 100


@pytest.mark.parametrize(
    "twist",
    [
        lambda url: url.replace("/callback", "/other"),
        lambda url: f"{url}&code=second",
        lambda url: url.replace("code=", "kode="),
    ],
)
def test_another_path_or_a_doubled_answer_is_refused_without_ending_the_wait(identity, twist):
    tokens, pages = sign_in(identity, visits=lambda url: [twist(identity.authorize(url)), identity.authorize(url)])
    assert tokens.subject == "account-1"
    assert pages[0][0] in (400, 404)


def test_a_page_of_another_host_cannot_answer(identity):
    seen = []

    def visits(url):
        seen.append(visit(identity.authorize(url), Host="attacker.example")[0])
        return [identity.authorize(url)]

    assert sign_in(identity, visits=visits)[0].subject == "account-1"
    assert seen == [404]


def test_only_the_first_answer_counts():
    with Loopback(state="s" * 43) as loopback:
        first = visit(f"{loopback.redirect_uri}?code=a&state={'s' * 43}")
        second = visit(f"{loopback.redirect_uri}?code=b&state={'s' * 43}")
        assert (first[0], second[0]) == (200, 400)
        assert loopback.wait(seconds=1, cancelled=threading.Event())["code"] == "a"


def test_the_port_listens_on_this_machine_only_and_closes():
    with Loopback(state="s") as loopback:
        host, port = loopback._server.server_address
        assert host == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_peer_that_stays_silent_holds_nobody(identity):
    def visits(url):
        silent = socket.create_connection(("127.0.0.1", int(identity.authorize(url).split(":")[2].split("/")[0])))
        with silent:
            return [identity.authorize(url)]

    assert sign_in(identity, visits=visits)[0].subject == "account-1"


def test_a_person_who_does_not_answer_is_waited_for_and_no_longer(identity):
    with pytest.raises(SignInExpired):
        sign_in(identity, visits=lambda url: [], timeout=0.2)


def test_a_person_may_give_up(identity):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(SignInCancelled):
        sign_in(identity, visits=lambda url: [], cancelled=cancelled)


def test_a_consent_that_is_refused_is_told(identity):
    with pytest.raises(SignInCancelled, match="SIGN_IN_REFUSED"):
        sign_in(identity, visits=lambda url: [identity.authorize(url, code=None, error="access_denied")])
    with pytest.raises(SignInError, match="SIGN_IN_REFUSED"):
        sign_in(identity, visits=lambda url: [identity.authorize(url, code=None, error="server_error")])


def test_an_answer_of_another_issuer_is_forged(identity):
    with pytest.raises(SignInForged):
        sign_in(identity, visits=lambda url: [identity.authorize(url, iss="https://evil.example")])


HOUR = 3600


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"nonce": "replayed"},
        {"nonce": None},
        {"exp": int(time.time()) - HOUR},
        {"exp": None},
        {"nbf": int(time.time()) + HOUR},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_us_is_forged(identity, claims):
    identity.claims = claims
    with pytest.raises(SignInForged):
        sign_in(identity)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "another key", "another id"])
def test_a_token_that_the_server_did_not_sign_is_forged(identity, algorithm):
    if algorithm == "another key":
        identity.key = OTHER_KEY
    elif algorithm == "another id":
        identity.header = {"alg": "RS256", "kid": "unknown"}
    else:
        identity.header = {"alg": algorithm, "kid": "k1"}
    with pytest.raises(SignInForged):
        sign_in(identity)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "http://evil.example"),
        ("token_endpoint", "http://evil.example/t"),
        ("jwks_uri", "file:///etc/passwd"),
    ],
)
def test_an_endpoint_in_the_clear_elsewhere_is_never_used(identity, name, value):
    identity.metadata[name] = value
    with pytest.raises(SignInForged):
        sign_in(identity)
    assert identity.forms == []


def test_a_description_that_is_none_is_unexpected(identity):
    identity.metadata = {"issuer": ROOT}
    with pytest.raises(UnexpectedReply):
        sign_in(identity)


def test_a_code_that_the_server_refuses_is_forged(identity):
    identity.refusal = httpx.Response(400, json={"error": "invalid_grant"})
    with pytest.raises(SignInForged):
        sign_in(identity)


@pytest.fixture
def system(identity):
    made = SystemBrowser(ROOT, open_url=lambda url: False, transport=identity.transport)
    yield made
    made._client.close()


def test_no_browser_is_told_at_once(system):
    with pytest.raises(SignInError, match="SIGN_IN_NO_BROWSER"):
        system.sign_in(cancelled=threading.Event())


def test_a_refresh_token_is_traded_for_a_new_pair(system, identity):
    tokens = system.refresh("refresh-0")
    assert (tokens.access_token, tokens.refresh_token) == ("access-1", "refresh-1")
    assert identity.forms[-1][1]["refresh_token"] == "refresh-0"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), SessionExpired),
        (httpx.Response(401, json={"error": "invalid_grant"}), SessionExpired),
        (httpx.Response(401, json={"error": "invalid_client"}), UnexpectedReply),
        (httpx.Response(400, json={"error": "temporarily_unavailable"}), UnexpectedReply),
        (httpx.Response(400, json={"error": ["invalid_grant"]}), UnexpectedReply),
        (httpx.Response(401, json={"error": "unauthorized"}), UnexpectedReply),
        (httpx.Response(401, html="<p>Portail</p>"), UnexpectedReply),
        (httpx.Response(429, json={"error": "temporarily_unavailable"}), ServerFault),
        (httpx.Response(400, html="<p>Portail</p>"), UnexpectedReply),
        (httpx.Response(503), Unreachable),
        (httpx.Response(500), UnexpectedReply),
        (httpx.Response(407), Unreachable),
        (httpx.Response(200, json=[]), UnexpectedReply),
        (httpx.Response(200, html="<p>Portail</p>"), Unreachable),
    ],
)
def test_only_a_refused_grant_ends_the_session(system, identity, reply, kind):
    identity.refusal = reply
    with pytest.raises(kind):
        system.refresh("refresh-0")


def test_signing_out_ends_the_family_on_the_server(system, identity):
    system.revoke("refresh-0")
    assert identity.forms[-1][0] == "/o/revoke"


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(500),
        httpx.Response(502),
        httpx.Response(429, json={"error": "temporarily_unavailable"}),
        httpx.Response(401, json={"error": "unauthorized"}),
        httpx.Response(403, html="<p>Portail</p>"),
        httpx.Response(404),
        httpx.Response(302, headers={"Location": "/portail"}),
        httpx.Response(200, html="<p>Portail</p>"),
    ],
    ids=lambda reply: str(reply.status_code),
)
def test_a_sign_out_that_another_answered_was_not_heard(system, identity, reply):
    identity.refusal = reply
    with pytest.raises(ServerError):
        system.revoke("refresh-0")


def test_a_token_that_the_server_no_longer_knows_needs_no_sign_out(system, identity):
    identity.refusal = httpx.Response(400, json={"error": "invalid_grant"})
    system.revoke("refresh-0")


def wait_for(path):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if path.exists() and path.read_text(encoding="utf-8").endswith("."):
            return path.read_text(encoding="utf-8")
        threading.Event().wait(0.02)
    raise AssertionError(path)


@pytest.mark.skipif(os.name != "posix", reason="$BROWSER is a custom of Unix")
@pytest.mark.parametrize("place", ["", " %s", " --open=%s"])
def test_the_browser_that_the_person_chose_is_used_and_never_through_a_shell(tmp_path, monkeypatch, place):
    program = tmp_path / "browser.py"
    program.write_text(f"import sys; open({str(tmp_path / 'seen')!r}, 'w').write(sys.argv[-1] + '.')")
    monkeypatch.setenv("BROWSER", f"/nowhere/browser:{sys.executable} {program}{place}")
    address = "https://comptexpert.example/?a=1&b=$(touch%20x);c"
    assert open_in_browser(address)
    assert wait_for(tmp_path / "seen") == f"{place.strip().removesuffix('%s')}{address}."


def test_without_a_choice_the_system_decides(monkeypatch):
    opened = []
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(browser_module.webbrowser, "open", lambda url: opened.append(url) or True)
    assert open_in_browser("https://comptexpert.example/")
    assert opened == ["https://comptexpert.example/"]


def test_a_choice_that_cannot_run_is_not_replaced_by_another(monkeypatch):
    monkeypatch.setenv("BROWSER", "/nowhere/browser")
    assert not open_in_browser("https://comptexpert.example/")


# -- What the browser is handed --------------------------------------------------------------------------


def looking_at(identity, *, person):
    """Sign in while `person` acts on the page that the browser is handed."""
    handed, acting = [], []

    def open_url(page):
        handed.append(page)
        acting.append(threading.Thread(target=lambda: person(page), daemon=True))
        acting[0].start()
        return True

    system = SystemBrowser(ROOT, open_url=open_url, transport=identity.transport, timeout=5.0)
    try:
        return system.sign_in(cancelled=threading.Event()), handed
    finally:
        acting[0].join(5)
        system._client.close()


def test_the_command_line_of_the_browser_tells_nothing_of_the_sign_in(identity):
    tokens, (page,) = looking_at(identity, person=lambda page: visit(identity.authorize(led_from(page))))
    assert tokens.subject == "account-1"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/start/[\w-]{43}", page)
    assert all(identity.asked[name] not in page for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize("who", ["first", "after"])
def test_somebody_who_reads_it_learns_nothing_or_ends_the_sign_in(identity, who):
    """The page serves once: whoever comes second is told so, and the person's own browser cannot be overtaken."""
    seen = []

    def person(page):
        url = led_from(page)
        answer = httpx.get(page, follow_redirects=False, trust_env=False)
        seen.append((answer.status_code, "Location" in answer.headers))
        if who == "first":
            with contextlib.suppress(OSError):  # the door closed meanwhile
                visit(identity.authorize(url))

    with pytest.raises(SignInForged, match="SIGN_IN_PAGE_TAKEN"):
        looking_at(identity, person=person)
    assert seen == [(410, False)]
    assert identity.forms == []


@pytest.mark.parametrize(
    "path", ["/start/", "/start/x", "/start", "/start/{token}/", "/start/{token}?x", "/START/{token}"]
)
def test_a_page_that_is_not_the_one_that_was_handed_leads_nowhere(identity, path):
    seen = []

    def person(page):
        wrong = page.rpartition("/start/")[0] + path.format(token=page.rpartition("/")[2])
        seen.append(httpx.get(wrong, follow_redirects=False, trust_env=False).status_code)
        visit(identity.authorize(led_from(page)))

    assert looking_at(identity, person=person)[0].subject == "account-1"
    assert seen == [404]


def test_a_page_asked_under_another_name_leads_nowhere(identity):
    """A site that points its own name at this machine cannot follow the page."""
    seen = []

    def person(page):
        headers = {"Host": "attacker.example"}
        seen.append(httpx.get(page, headers=headers, follow_redirects=False, trust_env=False).status_code)
        visit(identity.authorize(led_from(page)))

    assert looking_at(identity, person=person)[0].subject == "account-1"
    assert seen == [404]
