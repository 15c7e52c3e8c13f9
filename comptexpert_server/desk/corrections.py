"""What an operator of a council changes: an entry, a mandate, a certificate; each with its reason and its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.audit.services import record
from comptexpert_server.delegations import standing, transitions
from comptexpert_server.delegations.eligibility import touch
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.registry_changes import follow, former_of
from comptexpert_server.desk.models import Correction
from comptexpert_server.desk.services import entry_amended
from comptexpert_server.registry.models import RegistryEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

CORRECTABLE = ("email", "date_of_birth", "status")


@transaction.atomic
def correct_entry(
    entry_id: UUID, *, changes: Mapping[str, Any], reason: str, operator: Account, at: datetime
) -> RegistryEntry:
    """Correct some members of an entry; what follows from them follows, and the holder is told."""
    transitions.lock_writer()  # the first lock of every writer: those of the entry and of the registers come after it
    entry = RegistryEntry.objects.select_for_update().get(pk=entry_id)
    former = former_of(entry)
    members = [name for name in CORRECTABLE if name in changes and changes[name] != getattr(entry, name)]
    if not members:
        return entry
    for name in members:
        setattr(entry, name, changes[name])
    entry.birth_precision = "day" if "date_of_birth" in members else entry.birth_precision
    entry.save(update_fields=[*members, "birth_precision", "changed_at"])
    note(entry.pk, action="entry.corrected", members=members, reason=reason, operator=operator, at=at)
    follow(entry, members=members, former=former, at=at, actor=operator.pk)
    entry_amended(entry, members=members, at=at)
    return entry


@transaction.atomic
def attest_certificate(account: Account, *, until: date | None, reason: str, operator: Account, at: datetime) -> None:
    """Note until when a person holds the personal certificate that `sign` needs (BR-04)."""
    transitions.lock_writer()  # the first lock of every writer: the account's comes after it
    account.certificate_until, account.certificate_warned = until, None
    account.save(update_fields=["certificate_until", "certificate_warned"])
    touch(Delegation.objects.filter(grantee=account))
    standing.note(Delegation.objects.filter(grantee=account), at=at, actor=operator.pk)
    members = ["certificate_until"]
    note(account.pk, action="certificate.attested", members=members, reason=reason, operator=operator, at=at)
    what = "Votre certificat personnel est attesté." if until else "Votre certificat personnel n’est plus attesté."
    mails.send_notice(account, what=what)


def agc_of(account: Account) -> dict[str, str]:
    """Give the AGC that its head named when signing up."""
    signup = Signup.objects.filter(account=account).first()
    form = {} if signup is None else signup.form
    return {"name": str(form.get("agc_name", "")), "siren": str(form.get("agc_siren", ""))}


def note(object_id: UUID, *, action: str, members: list[str], reason: str, operator: Account, at: datetime) -> None:
    """Keep why an operator did something, and add its line to the register."""
    correction = Correction.objects.create(
        operator=operator, object_id=object_id, members=members, reason=reason, made_at=at
    )
    data = {"members": members, "correction": str(correction.pk), "council": operator.council}
    record(firm_id=None, at=at, actor=operator.pk, action=action, object_id=str(object_id), data=data)
