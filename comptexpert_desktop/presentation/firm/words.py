"""What the cabinet's screen says: dates, states, consequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comptexpert_desktop.domain.firm import ABSENCE_WAIT_HOURS, AbsenceStatus
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.wording import NBSP, of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from comptexpert_desktop.domain.delegation import Firm
    from comptexpert_desktop.domain.firm import (
        Absence,
        FirmPage,
        Invitation,
        Member,
        PendingSetting,
        ReviewSummary,
        Template,
        TemplateGrant,
        Terms,
        Unused,
    )
    from comptexpert_desktop.presentation.labels import Labels
    from comptexpert_desktop.presentation.tone import Tone


class Look(NamedTuple):
    """A state as an icon, a word and a tone."""

    icon: str
    word: str
    tone: Tone


ABSENCES = {
    AbsenceStatus.WAITING: Look("clock", "Pas encore commencé", "info"),
    AbsenceStatus.ACTIVE: Look("check-circle", "En cours", "success"),
    AbsenceStatus.OBJECTED: Look("ban", "Opposition", "neutral"),
    AbsenceStatus.ENDED: Look("close", "Terminé", "neutral"),
}

OFFLINE = "Pas de connexion au serveur. Le cabinet ne se modifie qu’en ligne."
WAIT = wording.count(ABSENCE_WAIT_HOURS, "heure")
COVER_RULE = (
    "Vous demandez à décider pour un confrère absent. Il en est prévenu par courriel. Sans opposition, de lui ou d’un "
    f"autre expert-comptable, sous {WAIT}, vous approuvez, refusez et prolongez à sa place, du premier au dernier jour "
    "de l’absence. Le registre porte les deux noms."
)
NAMING_RULE = (
    "Vous nommez le confrère qui décide à votre place, du premier au dernier jour de votre absence. Vous pouvez la "
    "prévoir jusqu’à 90\u00a0jours à l’avance. Le registre porte les deux noms."
)
ONE_EXPERT = "Le cabinet ne compte qu’un expert-comptable. Il en faut deux pour demander deux accords."
NO_COLLEAGUE = "Aucun confrère du cabinet n’a de Comptexpert. Il faut un compte pour décider."
ALL_COVERED = "L’absence de chacun de vos confrères est déjà couverte, ou le cabinet n’en compte pas d’autre."
ALREADY_AWAY = "Votre absence est déjà déclarée."
UNNAMED = "Le tableau de ce cabinet ne porte pas votre nom."
NO_CATALOGUE = "La liste des services n’est pas encore arrivée."


def siren(firm: Firm | FirmPage) -> str:
    """Write « SIREN 732 829 320 »."""
    digits = firm.siren
    return f"SIREN{NBSP}{NBSP.join((digits[:3], digits[3:6], digits[6:]))}" if digits else ""


def read_at(moment: datetime, *, now: datetime) -> str:
    """Say how old what is shown is."""
    return f"Lu sur le serveur {wording.moment(moment, now=now)}."


def member_lines(member: Member, *, rights: Sequence[TemplateGrant], labels: Labels) -> list[str]:
    """Say since when somebody works there, and what they may do now."""
    since = f"{member.login_id} · Au cabinet depuis le {wording.day(wording.local_day(member.since))}"
    may = wording.joined(
        [f"{labels.service(one.service)} ({labels.rights(one.service, one.rights)})" for one in rights]
    )
    return [since, f"Peut{NBSP}: {may}" if may else "Aucun droit en vigueur que ce poste connaisse."]


def leaving(member: Member) -> Look | None:
    """Say when somebody leaves, if that is planned."""
    if member.leaves_on is None:
        return None
    return Look("calendar", f"Départ le {wording.day(member.leaves_on)}", "warning")


def before_staying(member: Member, *, firm: str) -> str:
    """Say what cancelling a planned departure does."""
    return (
        f"{member.display_name} devait quitter {firm} le {wording.day(member.leaves_on)} au soir. Ses droits gardent "
        f"chacun leur date de fin{NBSP}; ceux qui sont suspendus le restent jusqu’à leur reprise. La personne en est "
        "avertie par courriel."
        if member.leaves_on
        else f"{member.display_name} fait partie de {firm}."
    )


def unused_lines(right: Unused, *, labels: Labels) -> list[str]:
    """Say what nobody uses, and since when."""
    last = f"Dernière utilisation le {wording.day(right.last_used_on)}" if right.last_used_on else "Jamais utilisé"
    idle = wording.count(right.days, "jour sans utilisation", many="jours sans utilisation")
    return [f"{labels.service(right.service)} · {labels.rights(right.service, right.rights)}", f"{last} · {idle}"]


def invitation_lines(invitation: Invitation, *, labels: Labels) -> list[str]:
    """Say what is promised to an address, and until when."""
    rights = labels.rights(invitation.service, invitation.rights)
    sent = f"Invitation du {wording.day(wording.local_day(invitation.invited_at))}"
    ends = f", valable jusqu’au {wording.day(invitation.lapses_on)}" if invitation.lapses_on else ""
    return [f"{labels.service(invitation.service)} · {rights}", f"{sent}{ends}"]


def terms_line(terms: Terms, *, page: FirmPage) -> str:
    """Say who accepted, and when; somebody who left the cabinet is named as the server does."""
    named = (one.display_name for one in page.experts if one.account_id and one.account_id == terms.accepted_by)
    name = next(named, terms.accepted_by_name)
    by = f" par {name}" if name else ""
    return f"Acceptées{by} le {wording.day(wording.local_day(terms.accepted_at))}"


def before_accepting(service: str, *, firm: str) -> str:
    """Say what accepting terms does."""
    return (
        f"Vous acceptez les conditions de {wording.quoted(service)} au nom de {firm}. Les délégations de ce service "
        "deviennent utilisables pour tout le cabinet. Votre nom et la date sont inscrits au registre. "
        "L’application ne permet pas de revenir sur cet accord."
    )


def template_lines(template: Template, *, labels: Labels) -> list[str]:
    """Say what a template grants, a line a service."""
    lines = [
        f"{labels.service(one.service)}{NBSP}: {labels.rights(one.service, one.rights)}" for one in template.grants
    ]
    return [template.description, *lines, f"Pour {wording.period(template.days, is_exact=True)}"]


def absence_title(absence: Absence) -> str:
    """Say who decides for whom."""
    return f"{absence.cover.display_name} décide en l’absence {of(absence.absent.display_name)}"


def absence_lines(absence: Absence, *, now: datetime) -> list[str]:
    """Say from when and until when, and why."""
    ends = wording.day(absence.ends_on)
    begins = wording.moment(absence.starts_at, now=now)
    if absence.is_named:
        waits = f"Prévu{NBSP}: commence {begins}, prend fin le {ends}."
    else:
        waits = f"Commence {begins}, sauf opposition. Prend fin le {ends}."
    when = {
        AbsenceStatus.WAITING: waits,
        AbsenceStatus.ACTIVE: f"Jusqu’au {ends} inclus.",
        AbsenceStatus.OBJECTED: "Refusé avant le début.",
        AbsenceStatus.ENDED: f"Prévu jusqu’au {ends}.",
    }
    reason = f"Motif{NBSP}: {absence.reason}" if absence.reason else ""
    return [when[absence.status], reason]


def named(cover: str, *, starts_on: date | None, ends_on: date) -> str:
    """Say who decides in one's absence, from when and until when."""
    until = f"jusqu’au {wording.day(ends_on)} inclus"
    if starts_on is None:
        return f"{cover} décide à votre place {until}."
    return f"{cover} décidera à votre place du {wording.day(starts_on)} {until}."


