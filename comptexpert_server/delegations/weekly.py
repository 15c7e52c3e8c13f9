"""The weekly digest that a person may choose: what they did and what the calendar did, told once a week (BR-32).

What waits is a delegation, never a text: the digest says where each stands on the day on which it leaves. What asks for
an answer, what somebody else did and every warning leave at once, chosen or not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.set_aside import each
from comptexpert_server.delegations import mail_words
from comptexpert_server.delegations.entitlement import facts_of
from comptexpert_server.delegations.models import Delegation, WeeklyNotice
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.mail.letters import letter
from comptexpert_server.mail.outgoing import Kind, queue
from comptexpert_server.mail.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from comptexpert_server.delegations.entitlement import Facts
    from comptexpert_server.delegations.mail_recipients import Recipient

WEEK = timedelta(days=7)
MAX_LINES = 60
"""Rights that one digest names; it counts the others."""
WHY = (
    "Vous recevez ce résumé parce que vous l’avez choisi. Les demandes à décider, ce que d’autres font de vos droits "
    "et les rappels vous sont toujours écrits aussitôt."
)
OF_THE_CALENDAR = frozenset({"start", "expire", "lapse", "supersede", "unused"})
"""What the server does on its day, and nobody has to prevent."""


def waits(recipient: Recipient, *, action: str, actor: UUID | None) -> bool:
    """Return whether a notice is for the digest of its reader."""
    reader = recipient.account
    if reader is None or not reader.weekly_mails or recipient.decides:
        return False
    return reader.pk == actor if actor is not None else action in OF_THE_CALENDAR


def put(delegation: Delegation, *, reader: Account, at: datetime) -> None:
    """Let a delegation be in the next digest of a person, once."""
    WeeklyNotice.objects.get_or_create(account=reader, delegation=delegation, defaults={"at": at})


def choose(account: Account, *, is_weekly: bool) -> None:
    """Choose the digest, or mails one by one again: what waited then leaves with the next round."""
    Account.objects.filter(pk=account.pk).update(weekly_mails=is_weekly)
    account.weekly_mails = is_weekly


def hand_over(account: Account, *, to: Account) -> None:
    """Let another account of the same person read what waited for this one, which closes."""
    for notice in WeeklyNotice.objects.filter(account=account).select_related("delegation").order_by("at", "pk"):
        put(notice.delegation, reader=to, at=notice.at)


def send_due(now: datetime, today: date) -> int:
    """Queue the digest of each whose first notice is a week old, or who no longer wants one; return no moves."""
    WeeklyNotice.objects.filter(account__is_active=False).delete()
    waiting = WeeklyNotice.objects.values("account").annotate(first=Min("at")).filter(first__lte=now - WEEK)
    due = Account.objects.filter(
        Q(pk__in=waiting.values("account")) | Q(weekly_mails=False, weekly_notices__isnull=False)
    ).distinct()

    def send(account: Account) -> bool:
        return _send(account, today=today)

    each("delegations.weekly", due, step=send, now=now)
    return 0


def _send(account: Account, *, today: date) -> bool:
    notices = list(WeeklyNotice.objects.filter(account=account).order_by("at", "pk"))
    mine = WeeklyNotice.objects.filter(pk__in=[one.pk for one in notices])
    if not notices or mine.delete()[0] != len(notices):
        return False  # another worker was first
    kept = [one.delegation_id for one in notices[:MAX_LINES]]
    found = {one.pk: one for one in complete(Delegation.objects.filter(pk__in=kept))}
    rights = [found[number] for number in kept]
    facts = facts_of(rights, today=today)
    lines = [f"- {_line(one, facts=facts, today=today)}" for one in rights]
    if more := len(notices) - len(rights):
        lines.append(f"et {more} autre{'s' if more > 1 else ''}, dans l’application.")
    return queue(
        letter(
            kind=Kind.GATHERED,
            to=account.email,
            subject="Comptexpert\u00a0: votre résumé de la semaine",
            lines=_digest(lines, since=timezone.localdate(notices[0].at)),
            path=reverse("own_account"),
        )
    )


def _digest(lines: Sequence[str], *, since: date) -> list[str]:
    return [
        f"Voici ce qui a changé depuis le {mail_words.day(since)}, et où chaque droit en est aujourd’hui\u00a0:",
        "",
        *lines,
        "",
        WHY,
        "",
        "Pour recevoir de nouveau un courriel par changement\u00a0:",
    ]


def _line(one: Delegation, *, facts: Facts, today: date) -> str:
    grantor = f"{one.grantor.given_name} {one.grantor.surname.upper()}"
    parties = f"{mail_words.grantee_name(one)}, par {grantor}"
    what = f"{mail_words.service_name(one)}, {one.firm.name}, {parties}"
    return f"{one_line(what)}\u00a0: {mail_words.state(one, today=today, known=facts)}"
