"""Lay people for a load: a cabinet each, an expert-comptable to ask, and a token that lasts. Run beside the server.

python -m tests.campaigns.crowd NUMBER    prints one line of JSON a person
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.server.served import Server

MINUTES = 120


def lay(server: Server, *, number: int) -> list[dict[str, Any]]:
    """Add people to the database of a server that runs."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.crowd", str(number)],
        env=server.environment | {"DJANGO_SETTINGS_MODULE": "comptexpert_server.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(number: int) -> None:
    import django

    django.setup()
    from tests.server import desk  # once Django is set up

    for rank in range(number):
        firm = desk.firm(f"Cabinet de charge {rank}")
        grantor = desk.entry(firm)
        account = desk.account()
        desk.Membership.objects.create(firm=firm, account=account)
        token = desk.mint(account, minutes=MINUTES)
        print(json.dumps({"token": token, "firm": str(firm.pk), "grantor": str(grantor.pk)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
