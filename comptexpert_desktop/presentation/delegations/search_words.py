"""What a word that somebody looks for means: the rights and services whose name on screen holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.name_search import fold

if TYPE_CHECKING:
    from comptexpert_desktop.domain.catalogue import Catalogue

MIN_LETTERS = 2
"""A shorter word is looked for as it is alone: it begins too many names."""

Meanings = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def meanings(text: str, *, catalogue: Catalogue | None) -> Meanings:
    """Return for each word of a text the rights, as (service, right), whose name holds a word that begins so."""
    if catalogue is None:
        return ()
    words = [word for word in dict.fromkeys(fold(text)) if len(word) >= MIN_LETTERS]
    found = ((word, _named(word, catalogue=catalogue)) for word in words)
    return tuple((word, rights) for word, rights in found if rights)


def _named(word: str, *, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    named: list[tuple[str, str]] = []
    for service in catalogue.services:
        if _holds(service.name, word):
            named.append((service.id, ""))
        else:
            named += [(service.id, right.id) for right in service.rights if _holds(right.name, word)]
    return tuple(named)


def _holds(name: str, word: str) -> bool:
    return any(part.startswith(word) for part in fold(name))
