"""The one place where mails are written: text is text, and a header is one line.

post_office compiles what its own functions are given as a Django template. Nothing of ours calls them: a mail is a row
of its queue, written here, whose text nobody interprets again. `tests/house` refuses any other way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from email.utils import make_msgid, parseaddr
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from post_office.models import PRIORITY, STATUS, Email

from comptexpert_server.base.clock import now
from comptexpert_server.mail.models import Delivery
from comptexpert_server.mail.recipient_limits import (
    gather,
    has_room,
    is_below,
    kinds_of_today,
    limit_of,
    mailbox_of,
)
from comptexpert_server.mail.wording import as_html, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

MAX_SUBJECT = 200


class Kind(StrEnum):
    """Why a mail is written; limits and figures count by it."""

    ACTIVATION = "activation"
    ALREADY = "already"
    RESET = "reset"
    FAILED_CHECK = "failed_check"
    SECURITY = "security"
    """What happened to the account or its entry: never limited."""
    DELEGATION = "delegation"
    CABINET = "cabinet"
    """Absences, departures and reviews."""
    GATHERED = "gathered"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one person."""

    kind: Kind
    to: str
    subject: str
    text: str
    link: str = ""
    """The address that stands alone on a line of the text, if one does: the only link of the HTML part."""
    about: str = ""
    useful_until: datetime | None = None

    @property
    def html(self) -> str:
        """Return the HTML part, which says what the text says."""
        return as_html(self.text, link=self.link)


def render(text: str, /, **values: object) -> str:
    """Return the text of one of our own templates; what it is given is data and never compiled."""
    return render_to_string(f"mail/{text}.txt", values).strip() + "\n"


def queue(mail: Mail) -> bool:
    """Queue one mail, inside a transaction; false when its recipient has had enough of these today.

    For what strangers can cause, the work is the same either way: the time of an answer does not tell how many mails
    a person received.
    """
    moment = now()
    limit = limit_of(mail.kind)
    if limit is None or has_room(limit, mailbox=mailbox_of(mail.to), now=moment):
        _insert(mail, now=moment)
        return True
    if limit.is_gathered:
        gather(mail.to, now=moment)
        return False
    with transaction.atomic():
        _insert(mail, now=moment)
        transaction.set_rollback(True)
    return False


def new_message_id() -> str:
    """Return a Message-ID: it is kept with the mail, so that a repeated one can be told as the same."""
    return make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2])


def queue_many(mails: Iterable[Mail]) -> bool:
    """Queue mails as `queue` does one by one, those that are gathered beyond a limit with few queries for all of them.

    Return false when a recipient has had enough of these today.
    """
    moment, is_roomy = now(), True
    due, limited = [], []
    for mail in mails:
        limit = limit_of(mail.kind)
        if limit is None:
            due.append(mail)
        elif limit.is_gathered:
            limited.append((mail, limit))
        else:
            is_roomy &= queue(mail)
    recent = kinds_of_today({mailbox_of(mail.to) for mail, _limit in limited}, now=moment)
    gathered = Counter[str]()
    for mail, limit in limited:
        kinds = recent[mailbox_of(mail.to)]
        if is_below(limit, kinds=kinds):
            kinds.append(mail.kind)
            due.append(mail)
        else:
            gathered[mail.to] += 1
    _insert_many(due, now=moment)
    for to, count in gathered.items():
        gather(to, now=moment, count=count)
    return is_roomy and not gathered


def _insert(mail: Mail, *, now: datetime) -> None:
    """Write the rows of a mail; raise ValidationError for an address that is none."""
    _insert_many([mail], now=now)


def _insert_many(mails: Sequence[Mail], *, now: datetime) -> None:
    if not mails:
        return
    emails = Email.objects.bulk_create([_email(mail) for mail in mails])  # without post_office's own checks
    Delivery.objects.bulk_create(
        Delivery(
            email=email,
            kind=mail.kind,
            recipient=mail.to,
            mailbox=mailbox_of(mail.to),
            queued_at=now,
            about=mail.about,
            useful_until=mail.useful_until,
        )
        for mail, email in zip(mails, emails, strict=True)
    )


def _email(mail: Mail) -> Email:
    """Make the row of a mail; raise ValidationError for an address that is none."""
    if len(mail.to.splitlines()) != 1:
        raise ValidationError("not an address", code="address")
    validate_email(mail.to)
    return Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        cc=[],
        bcc=[],
        subject=one_line(mail.subject)[:MAX_SUBJECT],
        message=mail.text,
        html_message=mail.html,
        status=STATUS.queued,
        priority=PRIORITY.medium,
        message_id=new_message_id(),
        headers={"Auto-Submitted": "auto-generated"},
    )
