"""Cabinets in which everything is due, and garbage for any column of theirs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.firms.models import Absence, Membership
from comptexpert_server.mail.models import Delivery, GatheredNotices
from comptexpert_server.registry.models import Firm, RegistryEntry
from comptexpert_server.reviews.models import Review, ReviewItem

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

BAD_JSON = ('{"a": 1}', '"x"', "17", "null", "[[1]]", "[null]", '[{"b": []}]')
ON_SQLITE: dict[str, tuple[str | bytes | int | float, ...]] = {
    "date": ("hier", "", "0000-00-00", "2026-13-45", b"\xff", 17, "2026-02-29"),
    "text": ("\x00", b"\xff\xfe", "\u202e", "x" * 5000, 17.5, "{% x"),
    "number": ("abc", -5, b"\xff", "1e999"),
    "json": (*BAD_JSON, "pas du JSON", b"\xff", ""),
}
ON_POSTGRESQL: dict[str, tuple[str | bytes | int | float, ...]] = {
    "date": ("infinity", "-infinity", "12026-01-01", "0044-03-15 BC"),
    "text": ("\u202e", "{% x", "", "\x01"),
    "number": (2_000_000_000, 0),
    "json": BAD_JSON,
}


@dataclass
class Cabinet:
    """One cabinet apart from all others: what should happen in it by itself."""

    expired: Delegation
    lapsed: Delegation
    started: Delegation
    warned: Delegation
    orphan: Delegation
    member: Membership
    member_right: Delegation
    absence: Absence
    review: Review
    mail: Email
    gathered: GatheredNotices

    def rows(self) -> Iterator[models.Model]:
        """List the rows of this cabinet that a worker reads."""
        yield from (self.expired, self.lapsed, self.started, self.warned, self.orphan, self.member, self.member_right)
        yield from (self.absence, self.review, self.mail, self.mail.delivery, self.gathered)
        yield from (self.expired.grantor, self.expired.grantee, self.expired.firm)

    def undone(self) -> list[str]:
        """Name what did not happen."""
        requested = {
            "expired": Status.EXPIRED,
            "lapsed": Status.LAPSED,
            "started": Status.ACTIVE,
            "warned": Status.ACTIVE,
            "orphan": Status.CEASED,
            "member_right": Status.CEASED,
        }
        found = [name for name, status in requested.items() if _status(getattr(self, name)) != status]
        if not Delegation.objects.filter(pk=self.warned.pk, warned_days__isnull=False).exists():
            found.append("warning")
        if Membership.objects.filter(pk=self.member.pk, ended_at=None).exists():
            found.append("member")
        if Absence.objects.filter(pk=self.absence.pk).exclude(status="ended").exists():
            found.append("absence")
        if Review.objects.filter(pk=self.review.pk, closed_at=None).exists():
            found.append("review")
        if Email.objects.filter(pk=self.mail.pk).exclude(status=STATUS.sent).exists():
            found.append("mail")
        if GatheredNotices.objects.filter(pk=self.gathered.pk).exclude(count=0).exists():
            found.append("gathered")
        return found


def cabinet(today: date, now: datetime) -> Cabinet:
    """Lay a cabinet in which one of everything is due."""
    firm = Firm.objects.create(siren=str(uuid.uuid4().int)[:9], name="Cabinet Alba")
    entries = [_entry(firm) for _ in range(2)]
    struck = _entry(firm, status="struck_off")
    grantee, leaver = _account(), _account()
    _account(entry=entries[1], said_profile="expert_comptable")
    common = {"firm": firm, "service": "bibliordre", "rights": ["access"], "grantor": entries[0], "grantee": grantee}
    day = timedelta(days=1)
    began = today - 300 * day
    over = {"valid_from": began, "valid_until": today - day}
    running = {"valid_from": began, "valid_until": today + 100 * day}
    soon = {"valid_from": began, "valid_until": today + 10 * day}

    def lay(status: str, **changes: Any) -> Delegation:
        return Delegation.objects.create(**(common | {"status": status} | changes))

    member = Membership.objects.create(firm=firm, account=leaver, leaves_on=today - day)
    absence = Absence.objects.create(
        firm=firm,
        absent=entries[0],
        cover=entries[1],
        reason="Congé de paternité",
        asked_at=now - 60 * day,
        starts_at=now - 58 * day,
        ends_on=today - day,
        status="active",
    )
    review = Review.objects.create(
        firm=firm, opened_at=now - 60 * day, closes_on=today - 20 * day, grace_until=today - 5 * day
    )
    reviewed = lay("REVOKED", service="jeposte", **running)
    ReviewItem.objects.create(review=review, delegation=reviewed)
    mail = Email.objects.create(from_email="a@x.example", to=grantee.email, message="Bonjour", status=STATUS.queued)
    Delivery.objects.create(email=mail, kind="other", recipient=grantee.email, mailbox=uuid.uuid4().hex)
    return Cabinet(
        expired=lay("ACTIVE", **over),
        lapsed=lay("PENDING", service="jesignexpert", requested_at=now - 15 * day),
        started=lay("SCHEDULED", service="rfc", valid_from=today, valid_until=today + 200 * day),
        warned=lay("ACTIVE", service="jedeclare", **soon),
        orphan=lay("ACTIVE", service="jedeclare", grantor=struck, **running),
        member=member,
        member_right=lay("ACTIVE", grantee=leaver, **running),
        absence=absence,
        review=review,
        mail=mail,
        gathered=GatheredNotices.objects.create(
            mailbox=uuid.uuid4().hex, recipient=grantee.email, count=3, due_at=now - day
        ),
    )


def damage(row: models.Model, dice: random.Random) -> str:
    """Write garbage into one column of a row, past Django; name the column, or nothing when the database refused."""
    columns = [field for field in row._meta.concrete_fields if not field.primary_key and not field.is_relation]
    field = dice.choice(columns)
    table = ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL
    value = dice.choice(table[_sort_of(field)])
    name, column = connection.ops.quote_name(row._meta.db_table), connection.ops.quote_name(str(field.column))
    cast = "::jsonb" if isinstance(field, models.JSONField) and connection.vendor == "postgresql" else ""
    marker = "CAST(%s AS TEXT)" if connection.vendor == "sqlite" and isinstance(value, bytes) else f"%s{cast}"
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {name} SET {column} = {marker} WHERE {row._meta.pk.column} = %s",
                [value, key],
            )
    except DatabaseError:
        return ""
    return f"{row._meta.label} {field.name} {value!r:.20}"


def _sort_of(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.JSONField):
        return "json"
    return "number" if isinstance(field, models.IntegerField | models.BooleanField) else "text"


def _status(delegation: Delegation) -> str:
    return str(Delegation.objects.filter(pk=delegation.pk).values_list("status", flat=True).get())


def _entry(firm: Firm, *, status: str = "active") -> RegistryEntry:
    number = uuid.uuid4().hex
    entry = RegistryEntry.objects.create(
        registration_number=number[:12],
        surname="Delorme",
        given_name="Agathe",
        date_of_birth=date(1975, 3, 2),
        email=f"{number}@alba.example",
        list="expert_comptable",
        council="bretagne",
        town="Rennes",
        postal_code="35000",
        status=status,
    )
    entry.firms.add(firm)
    return entry


def _account(**fields: Any) -> Account:
    name = f"p{uuid.uuid4().hex[:16]}"
    base: dict[str, Any] = {
        "said_profile": "other",
        "kind": "firm_staff",
        "is_active": True,
        "activated_at": timezone.now(),
    }
    return Account.objects.create(login_id=name, email=f"{name}@alba.example", **(base | fields))
