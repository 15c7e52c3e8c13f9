"""Who else grants for a firm is told which rights ended with a colleague's standing and need a successor (BR-08)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from comptexpert_server.accounts import mails
from comptexpert_server.delegations import mail_words
from comptexpert_server.delegations.models import LIVE, Delegation, Status
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.firms.selectors import granting_accounts
from comptexpert_server.mail.wording import one_line
from comptexpert_server.registry.profiles import LIST_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_server.registry.models import RegistryEntry

MAX_NAMED = 20


def given_by(entry: RegistryEntry) -> list[Delegation]:
    """List what a person granted and that lives, a firm after the other."""
    return list(complete(Delegation.objects.filter(grantor=entry, status__in=LIVE)).order_by("firm", "requested_at"))


def tell_peers(entry: RegistryEntry, *, before: str, granted: Sequence[Delegation]) -> int:
    """Write to those who still grant for each firm what ended of `granted`; return the number of mails.

    The holders are told of each right by its own mail.
    """
    over = Delegation.objects.filter(pk__in=[one.pk for one in granted], status=Status.CEASED)
    ended = frozenset(over.values_list("pk", flat=True))
    sent = 0
    for firm, rights in groupby((one for one in granted if one.pk in ended), key=lambda one: one.firm):
        what = _words(entry, before=before, firm_name=firm.name, rights=list(rights))
        for account in granting_accounts(firm):
            if account.entry_id != entry.pk:
                mails.send_notice(None, to=account.email, what=what)
                sent += 1
    return sent


def _words(entry: RegistryEntry, *, before: str, firm_name: str, rights: list[Delegation]) -> str:
    name = one_line(f"{entry.given_name} {entry.surname.upper()}")
    change = f" ({LIST_NAMES.get(before, before)}, puis {LIST_NAMES.get(entry.list, entry.list)})"
    said = change if before != entry.list else ""
    named = [f"{one_line(mail_words.grantee_name(one))}, {mail_words.service_name(one)}" for one in rights[:MAX_NAMED]]
    more = f" Et {len(rights) - MAX_NAMED} autres." if len(rights) > MAX_NAMED else ""
    return (
        f"{name}{said} n’accorde plus de délégations pour {one_line(firm_name)}. Ont pris fin, et demandent un "
        f"successeur si elles restent utiles\u00a0: {' ; '.join(named)}.{more} Accordez-les de nouveau, page "
        "«\u00a0Délégations\u00a0» de l’application."
    )
