"""Documents of the API become the domain's words; anything else is unexpected."""

from __future__ import annotations

import json

import httpx
import pytest

from comptexpert_desktop.adapters.server import HttpServer
from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.commands import Decide, ResendActivation, SignUp
from comptexpert_desktop.domain.delegation import Action
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.wire_types import Sending
from comptexpert_desktop.errors import Refused, SessionExpired, UnexpectedReply, Unreachable
from tests.fakes import FIRM, NOW, a_catalogue, a_council, a_delegation, a_me, an_entry

ROOT = "http://127.0.0.1:8000"


class Api:
    """A server that gives one answer and remembers what it was asked."""

    def __init__(self, tmp_path):
        self.answer = httpx.Response(200, json={})
        self.asked = []
        self.server = HttpServer(ROOT, pins=tmp_path / "pins.json", transport=httpx.MockTransport(self._answer))

    def gives(self, document, *, status=200):
        kind = "application/json" if status in range(200, 300) else "application/problem+json"
        self.answer = httpx.Response(status, json=document, headers={"Content-Type": kind})
        return self.server

    def _answer(self, request):
        self.asked.append(request)
        return self.answer

    @property
    def body(self):
        return json.loads(self.asked[-1].content)


@pytest.fixture
def api(tmp_path):
    made = Api(tmp_path)
    yield made
    made.server.close()


def test_a_search_posts_its_text_and_never_puts_it_in_an_address(api):
    found = api.gives({"items": [an_entry()._asdict()]}).search("aub", profile=Profile.TRAINEE, limit=5)
    assert found == (an_entry(),)
    assert api.asked[-1].url == f"{ROOT}/api/v1/registry/search"
    assert api.body == {"q": "aub", "profile": "trainee", "limit": 5}


def test_a_lookup_finds_one_or_is_refused(api):
    assert api.gives(an_entry()._asdict()).lookup("1", profile=Profile.TRAINEE) == an_entry()
    with pytest.raises(Refused, match="REG_NUMBER_UNKNOWN"):
        api.gives({"code": "REG_NUMBER_UNKNOWN"}, status=404).lookup("2", profile=Profile.TRAINEE)


def test_the_public_data_are_read(api):
    assert api.gives(codec.write(a_catalogue())).catalogue() == a_catalogue()
    assert api.gives({"version": "1", "councils": [codec.write(a_council())]}).councils() == (a_council(),)


def test_what_is_personal_carries_the_token(api):
    assert api.gives(codec.write(a_me())).me(token="secret") == a_me()
    assert api.asked[-1].headers["Authorization"] == "Bearer secret"
    firms = [{"id": FIRM.id, "siren": FIRM.siren, "name": FIRM.name}]
    assert api.gives({"firms": firms}).entry_firms("a/b", token="secret") == (FIRM,)
    assert api.asked[-1].url.raw_path == b"/api/v1/registry/entries/a%2Fb"


def test_a_page_of_changes_is_read_and_none_means_nothing_changed(api):
    document = {"cursor": "c+2", "delegations": [codec.write(a_delegation())], "removed": ["x"], "full": True}
    page = api.gives(document).sync(token="t", cursor="a+b/")
    assert (page.cursor, len(page.delegations), page.removed, page.is_full) == ("c+2", 1, ("x",), True)
    assert api.asked[-1].url.params["cursor"] == "a+b/"
    api.answer = httpx.Response(304)
    assert api.server.sync(token="t", cursor="c") is None


def test_a_write_carries_its_key_and_the_version_that_was_seen(api):
    decision = Sending("key-1", Decide("d", Action.APPROVE, 3, note="né"))
    assert api.gives({"id": "d"}).send([decision], token="t") == {"key-1": {"id": "d"}}
    sent = api.asked[-1]
    assert (sent.headers["Idempotency-Key"], sent.headers["If-Match"]) == ("key-1", '"3"')
    assert api.body == {"note": "né"}


def test_a_signup_carries_no_token_and_no_version(api):
    api.gives({"id": "s"}, status=202).send([Sending("key-1", SignUp("other", "lea.petit"))], token="")
    assert "Authorization" not in api.asked[-1].headers
    assert "If-Match" not in api.asked[-1].headers


