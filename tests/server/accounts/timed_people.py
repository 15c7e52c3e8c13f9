"""People to ask about beside a server, run as a program: so many who have an account, and so many who have none.

It prints one JSON document: by what is asked, two lists of the same length.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import django

OPENED = datetime(2026, 1, 5, 8, tzinfo=UTC)


def main(count: int) -> None:
    """Lay accounts of people of the registry and of nobody's, and say who has none."""
    django.setup()
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.registry.models import RegistryEntry

    entries = list(
        RegistryEntry.objects.filter(list="expert_comptable", status="active", account=None).order_by("?")[: 2 * count]
    )
    assert len(entries) == 2 * count
    password = make_password("lanterne velours quinconce marmite")
    made = Account.objects.bulk_create(
        Account(
            login_id=f"avec.compte{number:03d}", email=f"avec{number:03d}@cabinet.example", said_given_name="Lou",
            said_surname="Essai", said_profile="expert_comptable", password=password, is_active=True,
            activated_at=OPENED, entry=entry,
        )
        for number, entry in enumerate(entries[:count])
    )  # fmt: skip
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in made
    )
    known, unknown = entries[:count], entries[count:]
    told = {
        "login_id": ([one.login_id for one in made], [f"sans.compte{number:03d}" for number in range(count)]),
        "email": ([one.email for one in made], [f"sans{number:03d}@cabinet.example" for number in range(count)]),
        "number": ([one.registration_number for one in known], [one.registration_number for one in unknown]),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
