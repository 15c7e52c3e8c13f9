"""What a mail and the page of a case say: the state reached, what follows from it, what its reader can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations.entitlement import entitlement_of, facts_of
from comptexpert_server.delegations.likeness import Likeness
from comptexpert_server.delegations.models import OPEN, Delegation, Status
from comptexpert_server.delegations.rules import REQUEST_TTL
from comptexpert_server.mail.wording import one_line

if TYPE_CHECKING:
    from datetime import date

    from comptexpert_server.delegations.entitlement import Facts
    from comptexpert_server.delegations.identity import Identity
    from comptexpert_server.delegations.mail_recipients import Recipient

NBSP = "\u00a0"
EVENTS = {
    "request": "Une délégation est demandée.",
    "grant": "Une délégation est accordée.",
    "invite": "Une délégation vous attend. Pour en disposer, créez votre Comptexpert avec cette adresse. "
    "Si vous en avez déjà un, connectez-vous à la page de votre compte et acceptez-la.",
    "approve": "La demande de délégation est acceptée.",
    "approve_first": "La demande a reçu un premier accord. Un second est nécessaire.",
    "refuse": "La demande de délégation est refusée.",
    "withdraw": "La demande de délégation est retirée.",
    "suspend": "La délégation est suspendue.",
    "resume": "La délégation est rétablie.",
    "revoke": "La délégation est révoquée.",
    "plan_revocation": "La fin de la délégation est fixée.",
    "renew": "La délégation est renouvelée.",
    "prolong": "La prolongation d’un droit est demandée. Le droit d’aujourd’hui ne change pas.",
    "request_broader": "D’autres droits du même service sont demandés. Ceux d’aujourd’hui ne changent pas.",
    "broaden": "D’autres droits du même service sont accordés. Ceux d’avant restent.",
    "narrow": "Une partie des droits est retirée. Les autres restent.",
    "edit": "La demande est modifiée.",
    "extend": "La fin de la délégation est repoussée.",
    "transfer": "La délégation est confiée à un autre expert-comptable du cabinet.",
    "relinquish": "Le collaborateur renonce à la délégation.",
    "remind": "Une demande de délégation attend toujours une réponse.",
    "rests": "Le cabinet n’a plus deux comptes qui accordent. La règle des deux accords est suspendue jusqu’à ce qu’il "
    "en ait deux de nouveau\u00a0: un seul accord suffit pour cette demande.",
    "lapse": "La demande est restée sans réponse pendant quatorze jours. Elle est close.",
    "expire": "La délégation est arrivée à son terme.",
    "start": "La délégation prend effet.",
    "supersede": "La délégation est remplacée par une autre, plus étendue.",
    "cease": "La délégation prend fin : l’un des intéressés n’exerce plus au cabinet ou à l’Ordre.",
    "review_lapse": "La délégation prend fin : la revue annuelle du cabinet est restée sans réponse.",
    "warn": "La délégation arrive bientôt à son terme. Renouvelez-la si elle reste utile.",
    "certificate_warn": "Le certificat personnel du collaborateur arrive bientôt à son terme\u00a0: le droit de signer "
    "s’arrêtera avec lui. Faites-le renouveler, puis attester.",
    "certificate_end": "Le certificat personnel du collaborateur est arrivé à son terme\u00a0: le droit de signer ne "
    "fonctionne plus, jusqu’à l’attestation d’un nouveau certificat.",
    "unused": "Ce droit n’a pas servi depuis 90\u00a0jours ou plus, selon le site du service.",
    "unused_proposed": "Ce droit n’a pas servi depuis 180\u00a0jours ou plus, selon le site du service. Il est proposé "
    "d’y mettre fin.",
    "join": "Le collaborateur a réuni deux comptes\u00a0: le droit est au nom de celui qui reste.",
    "bind": "L’invitation est acceptée : le compte est actif.",
}


_STATES = {
    Status.PENDING: "La demande attend une réponse. Rien n’est encore accordé.",
    Status.PENDING_SECOND: "Un premier accord est donné. Le droit n’est pas encore effectif\u00a0: un second accord, "
    "d’une autre personne du cabinet, est nécessaire.",
    Status.SCHEDULED: "Le droit est accordé. Il n’est pas encore effectif.",
    Status.SUSPENDED: "Le droit est suspendu\u00a0: il ne peut pas être utilisé.",
    Status.REFUSED: "La demande est refusée. Rien n’est accordé.",
    Status.WITHDRAWN: "La demande est retirée. Rien n’est accordé.",
    Status.LAPSED: "La demande est close, sans réponse. Rien n’est accordé.",
    Status.EXPIRED: "Le droit est arrivé à son terme\u00a0: il ne peut plus être utilisé.",
    Status.REVOKED: "Le droit est révoqué\u00a0: il ne peut plus être utilisé.",
    Status.CEASED: "Le droit a pris fin\u00a0: il ne peut plus être utilisé.",
    Status.SUPERSEDED: "Ce droit est remplacé par un autre, plus étendu, qui continue.",
}
_MISSING = {
    "DEL_TERMS": "qu’un expert-comptable du cabinet accepte les conditions du service, page «\u00a0Cabinet\u00a0»",
    "DEL_CERT_REQUIRED": "que le certificat personnel du collaborateur soit attesté",
    "DEL_SERVICE_CLOSED": "que le service ouvre de nouveau",
    "REG_STRUCK_OFF": "que l’inscription du collaborateur soit rétablie",
    "PROFILE_EXCLUDED": "que le profil du collaborateur lui permette ce service",
}


def state(delegation: Delegation, *, today: date, known: Facts | None = None) -> str:
    """Say where the delegation stands now, whatever was done to it; `known` was read for many of them."""
    if delegation.status == Status.SCHEDULED and delegation.grantee is None:
        return "Le droit est accordé. Il prendra effet quand le compte invité sera actif."
    if delegation.status == Status.SCHEDULED and delegation.valid_from is not None and delegation.valid_from > today:
        return f"Le droit est accordé. Il prend effet le {day(delegation.valid_from)}."
    if delegation.status != Status.ACTIVE:
        return _STATES[Status(delegation.status)]
    answer = entitlement_of(delegation, facts=known or facts_of([delegation], today=today))
    if answer.is_effective:
        return "Le droit est effectif\u00a0: il peut être utilisé dès maintenant."
    lacks = " et ".join(_MISSING.get(code, code) for code in answer.missing)
    partly = (
        f" Peut déjà être utilisé\u00a0: {', '.join(right_names(delegation, answer.rights))}." if answer.rights else ""
    )
    return (
        f"Le droit est accordé, et pas encore utilisable\u00a0: il faut {lacks}.{partly}"
        if lacks
        else ("Le droit est accordé, et ne peut pas être utilisé.")
    )


def next_step(delegation: Delegation, *, recipient: Recipient, action: str) -> str:
    """Say what the reader can do, or that there is nothing to do."""
    status = Status(delegation.status)
    if status in OPEN:
        last = day(timezone.localdate(delegation.requested_at + REQUEST_TTL))
        if recipient.decides:
            return f"Ouvrez le dossier pour accepter ou refuser. Sans réponse, la demande est close le {last}."
        return f"Vous n’avez rien à faire. Sans réponse, la demande est close le {last}."
    if action in {"warn", "certificate_warn", "certificate_end"}:
        return "Ouvrez le dossier pour voir ce qui prend fin et le prolonger à temps."
    if action in {"unused", "unused_proposed"}:
        return _UNUSED_STEPS[recipient.is_grantee]
    if recipient.is_grantee:
        return _GRANTEE_STEPS.get(status, "Vous n’avez rien à faire.")
    return _GRANTOR_STEPS.get(
        status, "Vous n’avez rien à faire. Un droit accordé se suspend ou se révoque à tout moment."
    )


_UNUSED_STEPS = {
    True: "S’il ne vous est plus utile, ouvrez le dossier et renoncez-y. Sinon, vous n’avez rien à faire.",
    False: "Dans l’application, page «\u00a0Cabinet\u00a0», retirez ce droit ou gardez-le. Sans réponse, il reste.",
}
_GRANTEE_STEPS = {
    Status.REFUSED: "Lisez la réponse. Une nouvelle demande, avec d’autres droits ou un autre motif, reste possible.",
    Status.LAPSED: "Si vous en avez encore besoin, faites une nouvelle demande.",
    Status.EXPIRED: "Si vous en avez encore besoin, demandez-le de nouveau.",
    Status.REVOKED: "Si vous pensez que c’est une erreur, parlez-en à votre cabinet.",
    Status.CEASED: "Si vous en avez encore besoin, demandez-le à un autre expert-comptable du cabinet.",
    Status.SUSPENDED: "Vous n’avez rien à faire\u00a0: le cabinet rétablit le droit, ou y met fin.",
}
_GRANTOR_STEPS = {
    Status.SUSPENDED: "Ouvrez le dossier pour rétablir ce droit, ou y mettre fin.",
    Status.LAPSED: "Vous n’avez plus rien à faire\u00a0: la personne peut demander de nouveau.",
    **dict.fromkeys(
        (Status.REFUSED, Status.WITHDRAWN, Status.EXPIRED, Status.REVOKED, Status.CEASED, Status.SUPERSEDED),
        "Vous n’avez rien à faire.",
    ),
}


def facts(delegation: Delegation) -> list[tuple[str, str]]:
    """Name what the case is about: label and value."""
    entry = delegation.grantor
    return [
        ("Cabinet", one_line(delegation.firm.name)),
        ("Service", service_name(delegation)),
        ("Droits", ", ".join(right_names(delegation, delegation.rights))),
        ("Expert-comptable", one_line(f"{entry.given_name} {entry.surname.upper()}")),
        ("Collaborateur", one_line(grantee_name(delegation))),
        ("Période", _period(delegation)),
    ]


def identity(asker: Identity) -> list[str]:
    """Say whom one decides about, and who in the firm may be taken for them (BR-38)."""
    lines = ["", "La personne qui demande\u00a0:", f"Identifiant\u00a0: {one_line(asker.login_id)}"]
    if asker.masked_email:
        lines.append(f"Courriel\u00a0: {asker.masked_email}")
    lines.append(_IN_FIRM[asker.role] if asker.since is None else f"Au cabinet depuis le {day(asker.since)}")
    if not asker.earlier:
        lines.append("C’est sa première demande à ce cabinet.")
    for one in asker.alike:
        login = f" ({one_line(one.login_id)})" if one.login_id else ""
        lines.append(f"{_ALIKE[one.likeness]}\u00a0: {one_line(one.name)}{login}. Vérifiez l’identifiant.")
    return lines


_IN_FIRM = {
    "grantor": "Inscrite au cabinet par le tableau de l’Ordre",
    "staff": "Membre du cabinet",
    "none": "Pas encore membre du cabinet",
}
_ALIKE = {
    Likeness.SAME: "Attention, une autre personne du cabinet porte le même nom",
    Likeness.CLOSE: "Attention, une autre personne du cabinet porte un nom qui se lit presque pareil",
}


def service_name(delegation: Delegation) -> str:
    """Name the service of a delegation."""
    service = catalogue().service(delegation.service)
    return delegation.service if service is None else service.name


def right_names(delegation: Delegation, rights: list[str] | tuple[str, ...]) -> list[str]:
    """Name rights of the service of a delegation."""
    service = catalogue().service(delegation.service)
    found = [(right, None if service is None else service.right(right)) for right in rights]
    return [code if right is None else right.name for code, right in found]


def grantee_name(delegation: Delegation) -> str:
    """Name the collaborateur, or the address that was invited."""
    account = delegation.grantee
    if account is None:
        return delegation.invited_email
    return f"{account.given_name} {account.surname.upper()}".strip() or account.login_id


def day(value: date) -> str:
    """Write a day."""
    return f"{value:%d/%m/%Y}"


def _period(delegation: Delegation) -> str:
    if delegation.valid_from is None or delegation.valid_until is None:
        return "à préciser lors de la décision"
    return f"du {day(delegation.valid_from)} au {day(delegation.valid_until)} inclus"
