"""What others wrote of somebody who closes their account: where a text names them, a word stands instead (BR-39)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Field, Q

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from django.db.models import Model, QuerySet

    from comptexpert_server.accounts.models import Account

REPLACED = "[compte fermé]"
MIN_NAME = 2
"""Letters of a name that is looked for alone: an initial is nobody's name."""


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """How a text may name one person."""

    given_name: str
    surname: str
    email: str
    login_id: str

    @cached_property
    def anywhere(self) -> re.Pattern[str]:
        """Match what names this person whoever reads it: both names in either order, the address, the identifiant."""
        both = [(self.given_name, self.surname), (self.surname, self.given_name)]
        names = [rf"(?<!\w){_word(one)}[\s,]+{_word(other)}(?!\w)" for one, other in both if one and other]
        return _either([*_exact((self.email, self.login_id)), *names])

    @cached_property
    def at_work(self) -> re.Pattern[str]:
        """Match the surname alone too, for a text of a firm in which nobody else has it."""
        return _either([self.anywhere.pattern, *_alone((self.surname,))])

    @cached_property
    def nearby(self) -> re.Pattern[str]:
        """Match one name alone too, for a text about them."""
        return _either([self.anywhere.pattern, *_alone((self.surname, self.given_name))])

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """Return what a text that names them contains, in the letters that a database compares."""
        words = [word for name in (self.surname, self.given_name) for word in name.split()[:1]]
        written = [change(word) for word in words for change in (str, str.upper, str.lower, str.title)]
        return tuple(dict.fromkeys(one for one in (*written, self.email, self.login_id) if one))

    def replaced(
        self, rows: QuerySet[Any], *, fields: Sequence[str], pattern: re.Pattern[str] | None = None
    ) -> list[tuple[Any, dict[str, str]]]:
        """Return the rows of which texts name them, each with its texts after; nothing is written."""
        found = Q(pk=None)
        for field in fields:
            for hint in self.hints:
                found |= Q(**{f"{field}__icontains": hint})
        changed = []
        for row in rows.filter(found):
            before = {field: str(getattr(row, field)) for field in fields}
            after = {
                field: (pattern or self.anywhere).sub(REPLACED, text)[: _room(row, field)]
                for field, text in before.items()
            }
            if after != before:
                changed.append((row, after))
        return changed


def mentions_of(account: Account) -> Mentions:
    """Return how texts may name the person of an account."""
    return Mentions(
        given_name=account.given_name, surname=account.surname, email=account.email, login_id=account.login_id
    )


def _room(row: Model, field: str) -> int | None:
    kept = row._meta.get_field(field)  # noqa: SLF001 - Django documents it
    return kept.max_length if isinstance(kept, Field) else None


def _word(name: str) -> str:
    return r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", name.strip()))


def _alone(names: Iterable[str]) -> list[str]:
    return [rf"(?<!\w){_word(name)}(?!\w)" for name in names if len(name) >= MIN_NAME]


def _exact(words: Iterable[str]) -> list[str]:
    """Match an address or an identifiant, and not a longer one that holds it."""
    return [rf"(?<![\w.@-]){re.escape(word)}(?![\w@-]|\.\w)" for word in words if word]


def _either(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
