"""What a departure is told to do, in a few sentences: on the screen and in its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_desktop.usecases.firm.departure import Departure, Leaving


def consequence(agreed: Sequence[Departure], leaving: Leaving) -> str:
    """Say in a few sentences what the departure from these firms does, and when it is effective."""
    said = [_in_firm(one, leaving) for one in agreed]
    if any(one.size for one in agreed):
        said.append("Rien n’est effectif avant la réponse du serveur. Ses autres cabinets ne changent pas.")
    return " ".join(said)


def _in_firm(agreed: Departure, leaving: Leaving) -> str:
    firm = agreed.firm.name
    if not agreed.size:
        return f"Cette personne n’a plus de droit ni de demande dans {firm} dont vous puissiez décider."
    parts = []
    if agreed.revoked.rows:
        parts.append(_rights(agreed, leaving))
    if agreed.refused.rows:
        parts.append(wording.count(len(agreed.refused.rows), "demande est refusée", many="demandes sont refusées"))
    said = [f"Dans {firm}, {wording.joined(parts)}."]
    if agreed.ends_membership:
        when = f"le {wording.day(leaving.last_day)} au soir" if leaving.last_day else "aussitôt"
        said.append(f"La personne ne fait plus partie du cabinet {when}.")
    return " ".join(said)


def _rights(agreed: Departure, leaving: Leaving) -> str:
    many = len(agreed.revoked.rows)
    if leaving.last_day is None:
        return wording.count(many, "délégation est révoquée", many="délégations sont révoquées")
    end = wording.count(many, "délégation prend fin", many="délégations prennent fin")
    suspended = ", et sont suspendues d’ici là" if many > 1 else ", et est suspendue d’ici là"
    return f"{end} le {wording.day(leaving.last_day)} au soir{suspended if leaving.suspends else ''}"


def verb(agreed: Sequence[Departure], leaving: Leaving) -> str:
    """Name the button for the departure from these firms."""
    revokes, refuses = any(one.revoked.rows for one in agreed), any(one.refused.rows for one in agreed)
    if refuses and not revokes:
        return "Refuser"
    if leaving.last_day is not None:
        return "Programmer le départ"
    return "Révoquer et refuser" if refuses else "Révoquer"


def others(agreed: Departure) -> str:
    """Say what becomes of the lines of which another decides; empty when there is none."""
    many = sum(agreed.revoked.left_out.values()) + sum(agreed.refused.left_out.values())
    if not many:
        return ""
    said = wording.count(many, "ligne n’est pas de votre ressort ou est déjà décidée", many=_MANY)
    if agreed.ends_membership:
        return f"{said}. Le serveur y met fin aussi, avec la présence dans le cabinet."
    return f"{said}. Un autre expert-comptable du cabinet en décide."


_MANY = "lignes ne sont pas de votre ressort ou sont déjà décidées"
