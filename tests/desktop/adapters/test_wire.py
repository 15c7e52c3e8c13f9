"""Every failure below us becomes an error of ours, by what the caller does next."""

from __future__ import annotations

import ast
import gzip
import inspect
import ssl
from pathlib import Path

import httpx
import pytest

from comptexpert_desktop.adapters import http, problems
from comptexpert_desktop.errors import (
    Refused,
    ServerError,
    ServerFault,
    SessionExpired,
    Stale,
    UnexpectedReply,
    Unreachable,
)

URL = "https://comptexpert.example/api/v1/x"
REQUEST = httpx.Request("GET", URL)


def every_exception_of_httpx():
    """List the exceptions that httpx may raise, as instances."""
    found = []
    for _, kind in inspect.getmembers(httpx, inspect.isclass):
        if not issubclass(kind, Exception):
            continue
        if kind is httpx.HTTPStatusError:
            found.append(kind("x", request=REQUEST, response=httpx.Response(500)))
        elif issubclass(kind, httpx.StreamError) and kind is not httpx.StreamError:
            found.append(kind())
        else:
            found.append(kind("x"))
    return found


SENT = {
    "ConnectError": ("NET_OFFLINE", False),
    "ConnectTimeout": ("NET_OFFLINE", False),
    "PoolTimeout": ("NET_OFFLINE", False),
    "ProxyError": ("NET_PROXY", False),
    "ReadTimeout": ("NET_OFFLINE", True),
    "WriteTimeout": ("NET_OFFLINE", True),
    "ReadError": ("NET_OFFLINE", True),
    "WriteError": ("NET_OFFLINE", True),
    "CloseError": ("NET_OFFLINE", True),
    "NetworkError": ("NET_OFFLINE", True),
    "TimeoutException": ("NET_OFFLINE", True),
    "RemoteProtocolError": ("NET_OFFLINE", True),
}


def ask(handler, **options):
    with http.new_client(transport=httpx.MockTransport(handler)) as client:
        return http.exchange(client, "GET", URL, **options)


def raising(error):
    def handler(request):
        raise error

    return handler


def test_httpx_has_the_exceptions_that_this_table_knows():
    assert set(SENT) <= {type(error).__name__ for error in every_exception_of_httpx()}


@pytest.mark.parametrize("error", every_exception_of_httpx(), ids=lambda error: type(error).__name__)
def test_every_exception_of_httpx_becomes_one_of_ours(error):
    with pytest.raises(ServerError) as caught:
        ask(raising(error))
    if type(error).__name__ in SENT:
        assert isinstance(caught.value, Unreachable)
        code, sent = SENT[type(error).__name__]
        assert (caught.value.code, caught.value.data["sent"]) == (code, sent)
        assert caught.value.data["host"] == "comptexpert.example"
    else:
        assert isinstance(caught.value, UnexpectedReply)


def test_a_certificate_that_is_not_trusted_is_said_as_such():
    error = httpx.ConnectError("x")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    with pytest.raises(Unreachable) as caught:
        ask(raising(error))
    assert (caught.value.code, caught.value.data["sent"]) == ("NET_TLS", False)


@pytest.mark.parametrize("error", [OSError("x"), ConnectionResetError(), ssl.SSLError("x")])
def test_errors_of_the_system_below_are_ours_too(error):
    with pytest.raises(Unreachable):
        ask(raising(error))


PROBLEM = {"Content-Type": "application/problem+json"}


