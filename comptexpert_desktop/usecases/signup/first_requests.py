"""The delegation requests prepared inside a sign-up: they leave once the person has signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.commands import SignUp
from comptexpert_desktop.domain.delegation import NewRequest
from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.domain.outbox_rules import next_key
from comptexpert_desktop.errors import SealBroken, VaultError
from comptexpert_desktop.store import outbox as outbox_store
from comptexpert_desktop.usecases.outbox import queue_request

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.session import Me
    from comptexpert_desktop.store.account_file import PrivateFile
    from comptexpert_desktop.store.stores import Stores


def queue(stores: Stores, *, account: PrivateFile, me: Me, now: datetime) -> None:
    """Queue, for the account, the requests of the sign-up that made it.

    Their ids derive from the sign-up's, so that a crash in between cannot make two.
    """
    for file in stores.signup_files:
        for row in outbox_store.signups(file):
            if row.entry.status is not OutboxStatus.SENT:
                continue
            if row.entry.answer.get("login_id") != me.account.login_id:
                continue
            command = _command_of(file, outbox_id=row.entry.id)
            if command is None or not command.first_requests:
                continue
            for rank, request in enumerate(_requests(command)):
                outbox_id = next_key(row.entry.id, reason=f"first-request/{rank}")
                queue_request.add(account, request=request, now=now, new_id=outbox_id)
            outbox_store.rewrite(file, outbox_id=row.entry.id, command=replace(command, first_requests=()))


def _command_of(file: PrivateFile, *, outbox_id: str) -> SignUp | None:
    try:
        command = outbox_store.command_of(file, outbox_id=outbox_id).command
    except (SealBroken, VaultError):
        return None
    return command if isinstance(command, SignUp) else None


def _requests(command: SignUp) -> list[NewRequest]:
    grantor = command.form.grantor if command.form is not None else None
    if grantor is None:
        return []
    return [
        NewRequest(
            service=request.service,
            rights=request.rights,
            grantor_entry_id=grantor.entry_id,
            grantor_name=f"{grantor.given_name} {grantor.surname.upper()}".strip(),
            firm_id="",
            reason=request.reason,
            valid_until=request.valid_until,
        )
        for request in command.first_requests
    ]
