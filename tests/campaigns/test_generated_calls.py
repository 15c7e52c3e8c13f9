"""5,000 calls that schemathesis makes out of the API's own document: whatever is sent, the answer is no fault.

The library lives in an environment of its own, filled from `requirements/generated-calls.txt` (docs/adr/0090).
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

import dev
from tests.operations.hosting import Machine
from tests.postgresql import cluster
from tests.server.served import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.served import Server

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]
CALLS = int(os.environ.get("COMPTEXPERT_CAMPAIGN_ROUNDS", "5000"))
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
CASES = ("ec", "staff", "agc_head", "")
"""Who calls, a part each; nobody last."""
MIN_TAKEN = 0.02
"""Of the calls, so that not all of them end at the first check."""


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    options = {"COMPTEXPERT_ADDRESS_LIMITS": "0"}
    if request.param == "sqlite":
        with serving(tmp_path / "server", **options) as served:
            yield served
        return
    with (
        cluster(entries=60) as url,
        serving(tmp_path / "server", "--workers", "2", database_url=url, **options) as served,
    ):
        yield served


def token_of(server: Server, person: dict[str, Any], *, folder: Path) -> str:
    machine = Machine(folder, server.url)
    try:
        machine.sign_in(person["login_id"], person["password"])
        return str(machine.gateways.session.call(machine.gateways, lambda token: token))
    finally:
        machine.close()


def test_no_generated_call_makes_a_fault(server: Server, tmp_path: Path) -> None:
    environment = tmp_path / "generated-calls"
    dev.make_environment("generated-calls.txt", venv=environment, editable=False)
    people = server.people()
    known = {"firm_id": [people["ec"]["firms"][0]["id"]], "entry_id": [people["ec"]["entry_id"]]}
    calls, statuses = 0, dict[str, int]()
    for rank, case in enumerate(CASES):
        token = [token_of(server, people[case], folder=tmp_path / case)] if case else []
        program = [dev.python_of(environment), "tests/campaigns/generated_calls.py"]
        asked = [*program, server.url, str(-(-CALLS // len(CASES))), str(SEED + rank), *token]
        done = subprocess.run(asked, cwd=dev.ROOT, input=json.dumps(known), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["faults"] == [], f"seed {SEED + rank}"
        calls += found["calls"]
        statuses = {
            one: statuses.get(one, 0) + found["statuses"].get(one, 0) for one in {*statuses, *found["statuses"]}
        }
    print(f"{calls} calls, seed {SEED}: {dict(sorted(statuses.items()))}")
    assert calls >= CALLS
    assert sum(number for status, number in statuses.items() if status < "300") >= MIN_TAKEN * calls
