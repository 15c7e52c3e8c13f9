"""The mails that tell the people of a firm what is decided for it, written in the change's own transaction."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.firms.models import Absence, AbsenceStatus, Membership
from comptexpert_server.firms.selectors import grantors_of
from comptexpert_server.mail import notices
from comptexpert_server.mail.outgoing import Kind, Mail
from comptexpert_server.mail.wording import one_line, said
from comptexpert_server.registry.models import Firm

if TYPE_CHECKING:
    from comptexpert_server.firms.models import SettingChange
    from comptexpert_server.registry.models import RegistryEntry

SUBJECT = "Comptexpert : suppléance pendant une absence"
EVENTS = {
    "asked": "Un confrère du cabinet demande à décider à la place d’un autre pendant son absence.",
    "named": "Un expert-comptable du cabinet confie ses décisions à un confrère pendant son absence.",
    "started": "La suppléance commence : les décisions prises sont inscrites au registre avec les deux noms.",
    "objected": "Une opposition a été faite : la suppléance n’aura pas lieu.",
    "withdrawn": "La demande de suppléance est retirée.",
    "ended": "La suppléance est terminée : les décisions reviennent à l’expert-comptable nommé.",
    "standing": "La suppléance prend fin : l’un des intéressés n’exerce plus au cabinet ou à l’Ordre.",
}
SETTINGS = {
    "two_approvers": "second accord pour un droit à risque élevé",
    "review_on": "jour de la revue annuelle",
}
SETTING_EVENTS = {
    "asked": "Un expert-comptable du cabinet demande à alléger un contrôle.",
    "applied": "Un contrôle du cabinet est allégé.",
    "kept": "Un contrôle du cabinet reste comme il est\u00a0: la demande de l’alléger est close.",
}


def tell(absence: Absence, *, event: str) -> None:
    """Tell both parties of an absence (BR-17, BR-24); no name stands in the subject."""
    facts = {"absence": str(absence.pk), "event": event}
    notices.tell("absence", facts=facts, words=partial(_mails, absence, event=event))


def word_again(*, absence: str, event: str) -> list[Mail]:
    """Word a notice of an absence that was set aside."""
    found = Absence.objects.select_related("firm", "absent__account", "cover__account").get(pk=absence)
    return _mails(found, event=event)


def tell_departure(member: Membership) -> None:
    """Tell a member which day is their last one."""
    notices.tell("departure", facts={"member": str(member.pk)}, words=partial(_departure_mails, member))


def word_departure_again(*, member: str) -> list[Mail]:
    """Word a notice of a departure that was set aside."""
    return _departure_mails(Membership.objects.select_related("firm", "account").get(pk=member))


def tell_departure_cancelled(member: Membership, *, last_day: date) -> None:
    """Say to a member that they stay, after a last day was announced to them."""
    facts = {"member": str(member.pk), "last_day": last_day.isoformat()}
    notices.tell("departure_cancelled", facts=facts, words=partial(word_stay_again, **facts))


def word_stay_again(*, member: str, last_day: str) -> list[Mail]:
    """Word the notice of a departure that was cancelled."""
    found = Membership.objects.select_related("firm", "account").get(pk=member)
    was = f"{date.fromisoformat(last_day):%d/%m/%Y}"
    lines = [
        "Bonjour,",
        "",
        f"Votre départ du cabinet {one_line(found.firm.name)}, prévu le {was}, est annulé.",
        "Vous faites toujours partie du cabinet. Vos droits délégués gardent chacun leur date de fin.",
        "Ceux qui ont été suspendus le restent jusqu’à leur reprise.",
        "",
        "Pour en savoir plus, ouvrez Comptexpert.",
        "",
        "Ce message est envoyé automatiquement.",
        "",
    ]
    subject = "Comptexpert\u00a0: vous restez au cabinet"
    return [Mail(kind=Kind.CABINET, to=found.account.email, subject=subject, text="\n".join(lines))]


def tell_setting(firm: Firm, *, setting: str, event: str, change: SettingChange | None = None) -> None:
    """Tell those who grant for a firm of a change of a setting that weakens a control."""
    facts = {"firm": str(firm.pk), "setting": setting, "event": event}
    if change is not None:
        facts |= {"asked_by": str(change.asked_by_id), "holds_at": change.takes_effect_at.isoformat()}
    notices.tell("setting", facts=facts, words=partial(word_setting_again, **facts))


def word_setting_again(*, firm: str, setting: str, event: str, asked_by: str = "", holds_at: str = "") -> list[Mail]:
    """Word the notice of a setting."""
    found = Firm.objects.get(pk=firm)
    name = one_line(found.name)
    lines = ["Bonjour,", "", SETTING_EVENTS[event], "", f"Cabinet\u00a0: {name}", f"Réglage\u00a0: {SETTINGS[setting]}"]
    if asked_by:
        start = timezone.localtime(datetime.fromisoformat(holds_at))
        person = Account.objects.get(pk=asked_by)
        lines += [
            f"Demandé par\u00a0: {one_line(f'{person.given_name} {person.surname.upper()}')}",
            "",
            f"Sans opposition, ce réglage change le {start:%d/%m/%Y} à {start:%H:%M}.",
            "Pour l’accepter tout de suite ou vous y opposer, ouvrez Comptexpert, page «\u00a0Cabinet\u00a0».",
        ]
    lines += ["", "Pour en savoir plus, ouvrez Comptexpert.", "", "Ce message est envoyé automatiquement.", ""]
    addresses = {address_of(entry) for entry in grantors_of(found).select_related("account")} - {""}
    subject, text = "Comptexpert\u00a0: un contrôle de votre cabinet", "\n".join(lines)
    return [Mail(kind=Kind.CABINET, to=to, subject=subject, text=text) for to in sorted(addresses)]


def _mails(absence: Absence, *, event: str) -> list[Mail]:
    addresses = {address_of(absence.absent), address_of(absence.cover)} - {""}
    text = _body(absence, event=event)
    return [Mail(kind=Kind.CABINET, to=to, subject=SUBJECT, text=text) for to in sorted(addresses)]


def _departure_mails(member: Membership) -> list[Mail]:
    lines = [
        "Bonjour,",
        "",
        f"Votre départ du cabinet {one_line(member.firm.name)} est fixé au {member.leaves_on:%d/%m/%Y}.",
        "Vos droits délégués par ce cabinet prennent fin ce jour-là, au soir.",
        "",
        "Pour en savoir plus, ouvrez Comptexpert.",
        "",
        "Ce message est envoyé automatiquement.",
        "",
    ]
    subject = "Comptexpert\u00a0: votre départ d’un cabinet"
    return [Mail(kind=Kind.CABINET, to=member.account.email, subject=subject, text="\n".join(lines))]


def address_of(entry: RegistryEntry) -> str:
    """Give where a grantor is written to: the address of the account, else the registry's."""
    account = getattr(entry, "account", None)
    return entry.email if account is None else str(account.email)


