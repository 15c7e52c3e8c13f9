"""The server is restarted and each of its keys is replaced while people work: no request fails, and nobody begins anew.

People sign in, renew their tokens, ask and withdraw, search and synchronise; whoever was signed in before goes on after.
`COMPTEXPERT_CAMPAIGN_SECONDS` changes how long each part lasts.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from comptexpert_desktop.domain.delegation import Action
from tests.benchmarks.figure import percentile
from tests.campaigns import crowd
from tests.campaigns.offered import BUSY, Crowd, worded
from tests.campaigns.wire import Browsing, Wire, trade
from tests.operations.hosting import Machine
from tests.postgresql import cluster
from tests.server.config.test_handover import serving_processes
from tests.server.served import PROGRAM, serving

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.campaigns.offered import Sample
    from tests.server.served import Server

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(os.name != "posix", reason="elsewhere a server is stopped and started"),
]
SECONDS = float(os.environ.get("COMPTEXPERT_CAMPAIGN_SECONDS", "10"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
RATES = {"sync": 8.0, "search": 3.0, "write": 2.0, "sign_in": 1.0}
"""Far below what the machine holds: a refusal for lack of room would hide one for the restart."""
KEYS = ("secret", "oidc", "signing", "secret")
PEOPLE = 40
MAX_REFUSED = 0.01
"""Of the requests: on a machine that does other things, new processes begin with a queue."""
MAX_SLOWER = 1.0
"""Seconds that a restart may add for ninety-nine of a hundred."""
MAX_WAIT = 90.0


class Renewing:
    """Somebody whose application renews its tokens over and over, always with the token of before."""

    def __init__(self, wire: Wire, tokens: dict[str, Any]) -> None:
        self._wire, self.tokens = wire, tokens
        self.times = 0

    async def until(self, ended: asyncio.Event) -> None:
        while not ended.is_set():
            self.tokens = await trade(
                self._wire, grant_type="refresh_token", refresh_token=self.tokens["refresh_token"]
            )
            reply = await self._wire.ask(
                "GET", "/api/v1/me", ("Authorization", f"Bearer {self.tokens['access_token']}")
            )
            assert reply.status == 200, reply.body
            self.times += 1
            await asyncio.sleep(0.3)


async def rotate(server: Server, key: str) -> None:
    """Replace a key as an operator does, and load the program anew."""
    before = serving_processes(server)
    command = await asyncio.create_subprocess_exec(
        *PROGRAM, "rotate-keys", "--key", key, env=server.environment, stdout=asyncio.subprocess.DEVNULL
    )
    assert await command.wait() == 0
    os.kill(server.pid, signal.SIGHUP)
    loop = asyncio.get_running_loop()
    until = loop.time() + MAX_WAIT
    while before & serving_processes(server):
        assert loop.time() < until, "the processes were not replaced"
        await asyncio.sleep(0.1)


async def under_load(server: Server, people: Crowd, renewing: list[Renewing]) -> tuple[list[Sample], list[Sample]]:
    """Offer a load before, and all the while that every key is replaced; give what came of both."""
    ended = asyncio.Event()
    renewals = [asyncio.create_task(one.until(ended)) for one in renewing]
    before = await people.offer(RATES, seconds=SECONDS)

    async def replaced() -> None:
        for key in KEYS:
            await rotate(server, key)
            await asyncio.sleep(SECONDS / len(KEYS))

    work = asyncio.create_task(replaced())
    during: list[Sample] = []
    while not work.done():
        during += await people.offer(RATES, seconds=2)
    await work
    ended.set()
    await asyncio.gather(*renewals)
    return before, during


def test_keys_and_processes_are_replaced_while_people_work(tmp_path: Path) -> None:
    with (
        cluster(entries=400) as url,
        serving(
            tmp_path / "server", "--workers", "2", database_url=url, is_kept=True, COMPTEXPERT_ADDRESS_LIMITS="0"
        ) as server,
    ):
        cast = server.people()
        named = [one for one in cast.values() if one.get("login_id") and one["case"] != "council_operator"]
        old = Machine(tmp_path / "machine", server.url)
        try:
            old.sign_in(cast["staff"]["login_id"], cast["staff"]["password"])
            assert old.gateways.server.snapshot(since=None) is not None
            pinned = old.gateways.server.pinned_key()
            asyncio.run(replaced_under_load(server, named, crowd.lay(server, number=PEOPLE)))
            assert old.gateways.server.snapshot(since=None) is not None
            assert old.gateways.server.pinned_key() not in {None, pinned}, "the old client was not led to the new key"
            goes_on(old, grantor=cast["ec"])
        finally:
            old.close()


async def replaced_under_load(server: Server, named: list[dict[str, Any]], laid: list[dict[str, Any]]) -> None:
    async with Wire(server.url) as wire:
        people = Crowd(wire, laid, named=named, dice=random.Random(SEED))
        renewing = [Renewing(wire, await Browsing(wire).sign_in(one["login_id"], one["password"])) for one in named[:3]]
        before, during = await under_load(server, people, renewing)
        again = {key: (await people.ask_under(seat, key)).json()["id"] for key, (seat, _) in people.made.items()}
    for words, samples in (("before", before), ("during", during)):
        print(f"{words}: {worded(samples, seconds=max(1.0, samples[-1].at - samples[0].at))}")
    print(f"{wire.repeated} sent once more on a new connection; {[one.times for one in renewing]} renewals")
    counted = Counter(one.outcome for one in [*before, *during])
    assert set(counted) <= {"200", "201", "304", str(BUSY)}, "a request failed"
    assert people.without_time == []
    assert counted[str(BUSY)] <= MAX_REFUSED * counted.total(), "more than a busy machine explains"
    assert {one.outcome for one in during} >= {"200", "201", "304"}
    rights = [right for _, right in people.made.values()]
    assert len(set(rights)) == len(rights)
    assert list(again.values()) == rights, "an answer that the secret key of before sealed is lost"
    slower = percentile([one.seconds for one in during], 0.99) - percentile([one.seconds for one in before], 0.99)
    assert slower <= MAX_SLOWER


def goes_on(machine: Machine, *, grantor: dict[str, Any]) -> None:
    """Work on with the application that was signed in before: what is asked leaves, and is withdrawn."""
    asked = machine.ask(grantor, rights=("prepare",))
    machine.turn()
    right = machine.answered(asked)
    assert right
    machine.decide(right, Action.WITHDRAW)
    machine.turn()
    assert machine.status(right) == "WITHDRAWN"
