"""What the mails about a cabinet have in common: the link to its page, who acted, where its people are written to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from comptexpert_server.accounts.models import Account
from comptexpert_server.mail.letters import letter
from comptexpert_server.mail.outgoing import Kind, Mail
from comptexpert_server.mail.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptexpert_server.registry.models import RegistryEntry

OPENS = "Ce lien ouvre la page du cabinet. La page propose de l’ouvrir dans l’application\u00a0:"


def firm_letter(firm_id: UUID, *, to: str, subject: str, lines: Sequence[str]) -> Mail:
    """Return a letter about a cabinet, whose link opens the page of the cabinet."""
    path = reverse("firm_page", args=[firm_id])
    return letter(kind=Kind.CABINET, to=to, subject=subject, lines=[*lines, "", OPENS], path=path)


def made_by(actor: str) -> list[str]:
    """Return the line that names who acted, by the id of their account; no line for the server itself."""
    person = Account.objects.select_related("entry").filter(pk=UUID(actor)).first() if actor else None
    return [] if person is None else [f"Fait par\u00a0: {full_name(person)}"]


def address_of(entry: RegistryEntry) -> str:
    """Return where a grantor is written to: the address of the account, else the registry's."""
    account = getattr(entry, "account", None)
    return entry.email if account is None else str(account.email)


def full_name(person: RegistryEntry | Account) -> str:
    """Return the name of a person on one line; the identifiant of an account that has no name."""
    name = one_line(f"{person.given_name} {person.surname.upper()}")
    return name or (one_line(person.login_id) if isinstance(person, Account) else "")
