"""The groups of states that the list of delegations offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.presentation.delegations import words

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Status


class Group(NamedTuple):
    """States that are looked at together."""

    key: str
    title: str
    statuses: frozenset[Status]


GROUPS = (
    Group("undecided", "À décider", words.UNDECIDED),
    Group("live", "En cours", words.LIVE),
    Group("ended", "Terminées", words.ENDED),
    Group("all", "Toutes", frozenset()),
)
GRANTEE_GROUPS = (GROUPS[0]._replace(title="En attente"), *GROUPS[1:])