def answer(status, *, code=None, headers=None, **members):
    if code is None:
        return httpx.Response(status, html="<p>Bonjour</p>", headers=headers)
    return httpx.Response(status, json={"code": code, "status": status, **members}, headers=PROBLEM | (headers or {}))


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (answer(401, code="SESSION_EXPIRED"), SessionExpired, "SESSION_EXPIRED"),
        (answer(401, code="AUTH_FAILED"), SessionExpired, "SESSION_EXPIRED"),
        (answer(401), UnexpectedReply, "UNEXPECTED_REPLY"),
        (httpx.Response(401, json={"code": "UNAUTHORIZED"}), UnexpectedReply, "UNEXPECTED_REPLY"),
        (answer(403, code="AUTH_STEP_UP"), Refused, "AUTH_STEP_UP"),
        (answer(404, code="REG_NUMBER_UNKNOWN"), Refused, "REG_NUMBER_UNKNOWN"),
        (answer(409, code="ID_TAKEN"), Refused, "ID_TAKEN"),
        (answer(409, code="DEL_STALE"), Stale, "DEL_STALE"),
        (answer(409, code="KEY_IN_FLIGHT", retry_after=1), ServerFault, "KEY_IN_FLIGHT"),
        (answer(412, code="DEL_STALE"), Stale, "DEL_STALE"),
        (answer(422, code="REG_NO_EMAIL"), Refused, "REG_NO_EMAIL"),
        (answer(429, code="REG_TOO_MANY_TRIES"), Refused, "REG_TOO_MANY_TRIES"),
        (answer(429, code="TOO_MANY_REQUESTS"), ServerFault, "TOO_MANY_REQUESTS"),
        (answer(429), ServerFault, "TOO_MANY_REQUESTS"),
        (answer(500, code="SERVER_FAULT"), ServerFault, "SERVER_FAULT"),
        (answer(503, code="BUSY"), ServerFault, "SERVER_FAULT"),
        (answer(500), UnexpectedReply, "SERVER_FAULT"),
        (answer(502), Unreachable, "SERVER_FAULT"),
        (answer(503), Unreachable, "SERVER_FAULT"),
        (answer(504), Unreachable, "SERVER_FAULT"),
        (httpx.Response(503, json={"code": "UPSTREAM"}), Unreachable, "SERVER_FAULT"),
        (httpx.Response(503, json={"code": "upstream"}, headers=PROBLEM), Unreachable, "SERVER_FAULT"),
        (httpx.Response(403, json={"code": "BLOCKED"}), UnexpectedReply, "UNEXPECTED_REPLY"),
        (answer(407), Unreachable, "NET_PROXY"),
        (answer(403), UnexpectedReply, "UNEXPECTED_REPLY"),
        (answer(404), UnexpectedReply, "UNEXPECTED_REPLY"),
        (answer(301, headers={"Location": "http://comptexpert.example/"}), UnexpectedReply, "UNEXPECTED_REPLY"),
        (httpx.Response(400, json=["x"]), UnexpectedReply, "UNEXPECTED_REPLY"),
        (httpx.Response(400, json={"code": 7}), UnexpectedReply, "UNEXPECTED_REPLY"),
    ],
    ids=lambda value: str(getattr(value, "status_code", value))[:24],
)
def test_every_answer_that_is_no_success_becomes_an_error(reply, kind, code):
    error = http.refusal(ask(lambda request: reply))
    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_a_gateway_hid_may_have_arrived(status):
    error = http.refusal(ask(lambda request: answer(status)))
    assert error.data == {"sent": True, "status": status, "host": "comptexpert.example"}


def test_the_members_of_a_refusal_are_kept_for_the_screen():
    council = {"code": "bretagne", "name": "Bretagne", "email": "croec@bretagne.example"}
    error = http.refusal(ask(lambda request: answer(422, code="REG_NO_EMAIL", council=council)))
    assert error.data["council"] == council


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "120"}, 120.0),
        (
            {"Retry-After": "Thu, 12 Mar 2026 09:32:00 GMT", "Date": "Thu, 12 Mar 2026 09:30:00 GMT"},
            120.0,
        ),
        ({"Retry-After": "Thu, 12 Mar 2026 09:32:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({b"Retry-After": b"\xb2"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "9" * 400}, 86_400.0),
        ({"Retry-After": "Thu, 12 Mar 2026 09:32:00 -0000", "Date": "Thu, 12 Mar 2026 09:30:00 GMT"}, 120.0),
        ({"Retry-After": "Thu, 12 Mar 2026 09:20:00 GMT", "Date": "Thu, 12 Mar 2026 09:30:00 -0000"}, 0.0),
        ({"Retry-After": "Thu, 32 Mar 2026 09:32:00 GMT", "Date": "Thu, 12 Mar 2026 09:30:00 GMT"}, None),
        ({}, None),
    ],
)
def test_the_wait_that_the_server_asks_for_is_read_by_its_own_clock(headers, expected):
    error = http.refusal(ask(lambda request: answer(503, code="SERVER_FAULT", headers=headers)))
    assert error.data.get("retry_after") == expected


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, text="Bonjour"),
        httpx.Response(200, content=b"{", headers={"Content-Type": "application/json"}),
        httpx.Response(200, content=b"\xff\xfe", headers={"Content-Type": "application/json"}),
        httpx.Response(200, content=b""),
    ],
)
def test_a_success_that_is_not_json_is_unexpected(reply):
    with pytest.raises(UnexpectedReply):
        ask(lambda request: reply).json()


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, html="<title>Portail captif</title>"),
        httpx.Response(302, headers={"Location": "http://portail.example/login"}),
        httpx.Response(307, headers={"Location": "//portail.example/login"}),
        httpx.Response(511, html="<p>Identifiez-vous</p>"),
    ],
    ids=lambda reply: str(reply.status_code),
)
def test_a_portal_is_told_from_our_server(reply):
    with pytest.raises(Unreachable) as caught:
        ask(lambda request: reply)
    assert (caught.value.code, caught.value.data) == ("NET_PORTAL", {"host": "comptexpert.example", "sent": False})


