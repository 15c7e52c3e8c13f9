"""What an operator does with an account: end sessions, reset a factor, close, join, follow a new number (BR-39).

Each has its reason and its event, and its person is told. Nobody acts on their own account, and on that of an operator
only who runs the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db import transaction

from comptexpert_server.accounts import mails
from comptexpert_server.delegations import eligibility, transitions, weekly
from comptexpert_server.delegations.closing import close_account
from comptexpert_server.delegations.models import LIVE, OPEN, Delegation, Status
from comptexpert_server.delegations.registry_changes import attach
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.desk.corrections import note
from comptexpert_server.firms.models import Membership
from comptexpert_server.firms.services import end_membership, ensure_staff
from comptexpert_server.registry.models import EntryStatus, RegistryEntry
from comptexpert_server.registry.name_folding import fold
from comptexpert_server.sessions.listing import end_browsers
from comptexpert_server.sessions.token_families import end_families

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_server.accounts.models import Account


class NotJoinedError(Exception):
    """Two accounts cannot become one; the sentence says why."""


def may_act(operator: Account, *, account: Account) -> bool:
    """Tell whether an operator may act on an account: never on their own, on another operator's only who runs all."""
    if operator.pk == account.pk or account.closed_at is not None:
        return False
    return operator.is_superuser or not account.is_staff


@transaction.atomic
def end_sessions(account: Account, *, reason: str, operator: Account, at: datetime) -> None:
    """Sign somebody out everywhere."""
    end_families(account)
    end_browsers(account)
    note(account.pk, action="account.sessions_ended", members=["sessions"], reason=reason, operator=operator, at=at)
    mails.send_notice(account, what="Vos sessions ont été fermées à la demande du Conseil régional ou de l’opérateur.")


@transaction.atomic
def reset_factor(account: Account, *, reason: str, operator: Account, at: datetime) -> int:
    """Take every second factor and passkey away, and sign out everywhere; return how many there were."""
    removed = list(Authenticator.objects.filter(user=account))
    for one in removed:
        one.delete()
    end_families(account)
    end_browsers(account)
    note(account.pk, action="account.factor_reset", members=["factors"], reason=reason, operator=operator, at=at)
    what = "Votre second facteur a été retiré à votre demande. Ajoutez-en un à votre prochaine connexion."
    mails.send_notice(account, what=what)
    return len(removed)


@transaction.atomic
def close(account: Account, *, reason: str, operator: Account, at: datetime) -> None:
    """Close an account, as its person could; the reason stays with the event, and names nobody."""
    close_account(account, at=at, actor=operator.pk)
    note(account.pk, action="account.closed_by_desk", members=["account"], reason=reason, operator=operator, at=at)


@transaction.atomic
def join(kept: Account, *, other: Account, reason: str, operator: Account, at: datetime) -> int:
    """Let one account take over the rights, the cabinets and the entry of another of the same person, which closes.

    Return how many rights were taken over. A right that the person would then have given to themselves ends, and so
    does one that both accounts had. Raises NotJoinedError.
    """
    if kept.pk == other.pk:
        raise NotJoinedError("C’est le même compte.")
    if not (kept.is_active and other.is_active):
        raise NotJoinedError("Les deux comptes doivent être actifs.")
    if kept.entry_id and other.entry_id:
        raise NotJoinedError("Chaque compte a sa fiche au tableau. Faites suivre le nouveau numéro.")
    transitions.lock_writer()
    entry = other.entry
    taken = _take_over(kept, other=other, entry=entry or kept.entry, at=at, operator=operator)
    for member in Membership.objects.filter(account=other, ended_at=None).select_related("firm"):
        end_membership(member.firm, account_id=other.pk, actor=operator.pk, at=at)
        ensure_staff(member.firm, account=kept, actor=operator.pk, at=at)
    if entry is not None:
        other.entry = None
        other.save(update_fields=["entry"])
        attach(kept, entry=entry, at=at, actor=operator.pk)
    mails.send_notice(other, what=f"Ce compte est réuni au compte {kept.login_id}, qui garde vos droits.")
    weekly.hand_over(other, to=kept)
    close_account(other, at=at, actor=operator.pk)
    note(kept.pk, action="account.joined", members=["account"], reason=reason, operator=operator, at=at)
    mails.send_notice(kept, what="Vos deux comptes sont réunis. Celui-ci garde vos droits et vos cabinets.")
    return taken


def likely_number(account: Account) -> RegistryEntry | None:
    """Return the entry under which the person of a struck off one stands now: same names, date of birth and address."""
    former = account.entry
    if former is None or former.status != EntryStatus.STRUCK_OFF:
        return None
    born = {"date_of_birth": former.date_of_birth, "birth_precision": former.birth_precision}
    same = RegistryEntry.objects.filter(email__iexact=former.email, status=EntryStatus.ACTIVE, account=None, **born)
    return next((one for one in same.exclude(pk=former.pk) if _names(one) == _names(former)), None)


@transaction.atomic
def follow_number(account: Account, *, reason: str, operator: Account, at: datetime) -> RegistryEntry | None:
    """Move an account to the entry of its person's new number (BR-25); None when there is none."""
    entry = likely_number(account)
    if entry is None:
        return None
    attach(account, entry=entry, at=at, actor=operator.pk)
    note(account.pk, action="account.renumbered", members=["entry"], reason=reason, operator=operator, at=at)
    number = entry.registration_number
    mails.send_notice(account, what=f"Votre compte suit votre nouveau numéro d’inscription, {number}.")
    return entry


def _take_over(kept: Account, *, other: Account, entry: RegistryEntry | None, at: datetime, operator: Account) -> int:
    living = (*OPEN, *LIVE)
    mine = Delegation.objects.filter(grantee=other, status__in=living)
    if entry is not None:
        eligibility.cease(mine.filter(grantor=entry), cause="one_person", at=at, actor=operator.pk)
        given = Delegation.objects.filter(grantee=kept, grantor=entry)
        eligibility.cease(given, cause="one_person", at=at, actor=operator.pk)
    taken = 0
    for delegation in list(complete(mine)):
        same = {"firm": delegation.firm_id, "grantor": delegation.grantor_id, "service": delegation.service}
        if Delegation.objects.filter(grantee=kept, status=Status.ACTIVE, **same).exists():
            one = Delegation.objects.filter(pk=delegation.pk)
            eligibility.cease(one, cause="one_person", at=at, actor=operator.pk)
            continue
        transitions.move(delegation, action="join", actor=operator.pk, at=at, grantee=kept)
        taken += 1
    return taken


def _names(entry: RegistryEntry) -> tuple[str, ...]:
    return tuple(fold(f"{entry.surname} {entry.given_name}"))
