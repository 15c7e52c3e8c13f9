"""The mails that tell the people of a firm what is decided for it, written in the change's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from post_office import mail

if TYPE_CHECKING:
    from comptexpert_server.firms.models import Absence, Membership
    from comptexpert_server.registry.models import RegistryEntry

SUBJECT = "Comptexpert : suppléance pendant une absence"
EVENTS = {
    "asked": "Un confrère du cabinet demande à décider à la place d’un autre pendant son absence.",
    "named": "Un expert-comptable du cabinet confie ses décisions à un confrère pendant son absence.",
    "started": "La suppléance commence : les décisions prises sont inscrites au registre avec les deux noms.",
    "objected": "Une opposition a été faite : la suppléance n’aura pas lieu.",
    "withdrawn": "La demande de suppléance est retirée.",
    "ended": "La suppléance est terminée : les décisions reviennent à l’expert-comptable nommé.",
    "standing": "La suppléance prend fin : l’un des intéressés n’exerce plus au cabinet ou à l’Ordre.",
}


def tell(absence: Absence, *, event: str) -> None:
    """Tell both parties of an absence (BR-17, BR-24); no name stands in the subject."""
    for address in sorted({address_of(absence.absent), address_of(absence.cover)} - {""}):
        mail.send(
            recipients=[address],
            sender=settings.DEFAULT_FROM_EMAIL,
            subject=SUBJECT,
            message=_body(absence, event=event),
        )


def tell_departure(member: Membership) -> None:
    """Tell a member which day is his last one."""
    lines = [
        "Bonjour,",
        "",
        f"Votre départ du cabinet {member.firm.name} est fixé au {member.leaves_on:%d/%m/%Y}.",
        "Vos droits délégués par ce cabinet prennent fin ce jour-là, au soir.",
        "",
        "Pour en savoir plus, ouvrez Comptexpert.",
        "",
        "Ce message est envoyé automatiquement.",
        "",
    ]
    mail.send(
        recipients=[member.account.email],
        sender=settings.DEFAULT_FROM_EMAIL,
        subject="Comptexpert : votre départ d’un cabinet",
        message="\n".join(lines),
    )


def address_of(entry: RegistryEntry) -> str:
    """Give where a grantor is written to: the address of the account, else the registry's."""
    account = getattr(entry, "account", None)
    return entry.email if account is None else str(account.email)


def _body(absence: Absence, *, event: str) -> str:
    lines = [
        "Bonjour,",
        "",
        EVENTS[event],
        "",
        f"Cabinet : {absence.firm.name}",
        f"Absent : {_name(absence.absent)}",
        f"Suppléant : {_name(absence.cover)}",
        f"Jusqu’au : {absence.ends_on:%d/%m/%Y} inclus",
        f"Motif : « {absence.reason} »",
    ]
    if event == "asked":
        start = timezone.localtime(absence.starts_at)
        lines += [
            "",
            f"Sans opposition, elle commence le {start:%d/%m/%Y} à {start:%H:%M}.",
            "Pour vous y opposer, ouvrez Comptexpert, page « Cabinet ».",
        ]
    lines += ["", "Pour en savoir plus, ouvrez Comptexpert.", "", "Ce message est envoyé automatiquement.", ""]
    return "\n".join(lines)


def _name(entry: RegistryEntry) -> str:
    return f"{entry.given_name} {entry.surname.upper()}"
