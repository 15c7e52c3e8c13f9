"""The mandate of a head of an AGC, whole: confirmed, refused with words, ended, asked for again (BR-37)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from comptexpert_server.accounts import mails
from comptexpert_server.accounts.models import Account, Signup
from comptexpert_server.accounts.services import digest
from comptexpert_server.delegations.registry_changes import attach
from comptexpert_server.desk.corrections import agc_of, note
from comptexpert_server.desk.models import MandateRefusal
from comptexpert_server.registry.models import EntryKey, EntryStatus, Firm, RegistryEntry
from comptexpert_server.registry.name_folding import name_keys
from comptexpert_server.registry.profiles import AGC_HEAD, CONFIRMED_HEADS

if TYPE_CHECKING:
    from datetime import date, datetime


class Mandate(NamedTuple):
    """Where a mandate stands: `waiting`, `confirmed`, `refused` or `ended`."""

    status: str
    agc_name: str
    reason: str = ""


def mandate_of(account: Account) -> Mandate | None:
    """Return where the mandate of an account stands; None for who asked for none, or is an expert-comptable."""
    if account.said_profile != AGC_HEAD:
        return None
    if account.entry is None:
        refusal = MandateRefusal.objects.filter(account=account).first()
        name = agc_of(account)["name"]
        return Mandate("waiting", name) if refusal is None else Mandate("refused", name, refusal.reason)
    if account.entry.list != CONFIRMED_HEADS:
        return None
    firm = account.entry.firms.first()
    is_active = account.entry.status == EntryStatus.ACTIVE
    return Mandate("confirmed" if is_active else "ended", "" if firm is None else firm.name)


def is_cabinet(siren: str) -> bool:
    """Tell whether a SIREN is that of a cabinet of experts-comptables, whom no head of an AGC may grant for."""
    return Firm.objects.filter(siren=siren, is_agc=False, entries__list="expert_comptable").exists()


@transaction.atomic
def confirm_mandate(
    account: Account, *, born: date, town: str, postal_code: str, reason: str, operator: Account, at: datetime
) -> RegistryEntry:
    """Let the head of an AGC grant for it: they stand on the council's own list, and its other people are told."""
    agc = agc_of(account)
    firm, _made = Firm.objects.get_or_create(siren=agc["siren"], defaults={"name": agc["name"]})
    Firm.objects.filter(pk=firm.pk).update(is_agc=True)
    entry, _made = RegistryEntry.objects.update_or_create(
        registration_number=f"AGC{account.pk.hex[:20].upper()}",
        defaults={
            "surname": account.surname,
            "given_name": account.given_name,
            "date_of_birth": born,
            "email": account.email,
            "list": CONFIRMED_HEADS,
            "status": EntryStatus.ACTIVE,
            "council": operator.council,
            "town": town,
            "postal_code": postal_code,
        },
    )
    entry.firms.set([firm])
    write_keys(entry)
    MandateRefusal.objects.filter(account=account).delete()
    attach(account, entry=entry, at=at, actor=operator.pk)
    note(account.pk, action="mandate.confirmed", members=["entry"], reason=reason, operator=operator, at=at)
    mails.send_notice(account, what=f"Votre mandat pour {firm.name} est confirmé.")
    others = Account.objects.filter(entry__firms=firm, is_active=True).exclude(pk=account.pk)
    for other in others.order_by("pk"):
        mails.send_notice(other, what=f"{account.get_full_name()} accorde désormais des droits pour {firm.name}.")
    return entry


@transaction.atomic
def refuse_mandate(account: Account, *, response: str, reason: str, operator: Account, at: datetime) -> None:
    """Refuse a mandate; its person reads `response`, the register has a line, and they may ask again."""
    refusal = {"reason": response, "council": operator.council, "refused_at": at}
    MandateRefusal.objects.update_or_create(account=account, defaults=refusal)
    note(account.pk, action="mandate.refused", members=["entry"], reason=reason, operator=operator, at=at)
    what = "Votre mandat n’a pas été confirmé. La réponse du Conseil régional se lit sur la page de votre compte."
    mails.send_notice(account, what=what)


@transaction.atomic
def ask_mandate(account: Account, *, agc_name: str, siren: str, at: datetime) -> bool:
    """Ask for a mandate again after a refusal or an end; false when none may be asked for now."""
    found = mandate_of(account)
    if found is None or found.status not in {"refused", "ended"}:
        return False
    MandateRefusal.objects.filter(account=account).delete()
    if account.entry is not None:
        account.entry = None
        account.save(update_fields=["entry"])
    form = {"agc_name": agc_name, "agc_siren": siren}
    if not Signup.objects.filter(account=account, ended_at=None).update(form=form):
        Signup.objects.create(
            account=account,
            login_id=account.login_id,
            email=account.email,
            claim_digest=digest(secrets.token_urlsafe(32)),
            link_used_at=at,
            form=form,
        )
    return True


def write_keys(entry: RegistryEntry) -> None:
    """Let an entry be found by its names."""
    EntryKey.objects.filter(entry=entry).delete()
    EntryKey.objects.bulk_create(
        EntryKey(entry=entry, tier=tier, key=key[:260], list=entry.list)
        for tier, key in name_keys(entry.surname, given_name=entry.given_name)
    )
