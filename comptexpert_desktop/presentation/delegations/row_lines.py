"""One delegation in two lines: who and where it stands, then what it opens, where, and what ends when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.delegation import Role
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_desktop.domain.delegation import Delegation, DelegationRow
    from comptexpert_desktop.presentation.delegations.words import StateWord
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.presentation.tone import Tone

SIGNS = "sign"
"""The right that engages the cabinet by itself: its name stands out."""


class RightWord(NamedTuple):
    """A right as a line names it."""

    text: str
    is_strong: bool = False
    is_high: bool = False
    """Of high risk."""


class RowLines(NamedTuple):
    """What the two lines of a delegation say."""

    person: str
    state: StateWord
    service: str
    rights: tuple[RightWord, ...]
    firm: str
    """Empty while the person who reads has one cabinet alone."""
    end: str
    end_tone: Tone


def of_row(row: DelegationRow, *, labels: Labels, today: date, names_firm: bool) -> RowLines:
    """Put a delegation in two lines."""
    delegation = row.delegation
    party = delegation.grantee if row.role is Role.GRANTOR else delegation.grantor
    rights = [_right(delegation, code, labels=labels) for code in delegation.rights]
    return RowLines(
        person=party.display_name,
        state=words.state(row),
        service=labels.service(delegation.service),
        rights=tuple(sorted(rights, key=_weight)),
        firm=delegation.firm.name if names_firm else "",
        end=_end(row, today=today),
        end_tone="warning" if words.ends_soon(delegation, today=today) and row.renewed_until is None else "neutral",
    )


def spoken(lines: RowLines) -> str:
    """Say the two lines as one sentence, for somebody who hears them."""
    rights = [f"{right.text} (risque élevé)" if right.is_high else right.text for right in lines.rights]
    parts = (lines.person, lines.state.word, lines.service, wording.joined(rights), lines.firm, lines.end)
    return ", ".join(part for part in parts if part)


def _right(delegation: Delegation, code: str, *, labels: Labels) -> RightWord:
    found = labels.find(delegation.service, code)
    name = found.name if found else code
    return RightWord(f"{name[:1].lower()}{name[1:]}", code == SIGNS, found is not None and found.risk == "high")


def _weight(right: RightWord) -> tuple[bool, bool]:
    """Put first what engages most: a narrow line shortens the others."""
    return (not right.is_strong, not right.is_high)


def _end(row: DelegationRow, *, today: date) -> str:
    """Say what ends, and when: a right on its last day, an unanswered request after its delay."""
    delegation = row.delegation
    if row.renewed_until is not None:
        return f"prolongée jusqu’au {wording.short_day(row.renewed_until)}"
    if delegation.status in words.UNDECIDED:
        return words.lapse_of(delegation, today=today)
    if delegation.ended_at is not None:
        return f"finie le {wording.short_day(wording.local_day(delegation.ended_at))}"
    if delegation.valid_until is None:
        return ""
    written = words.end_of(delegation, today=today)
    return f"finie le {written}" if delegation.status in words.ENDED else f"fin le {written}"
