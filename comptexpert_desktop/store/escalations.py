"""Files with a Conseil régional, sealed beside the sign-up that each is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from comptexpert_desktop.domain import codec
from comptexpert_desktop.domain.escalation import Escalation, read_escalation
from comptexpert_desktop.errors import SealBroken, VaultError

if TYPE_CHECKING:
    from comptexpert_desktop.store.account_file import PrivateFile

_PREFIX = "escalation/"


def name_of(outbox_id: str) -> str:
    """Name the secret that holds the file of a sign-up."""
    return f"{_PREFIX}{outbox_id}"


def find(file: PrivateFile, *, outbox_id: str) -> Escalation | None:
    """Read the file of a sign-up; None when there is none, or none that can be read now."""
    try:
        kept = file.secret(name_of(outbox_id))
    except (VaultError, SealBroken):
        return None
    return read_escalation(json.loads(kept)) if kept else None


def keep(file: PrivateFile, *, outbox_id: str, escalation: Escalation) -> None:
    """Keep the file of a sign-up; raises a VaultError when it cannot be sealed."""
    file.set_secret(name_of(outbox_id), json.dumps(codec.write(escalation)))


def every(file: PrivateFile) -> list[tuple[str, Escalation]]:
    """Read all files, each with the outbox id of its sign-up."""
    names = [
        str(row["name"])
        for row in file.database.rows("SELECT name FROM secret WHERE name GLOB :names", {"names": f"{_PREFIX}*"})
    ]
    found = ((name.removeprefix(_PREFIX), find(file, outbox_id=name.removeprefix(_PREFIX))) for name in names)
    return [(outbox_id, escalation) for outbox_id, escalation in found if escalation is not None]
