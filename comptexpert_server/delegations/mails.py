"""The mails about a delegation, written in the change's own transaction: who acted, what holds now, what to do.

Their words follow the state that was reached, never the call that was made; each has one link, which opens the case.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from comptexpert_server.base import clock
from comptexpert_server.delegations import mail_words, weekly
from comptexpert_server.delegations.entitlement import facts_of
from comptexpert_server.delegations.identity import grantee_identity
from comptexpert_server.delegations.mail_recipients import name_of, recipients
from comptexpert_server.delegations.mail_words import EVENTS
from comptexpert_server.delegations.models import LIVE, Delegation
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.mail import notices
from comptexpert_server.mail.letters import letter
from comptexpert_server.mail.outgoing import Kind
from comptexpert_server.mail.wording import one_line, said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptexpert_server.delegations.entitlement import Facts
    from comptexpert_server.delegations.mail_recipients import Recipient
    from comptexpert_server.mail.outgoing import Mail

__all__ = ["EVENTS", "tell", "word_again"]
REMIND = "remind"
RESTS = "rests"
"""What waits for a second approval goes on with one: those who may give it are told (BR-35)."""
SENT = "Une invitation est envoyée."
"""What others than the one who is invited read of an invitation."""


def tell(delegation: Delegation, *, action: str, stand_in: str = "", actor: UUID | None = None) -> None:
    """Write one mail to each who is to be told; a notice that fails never undoes the change."""
    facts = _facts(delegation, action=action, stand_in=stand_in, actor=actor)
    words = partial(_mails, delegation, action=action, stand_in=stand_in, actor=actor)
    notices.tell("delegation", facts=facts, words=words)


def tell_many(delegations: Sequence[Delegation], *, action_of: Callable[[Delegation], str], actor: UUID) -> None:
    """Write the mails about many delegations that one person made, as `tell` does one by one."""
    known = facts_of(delegations, today=clock.today())
    who = name_of(actor)
    found = []
    for one in delegations:
        action = action_of(one)
        words = partial(_mails, one, action=action, stand_in="", actor=actor, who=who, known=known)
        found.append((_facts(one, action=action, stand_in="", actor=actor), words))
    notices.tell_many("delegation", notices=found)


def _facts(delegation: Delegation, *, action: str, stand_in: str, actor: UUID | None) -> dict[str, str]:
    """Return what it takes to word a notice again."""
    facts = {"delegation": str(delegation.pk), "action": action, "stand_in": stand_in}
    return facts if actor is None else facts | {"actor": str(actor)}


def word_again(*, delegation: str, action: str, stand_in: str, actor: str = "") -> list[Mail]:
    """Word a notice that was set aside."""
    found = complete(Delegation.objects.all()).get(pk=delegation)
    return _mails(found, action=action, stand_in=stand_in, actor=UUID(actor) if actor else None)


def _mails(
    delegation: Delegation,
    *,
    action: str,
    stand_in: str,
    actor: UUID | None,
    who: str | None = None,
    known: Facts | None = None,
) -> list[Mail]:
    """Word one mail to each; no name stands in the subject. `who` is the name of the actor, when it was read before."""
    who = name_of(actor) if who is None else who
    people = recipients(delegation, today=clock.today(), deciders_only=action in {REMIND, RESTS})
    asks = any(one.decides for one in people) and delegation.grantee is not None
    asker = mail_words.identity(grantee_identity(delegation)) if asks else []
    word = partial(_mail, delegation, action=action, stand_in=stand_in, who=who, asker=asker)
    state = mail_words.state(delegation, today=clock.today(), known=known) if people else ""
    for one in people:
        if one.account is not None and weekly.waits(one, action=action, actor=actor):
            weekly.put(delegation, reader=one.account, at=clock.now())
    return [word(recipient=one, state=state) for one in people if not weekly.waits(one, action=action, actor=actor)]


def _mail(
    delegation: Delegation, *, recipient: Recipient, action: str, state: str, stand_in: str, who: str, asker: list[str]
) -> Mail:
    is_invited = recipient.is_grantee and delegation.grantee is None and delegation.status in LIVE
    service = mail_words.service_name(delegation)
    subject = f"Comptexpert\u00a0: délégation {service}"
    if recipient.decides:
        subject = f"Comptexpert\u00a0: une demande à décider, {service}"
    elif is_invited:
        subject = "Comptexpert\u00a0: une délégation vous attend"
    path = reverse("about_signup") if is_invited else reverse("case", args=[delegation.pk])
    lines = (
        _invitation(delegation, who=who)
        if is_invited
        else _case(delegation, recipient=recipient, action=action, state=state, stand_in=stand_in, who=who, asker=asker)
    )
    return letter(kind=Kind.DELEGATION, to=recipient.address, subject=subject, lines=lines, path=path)


def _case(
    delegation: Delegation, *, recipient: Recipient, action: str, state: str, stand_in: str, who: str, asker: list[str]
) -> list[str]:
    event = SENT if action == "invite" else EVENTS[action]
    lines = [event, state, ""]
    if who:
        lines.append(f"Fait par\u00a0: {one_line(who)}")
    if stand_in:
        lines.append(f"Décision prise en son absence par\u00a0: {one_line(stand_in)}")
    lines += _about(delegation)
    if recipient.decides:
        lines += asker
    return [
        *lines,
        "",
        mail_words.next_step(delegation, recipient=recipient, action=action),
        "",
        "Ce lien ouvre le dossier. La page propose de l’ouvrir dans l’application\u00a0:",
    ]


def _invitation(delegation: Delegation, *, who: str) -> list[str]:
    """Invite: from whom, for what, until when, how to begin."""
    entry, firm = delegation.grantor, one_line(delegation.firm.name)
    name = one_line(who or f"{entry.given_name} {entry.surname.upper()}")
    begins = "Elle vous attend quatorze jours, puis elle est close."
    return [
        f"{name}, du cabinet {firm}, vous invite à utiliser {mail_words.service_name(delegation)} pour ce cabinet.",
        "",
        *_about(delegation),
        "",
        EVENTS["invite"],
        begins,
        "",
        "Pour commencer\u00a0:",
        (
            "1. ouvrez la page ci-dessous et créez votre compte, profil «\u00a0Autre\u00a0», avec cette adresse de "
            "courriel\u00a0;"
        ),
        "2. ouvrez le courriel d’activation que vous recevez, et choisissez un mot de passe\u00a0;",
        "3. le droit prend effet aussitôt, sans autre démarche, ou le premier jour de la période.",
        "",
        "Si vous ne connaissez pas ce cabinet, ne faites rien\u00a0: l’invitation s’éteint d’elle-même.",
    ]


def _about(delegation: Delegation) -> list[str]:
    lines = [f"{label}\u00a0: {value}" for label, value in mail_words.facts(delegation)]
    if delegation.reason:
        lines += said("Motif", delegation.reason)
    if delegation.decision_note:
        lines += said("Réponse", delegation.decision_note)
    return lines
