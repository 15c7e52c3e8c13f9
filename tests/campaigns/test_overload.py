"""Ten times what nine o'clock brings: some are told to come again, those who are taken are not kept, nothing is half done.

`COMPTEXPERT_CAMPAIGN_SECONDS` and `COMPTEXPERT_CAMPAIGN_LOAD` change how long, and how many times the mix is offered.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import resource
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.figure import percentile
from tests.campaigns import crowd
from tests.campaigns.offered import BUSY, MIX, Crowd, outcomes, worded
from tests.campaigns.wire import Wire
from tests.operations.hosting import Machine
from tests.postgresql import cluster
from tests.server.served import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.campaigns.offered import Sample, Seat
    from tests.server.served import Server

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1800)]
SECONDS = float(os.environ.get("COMPTEXPERT_CAMPAIGN_SECONDS", "20"))
LOAD = float(os.environ.get("COMPTEXPERT_CAMPAIGN_LOAD", "10"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
PEOPLE = 300
QUIET = 0.1
"""Of the mix: what two cores surely hold, before and after."""
MAX_ACCEPTED = 2.0
"""Seconds for ninety-nine of a hundred of those who are taken."""
MAX_RECOVERY = 30.0
WINDOW = 5.0
MAX_WATCHED = 2.0
AT_ONCE = 8
MAX_REPEATED = 150
MAX_TRIES = 20
EXPECTED = {"200", "201", "304", str(BUSY)}


@contextmanager
def loaded(folder: Path) -> Iterator[Server]:
    """Serve by two processes on PostgreSQL, without limits by address: everybody here has the same."""
    with (
        cluster(entries=2000) as url,
        serving(folder, "--workers", "2", database_url=url, COMPTEXPERT_ADDRESS_LIMITS="0") as server,
    ):
        yield server


class Watch:
    """Asks for readiness and figures all the while, each time on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.slowest, self.statuses, self.refused = 0.0, set[int](), 0
        self.taken: list[float] = []
        """Seconds of each request of the storm that was worked on."""

    async def __call__(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            for path in ("/healthz", "/readyz", "/metrics"):
                began = loop.time()
                async with Wire(self._url) as wire:
                    reply = await wire.ask("GET", path)
                self.slowest = max(self.slowest, loop.time() - began)
                self.statuses.add(reply.status)
                for number in re.findall(rb"^comptexpert_requests_refused_total (\d+)", reply.body, re.MULTILINE):
                    self.refused = int(number)
            await asyncio.sleep(0.5)


def mix(times: float) -> dict[str, float]:
    return {kind: rate * times for kind, rate in MIX.items()}


def refused(samples: list[Sample]) -> int:
    return sum(one.outcome == str(BUSY) for one in samples)


async def storm(server: Server, people: Crowd) -> tuple[list[Sample], Watch, float]:
    """Offer a quiet load, then the storm under a watch, then the quiet load until it is held as before."""
    before = await people.offer(mix(QUIET), seconds=WINDOW)
    print(f"before: {worded(before, seconds=WINDOW)}")
    people.wire.answered.clear()
    watch = Watch(server.url)
    watching = asyncio.create_task(watch())
    samples = await people.offer(mix(LOAD), seconds=SECONDS)
    watch.taken = [seconds for status, seconds in people.wire.answered if status != BUSY]
    loop = asyncio.get_running_loop()
    ended = loop.time()
    while True:
        calm = await people.offer(mix(QUIET), seconds=WINDOW)
        recovered = loop.time() - WINDOW - ended
        print(f"after {recovered:.0f} s: {worded(calm, seconds=WINDOW)}")
        if refused(calm) <= refused(before) or recovered > MAX_RECOVERY:
            break
    assert not watching.done(), watching.exception()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return samples, watch, recovered


async def finished(people: Crowd) -> None:
    """Let those whose step was refused do it, as desktops do: again under the same key, when it is time."""

    async def step(seat: Seat) -> None:
        for _ in range(MAX_TRIES):
            status = await people.step(seat)
            if status != BUSY:
                break
            await asyncio.sleep(people.dice.uniform(2, 8))
        assert status in {200, 201}

    waiting = [seat for seat in people.seats if seat.waits]
    assert waiting, "no write was refused"
    chosen = people.dice.sample(waiting, min(len(waiting), MAX_REPEATED))
    for first in range(0, len(chosen), AT_ONCE):
        await asyncio.gather(*(step(seat) for seat in chosen[first : first + AT_ONCE]))


async def said_again(people: Crowd) -> dict[str, str]:
    """Send what was taken once more under its key; give the rights that are answered, by their keys."""
    found = {}
    for key in people.dice.sample(sorted(people.made), min(len(people.made), MAX_REPEATED)):
        reply = await people.ask_under(people.made[key][0], key)
        assert reply.status == 201, reply.body
        found[key] = reply.json()["id"]
    return found


def test_a_storm_sheds_and_nothing_is_half_done(tmp_path: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with loaded(tmp_path / "server") as server:
        named = [one for one in server.people().values() if one.get("login_id") and one["case"] != "council_operator"]
        laid = crowd.lay(server, number=PEOPLE)

        async def run() -> None:
            async with Wire(server.url) as wire:
                people = Crowd(wire, laid, named=named, dice=random.Random(SEED))
                samples, watch, recovered = await storm(server, people)
                print(worded(samples, seconds=SECONDS))
                await finished(people)
                again = await said_again(people)
            print(
                f"taken: {len(watch.taken)}, p50 / p99 {percentile(watch.taken, 0.5):.2f} / {percentile(watch.taken, 0.99):.2f} s"
            )
            print(f"watched: slowest {watch.slowest:.2f} s; refused {watch.refused}; recovered in {recovered:.0f} s")
            assert {outcome for counted in outcomes(samples).values() for outcome in counted} <= EXPECTED
            assert people.without_time == []
            assert refused(samples), "no storm"
            assert percentile(watch.taken, 0.99) <= MAX_ACCEPTED
            assert watch.statuses == {200}
            assert watch.slowest <= MAX_WATCHED
            assert watch.refused > 0
            assert recovered <= MAX_RECOVERY
            rights = [right for _, right in people.made.values()]
            assert len(set(rights)) == len(rights), "two keys made one right"
            assert again == {key: people.made[key][1] for key in again}, "a key made two rights"

        asyncio.run(run())
        holds(server, tmp_path / "machine")


def holds(server: Server, folder: Path) -> None:
    """Check that the register of a cabinet of the rehearsal is whole and signed: it is exported."""
    person = server.people()["ec"]
    machine = Machine(folder, server.url)
    try:
        machine.sign_in(person["login_id"], person["password"])
        doors = machine.gateways
        firm = person["firms"][0]["id"]
        assert doors.session.call(doors, lambda token: doors.server.register(firm, form="json", token=token))
    finally:
        machine.close()