def test_a_signup_is_followed_with_its_claim(api):
    assert api.gives({"id": "s", "status": "activated"}).signup_status("s", claim="proof") == "activated"
    assert api.asked[-1].headers["Comptexpert-Claim"] == "proof"
    again = Sending("key-2", ResendActivation("o", "s", "proof"))
    told = api.gives({"status": "activation_sent"}, status=202).send([again], token="")
    assert told == {"key-2": {"status": "activation_sent"}}
    assert api.asked[-1].headers["Comptexpert-Claim"] == "proof"
    assert api.asked[-1].headers["Idempotency-Key"]


@pytest.mark.parametrize(
    ("status", "is_refused", "heard"),
    [
        ("activation_sent", True, "mail_refused"),
        ("activation_sent", False, "activation_sent"),
        ("expired", True, "expired"),
    ],
)
def test_a_mail_that_nobody_takes_is_heard_until_the_account_is_open(api, status, is_refused, heard):
    api.gives({"id": "s", "status": status, "mail_refused": is_refused})
    assert api.server.signup_status("s", claim="proof") == heard


def test_the_time_of_the_server_is_read(api):
    api.answer = httpx.Response(200, json={"status": "ok"}, headers={"Date": "Thu, 12 Mar 2026 09:30:00 GMT"})
    assert api.server.clock() == NOW


@pytest.mark.parametrize("status", [200, 304])
def test_the_server_says_when_to_synchronise_again(api, status):
    assert api.server.poll_after() is None
    page = {"cursor": "c", "delegations": [], "full": True, "removed": []} if status == 200 else None
    api.answer = httpx.Response(status, json=page, headers={"Retry-After": "90"})
    api.server.sync(token="t", cursor="")
    assert api.server.poll_after() == 90.0
    api.gives({"status": "ok", "epoch": "one"}).ping()
    assert api.server.poll_after() == 90.0


def test_the_epoch_is_the_one_of_the_last_answer_a_refusal_included(api):
    assert api.server.epoch() == ""
    api.answer = httpx.Response(200, json={"epoch": "one"}, headers={"Comptexpert-Epoch": "one"})
    api.server.ping()
    assert api.server.epoch() == "one"
    headers = {"Content-Type": "application/problem+json", "Comptexpert-Epoch": "two"}
    api.answer = httpx.Response(401, json={"code": "SESSION_EXPIRED"}, headers=headers)
    with pytest.raises(SessionExpired):
        api.server.me(token="t")
    assert api.server.epoch() == "two"
    api.answer = httpx.Response(200, json={"epoch": "two"})
    api.server.ping()
    assert api.server.epoch() == "two"


def test_who_does_not_speak_our_api_is_no_server(api):
    api.answer = httpx.Response(200, json={"status": "ok"})
    with pytest.raises(UnexpectedReply):
        api.server.ping()


def test_a_dead_session_is_told_as_such(api):
    with pytest.raises(SessionExpired):
        api.gives({"code": "AUTH"}, status=401).me(token="t")


CALLS = {
    "search": lambda server: server.search("a", profile=Profile.TRAINEE, limit=1),
    "lookup": lambda server: server.lookup("1", profile=Profile.TRAINEE),
    "firms": lambda server: server.entry_firms("e", token="t"),
    "snapshot": lambda server: server.snapshot(since=None),
    "catalogue": lambda server: server.catalogue(),
    "councils": lambda server: server.councils(),
    "me": lambda server: server.me(token="t"),
    "sync": lambda server: server.sync(token="t", cursor=""),
    "send": lambda server: server.send([Sending("k", SignUp("other", "lea.petit"))], token=""),
    "status": lambda server: server.signup_status("s", claim="c"),
    "ping": lambda server: server.ping(),
}


@pytest.mark.parametrize("document", [[], "x", 7, {"items": {}, "delegations": 3, "services": [1], "firms": [2]}, None])
@pytest.mark.parametrize("name", CALLS)
def test_a_document_that_is_not_described_is_unexpected(api, name, document):
    api.gives(document)
    with pytest.raises(UnexpectedReply):
        CALLS[name](api.server)


@pytest.mark.parametrize("name", CALLS)
def test_a_portal_that_answers_in_html_is_not_our_server(api, name):
    api.answer = httpx.Response(200, html="<form>Identifiez-vous</form>")
    with pytest.raises(Unreachable, match="NET_PORTAL"):
        CALLS[name](api.server)