def _body(absence: Absence, *, event: str) -> str:
    lines = [
        "Bonjour,",
        "",
        EVENTS[event],
        "",
        f"Cabinet : {one_line(absence.firm.name)}",
        f"Absent : {_name(absence.absent)}",
        f"Suppléant : {_name(absence.cover)}",
        f"Jusqu’au : {absence.ends_on:%d/%m/%Y} inclus",
        *said("Motif", absence.reason),
    ]
    start = timezone.localtime(absence.starts_at)
    if event == "named" and absence.status == AbsenceStatus.WAITING:
        lines += [
            "",
            f"Elle commence le {start:%d/%m/%Y}. D’ici là, vous pouvez l’annuler, page «\u00a0Cabinet\u00a0».",
        ]
    if event == "asked":
        lines += [
            "",
            f"Sans opposition, elle commence le {start:%d/%m/%Y} à {start:%H:%M}.",
            "Pour vous y opposer, ouvrez Comptexpert, page « Cabinet ».",
        ]
    lines += ["", "Pour en savoir plus, ouvrez Comptexpert.", "", "Ce message est envoyé automatiquement.", ""]
    return "\n".join(lines)


def _name(entry: RegistryEntry) -> str:
    return one_line(f"{entry.given_name} {entry.surname.upper()}")
