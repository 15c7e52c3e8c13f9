"""What the mails and the page of a cabinet say of an absence: the state reached, the facts, what its reader can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from comptexpert_server.firms import absence_rules
from comptexpert_server.firms.absence_rules import AbsenceAction, AbsenceRole
from comptexpert_server.firms.letters import full_name
from comptexpert_server.firms.models import AbsenceStatus
from comptexpert_server.mail.wording import one_line

if TYPE_CHECKING:
    from uuid import UUID

    from comptexpert_server.firms.models import Absence

EVENTS = {
    "asked": "Un confrère du cabinet demande à décider à la place d’un autre pendant son absence.",
    "named": "Un expert-comptable du cabinet confie ses décisions à un confrère pendant son absence.",
    "started": "La suppléance commence\u00a0: les décisions prises sont inscrites au registre avec les deux noms.",
    "objected": "Une opposition a été faite\u00a0: la suppléance n’aura pas lieu.",
    "withdrawn": "La suppléance est annulée avant d’avoir commencé.",
    "ended": "La suppléance est terminée\u00a0: les décisions reviennent à l’expert-comptable nommé.",
    "standing": "La suppléance prend fin\u00a0: l’un des intéressés n’exerce plus au cabinet ou à l’Ordre.",
}
NOTHING = "Vous n’avez rien à faire."


def state(absence: Absence) -> str:
    """Say where an absence stands, whatever was done to it."""
    start = timezone.localtime(absence.starts_at)
    if absence.status == AbsenceStatus.OBJECTED:
        return "La suppléance n’a pas lieu."
    if absence.status == AbsenceStatus.ENDED:
        return "Personne ne décide plus à la place de l’absent."
    if absence.status == AbsenceStatus.ACTIVE:
        return f"Le suppléant décide à la place de l’absent jusqu’au {absence.ends_on:%d/%m/%Y} inclus."
    if absence.is_named:
        return f"Elle commence le {start:%d/%m/%Y}."
    return f"Sans opposition, elle commence le {start:%d/%m/%Y} à {start:%H:%M}."


def facts(absence: Absence) -> list[tuple[str, str]]:
    """Name who is away, who decides, until when: label and value."""
    return [
        ("Absent", full_name(absence.absent)),
        ("Suppléant", full_name(absence.cover)),
        ("Jusqu’au", f"{absence.ends_on:%d/%m/%Y} inclus"),
    ]


def next_step(absence: Absence, *, reader: UUID) -> str:
    """Say what a person of the registry can do about an absence of their cabinet."""
    role = _role(absence, reader=reader)
    if role is AbsenceRole.ABSENT and absence.is_named and _may(AbsenceAction.END, absence, role=role):
        return "Vous pouvez l’annuler dans l’application, page «\u00a0Cabinet\u00a0»."
    if _may(AbsenceAction.OBJECT, absence, role=role):
        return "Vous pouvez vous y opposer dans l’application, page «\u00a0Cabinet\u00a0»."
    if _may(AbsenceAction.END, absence, role=role):
        if absence.status == AbsenceStatus.WAITING:
            return "Vous pouvez y renoncer dans l’application, page «\u00a0Cabinet\u00a0»."
        return "Vous pouvez y mettre fin à tout moment dans l’application, page «\u00a0Cabinet\u00a0»."
    return NOTHING


def reason(absence: Absence) -> str:
    """Return why somebody is away, on one line."""
    return one_line(absence.reason)


def _role(absence: Absence, *, reader: UUID) -> AbsenceRole:
    if reader == absence.absent_id:
        return AbsenceRole.ABSENT
    return AbsenceRole.COVER if reader == absence.cover_id else AbsenceRole.PEER


def _may(action: AbsenceAction, absence: Absence, *, role: AbsenceRole) -> bool:
    return absence_rules.why_not(action, status=AbsenceStatus(absence.status), roles={role}) is None
