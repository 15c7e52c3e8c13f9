"""The mails about an absence, written in the change's own transaction: to both parties, and to who may object."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from comptexpert_server.firms import absence_words
from comptexpert_server.firms.letters import address_of, firm_letter, made_by
from comptexpert_server.firms.models import Absence, AbsenceStatus
from comptexpert_server.firms.selectors import grantors_of
from comptexpert_server.mail import notices
from comptexpert_server.mail.wording import one_line, said

if TYPE_CHECKING:
    from uuid import UUID

    from comptexpert_server.mail.outgoing import Mail
    from comptexpert_server.registry.models import RegistryEntry

SUBJECT = "Comptexpert\u00a0: suppléance pendant une absence"
OFF = frozenset({"objected", "withdrawn"})
"""What ends an absence that others were told to begin."""


def tell(absence: Absence, *, event: str, actor: UUID | None) -> None:
    """Tell whom a step concerns (BR-17, BR-24); no name stands in the subject."""
    facts = {"absence": str(absence.pk), "event": event, "actor": "" if actor is None else str(actor)}
    words = partial(_mails, absence, event=event, actor=facts["actor"])
    notices.tell("absence", facts=facts, words=words)


def word_again(*, absence: str, event: str, actor: str = "") -> list[Mail]:
    """Word a notice that was set aside."""
    found = Absence.objects.select_related("firm", "absent__account", "cover__account").get(pk=absence)
    return _mails(found, event=event, actor=actor)


def readers(absence: Absence, *, event: str) -> dict[str, RegistryEntry]:
    """Return who is told, by address.

    | event | told |
    |---|---|
    | asked, or named for a later day | the absent, the cover, and every other grantor of the firm, who may object |
    | objected, withdrawn | the same, who were told that it would begin |
    | any other | the absent and the cover |
    """
    people = [absence.absent, absence.cover]
    if absence.status == AbsenceStatus.WAITING or event in OFF:
        people += grantors_of(absence.firm).select_related("account").order_by("pk")
    found: dict[str, RegistryEntry] = {}
    for entry in people:
        found.setdefault(address_of(entry), entry)
    return {address: entry for address, entry in sorted(found.items()) if address}


def _mails(absence: Absence, *, event: str, actor: str) -> list[Mail]:
    about = [
        absence_words.EVENTS[event],
        absence_words.state(absence),
        "",
        f"Cabinet\u00a0: {one_line(absence.firm.name)}",
        *(f"{label}\u00a0: {value}" for label, value in absence_words.facts(absence)),
        *said("Motif", absence.reason),
        *made_by(actor),
        "",
    ]
    return [
        firm_letter(
            absence.firm_id,
            to=address,
            subject=SUBJECT,
            lines=[*about, absence_words.next_step(absence, reader=entry.pk)],
        )
        for address, entry in readers(absence, event=event).items()
    ]
