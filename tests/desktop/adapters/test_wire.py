"""Every failure below us becomes an error of ours, by what the caller does next."""

from __future__ import annotations

import inspect
import ssl

import httpx
import pytest

from comptexpert_desktop.adapters import wire
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
    with wire.new_client(transport=httpx.MockTransport(handler)) as client:
        return wire.exchange(client, "GET", URL, **options)


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
        (answer(401), SessionExpired, "SESSION_EXPIRED"),
        (answer(401, code="AUTH_FAILED"), SessionExpired, "SESSION_EXPIRED"),
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
        (answer(500), ServerFault, "SERVER_FAULT"),
        (answer(503, code="BUSY"), ServerFault, "SERVER_FAULT"),
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
    error = wire.refusal(ask(lambda request: reply))
    assert (type(error), error.code) == (kind, code)


def test_the_members_of_a_refusal_are_kept_for_the_screen():
    council = {"code": "bretagne", "email": "croec@bretagne.example"}
    error = wire.refusal(ask(lambda request: answer(422, code="REG_NO_EMAIL", council=council)))
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
        ({}, None),
    ],
)
def test_the_wait_that_the_server_asks_for_is_read_by_its_own_clock(headers, expected):
    error = wire.refusal(ask(lambda request: answer(503, headers=headers)))
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


@pytest.mark.parametrize("status", [404, 502])
def test_a_page_of_the_servers_own_doorkeeper_is_no_portal(status):
    assert ask(lambda request: httpx.Response(status, html="<p>nginx</p>")).status == status


def test_a_reply_without_end_is_cut():
    with pytest.raises(UnexpectedReply, match="REPLY_TOO_LARGE"):
        ask(lambda request: httpx.Response(200, content=b"x" * 1001), most_bytes=1000)


def test_a_bomb_is_measured_once_unpacked():
    import gzip

    packed = gzip.compress(b"x" * 1_000_000)
    with pytest.raises(UnexpectedReply, match="REPLY_TOO_LARGE"):
        ask(
            lambda request: httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"}), most_bytes=10_000
        )


def test_redirects_are_never_followed():
    seen = []

    def handler(request):
        seen.append(str(request.url))
        return httpx.Response(302, headers={"Location": "/elsewhere"})

    assert ask(handler).status == 302
    assert seen == [URL]


def test_certificates_are_checked_by_the_system_and_every_wait_is_bounded():
    with wire.new_client() as client:
        context = client._transport._way(None)._pool._ssl_context
        assert type(context).__module__.startswith("truststore")
        assert (client.timeout.connect, client.timeout.read, client.timeout.pool) == (5.0, 10.0, 5.0)
        assert not client.follow_redirects


def test_what_was_sent_and_received_does_not_show_in_a_log():
    reply = ask(lambda request: httpx.Response(200, json={"access_token": "canary"}))
    assert "canary" not in repr(reply)
