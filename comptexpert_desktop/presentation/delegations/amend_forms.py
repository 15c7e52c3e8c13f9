"""What each question about a right that is there, or a request that waits, asks for: prolong, narrow, broaden, edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.domain.delegation_rules import MAX_AHEAD_DAYS, MINIMUM_REASON
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import end_dates
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.presentation.labels import Labels


@dataclass(frozen=True, slots=True)
class DayRange:
    """A day to choose: the first and the last allowed, and the one that is there; None is none."""

    earliest: date
    latest: date
    chosen: date | None


@dataclass(frozen=True, slots=True)
class AmendForm:
    """What one question asks for; a part that is None, or empty, is not asked."""

    title: str
    text: str
    confirm: str
    is_danger: bool = False
    rights_title: str = ""
    rights: tuple[str, ...] = ()
    """Those that may be ticked."""
    ticked: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    """Rights that stay whatever is ticked: they count for how long it may last."""
    start: DayRange | None = None
    end: DayRange | None = None
    end_from: date | None = None
    """The first day from which usual durations are offered, in place of a day."""
    end_asked: date | None = None
    email: str | None = None
    note_title: str = ""
    note: str = ""
    min_note: int = 0


def form_of(action: Action, case: Case, *, today: date) -> AmendForm:
    """Return what is asked before an action on a case."""
    if action is Action.PROLONG:
        return _prolong(case, today=today)
    if action is Action.NARROW:
        return _narrow(case)
    if action is Action.BROADEN:
        return _broaden(case, today=today)
    if case.row.delegation.status is Status.PENDING:
        return _edit_request(case, today=today)
    return _edit_right(case, today=today)


def has_more_rights(delegation: Delegation, *, labels: Labels) -> bool:
    """Return whether the service has rights that may be delegated and that the delegation does not give yet."""
    return bool(more_rights(delegation, labels=labels))


def more_rights(delegation: Delegation, *, labels: Labels) -> tuple[str, ...]:
    """List the rights of the service that may be delegated and that the delegation does not give yet."""
    catalogue = labels.catalogue
    service = None if catalogue is None else catalogue.service(delegation.service)
    rights = () if service is None else service.rights
    return tuple(right.id for right in rights if right.delegable and right.id not in delegation.rights)


def _prolong(case: Case, *, today: date) -> AmendForm:
    delegation = case.row.delegation
    start = (delegation.valid_until or today) + timedelta(days=1)
    return AmendForm(
        title=f"Demander à prolonger ce droit{NBSP}?",
        text=f"{_what(case)}. Si {delegation.grantor.display_name} l’accorde à temps, les mêmes droits repartent le "
        f"{wording.day(start)}, sans coupure. Le droit d’aujourd’hui ne change pas.",
        confirm="Demander",
        beside=delegation.rights,
        end_from=start,
        note_title="&Motif",
        note=delegation.reason,
        min_note=MINIMUM_REASON,
    )


def _narrow(case: Case) -> AmendForm:
    delegation = case.row.delegation
    return AmendForm(
        title=f"Réduire les droits de {delegation.grantee.display_name}{NBSP}?",
        text=f"{_what(case)}. Décochez ce qui est retiré. Ce qui prolonge ce droit est réduit aussi. La coupure est "
        "effective quand le serveur a répondu, pas avant.",
        confirm="Réduire",
        is_danger=True,
        rights_title="Ce que cette personne garde",
        rights=delegation.rights,
        ticked=frozenset(delegation.rights),
        note_title="&Note à la personne (facultatif)",
    )


def _broaden(case: Case, *, today: date) -> AmendForm:
    delegation = case.row.delegation
    asks = case.actions.get(Action.RELINQUISH, "") is None
    text = "Les droits d’aujourd’hui ne sont pas raccourcis."
    asked = f" {delegation.grantor.display_name} en décide." if asks else " La personne en est informée par courriel."
    return AmendForm(
        title=f"Demander d’autres droits{NBSP}?" if asks else f"Élargir ce droit{NBSP}?",
        text=f"{_what(case)}. {text}{asked}",
        confirm="Demander" if asks else "Élargir",
        rights_title="Droits en plus",
        rights=more_rights(delegation, labels=case.labels),
        beside=delegation.rights,
        end_from=today,
        end_asked=delegation.valid_until,
        note_title="&Motif" if asks else "&Note à la personne (facultatif)",
        note=delegation.reason if asks else "",
        min_note=MINIMUM_REASON if asks else 0,
    )


def _edit_request(case: Case, *, today: date) -> AmendForm:
    """Ask everything again; what prolongs or broadens a right keeps its rights and its first day."""
    delegation = case.row.delegation
    is_linked = bool(delegation.supersedes)
    service = None if case.labels.catalogue is None else case.labels.catalogue.service(delegation.service)
    offered = delegation.rights if service is None else tuple(one.id for one in service.rights if one.delegable)
    return AmendForm(
        title=f"Modifier cette demande{NBSP}?",
        text=f"{_what(case)}. {delegation.grantor.display_name} en est informé et décide sur la demande modifiée.",
        confirm="Modifier",
        rights_title="" if is_linked else "Droits demandés",
        rights=() if is_linked else offered,
        ticked=frozenset(delegation.rights),
        beside=delegation.rights if is_linked else (),
        start=None if is_linked else starts(today, chosen=delegation.valid_from),
        end_from=max(delegation.valid_from or today, today),
        end_asked=delegation.valid_until,
        note_title="&Motif",
        note=delegation.reason,
        min_note=MINIMUM_REASON,
    )


def _edit_right(case: Case, *, today: date) -> AmendForm:
    """Ask for the last day; and for the address, of an invitation that waits."""
    delegation = case.row.delegation
    days = end_dates.max_days(case.labels, service=delegation.service, rights=delegation.rights)
    first = delegation.valid_from or today
    is_invited = not delegation.grantee.account_id
    return AmendForm(
        title=f"Corriger l’adresse invitée{NBSP}?" if is_invited else f"Changer la date de fin{NBSP}?",
        text=f"{_what(case)}. "
        + (
            "L’invitation repart à cette adresse, pour quatorze jours. L’ancienne n’ouvre plus rien."
            if is_invited
            else "Une fin plus proche vaut aussi pour ce qui prolonge ce droit."
        ),
        confirm="Envoyer l’invitation" if is_invited else "Changer",
        end=None if is_invited else DayRange(max(today, first), first + timedelta(days=days), delegation.valid_until),
        email=delegation.grantee.email if is_invited else None,
        note_title="" if is_invited else "&Note à la personne (facultatif)",
    )


def starts(today: date, *, chosen: date | None) -> DayRange:
    """Return the first days that may be asked for: from today to 90 days ahead."""
    return DayRange(today, today + timedelta(days=MAX_AHEAD_DAYS), chosen)


def _what(case: Case) -> str:
    delegation = case.row.delegation
    rights = case.labels.rights(delegation.service, delegation.rights)
    return f"{case.labels.service(delegation.service)}{NBSP}: {rights} ({delegation.firm.name})"