@pytest.mark.parametrize("where", ["http://[", "http://[::1", "//[x]/", "/elsewhere", ""])
def test_a_way_that_leads_nowhere_is_no_portal(where):
    with pytest.raises(ServerError) as caught:
        raise http.refusal(ask(lambda request: httpx.Response(302, headers={"Location": where})))
    assert caught.value.code != "NET_PORTAL"


@pytest.mark.parametrize("status", [404, 502])
def test_a_page_of_the_servers_own_doorkeeper_is_no_portal(status):
    assert ask(lambda request: httpx.Response(status, html="<p>nginx</p>")).status == status


def test_a_reply_without_end_is_cut():
    with pytest.raises(UnexpectedReply, match="REPLY_TOO_LARGE"):
        ask(lambda request: httpx.Response(200, content=b"x" * 1001), max_bytes=1000)


@pytest.mark.parametrize("coding", ["gzip", "br", "x-unknown", "identity, gzip"])
def test_an_answer_is_never_unpacked_on_the_way(coding):
    """A few bytes would fill the memory before anybody measures them."""
    packed = gzip.compress(b"x" * 1_000_000)

    def handler(request):
        assert request.headers["Accept-Encoding"] == "identity"
        return httpx.Response(200, content=iter([packed]), headers={"Content-Encoding": coding})

    with pytest.raises(UnexpectedReply, match="REPLY_PACKED"):
        ask(handler)


HOSTILE_JSON = {
    "brackets": b"[" * 100_000,
    "nested": b"[" * 40 + b"]" * 40,
    "half of a letter": b'{"code": "\\ud800"}',
    "half of a letter, raw": b'"\xed\xa0\x80"',
    "no number": b'{"a": NaN}',
    "no end of a number": b"9" * 10_000,
    "a number that nobody holds": b'{"a": 1e999}',
    "more values than memory": b"[" + b"1," * 700_000 + b"1]",
}


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_a_document_that_nothing_above_could_hold_is_unexpected(name):
    headers = {"Content-Type": "application/json"}
    with pytest.raises(UnexpectedReply):
        ask(lambda request: httpx.Response(200, content=HOSTILE_JSON[name], headers=headers)).json()


def test_a_letter_of_two_halves_is_one():
    headers = {"Content-Type": "application/json"}
    content = b'{"a": "\\ud83d\\ude00"}'
    assert ask(lambda request: httpx.Response(200, content=content, headers=headers)).json() == {"a": "😀"}


MEMBERS = {
    "errors": [3, "x"],
    "current": {"id": 3},
    "council": "Bretagne",
    "firms": {"id": "x"},
    "suggestions": [["x"]],
    "masked_email": ["x"],
    "list": {"x": 1},
    "retry_after": "²",
    "detail": "x" * 100_001,
    "unheard_of": {"x": 1},
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_that_is_not_what_it_is_called_is_left_out(name):
    error = http.refusal(ask(lambda request: answer(422, code="INVALID_INPUT", **{name: MEMBERS[name]})))
    assert (error.code, name in error.data) == ("INVALID_INPUT", False)


@pytest.mark.parametrize("code", ["\x1b[2J", "lower", "A" * 65, "É", "", "A B"])
def test_a_code_that_is_no_code_is_none(code):
    assert type(http.refusal(ask(lambda request: answer(422, code=code)))) is UnexpectedReply


def test_every_member_that_the_server_writes_is_known():
    written = set()
    for path in Path("comptexpert_server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "members" and isinstance(node.value, ast.Dict):
                written |= {key.value for key in node.value.keys if key is not None}
    assert len(written) > 5
    assert written <= set(problems._MEMBERS)


def test_redirects_are_never_followed():
    seen = []

    def handler(request):
        seen.append(str(request.url))
        return httpx.Response(302, headers={"Location": "/elsewhere"})

    assert ask(handler).status == 302
    assert seen == [URL]


def test_certificates_are_checked_by_the_system_and_every_wait_is_bounded():
    with http.new_client() as client:
        context = client._transport._way(None, login=None)._pool._ssl_context
        assert type(context).__module__.startswith("truststore")
        assert (client.timeout.connect, client.timeout.read, client.timeout.pool) == (5.0, 10.0, 5.0)
        assert not client.follow_redirects


def test_what_was_sent_and_received_does_not_show_in_a_log():
    reply = ask(lambda request: httpx.Response(200, json={"access_token": "canary"}))
    assert "canary" not in repr(reply)
