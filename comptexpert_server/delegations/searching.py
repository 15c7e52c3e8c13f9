"""Full text among the delegations that one may see: accents, case, ligatures and separators do not matter.

The words are looked for in the names of the people, firms and services, which are few, and not in the delegations,
which are many: what is folded once in Python becomes identifiers, which the indexes of the table find.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from comptexpert_server.catalogue.book import catalogue
from comptexpert_server.registry.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_server.delegations.models import Delegation

MOST_WORDS = 8
_SOURCES = {
    "grantee_id": ("grantee__given_name", "grantee__surname", "grantee__login_id"),
    "grantor_id": ("grantor__given_name", "grantor__surname"),
    "firm_id": ("firm__name", "firm__siren"),
    "invited_email": ("invited_email",),
}
"""What names a delegation, and the texts of each name."""


def matching(found: QuerySet[Delegation], *, text: str) -> QuerySet[Delegation]:
    """Keep the delegations of which a name holds each word of `text`; all of them without a word."""
    words = fold(text)[:MOST_WORDS]
    if not words:
        return found
    names = _names(found.order_by())
    for word in words:
        holding = Q()
        for member, texts in names.items():
            held = [value for value, folded in texts.items() if word in folded]
            if held:
                holding |= Q(**{f"{member}__in": held})
        found = found.filter(holding) if holding else found.none()
    return found


def _names(found: QuerySet[Delegation]) -> dict[str, dict[object, str]]:
    names: dict[str, dict[object, str]] = defaultdict(dict)
    for member, columns in _SOURCES.items():
        rows = found.exclude(**{member: "" if member == "invited_email" else None})
        for value, *texts in rows.values_list(member, *columns).distinct():
            names[member][value] = _searchable(texts)
    names["service"] = {service.id: _searchable([service.id, service.name]) for service in catalogue().services}
    return names


def _searchable(texts: Iterable[str]) -> str:
    """Write texts as they are searched: their words apart, and those of each text together."""
    words = [fold(text) for text in texts]
    return " ".join([*("".join(found) for found in words), *(" ".join(found) for found in words)])
