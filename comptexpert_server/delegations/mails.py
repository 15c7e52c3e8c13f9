"""The mails that tell both parties of every change (BR-17), written in the change's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from post_office import mail

from comptexpert_server.catalogue.book import catalogue

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.delegations.models import Delegation

EVENTS = {
    "request": "Une délégation est demandée.",
    "grant": "Une délégation est accordée.",
    "invite": "Une délégation vous attend : créez votre Comptexpert avec cette adresse pour en disposer.",
    "approve": "La demande de délégation est acceptée.",
    "approve_first": "La demande a reçu un premier accord. Un second est nécessaire.",
    "refuse": "La demande de délégation est refusée.",
    "withdraw": "La demande de délégation est retirée.",
    "suspend": "La délégation est suspendue.",
    "resume": "La délégation est rétablie.",
    "revoke": "La délégation est révoquée.",
    "plan_revocation": "La fin de la délégation est fixée.",
    "renew": "La délégation est renouvelée.",
    "transfer": "La délégation est confiée à un autre expert-comptable du cabinet.",
    "relinquish": "Le collaborateur renonce à la délégation.",
    "lapse": "La demande est restée sans réponse pendant quatorze jours. Elle est close.",
    "expire": "La délégation est arrivée à son terme.",
    "start": "La délégation prend effet.",
    "supersede": "La délégation est remplacée par une autre, plus étendue.",
    "cease": "La délégation prend fin : l'un des intéressés n'exerce plus au cabinet ou à l'Ordre.",
    "review_lapse": "La délégation prend fin : la revue annuelle du cabinet est restée sans réponse.",
    "warn": "La délégation arrive bientôt à son terme. Renouvelez-la si elle reste utile.",
    "bind": "L'invitation est acceptée : le compte est actif.",
}


def tell(delegation: Delegation, *, action: str, stand_in: str = "") -> None:
    """Write one mail to each party that has an address; no name stands in the subject."""
    service = catalogue().service(delegation.service)
    name = delegation.service if service is None else service.name
    for address in _addresses(delegation):
        mail.send(
            recipients=[address],
            sender=settings.DEFAULT_FROM_EMAIL,
            subject=f"Comptexpert : délégation {name}",
            message=_body(delegation, action=action, service=name, stand_in=stand_in),
        )


def _addresses(delegation: Delegation) -> list[str]:
    account = getattr(delegation.grantor, "account", None)
    grantor = delegation.grantor.email if account is None else account.email
    grantee = delegation.invited_email if delegation.grantee is None else delegation.grantee.email
    return sorted({address for address in (grantor, grantee) if address})


def _body(delegation: Delegation, *, action: str, service: str, stand_in: str) -> str:
    entry = delegation.grantor
    lines = [
        "Bonjour,",
        "",
        EVENTS[action],
        "",
        f"Cabinet : {delegation.firm.name}",
        f"Service : {service}",
        f"Droits : {', '.join(_right_names(delegation))}",
        f"Expert-comptable : {entry.given_name} {entry.surname.upper()}",
        f"Collaborateur : {_grantee_name(delegation)}",
        f"Période : {_period(delegation)}",
    ]
    if stand_in:
        lines.append(f"Décision prise en son absence par : {stand_in}")
    if delegation.reason:
        lines.append(f"Motif : « {delegation.reason} »")
    if delegation.decision_note:
        lines.append(f"Réponse : « {delegation.decision_note} »")
    lines += ["", "Pour en savoir plus, ouvrez Comptexpert.", "", "Ce message est envoyé automatiquement.", ""]
    return "\n".join(lines)


def _right_names(delegation: Delegation) -> list[str]:
    service = catalogue().service(delegation.service)
    found = [(right, None if service is None else service.right(right)) for right in delegation.rights]
    return [code if right is None else right.name for code, right in found]


def _grantee_name(delegation: Delegation) -> str:
    account = delegation.grantee
    if account is None:
        return delegation.invited_email
    return f"{account.given_name} {account.surname.upper()}".strip() or account.login_id


def _period(delegation: Delegation) -> str:
    if delegation.valid_from is None or delegation.valid_until is None:
        return "à préciser lors de la décision"
    return f"du {_day(delegation.valid_from)} au {_day(delegation.valid_until)} inclus"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
