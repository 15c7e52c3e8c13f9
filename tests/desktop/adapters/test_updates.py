"""Only the publisher's own word about a newer version is believed."""

from __future__ import annotations

import base64
import json
from datetime import date

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comptexpert_desktop.adapters import http, updates
from comptexpert_desktop.errors import ServerError, UnexpectedReply
from comptexpert_desktop.settings import Network
from resources.installers import manifest

ADDRESS = "https://comptexpert.example/desktop/manifest.json"
PAGE = "https://comptexpert.example/desktop/1.4"


class Publisher:
    """The holder of a key, made by the command."""

    def __init__(self, folder):
        self.private, public = folder / "private.pem", folder / "publisher.pub"
        public.write_text("# The publisher's key.\n")
        manifest.make_key(self.private, public=public)
        self.text = public.read_text()
        self.key = updates.public_key(self.text)

    def notice(self, **changes):
        told = {"version": "1.4.0", "released_on": date(2026, 11, 20), "url": PAGE, "notes": "Des délégations."}
        return manifest.sign(self.private, **(told | changes)).encode()


@pytest.fixture
def publisher(tmp_path):
    return Publisher(tmp_path)


def test_what_the_command_signs_is_believed(publisher):
    told = updates.read(publisher.notice(), key=publisher.key)
    assert (told.version, told.released_on, told.url) == ("1.4.0", date(2026, 11, 20), PAGE)
    assert told.notes == "Des délégations."


def test_the_private_key_is_its_owners_alone_and_never_written_over(publisher):
    assert publisher.private.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        manifest.make_key(publisher.private, public=publisher.private.parent / "publisher.pub")


@pytest.mark.parametrize("name", ["version", "released_on", "url", "notes"])
def test_a_notice_that_was_changed_on_the_way_is_not(publisher, name):
    document = json.loads(publisher.notice())
    document[name] = {"released_on": "2026-11-21"}.get(name, document[name] + "1")
    with pytest.raises(UnexpectedReply) as told:
        updates.read(json.dumps(document).encode(), key=publisher.key)
    assert told.value.code == updates.UNTRUSTED


def test_nor_is_one_that_somebody_else_signed(publisher):
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    with pytest.raises(UnexpectedReply) as told:
        updates.read(publisher.notice(), key=other)
    assert told.value.code == updates.UNTRUSTED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html>portail</html>",
        b'{"version": 2, "released_on": "", "url": "", "notes": "", "signature": ""}',
        b'{"version": "2", "released_on": "", "url": "", "notes": "", "signature": "*"}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_nor_is_anything_that_is_no_notice(publisher, content):
    with pytest.raises(UnexpectedReply):
        updates.read(content, key=publisher.key)


@pytest.mark.parametrize(
    "changes",
    [{"version": "demain"}, {"version": "1.4-rc1"}, {"url": "http://comptexpert.example"}, {"url": "javascript:0"}],
)
def test_even_the_publisher_is_held_to_the_form(publisher, changes):
    with pytest.raises(UnexpectedReply):
        updates.read(publisher.notice(**changes), key=publisher.key)


def test_more_members_than_the_signed_ones_are_refused(publisher):
    document = json.loads(publisher.notice()) | {"run": "setup.exe"}
    with pytest.raises(UnexpectedReply):
        updates.read(json.dumps(document).encode(), key=publisher.key)


@pytest.mark.parametrize(
    ("told", "own", "is_newer"),
    [
        ("0.2.0", "0.1.0", True),
        ("0.10", "0.9.9", True),
        ("1", "0.99.99", True),
        ("0.1.0", "0.1.0", False),
        ("0.1", "0.1.0", False),
        ("0.1.0.0", "0.1", False),
        ("0.0.9", "0.1.0", False),
    ],
)
def test_versions_are_compared_by_their_numbers(publisher, told, own, is_newer):
    assert updates.read(publisher.notice(version=told), key=publisher.key).is_newer_than(own) is is_newer


@pytest.mark.parametrize("text", ["", "# words\n", "not base64!\n", base64.b64encode(b"short").decode()])
def test_a_file_without_a_key_gives_none(text):
    assert updates.public_key(text) is None


def test_the_file_that_ships_holds_a_key_or_says_that_there_is_none():
    text = manifest.PUBLIC.read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert (updates.public_key(text) is not None) == bool(lines)


@pytest.fixture
def answered(monkeypatch):
    """Let a test say what the address answers."""
    make = http.new_client

    def answer(handler):
        transport = httpx.MockTransport(handler)
        monkeypatch.setattr(http, "new_client", lambda **_ways: make(transport=transport))

    return answer


def test_it_is_fetched_and_verified(publisher, answered):
    asked = []
    answered(lambda request: asked.append(request) or httpx.Response(200, content=publisher.notice()))
    assert updates.fetch(ADDRESS, key=publisher.key, network=Network()).version == "1.4.0"
    assert [str(request.url) for request in asked] == [ADDRESS]
    assert "cookie" not in asked[0].headers
    assert "authorization" not in asked[0].headers


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (httpx.Response(200, content=b" " * (updates.MAX_BYTES + 1)), "REPLY_TOO_LARGE"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/manifest.json"}), "NET_PORTAL"),
        (httpx.Response(404), "UNEXPECTED_REPLY"),
        (httpx.Response(503), "SERVER_FAULT"),
        (httpx.Response(204), "UNEXPECTED_REPLY"),
    ],
    ids=lambda value: str(getattr(value, "status_code", "")),
)
def test_any_other_answer_is_an_error_of_the_server(publisher, answered, response, code):
    asked = []
    answered(lambda request: asked.append(request) or response)
    with pytest.raises(ServerError) as told:
        updates.fetch(ADDRESS, key=publisher.key, network=Network())
    assert told.value.code == code
    assert len(asked) == 1
