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
from comptexpert_desktop.adapters.snapshot_keys import SnapshotKeys
from comptexpert_desktop.errors import UnexpectedReply
from tests.fakes import an_entry

ROOT = "http://127.0.0.1:8000"


def told(key):
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


class Publisher:
    """A server that publishes a snapshot; a test changes what it likes."""

    def __init__(self, tmp_path):
        self.key = Ed25519PrivateKey.generate()
        self.signer = self.key
        self.lines = [an_entry()._asdict() | {"postal_code": "35000"}, an_entry("Aubin")._asdict()]
        self.imposed = ""
        self.handovers = []
        self.described = {}
        self.unsigned = {}
        self.content = None
        self.asked = []
        self.pins = tmp_path / "pins.json"

    def server(self):
        transport = httpx.MockTransport(self.answer)
        return HttpServer(ROOT, pins=self.pins, transport=transport, snapshot_key=self.imposed)

    def fetch(self, since=None):
        server = self.server()
        try:
            return server.snapshot(since=since)
        finally:
            server.close()

    def answer(self, request):
        self.asked.append(request.url.path)
        if request.url.path == "/.well-known/comptexpert":
            return httpx.Response(200, json={"snapshot_key": told(self.key), "snapshot_key_handovers": self.handovers})
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
    assert [row["entry_id"] for row in found.rows] == [an_entry().entry_id, an_entry("Aubin").entry_id]
    assert len(found.rows) == 2
    assert list(found.rows) == list(found.rows)
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


def spoil_date(publisher):
    publisher.described = {"generated_at": "hier"}


def spoil_zone(publisher):
    publisher.described = {"generated_at": "0001-01-01T00:00:00+14:00"}


def spoil_version(publisher):
    publisher.described = {"version": "7"}


def spoil_deleted(publisher):
    publisher.lines = [*publisher.lines, {"entry_id": "x", "deleted": True}]


def spoil_letters(publisher):
    publisher.lines = [an_entry()._asdict() | {"surname": "\ud800"}]


def spoil_address(publisher):
    publisher.unsigned = {"url": "http://["}


def spoil_trailer(publisher):
    publisher.content = publisher.packed() + b"x"


SPOILS = [value for name, value in list(globals().items()) if name.startswith("spoil_")]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_a_snapshot_that_was_touched_is_refused(publisher, spoil):
    spoil(publisher)
    with pytest.raises(UnexpectedReply):
        publisher.fetch()


def bomb(publisher, *, line, count):
    """Sign a small file that grows out of reason."""
    publisher.content = gzip.compress(line * count, mtime=0)
    publisher.described = {
        "entries": count,
        "size": len(publisher.content),
        "sha256": hashlib.sha256(publisher.content).hexdigest(),
        "content_digest": hashlib.sha256(line * count).hexdigest(),
    }


def test_a_file_that_grows_out_of_reason_is_refused(publisher):
    row = json.dumps(an_entry()._asdict()).encode() + b"\n"
    bomb(publisher, line=row, count=100_000)
    assert len(publisher.content) * 100 < len(row) * 100_000
    with pytest.raises(UnexpectedReply, match="REPLY_TOO_LARGE"):
        publisher.fetch()


def test_a_line_without_end_is_refused(publisher):
    bomb(publisher, line=b"x" * 500_000, count=1)
    with pytest.raises(UnexpectedReply, match="REPLY_TOO_LARGE"):
        publisher.fetch()


def test_more_people_than_any_registry_has_are_refused(publisher):
    publisher.described = {"entries": snapshots.MAX_ENTRIES + 1}
    with pytest.raises(UnexpectedReply, match="REPLY_TOO_LARGE"):
        publisher.fetch()


def test_what_changed_may_name_those_who_left(publisher):
    publisher.described = {"base_version": 6}
    publisher.lines = [{"entry_id": "x", "deleted": True}]
    assert list(publisher.fetch(since=6).rows) == [{"entry_id": "x", "deleted": True}]


def test_another_key_than_that_of_the_first_meeting_is_refused(publisher):
    publisher.fetch()
    publisher.key = publisher.signer = Ed25519PrivateKey.generate()
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()


def handover(old, new, **changes):
    said = {
        "at": "2026-03-12T06:00:00+00:00",
        "from": told(old),
        "purpose": "comptexpert-key-handover",
        "to": told(new),
    }
    said |= changes
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return said | {"signature": base64.b64encode(old.sign(canonical)).decode()}


def rotated(publisher, *, times=1):
    """Replace the key of a server that was met, as it says under each old one; give the first one."""
    publisher.fetch()
    first = publisher.key
    for _ in range(times):
        new = Ed25519PrivateKey.generate()
        publisher.handovers.append(handover(publisher.key, new))
        publisher.key = publisher.signer = new
    return first


