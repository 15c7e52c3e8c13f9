"""The lines of a register as a person reads them: what was done, and what the chain is worth."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.table import Column
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.documents import register_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.domain.held_periods import Period
    from comptexpert_desktop.domain.table import Cell
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.usecases.documents.register import Verdict

COLUMNS = (
    Column("N°", 1),
    Column("Date et heure (UTC)", 2),
    Column("Ce qui s’est passé", 7),
    Column("Motif ou réponse", 4),
    Column("Empreinte de la ligne", 4),
)


def cells(line: Mapping[str, Any], *, said: Mapping[str, str], labels: Labels) -> tuple[Cell, ...]:
    """Write one line of the register as a row: when, what happened in a sentence, why, and how to verify it."""
    number = line.get("number")
    return (
        number if isinstance(number, int) else None,
        _moment(str(line.get("at") or "")),
        register_sentences.sentence(line, said=said, labels=labels),
        register_sentences.why(line, said=said),
        str(line.get("digest") or ""),
    )


HELD = ("Personne", "Service", "Droits", "Du", "Au", "Accordé par")
HELD_SHARES = (3, 3, 5, 2, 2, 3)
HELD_NOTE = (
    "Pour savoir qui pouvait quoi un jour donné, cherchez les lignes dont les deux dates entourent ce jour. L’état est "
    "celui de la fin de chaque jour, en France. Une ligne sans date de fin dure encore."
)


def held(one: Period, *, labels: Labels) -> tuple[str, ...]:
    """Write who could do what, and from when to when."""
    return (
        one.person,
        labels.service(one.service),
        labels.rights(one.service, one.rights),
        wording.short_day(one.first),
        wording.short_day(one.last) if one.last else "",
        one.grantor,
    )


def worth(verdict: Verdict) -> str:
    """Say what the chain and its signature are worth."""
    if verdict.fault is not None and verdict.fault.code == "REGISTER_RESTORED":
        return (
            f"Le serveur a été remis à un état antérieur (ligne {verdict.fault.line})\u00a0: des lignes que ce poste "
            "connaissait n’y sont plus. Gardez vos exports précédents."
        )
    if verdict.fault is not None and verdict.fault.code == "REGISTER_NOT_CONTINUED":
        return (
            f"Ce registre ne prolonge pas celui que ce poste connaissait (ligne {verdict.fault.line}). Conservez ce "
            "fichier et les exports précédents, et prévenez le service informatique."
        )
    if verdict.fault is not None:
        place = f"à la ligne {verdict.fault.line}" if verdict.fault.line else "à la fin"
        return f"La chaîne est rompue {place}. Conservez ce fichier et prévenez le service informatique."
    if verdict.signature == "refused":
        return "La chaîne tient, mais sa signature n’est pas celle du serveur."
    lines = wording.count(verdict.lines, "ligne")
    if verdict.signature == "unknown_key":
        return f"La chaîne tient ({lines}). La clé du serveur n’est pas connue de ce poste."
    return f"La chaîne et sa signature ont été vérifiées ({lines})."


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
    except ValueError:
        return text
