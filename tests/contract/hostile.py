"""Spoil what the real server said, and hear what the application makes of it: `python -m tests.contract.hostile`.

Takes the recording, how many answers, a seed and a folder. A process of its own, so that its memory is that of the
application alone. What is understood all the same is kept in real files, opened again every hundred answers.
"""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
import random
import sys
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comptexpert_desktop.cli import terminal
from comptexpert_desktop.domain.delegation import DelegationQuery, Role
from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.review import Answer, Chosen
from comptexpert_desktop.errors import InvalidInput, ServerError, UnexpectedReply
from comptexpert_desktop.presentation import messages
from comptexpert_desktop.store import delegations as delegation_store
from comptexpert_desktop.store.stores import Stores
from comptexpert_desktop.usecases import catalogue, registry
from comptexpert_desktop.usecases.documents import register
from comptexpert_desktop.usecases.session import session
from tests.contract.raw import RawServer
from tests.fakes import FakeVault
from tests.fakes_wire import Call

ROOT = "http://127.0.0.1:8000"
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
EXPERT = Profile.EXPERT_COMPTABLE
KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
WRITE = Call("POST", "/x", {}, "00000000-0000-4000-8000-000000000000")
DECISIONS = [Call("POST", "/delegations/d/approve", {}, "k", if_match=1)]
CHOSEN = [Chosen(delegation_id="d", version=1, answer=Answer.KEEP, key="k")]
CALLS = {
    "search": lambda s: s.search("a", profile=EXPERT, limit=20),
    "lookup": lambda s: s.lookup("1", profile=EXPERT),
    "lookup_unknown": lambda s: s.lookup("1", profile=EXPERT),
    "snapshot": lambda s: s.snapshot(since=None),
    "catalogue": lambda s: s.catalogue(),
    "councils": lambda s: s.councils(),
    "ping": lambda s: s.ping(),
    "clock": lambda s: s.clock(),
    "me": lambda s: s.me(token="t"),
    "me_unknown": lambda s: s.me(token="t"),
    "grantors": lambda s: s.grantors(token="t"),
    "firms": lambda s: s.entry_firms("e", token="t"),
    "sync": lambda s: s.sync(token="t", cursor=""),
    "sync_again": lambda s: s.sync(token="t", cursor="c"),
    "sessions": lambda s: s.sessions(token="t"),
    "register_json": lambda s: s.register("f", form="json", token="t"),
    "register_csv": lambda s: s.register("f", form="csv", token="t"),
    "firm": lambda s: s.firm("f", token="t"),
    "change_firm": lambda s: s.change_firm(WRITE, token="t"),
    "firm_stale": lambda s: s.change_firm(WRITE, token="t"),
    "import": lambda s: s.import_grants("x", dry_run=True, key="k", token="t"),
    "import_refused": lambda s: s.import_grants("x", dry_run=False, key="k", token="t"),
    "signup": lambda s: s.submit(WRITE, token=""),
    "signup_invalid": lambda s: s.submit(WRITE, token=""),
    "status": lambda s: s.signup_status("i", claim="c"),
    "resend": lambda s: s.resend_activation("i", claim="c"),
    "request": lambda s: s.submit(WRITE, token="t"),
    "request_again": lambda s: s.submit(WRITE, token="t"),
    "approve_stale": lambda s: s.submit(WRITE, token="t"),
    "decide": lambda s: s.decide(DECISIONS, token="t"),
    "review": lambda s: s.review("f", "r", token="t"),
    "answer_review": lambda s: s.answer_review("f", "r", CHOSEN, token="t"),
}


def nested(depth):
    value = "x"
    for _ in range(depth):
        value = [value]
    return value


VALUES = [
    None, True, False, -1, 0, 7, 2**40, 2**63, -(2**70), 1.5, 1e308, "", "x", "hier", "5", "é" * 300, "x" * 100_001,
    "\ud800", "\u0000", "\x1b[2J\x9b1m", "\u202e\u200b", "<r><t>a</t></r>", "http://[", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z", "1970-01-01", "2026-02-30", "2026-11-28T10:00:00", [], {}, [[]], [None], {"a": [{}]}, nested(30), nested(300),
    ["x"] * 2_000, {"code": 3},
]  # fmt: skip
HEADERS = {
    "content-type": ["text/html", "", "application/json; charset=latin-1", "application/xml", "application/problem+json", "\xe9"],
    "content-encoding": ["gzip", "br", "deflate", "x"],
    "retry-after": ["\xb2", "-1", "9" * 400, "Thu, 01 Jan 2026 00:00:00 -0000", "Thu, 32 Jan 2026", "soon", ""],
    "date": ["Thu, 01 Jan 2026 00:00:00 -0000", "x", "", "Thu, 01 Jan 0001 00:00:00 +2359", "\xb2"],
    "location": ["http://[", "//elsewhere.example/", "http://127.0.0.1:99999/", "\x80"],
    "comptexpert-epoch": ["x" * 9_000, "\x80\xff", ""],
    "etag": ["\xb2"],
}  # fmt: skip
BODIES = [
    b"", b"{", b"[" * 100_000, b"\xff\xfe\x00", b"\x00" * 50, b"null", b"[]", b'"x"', b"1e999", b"NaN", b"9" * 5_000,
    b"\xef\xbb\xbf{}", b'{"a":1}' * 2, b"[" + b"1," * 700_000 + b"1]", b'"' + b"x" * 17_000_000 + b'"',
    b"[" + b'{"a":1},' * 145_000 + b"1]", b"<html>" + b"x" * 1000, gzip.compress(b"x" * 5_000_000),
]  # fmt: skip
STATUSES = [200, 201, 204, 206, 226, 299, 300, 302, 304, 308, 400, 401, 403, 404, 407, 409, 412, 418, 422, 428, 429, 500, 502, 503, 504, 511, 599]  # fmt: skip

