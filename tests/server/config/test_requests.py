"""What is refused before any room sees it, and what every answer carries."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from comptexpert_server.base import epoch
from comptexpert_server.base.epoch import current_epoch, renew_epoch
from comptexpert_server.base.models import ServerEpoch
from comptexpert_server.web.limits import (
    Limit,
    address_of,
    consume,
    consume_items,
    give_back,
    give_back_item,
    network_of,
)
from comptexpert_server.web.middleware import sound_requests

pytestmark = pytest.mark.django_db


def received(
    body: bytes, *, length: str, kind: str = "application/json", path: str = "/api/v1/signups"
) -> HttpResponse:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": length,
        "wsgi.input": io.BytesIO(body),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "QUERY_STRING": "",
    }
    seen: list[HttpRequest] = []

    def room(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse("done")

    answer = sound_requests(room)(WSGIRequest(environ))
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize("kept", range(6))
def test_a_body_cut_on_its_way_has_no_effect(kept: int) -> None:
    answer = received(b'{"a":1}'[:kept], length="7")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_whole_body_goes_on() -> None:
    assert received(b'{"a":1}', length="7").content == b"done"
    assert received(b"", length="").content == b"done"


@pytest.mark.parametrize("length", ["-1", "x", "7 "])
def test_an_impossible_length_is_refused(length: str) -> None:
    assert received(b'{"a":1}', length=length).status_code == 400


@pytest.mark.parametrize("body", [b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b'["\\udc00x"]'])
def test_text_that_no_database_takes_is_refused(body: bytes) -> None:
    assert received(body, length=str(len(body))).status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "text/csv"])
def test_a_body_of_the_api_is_looked_at_whatever_type_it_says_it_has(kind: str) -> None:
    body = b'{"login_id":"\\u0000"}'
    assert received(body, length=str(len(body)), kind=kind).status_code == 400


@pytest.mark.parametrize("body", [b'{"a":"\\u00e9"}', b'{"a":"\\ud83d\\ude00"}', b'{"a": \\u00', b"not json \\u0041"])
def test_other_text_goes_on_to_the_room_that_judges_it(body: bytes) -> None:
    assert received(body, length=str(len(body))).content == b"done"


def test_a_form_with_a_control_character_is_refused_and_lines_are_not() -> None:
    kind = "application/x-www-form-urlencoded"
    for body, expected in ((b"a=%00", 400), (b"a=%1b", 400), (b"a=x%0D%0Ay%09z", 200)):
        assert received(body, length=str(len(body)), kind=kind, path="/compte/login/").status_code == expected


@pytest.mark.parametrize(
    "path", ["/compte/login/", "/inscription/", "/api/v1/catalogue", "/api/v1/nowhere", "/nowhere"]
)
def test_every_answer_carries_the_epoch_the_date_and_the_security_headers(path: str) -> None:
    answer = Client().get(path)
    assert answer["Comptexpert-Epoch"] == current_epoch()
    assert answer["Date"].endswith("GMT")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_where_passkeys_are_taken_their_pages_run_our_own_script_and_no_other(settings: Any) -> None:
    settings.MFA_PASSKEY_LOGIN_ENABLED = True
    policy = Client().get("/compte/login/")["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "script-src" not in Client().get("/inscription/")["Content-Security-Policy"]
    script = Client().get("/assets/passkey.js")
    assert script["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_restore_begins_another_epoch() -> None:
    before = current_epoch()
    assert renew_epoch() != before
    assert Client().get("/.well-known/comptexpert").json()["epoch"] == current_epoch() != before


def test_an_epoch_that_another_process_began_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    before = current_epoch()
    ServerEpoch.objects.update(value=uuid4())
    assert current_epoch() == before
    monkeypatch.setattr(epoch, "CACHE_TTL", 0.0)
    assert Client().get("/inscription/")["Comptexpert-Epoch"] == str(ServerEpoch.objects.get().value) != before


def test_health_needs_no_known_host_and_readiness_asks_the_database() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").status_code == 200


def test_pages_have_no_script_and_their_style_is_served() -> None:
    page = Client().get("/compte/login/").content.decode()
    assert "<script" not in page
    assert 'lang="fr"' in page
    assert Client().get("/assets/site.css")["Content-Type"].startswith("text/css")
    assert Client().get("/assets/..%2fsettings.py").status_code == 404


def test_a_form_without_its_token_is_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post("/compte/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("unknown", "unknown"),
    ],
)
def test_a_neighbourhood_is_what_one_subscriber_may_have(address: str, expected: str) -> None:
    assert network_of(address) == expected


class TestLimits:
    """Tries counted in the database."""

    limit = Limit(name="t", count=2, window=timedelta(minutes=1), by_address=True)

    def test_a_window_slides(self) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        assert consume(self.limit, subject="a", now=start) == 0
        assert consume(self.limit, subject="a", now=start + timedelta(seconds=30)) == 0
        assert consume(self.limit, subject="a", now=start + timedelta(seconds=40)) == 21
        assert consume(self.limit, subject="b", now=start + timedelta(seconds=40)) == 0
        assert consume(self.limit, subject="a", now=start + timedelta(seconds=61)) == 0
        assert consume(self.limit, subject="a", now=start + timedelta(seconds=62)) > 0
        give_back((self.limit, "a"), now=start + timedelta(seconds=61))
        assert consume(self.limit, subject="a", now=start + timedelta(seconds=63)) == 0

    def test_an_item_counts_once_and_all_or_none_of_them(self) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        assert consume_items(self.limit, subject="a", items=["x"], now=start) == 0
        later = start + timedelta(seconds=20)
        assert consume_items(self.limit, subject="a", items=["x", "x", "y"], now=later) == 0
        assert consume_items(self.limit, subject="a", items=["x", "z"], now=later) == 41, "until x is forgotten"
        assert consume_items(self.limit, subject="a", items=["y", "x"], now=later) == 0, "what was shown costs nothing"
        assert consume_items(self.limit, subject="a", items=["1", "2", "3"], now=later) == 61
        give_back_item(self.limit, subject="a", item="y")
        assert consume_items(self.limit, subject="a", items=["z"], now=later) == 0
        assert consume_items(self.limit, subject="a", items=["w"], now=start + timedelta(seconds=61)) == 0

    @pytest.mark.parametrize(
        ("remote", "forwarded", "hops", "expected"),
        [
            ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),
            ("10.0.0.1", "1.2.3.4, 198.51.100.1", 1, "198.51.100.1"),
            ("10.0.0.1", "", 1, "10.0.0.1"),
            ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
            ("nonsense", "", 0, "unknown"),
            ("::ffff:203.0.113.7", "", 0, "203.0.113.7"),
            ("10.0.0.1", "203.0.113.7:5555", 1, "203.0.113.7"),
            ("10.0.0.1", "[2001:db8:1:2::9]:5555", 1, "2001:db8:1:2::/64"),
            ("10.0.0.1", "[2001:db8:1:2::9]", 1, "2001:db8:1:2::/64"),
            ("10.0.0.1", "[::ffff:203.0.113.7]:1", 1, "203.0.113.7"),
            ("fe80::1%eth0", "", 0, "fe80::/64"),
            ("10.0.0.1", "[", 1, "unknown"),
            ("10.0.0.1", "1.2.3.4:5:6", 1, "unknown"),
        ],
    )
    def test_the_address_is_the_real_one(
        self, settings: Any, remote: str, forwarded: str, hops: int, expected: str
    ) -> None:
        settings.TRUSTED_PROXIES = hops
        request = HttpRequest()
        request.META = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
        assert address_of(request) == expected