@pytest.mark.parametrize("times", [1, 3])
def test_a_key_that_is_handed_over_takes_the_place_of_the_old_one(publisher, times):
    old = rotated(publisher, times=times)
    assert publisher.fetch().version == 7
    server = publisher.server()
    assert base64.b64encode(server.pinned_key()).decode() == told(publisher.key)
    server.close()
    publisher.key = publisher.signer = old
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()


def test_a_key_is_handed_over_once_its_holder_proves_to_hold_it(publisher):
    old = rotated(publisher)
    publisher.signer = old
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()
    server = publisher.server()
    assert base64.b64encode(server.pinned_key()).decode() == told(old)
    server.close()


def test_a_key_that_is_replaced_between_two_answers_is_followed(publisher):
    publisher.fetch()
    describe = publisher.manifest

    def described_just_before():
        found = describe()
        new = Ed25519PrivateKey.generate()
        publisher.handovers.append(handover(publisher.key, new))
        publisher.key = publisher.signer = new
        publisher.manifest = describe
        return found

    publisher.manifest = described_just_before
    assert publisher.fetch().version == 7
    server = publisher.server()
    assert base64.b64encode(server.pinned_key()).decode() == told(publisher.key)
    server.close()


def test_the_key_of_a_policy_is_not_handed_over(publisher):
    old = rotated(publisher)
    publisher.imposed = told(old)
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()


FALSE_HANDOVERS = {
    "signed by the new key": lambda old, new: handover(new, new, **{"from": told(old)}),
    "for another purpose": lambda old, new: handover(old, new, purpose="a snapshot"),
    "of another key": lambda old, new: handover(Ed25519PrivateKey.generate(), new),
    "to another key": lambda old, new: handover(old, Ed25519PrivateKey.generate()),
    "changed since": lambda old, new: handover(old, old) | {"to": told(new)},
    "without a signature": lambda old, new: {
        name: value for name, value in handover(old, new).items() if name != "signature"
    },
    "to no key": lambda old, new: handover(old, new, to="AAAA"),
    "of another shape": lambda old, new: [told(old), told(new)],
    "a number": lambda old, new: 3,
}


@pytest.mark.parametrize("name", FALSE_HANDOVERS)
def test_a_false_handover_leads_nowhere(publisher, name):
    publisher.fetch()
    old, new = publisher.key, Ed25519PrivateKey.generate()
    publisher.handovers = [FALSE_HANDOVERS[name](old, new)]
    publisher.key = publisher.signer = new
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()


def test_a_server_that_does_not_hold_the_key_that_it_offers_is_not_met(publisher):
    publisher.signer = Ed25519PrivateKey.generate()
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()
    assert not publisher.pins.exists()
    publisher.signer = publisher.key
    assert publisher.fetch().version == 7


def test_the_key_of_a_policy_wins_over_the_one_of_the_first_meeting(publisher):
    publisher.fetch()
    publisher.imposed = told(Ed25519PrivateKey.generate())
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_UNTRUSTED"):
        publisher.fetch()
    publisher.key = publisher.signer = Ed25519PrivateKey.generate()
    publisher.imposed = told(publisher.key)
    assert publisher.fetch().version == 7
    server = publisher.server()
    assert base64.b64encode(server.pinned_key()).decode() == publisher.imposed
    server.close()


@pytest.mark.parametrize("offered", ["not base64", "AAAA", "", "é"])
def test_a_key_that_is_no_key_is_refused(tmp_path, offered):
    with pytest.raises(UnexpectedReply):
        SnapshotKeys(tmp_path / "pins.json").expected(ROOT, offered=offered)


def test_keys_are_kept_for_each_server_and_the_first_one_stays(tmp_path):
    keys = SnapshotKeys(tmp_path / "below" / "pins.json")
    keys.keep("a", key=b"a" * 32)
    keys.keep("b", key=b"b" * 32)
    keys.keep("b", key=b"c" * 32)
    assert (keys.known("a"), keys.known("b"), keys.known("c")) == (b"a" * 32, b"b" * 32, None)


DAMAGED = [b"garbage", b"", b"[]", b'{"a": 3}', b'{"a": "AAAA"}', b"\xff\xfe", b'{"a": "QUFB', b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGED, ids=lambda content: repr(content[:12]))
def test_a_damaged_file_of_keys_is_said_and_left_as_it_is(publisher, content):
    publisher.fetch()
    publisher.pins.write_bytes(content)
    publisher.key = publisher.signer = Ed25519PrivateKey.generate()
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_PINS_DAMAGED"):
        publisher.fetch()
    assert publisher.pins.read_bytes() == content
    publisher.imposed = told(publisher.key)
    assert publisher.fetch().version == 7


def test_a_link_in_the_place_of_the_keys_is_not_followed(publisher, tmp_path):
    (tmp_path / "elsewhere.json").write_text("{}")
    publisher.pins.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(UnexpectedReply, match="SNAPSHOT_PINS_DAMAGED"):
        publisher.fetch()
    assert (tmp_path / "elsewhere.json").read_text() == "{}"
