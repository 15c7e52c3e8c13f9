"""Which fields a server refused, and why: the detail that « Corrigez les champs signalés » stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.errors.message_table import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

REMEDY: Final = "Corrigez ce qui est nommé, puis envoyez de nouveau."
NAMES: Final = {
    "absent": "Collègue absent",
    "agc": "AGC",
    "alternates": "Autres identifiants",
    "answer": "Réponse",
    "at": "Jour",
    "closes_on": "Dernier jour de la revue",
    "cover": "Remplaçant",
    "date_of_birth": "Date de naissance",
    "description": "Description",
    "email": "Adresse électronique",
    "ends_on": "Dernier jour",
    "entry_id": "Personne inscrite",
    "firm": "Cabinet",
    "firm_hint": "Cabinet",
    "given_name": "Prénom",
    "grantee": "Personne qui reçoit le droit",
    "grantor": "Expert-comptable",
    "grantor_entry_id": "Expert-comptable",
    "grants": "Droits du modèle",
    "kind": "Fonction",
    "login_id": "Identifiant",
    "message": "Message",
    "name": "Nom",
    "note": "Note",
    "profile": "Profil",
    "reason": "Motif",
    "registration_number": "Numéro d’inscription",
    "review_on": "Jour de la revue annuelle",
    "rights": "Droits",
    "service": "Service",
    "siren": "SIREN",
    "starts_on": "Premier jour",
    "stays": "Droits qui restent",
    "surname": "Nom",
    "templates": "Modèles",
    "two_approvers": "Deux accords",
    "valid_from": "Date de début",
    "valid_until": "Date de fin",
    "weekly": "Courriel de la semaine",
}
"""How the forms call each member that a person fills in."""
_SAME: Final = {
    "MISSING": "FIELD_REQUIRED",
    "STRING_TOO_SHORT": "TOO_SHORT",
    "STRING_TOO_LONG": "TOO_LONG",
    "EXTRA_FORBIDDEN": "FIELD_UNKNOWN",
}
"""What a check of the form of a document is called, and our word for the same."""
_OF_A_DATE: Final = ("DATE_", "DATETIME_")
_OTHER: Final = "Cette saisie n’a pas été acceptée."


def refused(errors: object) -> str:
    """Say field by field what the server refused; empty when it named none that a person fills in."""
    return " ".join(dict.fromkeys(_sentences(errors)))


def _sentences(errors: object) -> Iterator[str]:
    for one in errors if isinstance(errors, list | tuple) else ():
        if not isinstance(one, dict):
            continue
        parts = [part for part in str(one.get("field", "")).split(".") if part in NAMES]
        if parts:
            name = wording.quoted(NAMES[parts[-1]])
            yield f"{name}{wording.NBSP}: {_fault(str(one.get('code', '')))}"


def _fault(code: str) -> str:
    code = "DATE_INVALID" if code.startswith(_OF_A_DATE) else _SAME.get(code, code)
    words = TABLE.get(code) if code != "INVALID_INPUT" else None
    return words.text if words is not None else _OTHER
