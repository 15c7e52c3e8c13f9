"""What the identity card of the other party says, and when the « Mot du cabinet » is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.check_words import check_words, own_words
from comptexpert_desktop.domain.delegation import Role, Status
from comptexpert_desktop.domain.first_rights import is_first_high_risk
from comptexpert_desktop.domain.first_rights import is_high_risk as is_high
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.delegations import words
from comptexpert_desktop.presentation.profile_words import profile_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comptexpert_desktop.domain.delegation import Delegation, NewRequest
    from comptexpert_desktop.domain.firm import TemplateGrant
    from comptexpert_desktop.domain.first_rights import RightsOfService
    from comptexpert_desktop.domain.identity import Identity
    from comptexpert_desktop.presentation.delegations.delegation_detail import Case
    from comptexpert_desktop.presentation.labels import Labels

NBSP = wording.NBSP
SEPARATOR = f"{NBSP}· "
TITLE = "À qui vous avez affaire"
WAITING = "Le serveur est interrogé sur cette personne."
UNKNOWN = "Le serveur n’a pas encore dit qui est cette personne. Vérifiez vous-même l’identifiant avant de décider."
WORD_TITLE = "Mot du cabinet"
_EVER_GRANTED = frozenset(Status) - words.UNDECIDED - {Status.REFUSED, Status.WITHDRAWN, Status.LAPSED}
_IN_FIRM = {
    "grantor": "Inscrit au cabinet par le tableau de l’Ordre",
    "staff": "Membre du cabinet",
    "none": "Pas encore membre de ce cabinet",
}


def line(identity: Identity, *, role: Role) -> str:
    """Say what is known of the other party in one line."""
    since = identity.since
    here = _IN_FIRM[identity.role] if since is None else f"Membre depuis le {wording.day(wording.local_day(since))}"
    parts = [identity.login_id, identity.masked_email, identity.profile and profile_name(identity.profile), here]
    if role is Role.GRANTOR:
        before = wording.count(
            identity.earlier, "autre dossier avec ce cabinet", many="autres dossiers avec ce cabinet"
        )
        parts.append(before if identity.earlier else "Première demande à ce cabinet")
    return SEPARATOR.join(part for part in parts if part)


def login_id(case: Case) -> str:
    """Return the identifiant of the other party, as this machine knows it."""
    delegation = case.row.delegation
    return (delegation.grantee if case.row.role is Role.GRANTOR else delegation.grantor).login_id


def warnings(identity: Identity) -> tuple[str, ...]:
    """Warn of those who may be taken for the person."""
    found = []
    for one in identity.alike:
        who = f"{one.name} ({one.login_id})" if one.login_id else one.name
        same = "porte le même nom" if one.likeness == "same" else "porte un nom qui se lit presque pareil"
        found.append(f"Une autre personne du cabinet {same}{NBSP}: {who}. Vérifiez l’identifiant.")
    return tuple(found)


def has_word(delegation: Delegation, *, labels: Labels) -> bool:
    """Return whether both screens show the three words: a right of high risk waits for a decision."""
    return delegation.status in words.UNDECIDED and is_high_risk(delegation, rights=delegation.rights, labels=labels)


def needs_check(case: Case, *, rights: Iterable[str]) -> bool:
    """Return whether these would be the first rights of high risk that the firm gives the person.

    The server says so; without its word, what this machine knows does.
    """
    delegation = case.row.delegation
    if not is_high_risk(delegation, rights=rights, labels=case.labels):
        return False
    if case.identity is not None:
        return case.identity.is_first_high_risk
    return not any(_gave_high_risk(one, case=case) for one in case.with_person)


def is_high_risk(delegation: Delegation, *, rights: Iterable[str], labels: Labels) -> bool:
    """Return whether a right of these is of high risk; what this version does not know is."""
    return is_high(delegation.service, rights, catalogue=labels.catalogue)


@dataclass(frozen=True, slots=True)
class GrantCheck:
    """What is asked before a right that nobody asked for."""

    sentence: str
    label: str


def grant_check(requested: Sequence[NewRequest], *, held: Sequence[TemplateGrant], labels: Labels) -> GrantCheck | None:
    """Return what to ask before grants of which one is of high risk, unless the person has such a right already.

    An address has no screen yet that shows three words: the person spells it.
    """
    return first_right_check(requested, held=held, who=requested[0].grantee if requested else "", labels=labels)


def first_right_check(
    given: Sequence[RightsOfService], *, held: Sequence[RightsOfService], who: str, labels: Labels
) -> GrantCheck | None:
    """Return what to ask before the first right of high risk that a cabinet gives somebody, by identifiant."""
    if not is_first_high_risk(given, held=held, catalogue=labels.catalogue):
        return None
    shown = who.replace("&", "&&")
    call = "Appelez cette personne à un numéro que vous connaissez et"
    if "@" in who:
        return GrantCheck(
            f"Premier droit de risque élevé{NBSP}: {call[0].lower()}{call[1:]} faites-lui épeler son adresse.",
            f"&J’ai vérifié l’adresse {shown} avec cette personne, de vive voix",
        )
    said = wording.quoted(own_words(who))
    return GrantCheck(
        f"Mot du cabinet{NBSP}: {said}. {call} demandez-lui les trois mots que sa page "
        f"{wording.quoted('Mon compte')} montre.",
        f"&J’ai comparé les trois mots avec {shown}, de vive voix",
    )


def word_sentence(delegation: Delegation, *, role: Role) -> str:
    """Say the three words, and what they are for."""
    said = wording.quoted(check_words(delegation.id))
    if role is Role.GRANTOR:
        return (
            f"Mot du cabinet{NBSP}: {said}. Appelez cette personne à un numéro que vous connaissez et demandez-lui les "
            "trois mots que son écran montre."
        )
    return (
        f"Mot du cabinet{NBSP}: {said}. Dites ces trois mots à l’expert-comptable s’il vous appelle{NBSP}: "
        "il saura que la demande vient de vous."
    )


def check_label(delegation: Delegation) -> str:
    """Name the tick that says that the words were compared."""
    name = delegation.grantee.display_name
    return f"&J’ai comparé les trois mots avec {name.replace('&', '&&')}, de vive voix"


def _gave_high_risk(one: Delegation, *, case: Case) -> bool:
    is_here = one.firm.id == case.row.delegation.firm.id
    was_granted = one.status in _EVER_GRANTED and one.decided_at is not None
    return is_here and was_granted and is_high_risk(one, rights=one.rights, labels=case.labels)
