"""The message to the Conseil régional, ready to send; it never holds the date of birth."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.escalation import is_reminder_due
from comptexpert_desktop.domain.typed_values import clean_email
from comptexpert_desktop.presentation import wording

if TYPE_CHECKING:
    from datetime import datetime

    from comptexpert_desktop.domain.escalation import Escalation
    from comptexpert_desktop.domain.signup import SignupProgress

_CAUSES = {
    "REG_NO_EMAIL": (
        "Le service répond que mon inscription au tableau ne comporte pas d’adresse électronique.",
        "Pouvez-vous l’ajouter, et me dire quelle pièce vous envoyer\u00a0?",
    ),
    "REG_DOB_MISMATCH": (
        "Le service répond que ma date de naissance ne concorde pas avec celle du tableau.",
        "Pouvez-vous la vérifier, et me dire quelle pièce vous envoyer\u00a0?",
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom, about what, and the text."""

    to: str
    subject: str
    body: str

    def eml(self) -> bytes:
        """Write it as a draft that a mail client opens."""
        message = EmailMessage(policy=SMTP)
        if self.to:
            message["To"] = self.to
        message["Subject"] = self.subject
        message["X-Unsent"] = "1"
        message.set_content(self.body, cte="8bit")
        return message.as_bytes()


def letter(progress: SignupProgress, *, file: Escalation, now: datetime) -> Letter:
    """Write the message about a file, or the reminder when the council has been silent for long."""
    name = " ".join(progress.display_name.split())
    is_reminder = is_reminder_due(file, now=now)
    subject = "Relance\u00a0: mon inscription au tableau" if is_reminder else "Mon inscription au tableau"
    reference = " ".join(file.reference.split())
    cause, wish = _CAUSES[file.code]
    opening = "Je souhaite créer mon Comptexpert."
    if is_reminder:
        opening = f"Je reviens vers vous au sujet de ma demande du {wording.day(wording.local_day(file.opened_at))}."
    facts = [
        f"Nom\u00a0: {name}",
        f"Numéro d’inscription\u00a0: {file.registration_number}" if file.registration_number else "",
        f"Référence du dossier\u00a0: {reference}" if reference else "",
    ]
    parts = (
        "Madame, Monsieur,",
        f"{opening} {cause}\n{wish}",
        "\n".join(filter(None, facts)),
        f"Je vous en remercie.\n{name}",
    )
    to = (clean_email(file.council.email) or "") if file.council is not None else ""
    return Letter(to, f"{subject} ({reference})" if reference else subject, "\n\n".join(parts) + "\n")
