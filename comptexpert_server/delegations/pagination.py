"""A page of delegations, those that changed last first, read by the indexes however many there are.

What one may see has several sources (one's own rights, each firm for which one grants). Each is read in the order of
the page up to the length of the page, and the pages are merged: a single query over all of them would have the database
walk through everybody's delegations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.search import matching
from comptexpert_server.delegations.selectors import sights, with_parties
from comptexpert_server.web.problems import invalid

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from comptexpert_server.accounts.models import Account
    from comptexpert_server.delegations.schemas import Search


def page(account: Account, *, requested: Search) -> tuple[list[Delegation], str]:
    """Give a page of what an account may see, and the cursor of the next one."""
    found: dict[UUID, tuple[int, UUID]] = {}
    sources = [_filtered(source, account=account, requested=requested) for source in sights(account)]
    for source in matching(sources, text=requested.q):
        places = _from(source, cursor=requested.cursor).order_by("-sequence", "-pk").values_list("sequence", "pk")
        found |= {pk: (sequence, pk) for sequence, pk in places[: requested.limit + 1]}
    newest = sorted(found.values(), reverse=True)
    shown = newest[: requested.limit]
    more = f"{shown[-1][0]}~{shown[-1][1]}" if len(newest) > requested.limit else ""
    rows = Delegation.objects.in_bulk([pk for _sequence, pk in shown])
    return with_parties([rows[pk] for _sequence, pk in shown if pk in rows]), more


def _filtered(source: QuerySet[Delegation], *, account: Account, requested: Search) -> QuerySet[Delegation]:
    if requested.role == "grantee":
        source = source.filter(grantee=account)
    elif requested.role == "grantor":
        source = source.exclude(grantee=account)
    if requested.status:
        source = source.filter(status__in=_statuses(requested.status))
    return source if requested.firm is None else source.filter(firm=requested.firm)


def _from(source: QuerySet[Delegation], *, cursor: str) -> QuerySet[Delegation]:
    if not cursor:
        return source
    sequence, _, last = cursor.partition("~")
    return source.filter(sequence__lte=int(sequence)).exclude(sequence=int(sequence), pk__gte=UUID(last))


def _statuses(text: str) -> list[str]:
    found = [part.strip().upper() for part in text.split(",") if part.strip()]
    if not set(found) <= set(Status.values):
        raise invalid(status="UNKNOWN")
    return found