def pending_setting(pending: PendingSetting, *, account_id: str) -> str:
    """Say what changes, who asked for it, when it holds, and who may stop it."""
    by = "Vous demandez" if pending.asked_by == account_id else f"{pending.asked_by_name} demande"
    if pending.setting == "two_approvers":
        what = "à revenir à un seul accord"
    else:
        what = "à déplacer la revue annuelle" if pending.value else "à supprimer la date de la revue annuelle"
    day = wording.day(wording.local_day(pending.takes_effect_at))
    when = f"le {day} à {wording.clock_time(pending.takes_effect_at)}"
    return f"{by} {what}. Sans opposition, ce sera fait {when}, ou dès qu’un autre expert-comptable le demande aussi."


def review_day(review_on: str) -> str:
    """Write the day of « MM-DD »: « chaque année le 31 mars »."""
    if not review_on:
        return "Aucune date n’est choisie. Un expert-comptable ouvre la revue quand il le décide."
    month, _, day = review_on.partition("-")
    first = "1er" if int(day) == 1 else str(int(day))
    return f"La revue s’ouvre d’elle-même chaque année le {first}{NBSP}{wording.MONTHS[int(month) - 1]}."


def review_line(review: ReviewSummary) -> str:
    """Say how far the last review is."""
    seen = review.total - review.waiting
    opened = f"Revue ouverte le {wording.day(wording.local_day(review.opened_at))}"
    done = f"{wording.count(seen, 'droit')} sur {wording.number(review.total)} {'revus' if seen > 1 else 'revu'}"
    ends = {"open": f", à répondre avant le {wording.day(review.closes_on)}", "grace": ", délai de grâce en cours"}
    return f"{opened}{NBSP}: {done}{ends.get(review.status, ', close')}."
