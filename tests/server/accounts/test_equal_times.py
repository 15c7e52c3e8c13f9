"""Who has an account is told by no answer's time: resets, sign-ups, sign-in and look-ups, at a real server.

Each person is asked about twelve times, in an order that changes, and the times of those who have an account are
compared with those of the others: the area under the curve is how often one of the first is the longer of two. The
limits of a network address are off here, since one machine asks; those of an account and of a mailbox are on, and all
twelve go past them.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.postgresql import cluster
from tests.server.served import Server, area_under_the_curve, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.client import HTTPConnection

REPEATS = 12
PEOPLE = int(os.environ.get("COMPTEXPERT_TIMED_PEOPLE", "40"))
"""Of each kind: with 480 times a side, chance alone moves the area by 0.02, and the bounds are at 0.05."""
SEED = int(os.environ.get("COMPTEXPERT_CAMPAIGN_SEED", "20260101"))
WRONG = "un mot de passe qui est faux"

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(3600)]


class Asker:
    """One connection to the server, as a program or a browser uses it."""

    def __init__(self, caller: HTTPConnection) -> None:
        self.caller = caller
        self.cookie = self.token = ""

    def open_page(self) -> None:
        """Open the page of the sign-in, for its cookie and its token."""
        self.caller.request("GET", "/compte/login/")
        answer = self.caller.getresponse()
        page = answer.read().decode()
        self.cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        self.token = found[1]

    def post(self, path: str, body: dict[str, Any]) -> float:
        """Send a document; return the seconds until the whole answer is there."""
        return self._spent(path, json.dumps(body), {"Content-Type": "application/json"})

    def submit(self, path: str, **fields: str) -> float:
        """Send a form; return the seconds until the whole answer is there."""
        form = urlencode(fields | {"csrfmiddlewaretoken": self.token})
        return self._spent(path, form, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie})

    def _spent(self, path: str, content: str, headers: dict[str, str]) -> float:
        more = headers | {"Idempotency-Key": str(uuid.uuid4())}
        began = time.perf_counter()
        self.caller.request("POST", path, content, more)
        answer = self.caller.getresponse()
        answer.read()
        took = time.perf_counter() - began
        assert answer.status in {200, 202, 429}, answer.status
        return took


def _sign_up(asker: Asker, email: str) -> float:
    who = f"personne.{uuid.uuid4().hex[:12]}"
    body = {"profile": "other", "kind": "student", "given_name": "Lou", "surname": "Essai", "email": email}
    return asker.post("/api/v1/signups", body | {"login_id": who})


def _sign_in(asker: Asker, login_id: str) -> float:
    return asker.submit("/compte/login/", login=login_id, password=WRONG)


def _look_up(asker: Asker, number: str) -> float:
    return asker.post("/api/v1/registry/lookup", {"registration_number": number, "profile": "expert_comptable"})


ASKED: dict[str, tuple[str, Callable[[Asker, str], float]]] = {
    "reset by address": ("email", lambda asker, who: asker.post("/api/v1/password-resets", {"email": who})),
    "reset by identifiant": ("login_id", lambda asker, who: asker.post("/api/v1/password-resets", {"login_id": who})),
    "sign-up": ("email", _sign_up),
    "sign-in": ("login_id", _sign_in),
    "look-up": ("number", _look_up),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(cluster(entries=2000)) if os.environ.get("COMPTEXPERT_DATABASE_URL") else ""
        folder = tmp_path_factory.mktemp("timed")
        yield stack.enter_context(serving(folder, database_url=url, entries=2000, COMPTEXPERT_ADDRESS_LIMITS="0"))


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, tuple[list[str], list[str]]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.server.accounts.timed_people", str(PEOPLE)],
        env=server.environment | {"DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: (with_account, without) for name, (with_account, without) in json.loads(done.stdout).items()}


@pytest.mark.parametrize("asked", ASKED)
def test_no_time_tells_who_has_an_account(
    server: Server, people: dict[str, tuple[list[str], list[str]]], asked: str
) -> None:
    name, ask = ASKED[asked]
    chance = random.Random(f"{SEED}/{asked}")
    spent: tuple[list[float], list[float]] = ([], [])
    with contextlib.closing(server.caller()) as caller:
        asker = Asker(caller)
        asker.open_page()
        for _ in range(REPEATS):
            everybody = [(side, who) for side in (0, 1) for who in people[name][side]]
            chance.shuffle(everybody)
            for side, who in everybody:
                spent[side].append(ask(asker, who))
    area = area_under_the_curve(*spent)
    print(f"{asked}: area under the curve {area:.3f} over {len(spent[0])} times each")
    assert 0.45 <= area <= 0.55
