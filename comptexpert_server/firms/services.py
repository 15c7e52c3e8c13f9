"""Who joins and leaves a firm, and the terms that it accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from comptexpert_server.audit.services import Line, record, record_many
from comptexpert_server.firms import mails
from comptexpert_server.firms.models import Membership, TermsAcceptance
from comptexpert_server.web.problems import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.registry.models import Firm


def ensure_staff(firm: Firm, *, account: Account, actor: UUID | None, at: datetime) -> None:
    """Make an account staff of a firm unless it is: a grantor's first approval does (BR-23)."""
    if account.entry_id is not None and firm.entries.filter(pk=account.entry_id).exists():
        return
    with transaction.atomic():
        _member, made = Membership.objects.get_or_create(firm=firm, account=account, ended_at=None)
        if made:
            record(firm_id=firm.pk, at=at, actor=actor, action="member.joined", object_id=str(account.pk))


def ensure_staff_many(firm: Firm, *, accounts: Iterable[Account], actor: UUID | None, at: datetime) -> None:
    """Make accounts staff of a firm, as `ensure_staff` does one by one; inside a transaction."""
    people = {account.pk: account for account in accounts}
    listed = set(firm.entries.values_list("pk", flat=True))
    members = Membership.objects.filter(firm=firm, account__in=people, ended_at=None).values_list("account", flat=True)
    known = {account.pk for account in people.values() if account.entry_id in listed} | set(members)
    joining = [number for number in people if number not in known]
    if joining:
        Membership.objects.bulk_create(Membership(firm=firm, account_id=number) for number in joining)
        lines = [Line(actor=actor, action="member.joined", object_id=str(number)) for number in joining]
        record_many(lines, firm_id=firm.pk, at=at)


def end_membership(firm: Firm, *, account_id: UUID, actor: UUID | None, at: datetime) -> None:
    """End a membership; 404 when there is none. `actor` is None when a departure that was planned comes."""
    with transaction.atomic():
        ended = Membership.objects.filter(firm=firm, account_id=account_id, ended_at=None).update(ended_at=at)
        if not ended:
            raise not_found()
        record(firm_id=firm.pk, at=at, actor=actor, action="member.ended", object_id=str(account_id))


def plan_departure(firm: Firm, *, account_id: UUID, on: date, actor: UUID, at: datetime) -> None:
    """Set the last day of a member, who is told of it; 404 when there is none."""
    with transaction.atomic():
        mine = Membership.objects.filter(firm=firm, account_id=account_id, ended_at=None)
        if not mine.update(leaves_on=on):
            raise not_found()
        details = {"on": on.isoformat()}
        record(firm_id=firm.pk, at=at, actor=actor, action="member.leaving", object_id=str(account_id), data=details)
        mails.tell_departure(mine.get(), actor=actor)


def cancel_departure(firm: Firm, *, account_id: UUID, actor: UUID, at: datetime) -> bool:
    """Let a member stay whose departure was planned, and say so to them; false when none was, 404 without a member."""
    with transaction.atomic():
        mine = Membership.objects.filter(firm=firm, account_id=account_id, ended_at=None)
        member = mine.select_for_update().first()
        if member is None:
            raise not_found()
        last_day = member.leaves_on
        if last_day is None or not mine.filter(leaves_on=last_day).update(leaves_on=None):
            return False
        details = {"on": last_day.isoformat()}
        record(firm_id=firm.pk, at=at, actor=actor, action="member.staying", object_id=str(account_id), data=details)
        mails.tell_departure_cancelled(member, last_day=last_day, actor=actor)
    return True


def accept_terms(firm: Firm, *, service: str, account: Account, at: datetime) -> bool:
    """Accept a service's terms for the firm (BR-05); false when they already were."""
    with transaction.atomic():
        _terms, made = TermsAcceptance.objects.get_or_create(
            firm=firm, service=service, defaults={"accepted_by": account}
        )
        if made:
            record(firm_id=firm.pk, at=at, actor=account.pk, action="terms.accepted", object_id=service)
    return made
