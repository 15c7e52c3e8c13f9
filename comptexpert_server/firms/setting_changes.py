"""What a firm decides for itself: a change that strengthens holds at once, one that weakens waits for the peers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptexpert_server.audit.services import record
from comptexpert_server.base.set_aside import each
from comptexpert_server.catalogue.templates import fault
from comptexpert_server.firms import mails, setting_rules
from comptexpert_server.firms.models import SettingChange
from comptexpert_server.firms.selectors import granted_firms, grantors_of
from comptexpert_server.firms.setting_rules import Verdict
from comptexpert_server.registry.models import Firm
from comptexpert_server.web.problems import ProblemError, invalid

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.catalogue.templates import Template


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a firm decides for itself; None leaves a member as it is."""

    two_approvers: bool | None = None
    review_on: str | None = None
    templates: tuple[Template, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One setting as somebody wants it: the value to store, and what the register holds of it."""

    setting: str
    value: object
    details: dict[str, object]


def change_settings(firm: Firm, *, requested: Settings, version: int, account: Account, at: datetime) -> Firm:
    """Set, or announce, what the firm decides for itself; 412 when it changed since `version`."""
    wishes = _wishes(requested)
    if not wishes:
        raise invalid(body="EMPTY")
    with transaction.atomic():
        firm = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
        if firm.version != version:
            raise ProblemError(412, "FIRM_STALE", detail="The firm changed since you saw it.")
        firm.version += 1
        for wish in wishes:
            _carry_out(firm, wish=wish, account=account, at=at)
        firm.save()
    return firm


def run_due(now: datetime) -> int:
    """Carry out the changes whose notice has passed; return their number."""
    due = SettingChange.objects.filter(asked_at__lte=now - setting_rules.NOTICE)
    return each("firms.setting", due, step=lambda change: _end_notice(change, now=now), now=now)


def _end_notice(change: SettingChange, *, now: datetime) -> bool:
    firm = Firm.objects.select_for_update(no_key=True).get(pk=change.firm_id)
    waiting = SettingChange.objects.select_related("asked_by").filter(pk=change.pk, asked_at=change.asked_at).first()
    if waiting is None:
        return False  # another worker, or a person, was first
    firm.version += 1
    if granted_firms(waiting.asked_by).filter(pk=firm.pk).exists():
        wish = Wish(setting=waiting.setting, value=waiting.value, details=_details_of(waiting.setting, waiting.value))
        _apply(firm, wish=wish, actor=None, at=now, asked_by=waiting.asked_by_id)
    else:
        _withdraw(firm, waiting, actor=None, at=now)
    firm.save()
    return True


def _carry_out(firm: Firm, *, wish: Wish, account: Account, at: datetime) -> None:
    waiting = firm.setting_changes.filter(setting=wish.setting).first()
    before = getattr(firm, wish.setting)
    if waiting is not None and wish.value == before:
        _withdraw(firm, waiting, actor=account.pk, at=at)
        return
    is_same = waiting is not None and waiting.value == wish.value
    asked_by = waiting.asked_by_id if waiting is not None and is_same else None
    today = timezone.localdate(at)
    found = setting_rules.verdict(
        is_weaker=setting_rules.weakens(wish.setting, before=before, after=wish.value, today=today),
        has_peers=grantors_of(firm).filter(~Q(pk=account.entry_id)).exists(),
        asked_by=asked_by,
        actor=account.pk,
    )
    if found is Verdict.APPLY:
        _apply(firm, wish=wish, actor=account.pk, at=at, asked_by=asked_by)
    elif not is_same:
        _announce(firm, wish=wish, account=account, at=at)


def _apply(firm: Firm, *, wish: Wish, actor: UUID | None, at: datetime, asked_by: UUID | None) -> None:
    before = getattr(firm, wish.setting)
    setattr(firm, wish.setting, wish.value)
    waited = firm.setting_changes.filter(setting=wish.setting).delete()[0]
    details = {**wish.details, "asked_by": str(asked_by)} if asked_by else wish.details
    _record(firm, action=f"firm.{wish.setting}", actor=actor, at=at, data=details)
    if waited:
        today = timezone.localdate(at)
        is_weaker = setting_rules.weakens(wish.setting, before=before, after=wish.value, today=today)
        event = "applied" if asked_by is not None or is_weaker else "strengthened"
        mails.tell_setting(firm, setting=wish.setting, event=event, value=wish.value, actor=actor)


def _announce(firm: Firm, *, wish: Wish, account: Account, at: datetime) -> None:
    change, _made = SettingChange.objects.update_or_create(
        firm=firm, setting=wish.setting, defaults={"value": wish.value, "asked_by": account, "asked_at": at}
    )
    details = {"setting": wish.setting, **wish.details, "from": change.takes_effect_at.isoformat()}
    _record(firm, action="firm.setting_asked", actor=account.pk, at=at, data=details)
    mails.tell_setting(firm, setting=wish.setting, event="asked", value=wish.value, change=change)


def _withdraw(firm: Firm, change: SettingChange, *, actor: UUID | None, at: datetime) -> None:
    change.delete()
    details: dict[str, object] = {"setting": change.setting, "asked_by": str(change.asked_by_id)}
    _record(firm, action="firm.setting_kept", actor=actor, at=at, data=details)
    now_set = getattr(firm, change.setting)
    mails.tell_setting(firm, setting=change.setting, event="kept", value=now_set, actor=actor)


def _record(firm: Firm, *, action: str, actor: UUID | None, at: datetime, data: dict[str, object]) -> None:
    record(
        firm_id=firm.pk,
        at=at,
        actor=actor,
        action=action,
        object_id=str(firm.pk),
        object_version=firm.version,
        data=data,
    )


def _wishes(requested: Settings) -> list[Wish]:
    """Return each setting to write, with what the register holds of it: codes, no names."""
    found: list[Wish] = []
    if requested.two_approvers is not None:
        details = _details_of("two_approvers", requested.two_approvers)
        found.append(Wish(setting="two_approvers", value=requested.two_approvers, details=details))
    if requested.review_on is not None:
        if requested.review_on and not _is_of_every_year(requested.review_on):
            raise invalid(review_on="NOT_EVERY_YEAR")
        details = _details_of("review_on", requested.review_on)
        found.append(Wish(setting="review_on", value=requested.review_on, details=details))
    if requested.templates is not None:
        if wrong := fault(requested.templates):
            raise invalid(**dict([wrong]))
        documents = [template.document() for template in requested.templates]
        codes: dict[str, object] = {"codes": [template.code for template in requested.templates]}
        found.append(Wish(setting="templates", value=documents, details=codes))
    return found


def _details_of(setting: str, value: object) -> dict[str, object]:
    return {"demanded": value} if setting == "two_approvers" else {"day": value}


def _is_of_every_year(day: str) -> bool:
    """Return whether a day, `MM-DD`, exists in each year: 29 February does not."""
    try:
        date.fromisoformat(f"2027-{day}")
    except ValueError:
        return False
    return True
