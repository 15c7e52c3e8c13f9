"""Rights that nobody uses, where the site of the service reports it: told at 90 days, an end proposed at 180."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from comptexpert_server.audit.services import record
from comptexpert_server.base.set_aside import each
from comptexpert_server.delegations import mails, rules, transitions
from comptexpert_server.delegations.last_use import note_use
from comptexpert_server.delegations.models import Delegation, LastUse, Status, UnusedRight
from comptexpert_server.delegations.schemas import UnusedOut
from comptexpert_server.delegations.selectors import complete, roles_of
from comptexpert_server.web.problems import ProblemError, not_found

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.registry.models import Firm

FIRST_DAYS, PROPOSED_DAYS = 90, 180
NOTICE_AFTER = {FIRST_DAYS: "unused", PROPOSED_DAYS: "unused_proposed"}
"""The notice of each number of days without use."""
KEPT = "review.kept"
"""The act of the register: what a review says of a right that stays."""


def unused(*, today: date, days: int = FIRST_DAYS) -> QuerySet[Delegation]:
    """Return the active rights that nobody used for so many days, each with `idle_since`, the last day it was."""
    last = today - timedelta(days=days)
    reported = LastUse.objects.values("delegation__service")
    active = Delegation.objects.filter(status=Status.ACTIVE, service__in=reported)
    quiet = active.annotate(begun=Coalesce("unused__since", "valid_from")).filter(
        Q(begun__lte=last),
        Q(last_use=None) | Q(last_use__on__lte=last),
        Q(unused=None) | Q(unused__kept_on=None) | Q(unused__kept_on__lte=last),
    )
    idle = Coalesce("last_use__on", "begun")
    return quiet.annotate(idle_since=Greatest(idle, Coalesce("unused__kept_on", idle)))


def go_on(granted: Delegation) -> None:
    """Let a right that just began be as unused, or used, as the one that it goes on with: it gives nothing more."""
    before = granted.supersedes
    if granted.status != Status.ACTIVE or before is None or not set(granted.rights) <= set(before.rights):
        return
    known = UnusedRight.objects.filter(delegation=before).first() or UnusedRight(delegation=before)
    UnusedRight.objects.update_or_create(
        delegation=granted,
        defaults={
            "noticed_days": known.noticed_days,
            "kept_on": known.kept_on,
            "since": known.since or before.valid_from,
        },
    )
    used = LastUse.objects.filter(delegation=before).first()
    if used is not None:
        note_use(Delegation.objects.filter(pk=granted.pk), on=used.on)


def unused_of(firm: Firm, *, today: date) -> list[UnusedOut]:
    """List the rights of a firm that nobody uses, the longest first."""
    rows = complete(unused(today=today).filter(firm=firm)).select_related("last_use").order_by("pk")
    return sorted((_out(row, today=today) for row in rows), key=lambda one: -one.days)


def keep(account: Account, *, firm: Firm, delegation_id: UUID, at: datetime, today: date) -> bool:
    """Say that an unused right stays: whoever may end it may keep it; false when it is used again, or kept already."""
    transitions.lock_writer()
    delegation = complete(Delegation.objects.filter(firm=firm)).filter(pk=delegation_id).first()
    if delegation is None:
        raise not_found()
    roles = roles_of(account, delegation, today=today)
    refusal = rules.why_not(rules.Action.REVOKE, status=Status(delegation.status), roles=roles)
    if refusal is not None:
        raise ProblemError(refusal.status, refusal.code, detail="Who may not end it may not keep it.")
    if not unused(today=today).filter(pk=delegation.pk).exists():
        return False
    with transaction.atomic():
        UnusedRight.objects.update_or_create(delegation=delegation, defaults={"noticed_days": 0, "kept_on": today})
        record(
            firm_id=firm.pk,
            at=at,
            actor=account.pk,
            action=KEPT,
            object_id=str(delegation.pk),
            object_version=delegation.version,
            data={"unused": True},
        )
    return True


def tell_due(now: datetime, today: date) -> int:
    """Write to both parties of what nobody has used for 90 days, and again at 180; once each."""
    used_again = UnusedRight.objects.filter(noticed_days__gt=0).exclude(delegation__in=unused(today=today).values("pk"))
    used_again.update(noticed_days=0)
    for days, action in sorted(NOTICE_AFTER.items(), reverse=True):
        due = unused(today=today, days=days).filter(Q(unused=None) | Q(unused__noticed_days__lt=days))

        def step(delegation: Delegation, days: int = days, action: str = action) -> bool:
            return _tell(delegation, days=days, action=action)

        each(f"delegations.unused.{days}", complete(due), step=step, now=now)
    return 0


def _tell(delegation: Delegation, *, days: int, action: str) -> bool:
    with transaction.atomic():
        UnusedRight.objects.update_or_create(delegation=delegation, defaults={"noticed_days": days})
        mails.tell(delegation, action=action)
    return True


def _out(delegation: Delegation, *, today: date) -> UnusedOut:
    use: LastUse | None = getattr(delegation, "last_use", None)
    since: date = delegation.idle_since  # type: ignore[attr-defined]  # annotated by `unused`
    account = delegation.grantee
    return UnusedOut(
        delegation_id=delegation.pk,
        version=delegation.version,
        person_name="" if account is None else f"{account.given_name} {account.surname.upper()}".strip(),
        service=delegation.service,
        rights=delegation.rights,
        last_used_on=None if use is None else use.on,
        days=(today - since).days,
        proposed=(today - since).days >= PROPOSED_DAYS,
    )
