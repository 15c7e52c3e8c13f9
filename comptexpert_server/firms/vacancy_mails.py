"""The mails about a firm in which nobody is left who may grant: to its members, to its council, to a stand-in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse

from comptexpert_server.firms.letters import address_of, firm_letter, full_name
from comptexpert_server.firms.models import Vacancy
from comptexpert_server.firms.vacancies import councils_of, readers_of
from comptexpert_server.mail import notices
from comptexpert_server.mail.letters import letter
from comptexpert_server.mail.outgoing import Kind, Mail
from comptexpert_server.mail.wording import one_line
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.registry.selectors import council

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm

OPENED, NAMED, STOPPED, ENDED = "opened", "named", "stopped", "ended"
SUBJECT = "Comptexpert\u00a0: votre cabinet et ses délégations"


def tell(vacancy: Vacancy, *, event: str, stand_in: RegistryEntry | None = None) -> None:
    """Tell whom a step concerns; no name stands in a subject."""
    named = "" if stand_in is None else str(stand_in.pk)
    facts = {"vacancy": str(vacancy.pk), "event": event, "stand_in": named}
    notices.tell("vacancy", facts=facts, words=partial(word_again, **facts))


def word_again(*, vacancy: str, event: str, stand_in: str = "") -> list[Mail]:
    """Word the notice of a vacancy."""
    found = Vacancy.objects.select_related("firm").get(pk=vacancy)
    person = RegistryEntry.objects.select_related("account").filter(pk=stand_in).first() if stand_in else None
    member_lines = _to_members(found, event=event, stand_in=person)
    mails = [
        firm_letter(found.firm_id, to=account.email, subject=SUBJECT, lines=member_lines)
        for account in readers_of(found.firm)
    ]
    if person is not None and (address := address_of(person)):
        mails.append(_to_stand_in(found, event=event, to=address))
    if event == OPENED:
        mails += [_to_council(found, to=one["email"]) for one in councils_for(found.firm) if one.get("email")]
    return mails


def councils_for(firm: Firm) -> list[dict[str, str]]:
    """Return the councils in whose lists the people of a firm stand, with where they are reached."""
    return [found for code in councils_of(firm) if (found := council(code)) is not None]


def _to_members(vacancy: Vacancy, *, event: str, stand_in: RegistryEntry | None) -> list[str]:
    firm = one_line(vacancy.firm.name)
    name = "" if stand_in is None else full_name(stand_in)
    if event == OPENED:
        return [
            f"Plus personne ne peut accorder de droits au nom du cabinet {firm}.",
            "Ses experts-comptables ne sont plus inscrits, ou n’ont plus de compte.",
            "Les droits qu’ils avaient accordés ont pris fin. Une demande ne peut plus y être approuvée.",
            "",
            "Le Conseil régional peut désigner un suppléant, pour 30\u00a0jours au plus.",
            *(f"{one['name']}\u00a0: {one['email']}, {one['phone']}" for one in councils_for(vacancy.firm)),
        ]
    if event == NAMED and vacancy.ends_on is not None:
        return [
            f"Le Conseil régional a désigné {name} pour accorder des droits au nom du cabinet {firm}.",
            f"Cette désignation vaut jusqu’au {vacancy.ends_on:%d/%m/%Y} inclus. Adressez-lui vos demandes.",
        ]
    if event == STOPPED:
        return [
            f"La désignation de {name} pour le cabinet {firm} est terminée.",
            "Les droits accordés à ce titre prennent fin. Le Conseil régional peut désigner un nouveau suppléant.",
        ]
    return [
        f"Le cabinet {firm} compte de nouveau un expert-comptable qui peut accorder des droits.",
        "Adressez-lui vos demandes. Les droits d’un suppléant, s’il y en avait, prennent fin.",
    ]


def _to_stand_in(vacancy: Vacancy, *, event: str, to: str) -> Mail:
    """Say to a stand-in that they begin; who has ended is of the cabinet no more, and no page waits for them."""
    firm = one_line(vacancy.firm.name)
    if event == NAMED and vacancy.ends_on is not None:
        lines = [
            f"Un Conseil régional vous a désigné pour accorder des droits au nom du cabinet {firm}.",
            "Plus personne n’y peut le faire.",
            f"Vous approuvez, refusez et accordez jusqu’au {vacancy.ends_on:%d/%m/%Y} inclus.",
            "Ce que vous accordez prend fin avec votre désignation.",
            "Chaque décision est inscrite au registre du cabinet.",
        ]
        return firm_letter(vacancy.firm_id, to=to, subject=SUBJECT, lines=lines)
    lines = [
        f"Votre désignation pour le cabinet {firm} est terminée. Ce que vous avez accordé à ce titre prend fin.",
        "Vous n’avez rien à faire.",
    ]
    return letter(kind=Kind.CABINET, to=to, subject=SUBJECT, lines=lines)


def _to_council(vacancy: Vacancy, *, to: str) -> Mail:
    firm = vacancy.firm
    lines = [
        f"Plus personne ne peut accorder de droits au nom du cabinet {one_line(firm.name)} (SIREN {firm.siren}).",
        "Ses collaborateurs en sont avertis.",
        "",
        "Vous pouvez désigner un suppléant, pour 30\u00a0jours au plus.",
        "Ce lien ouvre le bureau du Conseil régional, page «\u00a0Cabinets sans délégant\u00a0»\u00a0:",
    ]
    path = reverse("desk:desk_firmwithoutgrantor_changelist")
    return letter(kind=Kind.CABINET, to=to, subject=SUBJECT, lines=lines, path=path)
