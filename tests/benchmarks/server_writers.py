"""What the one lock of all writers costs: decisions a second by four processes, against one, on PostgreSQL.

Each process decides in a firm of its own (suspend, resume, and so on), so that nothing but the lock makes them wait for
each other. Run by name: `python3 dev.py bench server_writers`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from tests.benchmarks.figure import Figure
from tests.postgresql import cluster

PROCESSES = 4
DECISIONS = 150
AIM = 2.0
"""One process must not decide twice as fast as four together: the lock would then cost more than it keeps apart."""
LAY = "import django; django.setup(); from tests.benchmarks import server_writers as w; w.lay()"
WORK = "import django; django.setup(); from tests.benchmarks import server_writers as w; print(w.work({number}))"


def measure() -> list[Figure]:
    """Return how many times faster one writer is than four together."""
    with cluster() as url, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "COMPTEXPERT_DATABASE_URL": url,
            "COMPTEXPERT_DATA_DIR": folder,
            "COMPTEXPERT_ALLOWED_HOSTS": "testserver",  # the name of Django's client
            "DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings",
        }
        migrate = [sys.executable, "-m", "comptexpert_server", "migrate"]
        subprocess.run(migrate, env=environment, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, "-c", LAY], env=environment, check=True)
        alone = _rate([0], environment=environment)
        together = _rate(list(range(PROCESSES)), environment=environment)
    detail = f"{alone:.0f} decisions/s by one process, {together:.0f} by {PROCESSES} together"
    return [Figure("decisions of one writer ÷ of four", alone / together, AIM, "×", detail)]


def _rate(numbers: list[int], *, environment: dict[str, str]) -> float:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORK.format(number=number)], env=environment, text=True, stdout=subprocess.PIPE
        )
        for number in numbers
    ]
    seconds = [float(process.communicate()[0]) for process in running]
    return len(numbers) * DECISIONS / max(seconds)


def lay() -> None:
    """Lay a firm, its grantor and a right for each process."""
    from tests.server import desk

    for number in range(PROCESSES):
        firm = desk.firm(f"Cabinet {number}")
        grantor = desk.expert(firm, surname=f"Delorme{number}")
        made = grantor.grant(desk.staff(firm).account)
        assert made.status == 201, made.body


def work(number: int) -> float:
    """Decide many times in one firm; return the seconds that it took."""
    import time

    from django.db import transaction

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.base.clock import now, today
    from comptexpert_server.delegations.decision_context import Decision
    from comptexpert_server.delegations.decisions import decide
    from comptexpert_server.delegations.models import Delegation
    from comptexpert_server.delegations.rules import Action

    account = Account.objects.get(surname=f"Delorme{number}")
    delegation = Delegation.objects.get(grantor=account.entry_id)
    began = time.monotonic()
    for turn in range(DECISIONS):
        action = Action.RESUME if turn % 2 else Action.SUSPEND
        decision = Decision(action=action, version=delegation.version)
        with transaction.atomic():
            delegation = decide(
                account, delegation_id=delegation.pk, decision=decision, signed_in=now, now=now(), today=today()
            )
    return time.monotonic() - began
