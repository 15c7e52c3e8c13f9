"""What is said of somebody to whom a right may be given: who they are, and what they hold already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.domain.firm import Member, TemplateGrant
    from comptexpert_desktop.presentation.labels import Labels


def shown(member: Member) -> str:
    """Write « Prénom NOM (identifiant) », and the day of a planned departure."""
    leaving = f", départ le {wording.short_day(member.leaves_on)}" if member.leaves_on else ""
    return f"{member.display_name} ({member.login_id}{leaving})"


def held_from(rights: Sequence[TemplateGrant], *, labels: Labels) -> str:
    """Say to a person what somebody granted them already, as this machine knows it."""
    if not rights:
        return "Cette personne ne vous a accordé aucun droit en vigueur que ce poste connaisse."
    return f"Vous avez déjà, de cette personne{NBSP}: {_listed(rights, labels=labels)}."


def held(rights: Sequence[TemplateGrant], *, labels: Labels) -> str:
    """Say what somebody may do in the cabinet now, as this machine knows it."""
    if not rights:
        return "Aucun droit en vigueur que ce poste connaisse."
    return f"A déjà{NBSP}: {_listed(rights, labels=labels)}."


def _listed(rights: Sequence[TemplateGrant], *, labels: Labels) -> str:
    return wording.joined(
        [f"{labels.service(one.service)} ({labels.rights(one.service, one.rights)})" for one in rights]
    )
