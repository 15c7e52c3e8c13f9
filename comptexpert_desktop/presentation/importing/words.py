"""What an import is told in words: why a file cannot be read, what becomes of each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptexpert_desktop.domain.check_words import own_words
from comptexpert_desktop.domain.delegation import Status
from comptexpert_desktop.domain.import_columns import HEADINGS
from comptexpert_desktop.domain.import_file import MAX_LINES
from comptexpert_desktop.domain.importing import Verdict
from comptexpert_desktop.presentation import messages, wording
from comptexpert_desktop.presentation.delegations import words as delegation_words

if TYPE_CHECKING:
    from comptexpert_desktop.domain.delegation import Delegation
    from comptexpert_desktop.domain.import_cells import LineFault
    from comptexpert_desktop.domain.import_file import FileFault, ImportFile
    from comptexpert_desktop.domain.importing import Checked, LineAnswer, Outcome
    from comptexpert_desktop.presentation.tone import Tone
    from comptexpert_desktop.usecases.documents.importing import Comparison

_FILES = {
    "EMPTY": "Ce fichier ne contient aucune ligne à importer.",
    "NOT_TEXT": "Ce fichier n’est ni un tableau CSV ni un classeur Excel (.xlsx). Depuis un tableur, enregistrez-le "
    "dans l’un de ces formats.",
    "TOO_LARGE": "Ce fichier est trop volumineux pour un tableau de délégations.",
    "TOO_LONG": "La ligne {line} dépasse la limite de {maximum} lignes par fichier. Partagez le tableau en plusieurs "
    "fichiers. Rien n’a été envoyé.",
    "COLUMNS": "Il manque {names} dans la ligne de titres. Enregistrez un modèle pour voir les titres attendus.",
    "TWICE": "Deux colonnes ont le même sens\u00a0: {names}. Gardez-en une seule.",
    "BROKEN": "La ligne {line} ne peut pas être lue\u00a0: un guillemet n’est pas fermé, ou le séparateur est inconnu.",
}
_LETTERS = {
    "windows-1252": "Ce fichier n’est pas en UTF-8. Il a été lu avec les lettres de Windows (Latin-1)\u00a0: vérifiez "
    "les accents.",
    "utf-16": "Ce fichier est en UTF-16. Il a été lu ainsi.",
}
_CELLS = {
    "MISSING": "La colonne {column} est vide.",
    "FORMULA": "La colonne {column} commence par un signe que les tableurs lisent comme une formule\u00a0: {value}.",
    "CELLS": "Cette ligne a plus de cellules que de titres.",
    "SERVICE": "Le service {value} n’existe pas.",
    "RIGHTS": "Ce service n’a pas le droit {value}.",
    "SIREN": "{value} n’est pas un SIREN\u00a0: il faut 9\u00a0chiffres.",
    "DATE": "{value} n’est pas une date. Écrivez-la ainsi\u00a0: 31/12/2026.",
    "ORDER": "La date de fin précède la date de début.",
    "LONG": "Le motif dépasse 500\u00a0caractères.",
    "REPEATED": "Même personne et même service qu’à la ligne {value}.",
}
_CODES = {
    "DEL_NO_ACCOUNT": "Aucun compte n’a cet identifiant. Indiquez une adresse de courriel pour l’inviter.",
    "DEL_WRONG_FIRM": "Ce SIREN n’est pas celui d’un cabinet pour lequel vous accordez. Avec plusieurs cabinets, il "
    "est nécessaire.",
    "DEL_SELF": "Personne ne s’accorde ses propres droits.",
}
"""Where a file has another remedy than a form."""
_MEMBERS = {
    ("valid_until", "TOO_LONG"): "La date de fin dépasse la durée permise pour ces droits.",
    ("valid_until", "BEFORE_START"): "La date de fin précède la date de début, ou elle est passée.",
    ("valid_from", "IN_THE_PAST"): "La date de début est passée.",
    ("valid_from", "AFTER_DEPARTURE"): "La personne aura quitté le cabinet à la date de début.",
    ("service", "NOT_FOR_PROFILE"): "Le profil de cette personne n’a pas accès à ce service.",
    ("service", "ALREADY_OPEN"): "Ce service est déjà ouvert à cette personne, sans délégation.",
    ("service", "UNKNOWN"): "Ce service n’existe pas ou n’est plus ouvert.",
    ("rights", "UNKNOWN"): "Ce service n’a pas ces droits.",
    ("grantee", "EMAIL"): "Cette adresse de courriel n’est pas valable.",
}


@dataclass(frozen=True, slots=True)
class LineWord:
    """What becomes of a line: a word with its icon and tone, and a sentence when there is more to say."""

    word: str
    icon: str
    tone: Tone
    detail: str = ""


def file_fault(fault: FileFault) -> str:
    """Say why a file cannot be imported."""
    names = [wording.quoted(name) for name in fault.names]
    said = wording.joined(names)
    if fault.code == "COLUMNS":
        said = f"la colonne {said}" if len(names) == 1 else f"les colonnes {said}"
    line, maximum = wording.number(fault.line), wording.number(MAX_LINES)
    return _FILES[fault.code].format(line=line, maximum=maximum, names=said)


def notes(file: ImportFile) -> tuple[str, ...]:
    """Say how a file was read, when it was not read as one would think."""
    said = [_LETTERS[file.letters]] if file.letters in _LETTERS else []
    if file.left_out:
        names = wording.joined([wording.quoted(name) for name in file.left_out])
        said.append(f"Ces colonnes ne servent pas à l’import\u00a0: {names}.")
    return tuple(said)


def granted(count: int) -> str:
    """Count what was granted, in a sentence without its capital."""
    return wording.count(count, "délégation est accordée", many="délégations sont accordées")


def to_compare(one: Comparison) -> str:
    """Say what is compared before a first right of high risk."""
    return f"Premier droit de risque élevé. {said_by(one)}."


def said_by(one: Comparison) -> str:
    """Say what the person is to say; an address has no screen yet that shows three words: it is spelled."""
    if "@" in one.grantee:
        return "Faites épeler cette adresse à la personne"
    return f"Mot du cabinet\u00a0: {wording.quoted(own_words(one.grantee))}"


def person_to_compare(one: Comparison) -> str:
    """Name somebody in the list of those who are called before, with their lines."""
    shown = one.grantee if one.name == one.grantee else f"{one.name} ({one.grantee})"
    lines = wording.joined([wording.number(line) for line in one.lines])
    return f"{shown} · {'ligne' if len(one.lines) == 1 else 'lignes'} {lines}"


def outcome(found: Outcome, *, to_correct: int, to_call: int = 0) -> str:
    """Say what was granted of an agreement, and what was not; `to_call` lines wait until their words are compared."""
    if not found.granted:
        return "Une ligne ne peut plus être accordée. Rien n’a été accordé. Voici ce qu’il en est maintenant."
    said = f"{granted(len(found.granted)).capitalize()}."
    if to_correct:
        rest = wording.count(to_correct, "ligne reste à corriger", many="lignes restent à corriger")
        said += f" {rest.capitalize()}."
    if to_call:
        rest = wording.count(to_call, "ligne attend", many="lignes attendent")
        said += f" {rest.capitalize()} que le mot du cabinet soit comparé."
    return said


def line(one: Checked) -> LineWord:
    """Say what becomes of a line."""
    if one.line.fault is not None:
        return LineWord("À corriger", "alert-circle", "danger", cell_fault(one.line.fault))
    assert one.answer is not None
    if one.answer.delegation is not None:
        return _granted(one.answer.delegation)
    if one.verdict is Verdict.ALREADY:
        return LineWord(
            "Déjà accordée", "info", "neutral", "Ces droits existent déjà. Cette ligne sera laissée de côté."
        )
    return LineWord("Refusée", "ban", "danger", refusal(one.answer))


def cell_fault(fault: LineFault) -> str:
    """Say what is wrong with a cell."""
    column = wording.quoted(HEADINGS[fault.column]) if fault.column else ""
    value = fault.value if fault.code == "REPEATED" else wording.quoted(_shortened(fault.value))
    return _CELLS[fault.code].format(column=column, value=value)


def refusal(answer: LineAnswer) -> str:
    """Say why the server refuses a line."""
    errors = answer.data.get("errors")
    for error in errors if isinstance(errors, list) else []:
        found = _MEMBERS.get((str(error.get("field")), str(error.get("code"))))
        if found is not None:
            return found
    return _CODES.get(answer.code) or messages.for_code(answer.code, data=answer.data).text


def _granted(one: Delegation) -> LineWord:
    until = f"Jusqu’au {wording.day(one.valid_until)}." if one.valid_until else ""
    if one.status is Status.PENDING_SECOND:
        return LineWord("Second accord attendu", "users", "info", "Un autre expert-comptable du cabinet doit accepter.")
    if one.grantee.email and not one.grantee.account_id:
        return LineWord(
            "Sera invitée", "mail", "info", f"Un courriel l’invite. Le droit attend son compte. {until}".strip()
        )
    if one.missing:
        lacks = " ".join(delegation_words.missing(code) for code in one.missing)
        return LineWord("Accordée, incomplète", "alert-triangle", "warning", lacks)
    if one.status is Status.SCHEDULED and one.valid_from:
        return LineWord(
            "Sera programmée", "calendar", "info", f"À partir du {wording.day(one.valid_from)}. {until}".strip()
        )
    extended = "Elle remplace une délégation plus étroite. " if one.supersedes else ""
    return LineWord("Sera accordée", "check-circle", "success", f"{extended}{until}".strip())


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


_MAX_SHOWN = 60