WAYS = {"status": 10, "header": 15, "body": 12, "cut": 5, "bytes": 8, "member": 50}
"""How an answer is spoilt, and how often."""


def nodes(value, path=()):
    """List the way to every member and item."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        found += nodes(one, (*path, name))
    return found


def spoilt_document(document, chance):
    """Change one to three members of a document."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        path = chance.choice(nodes(made))
        if not path:
            return chance.choice(VALUES)
        outer = made
        for name in path[:-1]:
            outer = outer[name]
        way = chance.random()
        if way < 0.2:
            del outer[path[-1]]
        elif way < 0.25 and isinstance(outer, dict):
            outer[f"{path[-1]}\x1b"] = outer.pop(path[-1])
        elif way < 0.3:
            outer[path[-1]] = [outer[path[-1]]]
        else:
            outer[path[-1]] = copy.deepcopy(chance.choice(VALUES))
    return made


def signed(document):
    """Sign a manifest as its server would, whatever it says: a server may lie with its own key."""
    if not isinstance(document, dict):
        return document
    told = {name: value for name, value in document.items() if name not in ("signature", "url")}
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return document | {"signature": base64.b64encode(KEY.sign(canonical.encode("utf-8", "surrogatepass"))).decode()}


class Spoiler:
    """Answers as the recording does, but for the one answer that it spoils."""

    def __init__(self, recording, chance):
        self.chance = chance
        self.answers = [dict(one) for one in recording]
        self.target = chance.randrange(len(self.answers))
        self.rank = 0
        self.what = ""
        for one in self.answers:
            one["body"] = base64.b64decode(one["content"])
        self.is_snapshot = any(one["path"].endswith("/registry/snapshot") for one in self.answers)
        if self.is_snapshot:
            self._take_over()
        self._spoil(self.answers[self.target])

    def _take_over(self):
        """Put our key in the place of the server's, and sign again."""
        manifest, known, file = self.answers
        known["body"] = json.dumps(json.loads(known["body"]) | {"snapshot_key": PUBLIC}).encode()
        document = json.loads(manifest["body"])
        if self.chance.random() < 0.5:
            lines = gzip.decompress(file["body"]).splitlines()
            place = self.chance.randrange(len(lines))
            lines[place] = json.dumps(spoilt_document(json.loads(lines[place]), self.chance)).encode()
            if self.chance.random() < 0.1:
                lines = lines[:1] * 50_000
            text = b"\n".join(lines) + b"\n"
            file["body"] = gzip.compress(text, mtime=0)
            document |= {
                "entries": len(lines),
                "size": len(file["body"]),
                "sha256": hashlib.sha256(file["body"]).hexdigest(),
                "content_digest": hashlib.sha256(text).hexdigest(),
            }
            self.target, self.what = 1, "rows"
        manifest["body"] = json.dumps(signed(document)).encode()

    def _spoil(self, one):
        if not self.what:
            self.what = self.chance.choices(list(WAYS), weights=list(WAYS.values()))[0]
            getattr(self, f"_spoil_{self.what}")(one)

    def _spoil_status(self, one):
        one["status"] = self.chance.choice(STATUSES)

    def _spoil_header(self, one):
        name = self.chance.choice(list(HEADERS))
        kept = [pair for pair in one["headers"] if pair[0].lower() != name]
        one["headers"] = [*kept, [name, self.chance.choice(HEADERS[name])]]
        one["status"] = {"retry-after": 503, "location": 302}.get(name, one["status"])

    def _spoil_body(self, one):
        one["body"] = self.chance.choice(BODIES)

    def _spoil_cut(self, one):
        one["body"] = one["body"][: self.chance.randrange(len(one["body"]) or 1)]

    def _spoil_bytes(self, one):
        content = bytearray(one["body"] or b"x")
        for _ in range(5):
            content[self.chance.randrange(len(content))] = self.chance.randrange(256)
        one["body"] = bytes(content)

    def _spoil_member(self, one):
        try:
            document = spoilt_document(json.loads(one["body"]), self.chance)
        except ValueError:  # no document: a table, a file, nothing
            self._spoil_body(one)
            return
        one["body"] = json.dumps(signed(document) if self.is_snapshot and one is self.answers[0] else document).encode()

    def __call__(self, request):
        one = self.answers[min(self.rank, len(self.answers) - 1)]
        self.rank += 1
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in one["headers"]
            if name.lower() not in ("content-length", "transfer-encoding")
        ]
        return httpx.Response(one["status"], headers=headers, stream=Body(one["body"]))


