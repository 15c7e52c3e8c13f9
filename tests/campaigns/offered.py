"""A load that is offered: people come by chance, and nobody waits for the answer of another.

`sync` asks for what is new, `search` types a name, `write` asks for a right and withdraws it, `sign_in` goes through the
pages. A latency counts from the moment at which the request leaves; how late the generator was stands beside it.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from tests.benchmarks.figure import percentile
from tests.campaigns.wire import JSON, Browsing, UnexpectedAnswerError, Wire

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Mapping, Sequence

SERVICES = ("bibliordre", "bibliobase", "network", "rfc")
MIX = {"sync": 267.0, "search": 50.0, "write": 85.0, "sign_in": 22.0}
"""A second at nine o'clock, for 20,000 accounts."""
BUSY = 503


class Sample(NamedTuple):
    """One request that was offered."""

    kind: str
    at: float
    late: float
    seconds: float
    outcome: str


@dataclass
class Seat:
    """A service for which somebody asks for a right and withdraws it, in turn; each step has its key until it is done."""

    person: Person
    service: str
    key: str
    right: str = ""
    version: int = 0
    waits: bool = False
    """Whether its step was refused for now."""


@dataclass(eq=False)
class Person:
    """Somebody who is signed in, and what they know."""

    token: str
    firm: str
    grantor: str
    cursor: str = ""
    etag: str = ""


class Crowd:
    """People who offer a load to one server."""

    def __init__(
        self, wire: Wire, people: Sequence[dict[str, Any]], *, named: Sequence[dict[str, Any]], dice: random.Random
    ) -> None:
        self.wire, self.dice = wire, dice
        self.people = [Person(one["token"], one["firm"], one["grantor"]) for one in people]
        self.named = named
        self.samples: list[Sample] = []
        self.seats = [Seat(person, service, self._key()) for person in self.people for service in SERVICES]
        self.made: dict[str, tuple[Seat, str]] = {}
        """The rights that were made, by the key under which they were asked for."""
        self.without_time: list[str] = []
        """What was refused without saying when to come again."""
        self._kinds: dict[str, Callable[[], Awaitable[int]]] = {
            "sync": self._sync, "search": self._search, "write": self._write, "sign_in": self._sign_in,
        }  # fmt: skip

    async def offer(self, rates: Mapping[str, float], *, seconds: float) -> list[Sample]:
        """Offer so many of each kind a second for a while; give what came of those, once all are answered."""
        first, jobs = len(self.samples), set[asyncio.Task[None]]()
        loop = asyncio.get_running_loop()
        began = loop.time()

        async def feed(kind: str, rate: float) -> None:
            due = began
            while (due := due + self.dice.expovariate(rate)) < began + seconds:
                await asyncio.sleep(due - loop.time())
                job = asyncio.create_task(self._one(kind, due=due))
                jobs.add(job)
                job.add_done_callback(jobs.discard)

        await asyncio.gather(*(feed(kind, rate) for kind, rate in rates.items() if rate))
        if jobs:
            await asyncio.wait(jobs)
        return self.samples[first:]

    async def _one(self, kind: str, *, due: float) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            outcome = str(await self._kinds[kind]())
        except UnexpectedAnswerError as fault:
            outcome = str(fault.status)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as fault:
            outcome = type(fault).__name__
        self.samples.append(Sample(kind, began, began - due, loop.time() - began, outcome))

    async def _api(
        self, method: str, path: str, person: Person | None, *headers: tuple[str, str], body: bytes = b""
    ) -> Any:
        proof = [("Authorization", f"Bearer {person.token}")] if person else []
        reply = await self.wire.ask(method, f"/api/v1{path}", *proof, *headers, body=body)
        if reply.status == BUSY and not 2 <= int(reply.headers.get("retry-after", 0)) <= 8:
            self.without_time.append(path)
        return reply

    async def _sync(self) -> int:
        person = self.dice.choice(self.people)
        query = f"?cursor={quote(person.cursor)}" if person.cursor else ""
        reply = await self._api(
            "GET", f"/sync{query}", person, *([("If-None-Match", person.etag)] if person.etag else [])
        )
        if reply.status == 200:
            person.cursor, person.etag = str(reply.json()["cursor"]), reply.headers.get("etag", "")
        return int(reply.status)

    async def _search(self) -> int:
        letters = "".join(self.dice.choices("abcdelmnrst", k=self.dice.randint(2, 4)))
        body = json.dumps({"q": letters, "profile": "expert_comptable", "limit": 20}).encode()
        return int((await self._api("POST", "/registry/search", None, JSON, body=body)).status)

    async def _write(self) -> int:
        seat = self.seats.pop(self.dice.randrange(len(self.seats)))
        try:
            return await self.step(seat)
        finally:
            self.seats.append(seat)

    async def step(self, seat: Seat) -> int:
        """Do the step that a seat is at, or what was refused of it once more."""
        status = await (self.withdraw(seat) if seat.right else self.ask(seat))
        seat.waits = status == BUSY
        return status

    async def ask(self, seat: Seat) -> int:
        """Ask for a right, under the key of before when that was refused or not answered."""
        reply = await self.ask_under(seat, seat.key)
        if reply.status == 201:
            made = reply.json()
            self.made[seat.key] = (seat, made["id"])
            seat.right, seat.version, seat.key = made["id"], made["version"], self._key()
        return int(reply.status)

    async def ask_under(self, seat: Seat, key: str) -> Any:
        """Ask for the right of a seat under a key."""
        asked = {"firm": seat.person.firm, "service": seat.service, "rights": ["access"]}
        body = json.dumps(asked | {"grantor": seat.person.grantor, "reason": "Charge de la campagne fiscale"}).encode()
        return await self._api("POST", "/delegations", seat.person, JSON, ("Idempotency-Key", key), body=body)

    async def withdraw(self, seat: Seat) -> int:
        """Withdraw what was asked for."""
        proof = (JSON, ("Idempotency-Key", seat.key), ("If-Match", f'"{seat.version}"'))
        reply = await self._api("POST", f"/delegations/{seat.right}/withdraw", seat.person, *proof, body=b"{}")
        if reply.status == 200:
            seat.right, seat.key = "", self._key()
        return int(reply.status)

    def _key(self) -> str:
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))

    async def _sign_in(self) -> int:
        person = self.dice.choice(self.named)
        await Browsing(self.wire).sign_in(person["login_id"], person["password"])
        return 200


def outcomes(samples: Sequence[Sample]) -> dict[str, dict[str, int]]:
    """Count what came of each kind."""
    found: dict[str, Counter[str]] = {}
    for one in samples:
        found.setdefault(one.kind, Counter())[one.outcome] += 1
    return {kind: dict(sorted(counted.items())) for kind, counted in sorted(found.items())}


def worded(samples: Sequence[Sample], *, seconds: float) -> str:
    """Word a load: how many a second, what came of them, and how long the accepted ones took, in milliseconds."""
    lines = [
        f"{len(samples) / seconds:.0f} a second, the generator {percentile([one.late for one in samples], 0.99) * 1e3:.0f} ms late (p99)"
    ]
    for kind, counted in outcomes(samples).items():
        taken = [one.seconds * 1e3 for one in samples if one.kind == kind and one.outcome != str(BUSY)]
        times = " / ".join(f"{percentile(taken, share):.0f}" for share in (0.5, 0.95, 0.99)) if taken else "-"
        lines.append(f"  {kind}: {counted}, accepted p50 / p95 / p99 {times} ms")
    return "\n".join(lines)
