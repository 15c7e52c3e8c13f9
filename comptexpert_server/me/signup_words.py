"""What the web sign-up says of each refusal, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from comptexpert_server.registry.profiles import LIST_NAMES

if TYPE_CHECKING:
    from comptexpert_server.web.problems import ProblemError

REFUSALS: Mapping[str, str] = {
    "ID_INVALID": "Cet identifiant n’a pas la bonne forme\u00a0: 6 à 32\u00a0caractères, minuscules sans "
    "accent, chiffres, "
    "point, tiret. Il commence par une lettre.",
    "ID_TAKEN": "Cet identifiant est déjà pris. Choisissez-en un autre.",
    "REG_ALREADY_BOUND": "Un Comptexpert existe déjà pour cette inscription. Connectez-vous, ou choisissez un nouveau "
    "mot de passe.",
    "REG_DOB_MISMATCH": "Cette date de naissance n’est pas celle que l’Ordre connaît. Vérifiez-la. Si elle est juste, "
    "votre Conseil régional la corrige.",
    "REG_NO_EMAIL": "L’Ordre ne connaît pas votre adresse électronique. Votre Conseil régional l’ajoute, et vous "
    "recommencez ensuite.",
    "REG_NO_MATCH": "Cette ligne n’est plus dans la liste. Cherchez votre nom de nouveau.",
    "REG_NUMBER_UNKNOWN": "Personne n’a ce numéro d’inscription. Vérifiez-le.",
    "REG_PROFILE_MISMATCH": "Vous êtes inscrit sur une autre liste\u00a0: {list}. Choisissez ce profil.",
    "REG_STRUCK_OFF": "Cette inscription n’est plus active. Votre Conseil régional vous renseigne.",
    "REG_TOO_MANY_TRIES": "Trop de tentatives pour cette inscription. Recommencez demain, ou écrivez à votre "
    "Conseil régional.",
    "TOO_MANY_REQUESTS": "Trop de demandes sont venues de ce réseau. Recommencez un peu plus tard.",
    "INVALID_INPUT": "Une réponse manque ou n’a pas la bonne forme. Vérifiez les champs signalés.",
}
FIELDS: Mapping[str, str] = {
    "MISSING": "Ce champ est nécessaire.",
    "UNKNOWN": "Choisissez une réponse.",
    "INVALID": "Cette réponse n’a pas la bonne forme.",
    "NOT_A_NAME": "Écrivez le nom en lettres, sans signe ni adresse.",
    "CONTROL": "Cette réponse contient des caractères invisibles.",
    "REG_NOT_SELECTED": "Choisissez votre nom, ou donnez votre numéro d’inscription.",
}


def refusal(problem: ProblemError) -> dict[str, Any]:
    """Return what a page shows of a refusal: a sentence, identifiants that are free, whom to write to."""
    words = REFUSALS.get(problem.code, REFUSALS["INVALID_INPUT"])
    named = str(problem.members.get("list") or "")
    return {
        "code": problem.code,
        "text": words.format(list=LIST_NAMES.get(named, named)),
        "suggestions": problem.members.get("suggestions") or [],
        "council": problem.members.get("council"),
    }


def fields_at_fault(problem: ProblemError) -> dict[str, str]:
    """Return what is wrong with each field, in words."""
    named = problem.members.get("errors")
    if not isinstance(named, list):
        return {}
    found = [one for one in named if isinstance(one, Mapping)]
    return {str(one.get("field")): FIELDS.get(str(one.get("code")), FIELDS["INVALID"]) for one in found}
