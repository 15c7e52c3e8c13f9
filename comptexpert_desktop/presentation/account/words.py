"""What « Mon compte » says: who one is, who corrects it, what a change does, what closing ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.domain.check_words import own_words
from comptexpert_desktop.domain.commands import ChangeEmail
from comptexpert_desktop.domain.documents import understood
from comptexpert_desktop.domain.profile import OtherKind, Profile
from comptexpert_desktop.domain.timestamps import optional_time
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.profile_words import KINDS, profile_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.domain.commands import AccountChange
    from comptexpert_desktop.domain.delegation import Firm, Vacancy
    from comptexpert_desktop.domain.outbox import OutboxEntry
    from comptexpert_desktop.domain.session import Account, Mandate

NBSP = wording.NBSP
WORDS_FOR = "à dire à l’expert-comptable qui vous appelle avant de vous accorder un droit"
FILE_NAME = "comptexpert-mes-donnees.json"
OF_REGISTRY = (
    "Votre nom, votre adresse et votre profil sont ceux du tableau de l’Ordre. Votre Conseil régional les corrige"
    f"{NBSP}; votre compte suit aussitôt."
)
OF_ONESELF = (
    "Vous corrigez vous-même votre nom et votre adresse. Les personnes qui vous délèguent un droit sont averties d’un "
    "nouveau nom."
)
EMAIL_TEXT = (
    "Nous écrivons aux deux adresses. La nouvelle confirme. L’ancienne peut arrêter le changement "
    "pendant 72\u00a0heures."
)
NAME_TEXT = "Les personnes qui vous délèguent un droit en sont averties. Le registre des délégations garde la trace."
WEEKLY = "&Réunir en un courriel par semaine ce que je fais moi-même et ce qui arrive à sa date"
MAILS_TEXT = (
    "Les demandes à décider, ce que d’autres font de vos droits, les rappels et les avertissements vous sont toujours "
    "écrits aussitôt."
)
WEEKLY_ON = (
    "Ce que vous faites vous-même et ce qui arrive à sa date vous est écrit une fois par semaine. Le reste vous est "
    "toujours écrit aussitôt."
)
WEEKLY_OFF = "Vous recevez de nouveau un courriel pour chaque changement. Ce qui attendait le résumé part bientôt."
DATA_TEXT = (
    "Tout ce que le serveur sait de vous, table par table, dans un fichier lisible. Il ne contient ni mot de passe ni "
    "lien."
)
INVITATIONS_TEXT = (
    "Un cabinet peut accorder un droit à une adresse, sans savoir à qui elle est. S’il l’a fait à la vôtre avant de "
    "vous connaître, vous acceptez sur la page de votre compte. Le cabinet apprend alors qui vous êtes, et pas avant."
)
CLOSE_TEXT = (
    "Vos droits et ceux que vous avez accordés prennent fin aussitôt, et les intéressés en sont avertis. Vos données "
    "sont effacées. Le registre des délégations garde ses lignes sous un pseudonyme et reste vérifiable."
)
FOR_GOOD = "Un compte fermé ne se rouvre pas, et son identifiant n’est donné à personne d’autre."
SIGN_IN = "Connectez-vous pour voir votre compte"
SIGN_IN_WHY = "Votre nom, votre adresse et vos données ne se montrent qu’à vous."
FRESH_TITLE = "Confirmez votre identité"
FRESH = "Cette action demande une connexion récente. Reconnectez-vous dans le navigateur, puis recommencez."
CLOSED = "Votre compte est fermé. Ce poste ne garde plus rien de lui."
LOST_TITLE = "La réponse n’est pas arrivée"
LOST = "Le compte est peut-être fermé, peut-être pas. Reconnectez-vous pour le savoir."
KEPT = "Votre modification est gardée dans la boîte d’envoi. Elle partira dès que le serveur répondra."


def about_firms(firms: Iterable[Firm]) -> tuple[str, str]:
    """Say what is about to change, or is missing, in one's cabinets; each empty when there is nothing."""
    known = tuple(firms)
    return departures(known), vacancies(known)


def departures(firms: Iterable[Firm]) -> str:
    """Say of which cabinets a departure is planned, and when; empty without one."""
    return " ".join(
        f"Votre départ du cabinet {firm.name} est prévu le {wording.day(firm.leaves_on)} au soir. Vos droits dans ce "
        "cabinet prennent fin ce jour-là."
        for firm in firms
        if firm.leaves_on is not None
    )


