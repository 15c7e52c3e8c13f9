"""What is said aloud of what was asked: kept here, taken by the server, or given back to the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.outbox import OutboxStatus
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.outbox import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.presentation.tone import Tone

MAX_ONE_BY_ONE = 3
"""More outcomes at once are counted instead of read one by one."""


class Decided(NamedTuple):
    """What became of a decision, and how it looks."""

    text: str
    tone: Tone


def waiting(*, is_cut: bool) -> str:
    """Say of a decision that has not left what it means for the rights."""
    return _NOT_CUT if is_cut else "Pas encore transmis."


def outcome_of(entry: OutboxEntry, *, decided: str, is_cut: bool) -> Decided:
    """Word what became of a decision, after the sentence that says what was decided."""
    if entry.status is OutboxStatus.SENT:
        return Decided(f"{decided} Le serveur l’a appliqué à {wording.clock_time(entry.next_attempt_at)}.", "success")
    if entry.status is OutboxStatus.NEEDS_YOU:
        reason = messages.for_code(entry.code).title if entry.code else "Le serveur ne l’a pas appliqué"
        return Decided(f"{decided} À revoir{wording.NBSP}: {reason}.", "danger")
    return Decided(f"{decided} {waiting(is_cut=is_cut)}", "danger" if is_cut else "info")


_NOT_CUT = "PAS ENCORE EFFECTIF. Les droits restent ouverts tant que le serveur n’a pas répondu."


class Outcome(NamedTuple):
    """A sentence, and whether it is worth an interruption."""

    text: str
    is_grave: bool = False


def outcomes(before: Mapping[str, OutboxStatus], entries: Iterable[OutboxEntry]) -> list[Outcome]:
    """Word what came of each entry since it was last looked at; several alike become one sentence."""
    moved = [entry for entry in entries if before.get(entry.id) is not entry.status]
    groups: dict[OutboxStatus, list[OutboxEntry]] = {}
    for entry in moved:
        groups.setdefault(entry.status, []).append(entry)
    said: list[Outcome] = []
    for status in (OutboxStatus.NEEDS_YOU, OutboxStatus.SENT, OutboxStatus.QUEUED):
        found = groups.get(status, [])
        if status is OutboxStatus.QUEUED:  # what comes back to wait is no news, and the screen says what it holds back
            found = [one for one in found if one.id not in before and one.next_attempt_at <= one.created_at]
        if len(found) > MAX_ONE_BY_ONE:
            said.append(Outcome(_COUNTED[status](len(found)), status is OutboxStatus.NEEDS_YOU))
        else:
            said += [_of(entry) for entry in found]
    return said


def _of(entry: OutboxEntry) -> Outcome:
    title = words.title(entry)
    if entry.status is OutboxStatus.SENT:
        return Outcome(f"Transmis{wording.NBSP}: {title}. Le serveur l’a accepté.")
    if entry.status is OutboxStatus.NEEDS_YOU:
        reason = messages.for_code(entry.code).title if entry.code else "Le serveur ne l’a pas appliqué"
        return Outcome(f"À revoir{wording.NBSP}: {title}. {reason}.", is_grave=True)
    state = "Pas encore effectif" if words.state(entry).tone == "danger" else "Pas encore transmis"
    return Outcome(f"Enregistré sur ce poste{wording.NBSP}: {title}. {state}.")


_COUNTED = {
    OutboxStatus.SENT: lambda found: f"{wording.count(found, 'envoi transmis', many='envois transmis')}.",
    OutboxStatus.NEEDS_YOU: lambda found: f"{wording.count(found, 'envoi à revoir', many='envois à revoir')}.",
    OutboxStatus.QUEUED: lambda found: (
        f"{wording.count(found, 'envoi enregistré', many='envois enregistrés')} sur ce poste, pas encore transmis."
    ),
}
