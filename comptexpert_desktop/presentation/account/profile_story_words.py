"""« Je change de statut » in words: what was, what another profile opens, closes and ends, who takes over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.profile_words import profile_name

if TYPE_CHECKING:
    from comptexpert_desktop.domain.profile_story import OtherProfile, ProfileStory
    from comptexpert_desktop.presentation.labels import Labels

NBSP = wording.NBSP
TITLE = "Je change de statut"
INTRO = (
    "Votre profil est celui du tableau de l’Ordre. Quand votre Conseil régional l’a changé, tout suit de lui-même, "
    "avec le même compte et le même identifiant. Regardez ici ce qu’un autre profil changerait, avant de le demander."
)
CHOOSE = "&Mon profil deviendrait"
WAITING = "Le serveur est interrogé."
NOTHING_ELSE = "Rien d’autre ne change."
NO_STEPS = "Votre profil n’a pas changé depuis l’ouverture du compte."
MAX_HOLDERS = 20


def now(story: ProfileStory) -> str:
    """Say the profile of today."""
    grants = "vous accordez des délégations" if story.may_grant else "vous n’accordez pas de délégations"
    return f"Aujourd’hui{NBSP}: {profile_name(story.profile)}, et {grants}."


def steps(story: ProfileStory) -> tuple[str, ...]:
    """Say each change that happened, the latest first."""
    found = tuple(
        f"{wording.day(wording.local_day(one.at))}{NBSP}: de {profile_name(one.before)} à {profile_name(one.after)}"
        for one in story.steps
    )
    return found or (NO_STEPS,)


def changes(story: ProfileStory, other: OtherProfile, *, labels: Labels) -> tuple[str, ...]:
    """Say what another profile would change, a sentence each."""
    found = [
        f"{title}{NBSP}: {', '.join(services)}."
        for title, services in (
            ("S’ouvrent", other.opens),
            ("Se ferment", other.closes),
            ("Demanderont une délégation", other.by_delegation),
        )
        if services
    ]
    if other.may_grant != story.may_grant:
        found.append(
            "Vous pourrez accorder des délégations dans vos cabinets."
            if other.may_grant
            else "Vous ne pourrez plus accorder de délégations."
        )
    if other.ends_held:
        ended = wording.count(
            other.ends_held, "délégation que vous avez prendra", many="délégations que vous avez prendront"
        )
        found.append(f"{ended} fin{NBSP}: ce profil n’en a pas besoin, ou ne les permet pas.")
    if story.granted and not other.may_grant:
        found += _successions(story, labels=labels)
    return tuple(found) or (NOTHING_ELSE,)


def _successions(story: ProfileStory, *, labels: Labels) -> list[str]:
    """Say which of the rights that were given end, and where somebody may take them over before."""
    total = wording.count(
        len(story.granted), "délégation que vous accordez prendra", many="délégations que vous accordez prendront"
    )
    found = [
        f"{total} fin, sauf si un confrère les prend à son nom avant{NBSP}: «\u00a0Transférer\u00a0», page Délégations."
    ]
    for firm, count in Counter(one.firm.name for one in story.granted).items():
        peers = next(one.peers for one in story.granted if one.firm.name == firm)
        who = (
            wording.count(peers, "confrère peut les prendre", many="confrères peuvent les prendre")
            if peers
            else "personne d’autre n’accorde, parlez-en à votre Conseil régional"
        )
        found.append(f"{firm}{NBSP}: {wording.count(count, 'délégation')}, {who}.")
    found += [f"{one.holder}, {labels.service(one.service)}, {one.firm.name}." for one in story.granted[:MAX_HOLDERS]]
    rest = len(story.granted) - MAX_HOLDERS
    if rest > 0:
        found.append(f"Et {wording.count(rest, 'autre délégation', many='autres délégations')}.")
    return found
