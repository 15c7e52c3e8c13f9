"""The mails about departures and settings of a cabinet, written in the change's own transaction."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.firms.letters import address_of, firm_letter, full_name, made_by
from comptexpert_server.firms.models import Membership
from comptexpert_server.firms.selectors import grantors_of
from comptexpert_server.firms.setting_words import EVENTS, SETTINGS, starts, value_words
from comptexpert_server.mail import notices
from comptexpert_server.mail.wording import one_line
from comptexpert_server.registry.models import Firm

if TYPE_CHECKING:
    from uuid import UUID

    from comptexpert_server.firms.models import SettingChange
    from comptexpert_server.mail.outgoing import Mail


def tell_departure(member: Membership, *, actor: UUID) -> None:
    """Tell a member which day is their last one."""
    facts = {"member": str(member.pk), "actor": str(actor)}
    notices.tell("departure", facts=facts, words=partial(word_departure_again, **facts))


def word_departure_again(*, member: str, actor: str = "") -> list[Mail]:
    """Word the notice of a departure, as it is planned now; none when it is planned no more."""
    found = Membership.objects.select_related("firm", "account").get(pk=member)
    if found.leaves_on is None:
        return []
    lines = [
        f"Votre départ du cabinet {one_line(found.firm.name)} est fixé au {found.leaves_on:%d/%m/%Y}.",
        "Vos droits délégués par ce cabinet prennent fin ce jour-là, au soir.",
        *made_by(actor),
        "",
        "Vous n’avez rien à faire. Si vous pensez que c’est une erreur, parlez-en à votre cabinet.",
    ]
    subject = "Comptexpert\u00a0: votre départ d’un cabinet"
    return [firm_letter(found.firm_id, to=found.account.email, subject=subject, lines=lines)]


def tell_departure_cancelled(member: Membership, *, last_day: date, actor: UUID) -> None:
    """Say to a member that they stay, after a last day was announced to them."""
    facts = {"member": str(member.pk), "last_day": last_day.isoformat(), "actor": str(actor)}
    notices.tell("departure_cancelled", facts=facts, words=partial(word_stay_again, **facts))


def word_stay_again(*, member: str, last_day: str, actor: str = "") -> list[Mail]:
    """Word the notice of a departure that was cancelled."""
    found = Membership.objects.select_related("firm", "account").get(pk=member)
    was = f"{date.fromisoformat(last_day):%d/%m/%Y}"
    lines = [
        f"Votre départ du cabinet {one_line(found.firm.name)}, prévu le {was}, est annulé.",
        "Vous faites toujours partie du cabinet. Vos droits délégués gardent chacun leur date de fin.",
        "Ceux qui ont été suspendus le restent jusqu’à leur reprise.",
        *made_by(actor),
        "",
        "Vous n’avez rien à faire.",
    ]
    subject = "Comptexpert\u00a0: vous restez au cabinet"
    return [firm_letter(found.firm_id, to=found.account.email, subject=subject, lines=lines)]


def tell_setting(
    firm: Firm,
    *,
    setting: str,
    event: str,
    value: object,
    actor: UUID | None = None,
    change: SettingChange | None = None,
) -> None:
    """Tell those who grant for a firm of a change of a setting that weakens a control.

    `value` is the one that is asked for, or the one that holds now.
    """
    facts: dict[str, str] = {"firm": str(firm.pk), "setting": setting, "event": event}
    facts["value"] = value_words(setting, value)
    if actor is not None:
        facts["actor"] = str(actor)
    if change is not None:
        facts |= {"asked_by": str(change.asked_by_id), "holds_at": change.takes_effect_at.isoformat()}
    notices.tell("setting", facts=facts, words=partial(word_setting_again, **facts))


def word_setting_again(
    *, firm: str, setting: str, event: str, value: str = "", actor: str = "", asked_by: str = "", holds_at: str = ""
) -> list[Mail]:
    """Word the notice of a setting."""
    found = Firm.objects.get(pk=firm)
    lines = [EVENTS[event], "", f"Cabinet\u00a0: {one_line(found.name)}", f"Réglage\u00a0: {SETTINGS[setting]}"]
    if value:
        lines.append(f"{'Demandé' if asked_by else 'En vigueur'}\u00a0: {value}")
    lines += [*_asked(asked_by, holds_at=holds_at)] if asked_by else [*made_by(actor), "", "Vous n’avez rien à faire."]
    addresses = {address_of(entry) for entry in grantors_of(found).select_related("account")} - {""}
    subject = "Comptexpert\u00a0: un contrôle de votre cabinet"
    return [firm_letter(found.pk, to=to, subject=subject, lines=lines) for to in sorted(addresses)]


def _asked(asked_by: str, *, holds_at: str) -> list[str]:
    person = Account.objects.select_related("entry").get(pk=asked_by)
    return [
        f"Demandé par\u00a0: {full_name(person)}",
        "",
        starts(timezone.localtime(datetime.fromisoformat(holds_at))),
        "Un autre expert-comptable du cabinet peut l’accepter tout de suite, ou s’y opposer.",
        "Cela se fait dans l’application, page «\u00a0Cabinet\u00a0».",
    ]
