"""What an operator of a council changes: an entry, a mandate, a certificate; each with its reason and its event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db import transaction

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.accounts.services import send_link
from comptexpert_server.audit.services import record
from comptexpert_server.delegations.models import Delegation
from comptexpert_server.delegations.standing import entry_changed, touch
from comptexpert_server.desk.models import Correction
from comptexpert_server.desk.services import entry_amended
from comptexpert_server.firms.models import Firm
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.registry.profiles import CONFIRMED_HEADS
from comptexpert_server.registry.selectors import council

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime
    from uuid import UUID

CORRECTABLE = {"email": "l’adresse de courriel", "date_of_birth": "la date de naissance", "status": "la situation"}


@transaction.atomic
def correct_entry(
    entry_id: UUID, *, changes: Mapping[str, Any], reason: str, operator: Account, at: datetime
) -> RegistryEntry:
    """Correct some members of an entry; what follows from them follows, and the holder is told."""
    entry = RegistryEntry.objects.select_for_update().get(pk=entry_id)
    former = entry.email
    members = [name for name in CORRECTABLE if name in changes and changes[name] != getattr(entry, name)]
    if not members:
        return entry
    for name in members:
        setattr(entry, name, changes[name])
    entry.save(update_fields=[*members, "changed_at"])
    _note(entry.pk, action="entry.corrected", members=members, reason=reason, operator=operator, at=at)
    entry_changed(entry, at=at, actor=operator.pk)
    entry_amended(entry, members=members, at=at)
    addresses = {former, entry.email}
    if "email" in members:
        addresses |= _move_account(entry, at=at)
    _tell(entry, addresses=addresses - {""}, members=members, at=at)
    return entry


@transaction.atomic
def attest_certificate(account: Account, *, until: date | None, reason: str, operator: Account, at: datetime) -> None:
    """Note until when a person holds the personal certificate that `sign` needs (BR-04)."""
    account.certificate_until = until
    account.save(update_fields=["certificate_until"])
    touch(Delegation.objects.filter(grantee=account))
    members = ["certificate_until"]
    _note(account.pk, action="certificate.attested", members=members, reason=reason, operator=operator, at=at)
    what = "Votre certificat personnel est attesté." if until else "Votre certificat personnel n’est plus attesté."
    mails.send("notice", to=account.email, account=account, what=what)


@transaction.atomic
def confirm_mandate(
    account: Account, *, born: date, town: str, postal_code: str, reason: str, operator: Account, at: datetime
) -> RegistryEntry:
    """Let the head of an AGC grant for it: from now on he stands on the council's own list."""
    agc = agc_of(account)
    firm, _made = Firm.objects.get_or_create(siren=agc["siren"], defaults={"name": agc["name"]})
    entry = RegistryEntry.objects.create(
        registration_number=f"AGC{account.pk.hex[:20].upper()}",
        surname=account.surname,
        given_name=account.given_name,
        date_of_birth=born,
        email=account.email,
        list=CONFIRMED_HEADS,
        council=operator.council,
        town=town,
        postal_code=postal_code,
    )
    entry.firms.add(firm)
    account.entry = entry
    account.save(update_fields=["entry"])
    _note(account.pk, action="mandate.confirmed", members=["entry"], reason=reason, operator=operator, at=at)
    mails.send("notice", to=account.email, account=account, what=f"Votre mandat pour {firm.name} est confirmé.")
    return entry


def agc_of(account: Account) -> dict[str, str]:
    """Give the AGC that its head named when signing up."""
    signup = Signup.objects.filter(account=account).first()
    form = {} if signup is None else signup.form
    return {"name": str(form.get("agc_name", "")), "siren": str(form.get("agc_siren", ""))}


def _note(object_id: UUID, *, action: str, members: list[str], reason: str, operator: Account, at: datetime) -> None:
    correction = Correction.objects.create(
        operator=operator, object_id=object_id, members=members, reason=reason, made_at=at
    )
    data = {"members": members, "correction": str(correction.pk), "council": operator.council}
    record(firm_id=None, at=at, actor=operator.pk, action=action, object_id=str(object_id), data=data)


def _move_account(entry: RegistryEntry, *, at: datetime) -> set[str]:
    """Let the account follow the registry's address; one that waits for its activation gets a new link there."""
    account = Account.objects.filter(entry=entry).first()
    if account is None or not entry.email:
        return set()
    former, account.email = account.email, entry.email.lower()
    account.save(update_fields=["email"])
    EmailAddress.objects.filter(user=account).delete()
    if account.is_active:
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    signup = Signup.objects.filter(account=account, link_used_at=None).first()
    if signup is not None:
        signup.email = account.email
        signup.save(update_fields=["email"])
        send_link(signup, now=at)
    return {former}


def _tell(entry: RegistryEntry, *, addresses: Collection[str], members: list[str], at: datetime) -> None:
    """Write to the holder, at the former address too: who takes an account over cannot hide it."""
    found = council(entry.council)
    context = {
        "entry": entry,
        "when": at,
        "what": ", ".join(CORRECTABLE[name] for name in members),
        "council": found["name"] if found else "votre Conseil régional",
    }
    for address in sorted(addresses):
        mails.send("corrected", to=address, **context)