class Body(httpx.SyncByteStream):
    """Comes in parts, as from a socket."""

    def __init__(self, content):
        self.content = content

    def __iter__(self):
        for start in range(0, len(self.content), 65_536):
            yield self.content[start : start + 65_536]


class Keeping:
    """Keeps what was understood, as the application does."""

    def __init__(self, folder):
        self.folder, self.vault = folder, FakeVault()
        self.open()
        self.stores.accounts.begin("account-1", login_id="claire.aubier")

    def open(self):
        self.stores = Stores(self.folder, server_url=ROOT, vault=self.vault)

    def again(self):
        """Close every file, open it again, and read what every start reads."""
        self.stores.close()
        self.open()
        registry.search(self.stores, text="ma", profile=None)
        registry.councils(self.stores)
        catalogue.current(self.stores)
        session.current(self.stores)
        delegation_store.page(self.stores.account, query=DelegationQuery(role=Role.GRANTOR), limit=50, offset=0)

    def keep(self, name, found):
        """Keep what a call gave where the application keeps it; what is only shown is left."""
        keep = getattr(self, f"_keep_{name}", None)
        if keep is not None and found is not None:
            keep(found)
        elif isinstance(found, dict):
            self.stores.account.seal(found, kind="answer", name="x")

    def _keep_sync(self, found):
        delegation_store.keep(self.stores.account, delegations=found.delegations)
        self.stores.account.set_meta("cursor", found.cursor)

    _keep_sync_again = _keep_sync

    def _keep_snapshot(self, found):
        registry.keep_snapshot(self.stores, snapshot=found)

    def _keep_catalogue(self, found):
        catalogue.keep(self.stores, catalogue=found, now=NOW)

    def _keep_councils(self, found):
        registry.keep_councils(self.stores, found=found, now=NOW)

    def _keep_me(self, found):
        session.keep_me(self.stores.account, me=found)

    def _keep_decide(self, found):
        for one in found.values():
            if isinstance(one, ServerError):
                self.tell(one)
            else:
                self.stores.account.seal(one, kind="answer", name="x")

    def _keep_import(self, found):
        for line in found.lines:
            messages.for_code(line.code, data=line.data)

    _keep_import_refused = _keep_import

    def _keep_register_json(self, found):
        self.verify(found)

    _keep_register_csv = _keep_register_json

    def verify(self, content):
        """Read a register as `register.fetch` does."""
        try:
            register.verify(content.decode("utf-8", "replace"), key=b"k" * 32)
        except InvalidInput as error:
            raise UnexpectedReply from error

    def tell(self, error):
        """Word an error, print it and keep it, as screens, commands and the outbox do."""
        message = messages.for_error(error)
        terminal.plain(message.title + message.body)
        terminal.document(error.data)
        self.stores.account.seal(error.data, kind="answer", name="x")


def largest_megabytes():
    """Return the most memory that this program held; `getrusage` counts that of the program that started it too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def main(recording, count, seed, folder):
    """Give so many hostile answers; prints what they came to."""
    told, chance, came, faults = json.loads(recording.read_text(encoding="utf-8")), random.Random(seed), Counter(), []
    names, keeping = sorted(CALLS), Keeping(folder / "data")
    for rank in range(count):
        name = names[rank % len(names)]
        spoiler = Spoiler(told[name], chance)
        server = RawServer(ROOT, pins=folder / "pins.json", transport=httpx.MockTransport(spoiler), snapshot_key=PUBLIC)
        server._keys._imposed = ""
        (folder / "pins.json").unlink(missing_ok=True)
        try:
            try:
                keeping.keep(name, CALLS[name](server))
                came["understood"] += 1
            except ServerError as error:
                keeping.tell(error)
                came[type(error).__name__] += 1
        except Exception:  # noqa: BLE001  (what the test looks for)
            faults.append(f"{rank} {name} {spoiler.what}: {traceback.format_exc()[-900:]}")
        finally:
            server.close()
        if rank % 100 == 99:
            keeping.again()
    keeping.again()
    keeping.stores.close()
    memory = largest_megabytes()
    sys.stdout.write(json.dumps({"came": came, "faults": faults[:20], "fault_count": len(faults), "memory": memory}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