def vacancies(firms: Iterable[Firm]) -> str:
    """Say in which cabinets nobody may grant any more, who stands in, and whom to ask; empty without one."""
    return " ".join(_vacancy(firm.name, firm.vacancy) for firm in firms if firm.vacancy is not None)


def _vacancy(firm: str, vacancy: Vacancy) -> str:
    since = wording.day(wording.local_day(vacancy.since))
    said = f"Depuis le {since}, plus personne ne peut accorder de droits au nom du cabinet {firm}."
    if vacancy.stand_in_name and vacancy.ends_on is not None:
        until = wording.day(vacancy.ends_on)
        return f"{said} {vacancy.stand_in_name} le peut jusqu’au {until} inclus{NBSP}: adressez-lui vos demandes."
    named = f" ({vacancy.council_name}, {vacancy.council_email})" if vacancy.council_name else ""
    return f"{said} Le Conseil régional{named} peut désigner un suppléant."


def facts(account: Account) -> tuple[tuple[str, str], ...]:
    """List what is known of an account, each with its name."""
    is_known = account.profile == Profile.OTHER and account.kind in set(OtherKind)
    profile = KINDS[OtherKind(account.kind)] if is_known else profile_name(account.profile)
    return (
        ("Nom", account.display_name),
        ("Identifiant", account.login_id),
        ("Profil", profile),
        ("Adresse électronique", account.masked_email or "Inconnue sur ce poste"),
        ("Mot du cabinet", f"{wording.quoted(own_words(account.login_id))}, {WORDS_FOR}"),
    )


def page_of_account(server_url: str) -> str:
    """Return the address of the page on which invitations are accepted."""
    return f"{server_url.rstrip('/')}/"


def not_opened(page: str) -> str:
    """Say how to go on when no browser came."""
    return f"Aucun navigateur ne s’est ouvert. Ouvrez vous-même cette page{NBSP}: {page}"


def done(entry: OutboxEntry) -> str:
    """Say what a change that the server took comes to, and what is still to do."""
    masked = str(entry.answer.get("masked_email") or "")
    passes_at = understood(lambda: optional_time(entry.answer.get("passes_at")))
    if masked and passes_at is not None:
        moment = f"{wording.day(wording.local_day(passes_at))}, {wording.clock_time(passes_at)}"
        return (
            f"Deux courriels sont partis, l’un à {masked}, l’autre à votre adresse actuelle. Ouvrez les deux pour "
            f"confirmer. Si l’adresse actuelle ne répond pas, la nouvelle suffit à partir du {moment}."
        )
    if "weekly_mails" in entry.answer:
        return WEEKLY_ON if entry.answer["weekly_mails"] else WEEKLY_OFF
    return "Votre nom est corrigé. Les personnes qui vous délèguent un droit en sont averties."


def mandate(found: Mandate) -> str:
    """Say where a mandate for an AGC stands, and why it was refused."""
    which = f" pour {found.agc_name}" if found.agc_name else ""
    if found.status == "refused":
        end = "" if found.reason.endswith((".", "…", "?", "!")) else "."
        return (
            f"Votre mandat{which} n’a pas été confirmé. Le Conseil régional répond{NBSP}: "
            f"{wording.quoted(found.reason)}{end} Vous pouvez demander de nouveau."
        )
    sentences = {
        "waiting": f"Votre mandat{which} attend la réponse d’un Conseil régional. Vous la recevrez par courriel.",
        "confirmed": f"Votre mandat{which} est confirmé. Vous accordez des droits pour elle.",
        "ended": f"Votre mandat{which} a pris fin, et les droits que vous aviez accordés avec lui.",
    }
    return sentences.get(found.status, f"Votre mandat{which} est connu du Conseil régional.")


def title(change: AccountChange) -> str:
    """Name a change."""
    return "Changement d’adresse" if isinstance(change, ChangeEmail) else "Correction du nom"


def before_closing(login_id: str, *, unsent: int) -> str:
    """Say what closing ends, what is lost on this machine, and what is to be typed."""
    lost = ""
    if unsent:
        verb = "seront perdus" if unsent > 1 else "sera perdu"
        lost = f" {wording.count(unsent, 'envoi')} qui n’{'ont' if unsent > 1 else 'a'} pas quitté ce poste {verb}."
    return f"{CLOSE_TEXT}{lost} {FOR_GOOD} Pour confirmer, écrivez votre identifiant{NBSP}: {login_id}."
