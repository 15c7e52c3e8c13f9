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


def held(rights: Sequence[TemplateGrant], *, labels: Labels) -> str:
    """Say what somebody may do in the cabinet now, as this machine knows it."""
    if not rights:
        return "Aucun droit en vigueur que ce poste connaisse."
    known = [f"{labels.service(one.service)} ({labels.rights(one.service, one.rights)})" for one in rights]
    return f"A déjà{NBSP}: {wording.joined(known)}."
