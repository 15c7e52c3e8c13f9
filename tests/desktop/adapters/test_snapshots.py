"""A snapshot is taken only from the server that was met first, and only whole."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comptexpert_desktop.adapters import snapshots
from comptexpert_desktop.adapters.server import HttpServer
from comptexpert_desktop.errors import UnexpectedReply
from tests.fakes import an_entry

ROOT = "http://127.0.0.1:8000"


class Publisher:
    """A server that publishes a snapshot; a test changes what it likes."""

    def __init__(self, tmp_path):
        self.key = Ed25519PrivateKey.generate()
        self.signer = self.key
        self.lines = [an_entry()._asdict() | {"postal_code": "35000"}, {"entry_id": "x", "deleted": True}]
        self.described = {}
        self.unsigned = {}
        self.content = None
        self.asked = []
        self.pins = tmp_path / "pins.json"

    def server(self):
        return HttpServer(ROOT, pins=self.pins, transport=httpx.MockTransport(self.answer))

    def fetch(self, since=None):
        server = self.server()
        try:
            return server.snapshot(since=since)
        finally:
            server.close()

    def answer(self, request):
        self.asked.append(request.url.path)
        if request.url.path == "/.well-known/comptexpert":
            public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return httpx.Response(200, json={"snapshot_key": base64.b64encode(public).decode()})
        if request.url.path == "/api/v1/registry/snapshot":
            return httpx.Response(200, json=self.manifest())
        return httpx.Response(200, content=self.packed(), headers={"Content-Type": "application/gzip"})

    def text(self):
        return b"".join(json.dumps(line).encode() + b"\n" for line in self.lines)

    def packed(self):
        return gzip.compress(self.text(), mtime=0) if self.content is None else self.content

    def manifest(self):
        packed = gzip.compress(self.text(), mtime=0)
        described = {
            "version": 7,
            "base_version": None,
            "generated_at": "2026-03-12T06:00:00Z",
            "entries": len(self.lines),
            "size": len(packed),
            "sha256": hashlib.sha256(packed).hexdigest(),
            "fold_version": 1,
            "content_digest": hashlib.sha256(self.text()).hexdigest(),
        } | self.described
        canonical = json.dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        signature = base64.b64encode(self.signer.sign(canonical)).decode()
        return (
            described | {"url": "https://elsewhere.example/files/7.gz?from=2", "signature": signature} | self.unsigned
        )


@pytest.fixture
def publisher(tmp_path):
    return Publisher(tmp_path)


def test_a_sound_snapshot_is_taken_from_the_server_that_we_know(publisher):
    found = publisher.fetch()
    assert (found.version, found.base_version, found.generated_at) == (7, None, "2026-03-12T06:00:00Z")
    assert [row["entry_id"] for row in found.rows] == [an_entry().entry_id, "x"]
    assert publisher.asked[-1] == "/files/7.gz"


def test_the_newest_version_is_not_fetched_again(publisher):
    assert publisher.fetch(since=7) is None
    assert not any(path.endswith(".gz") for path in publisher.asked)


def test_an_older_version_is_refused_before_it_is_fetched(publisher):
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_OLDER"):
        publisher.fetch(since=9)
    assert not any(path.endswith(".gz") for path in publisher.asked)


def spoil_signature(publisher):
    publisher.unsigned = {"signature": base64.b64encode(b"x" * 64).decode()}


def spoil_signer(publisher):
    publisher.signer = Ed25519PrivateKey.generate()


def spoil_described(publisher):
    publisher.unsigned = {"version": 8}


def spoil_content(publisher):
    publisher.content = publisher.packed()[:-9] + b"123456789"


def spoil_end(publisher):
    publisher.content = publisher.packed()[:-1]


def spoil_count(publisher):
    publisher.described = {"entries": 5}


def spoil_digest(publisher):
    publisher.described = {"content_digest": "0" * 64}


def spoil_size(publisher):
    publisher.described = {"size": 10**12}


def spoil_shape(publisher):
    publisher.unsigned = {"signature": None}


def spoil_rows(publisher):
    publisher.lines = [{"entry_id": "x", "surname": 3}]


SPOILS = [value for name, value in list(globals().items()) if name.startswith("spoil_")]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_a_snapshot_that_was_touched_is_refused(publisher, spoil):
    spoil(publisher)
    with pytest.raises(UnexpectedReply):
        publisher.fetch()


def test_a_bomb_is_refused_before_it_is_unpacked(publisher, monkeypatch):
    monkeypatch.setattr(snapshots, "LARGEST_CONTENT", 50)
    with pytest.raises(UnexpectedReply, match="REPLY_TOO_LARGE"):
        publisher.fetch()


def test_another_key_than_that_of_the_first_meeting_is_refused(publisher):
    publisher.fetch()
    publisher.key = publisher.signer = Ed25519PrivateKey.generate()
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()


def test_a_key_that_is_no_key_is_refused(tmp_path):
    with pytest.raises(UnexpectedReply):
        snapshots.Pins(tmp_path / "pins.json").key(ROOT, told="not base64")


def test_keys_are_kept_for_each_server(tmp_path):
    pins = snapshots.Pins(tmp_path / "below" / "pins.json")
    assert pins.key("a", told="AAAA") == pins.key("a", told="AAAA")
    assert pins.key("b", told="BBBB") != pins.key("a", told="AAAA")
    (tmp_path / "below" / "pins.json").write_text("garbage")
    assert pins.key("a", told="BBBB")
