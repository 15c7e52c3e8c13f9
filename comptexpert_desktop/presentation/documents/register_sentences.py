"""What a line of the register says, in a sentence: who did what for whom, under the names of that day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.domain.periods import day_in_france
from comptexpert_desktop.domain.timestamps import from_text
from comptexpert_desktop.presentation import wording
from comptexpert_desktop.presentation.profile_words import profile_name
from comptexpert_desktop.presentation.wording import NBSP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptexpert_desktop.presentation.labels import Labels

_ACTIONS = {
    "delegation.request": "Demande",
    "delegation.grant": "Accord direct",
    "delegation.invite": "Invitation",
    "delegation.approve": "Accord",
    "delegation.approve_first": "Premier accord",
    "delegation.refuse": "Refus",
    "delegation.withdraw": "Retrait",
    "delegation.suspend": "Suspension",
    "delegation.resume": "Rétablissement",
    "delegation.revoke": "Révocation",
    "delegation.plan_revocation": "Révocation à une date",
    "delegation.renew": "Prolongation",
    "delegation.prolong": "Prolongation demandée",
    "delegation.request_broader": "Élargissement demandé",
    "delegation.broaden": "Élargissement",
    "delegation.narrow": "Réduction",
    "delegation.edit": "Demande modifiée",
    "delegation.extend": "Échéance repoussée",
    "delegation.follow": "Suite d’un droit, déplacée",
    "delegation.continue": "Suite d’un droit",
    "delegation.transfer": "Transfert",
    "delegation.relinquish": "Renonciation",
    "delegation.supersede": "Remplacement",
    "delegation.start": "Prise d’effet",
    "delegation.lapse": "Demande sans réponse",
    "delegation.expire": "Échéance",
    "delegation.cease": "Extinction",
    "delegation.review_lapse": "Revue sans réponse",
    "delegation.warn": "Rappel d’échéance",
    "delegation.unused": "Droit inutilisé",
    "delegation.unused_proposed": "Droit inutilisé, fin proposée",
    "delegation.remind": "Rappel d’une demande",
    "delegation.rests": "Règle des deux accords suspendue",
    "delegation.certificate_warn": "Rappel de fin de certificat",
    "delegation.certificate_end": "Fin du certificat",
    "delegation.standing": "Changement de ce qui manque",
    "delegation.bind": "Compte activé",
    "delegation.join": "Comptes réunis",
    "terms.accepted": "Conditions acceptées",
    "member.joined": "Arrivée d’un membre",
    "member.leaving": "Départ prévu d’un membre",
    "member.staying": "Départ d’un membre annulé",
    "firm.orphaned": "Cabinet sans délégant",
    "firm.stand_in_named": "Suppléant désigné par le Conseil régional",
    "firm.stand_in_ended": "Fin d’un suppléant",
    "firm.recovered": "Cabinet de nouveau pourvu d’un délégant",
    "member.ended": "Départ d’un membre",
    "member.renamed": "Nom corrigé d’un membre",
    "member.profile_changed": "Changement de profil d’un membre",
    "firm.two_approvers": "Second accord, réglage du cabinet",
    "firm.review_on": "Date de la revue, réglage du cabinet",
    "register.restored": "Base du serveur remise à un état antérieur",
    "firm.setting_asked": "Contrôle à alléger, demande",
    "firm.setting_kept": "Contrôle à alléger, demande close",
    "firm.templates": "Modèles du cabinet",
    "absence.asked": "Suppléance demandée",
    "absence.named": "Suppléance confiée",
    "absence.started": "Début de suppléance",
    "absence.objected": "Opposition à une suppléance",
    "absence.withdrawn": "Demande de suppléance retirée",
    "absence.ended": "Fin de suppléance",
    "absence.standing": "Fin de suppléance, intéressé sorti",
    "review.opened": "Revue ouverte",
    "review.kept": "Droit conservé",
    "review.closed": "Revue close",
}


_SENTENCES = {
    "delegation.request": "{actor} demande à {grantor} {what}{until}.",
    "delegation.grant": "{actor} accorde à {grantee} {what}{until}.",
    "delegation.invite": "{actor} invite {grantee} et lui accorde {what}{until}.",
    "delegation.approve": "{actor} accorde à {grantee} {what}{until}.",
    "delegation.approve_first": "{actor} donne un premier accord à {grantee} pour {what}. Un second est attendu.",
    "delegation.refuse": "{actor} refuse à {grantee} {what}.",
    "delegation.withdraw": "{actor} retire sa demande{colon} {what}.",
    "delegation.suspend": "{actor} suspend le droit {of_grantee}{colon} {what}{since}.",
    "delegation.resume": "{actor} rétablit le droit {of_grantee}{colon} {what}{until}.",
    "delegation.revoke": "{actor} révoque le droit {of_grantee}{colon} {what}{since}.",
    "delegation.plan_revocation": "{actor} fixe la fin du droit {of_grantee}{colon} {what}{until}.",
    "delegation.renew": "{actor} renouvelle le droit {of_grantee}{colon} {what}{until}.",
    "delegation.prolong": "{actor} demande à {grantor} de prolonger {what}{until}.",
    "delegation.request_broader": "{actor} demande à {grantor} d’élargir son droit à {what}{until}.",
    "delegation.broaden": "{actor} élargit le droit {of_grantee} à {what}{until}.",
    "delegation.narrow": "{actor} réduit le droit {of_grantee}. Il reste {what}{until}.",
    "delegation.edit": "{actor} modifie sa demande{colon} {what}{until}.",
    "delegation.extend": "{actor} repousse la fin du droit {of_grantee}{colon} {what}{until}.",
    "delegation.follow": "Ce qui suit le droit {of_grantee} est déplacé derrière lui{colon} {what}{until}.",
    "delegation.continue": "Les droits d’avant {of_grantee} continuent après les nouveaux{colon} {what}{until}.",
    "delegation.transfer": "{actor} confie à {grantor} le droit {of_grantee}{colon} {what}.",
    "delegation.relinquish": "{actor} renonce à {what}{since}.",
    "delegation.supersede": "Le droit {of_grantee} est remplacé par un autre, plus étendu{colon} {what}.",
    "delegation.start": "Le droit {of_grantee} prend effet{colon} {what}{until}.",
    "delegation.lapse": "La demande {of_grantee} est close, faute de réponse en quatorze jours{colon} {what}.",
    "delegation.expire": "Le droit {of_grantee} est arrivé à son terme{colon} {what}.",
    "delegation.cease": "Le droit {of_grantee} prend fin{colon} {what}{since}. {cause}",
    "delegation.review_lapse": "Le droit {of_grantee} prend fin, faute de réponse à la revue{colon} {what}.",
    "delegation.certificate_end": "Le certificat personnel {of_grantee} est arrivé à son terme{colon} {what}.",
    "delegation.standing": "Ce qui manque au droit {of_grantee} a changé{colon} {what}. {missing}",
    "delegation.unused": "Le droit {of_grantee} n’a pas servi depuis 90\u00a0jours{colon} {what}.",
    "delegation.unused_proposed": "Le droit {of_grantee} n’a pas servi depuis 180\u00a0jours{colon} {what}.",
    "delegation.join": "Les comptes {of_grantee} sont réunis. Le droit est au compte qui reste{colon} {what}.",
    "delegation.bind": "{grantee} accepte l’invitation{colon} {what}{until}.",
    "terms.accepted": "{actor} accepte les conditions du service {service} pour le cabinet.",
    "member.joined": "{member} devient membre du cabinet.",
    "member.leaving": "{actor} fixe le départ {of_member} au {on}.",
    "firm.orphaned": "Plus personne ne peut accorder de droits au nom du cabinet.",
    "firm.stand_in_named": "Le Conseil régional désigne {stand_in} pour accorder des droits jusqu’au {on}.",
    "firm.stand_in_ended": "La désignation de {stand_in} prend fin.",
    "firm.recovered": "Le cabinet compte de nouveau un expert-comptable qui peut accorder des droits.",
    "member.renamed": "{actor} a corrigé son nom.",
    "member.profile_changed": "{member} change de profil{colon} {former}, puis {later}.",
    "firm.setting_asked": "{actor} demande d’alléger un contrôle du cabinet{colon} {setting}.",
    "firm.setting_kept": "Le contrôle du cabinet reste ce qu’il était{colon} {setting}.",
    "firm.review_on": "{actor} change le jour de la revue annuelle du cabinet.",
    "member.staying": "{actor} annule le départ {of_member}, prévu le {on}.",
    "member.ended": "{member} n’est plus membre du cabinet.",
    "absence.asked": "{actor} demande à décider en l’absence {of_absent}{days}.",
    "absence.named": "{absent} confie ses décisions à {cover} pendant son absence{days}.",
    "absence.started": "{cover} décide en l’absence {of_absent}{days}.",
    "absence.objected": "{actor} s’oppose à ce que {cover} décide en l’absence {of_absent}.",
    "absence.withdrawn": "{actor} retire sa demande de décider en l’absence {of_absent}.",
    "absence.ended": "{cover} ne décide plus en l’absence {of_absent}.",
    "absence.standing": "{cover} ne décide plus en l’absence {of_absent}. L’un des deux n’exerce plus au cabinet.",
    "firm.templates": "{actor} change les modèles de délégation du cabinet.",
    "review.opened": "{actor} ouvre la revue des droits du cabinet, jusqu’au {closes_on}.",
    "review.kept": "{actor} conserve un droit lors de la revue.",
    "review.closed": "La revue des droits du cabinet est close.",
    "register.restored": "La base du serveur a été remise à un état antérieur.",
}
_TWO = {
    True: "{actor} demande désormais deux accords pour les droits à haut risque.",
    False: "{actor} ne demande plus qu’un accord pour les droits à haut risque.",
}
_TAKES_OVER = "{actor} met à son nom le droit {of_grantee}{colon} {what}."
_CAUSES = {
    "grantor_standing": "Son délégant ne peut plus l’accorder.",
    "account_closed": "Un compte est clos.",
    "one_person": "Les deux comptes étaient à une seule personne.",
    "member_left": "La personne a quitté le cabinet.",
    "chain_ended": "Ce qu’il prolongeait a été arrêté.",
    "profile_changed": "La personne a changé de profil.",
}
_MISSING = {
    "DEL_TERMS": "les conditions du service ne sont pas acceptées",
    "DEL_CERT_REQUIRED": "le certificat personnel manque",
    "DEL_SERVICE_CLOSED": "le service est fermé",
    "REG_STRUCK_OFF": "la personne n’est plus inscrite",
    "PROFILE_EXCLUDED": "le profil de la personne n’y a pas droit",
}
_SETTINGS = {"two_approvers": "le second accord", "review_on": "le jour de la revue annuelle"}
_SHORT = 8
"""How much of an identifier stands for a person whose name is not known, or was erased."""


def action(code: str) -> str:
    """Name what was done; a code that this version does not know stays a code."""
    return _ACTIONS.get(code, code)


def sentence(line: Mapping[str, Any], *, said: Mapping[str, str], labels: Labels) -> str:
    """Say what a line records; `said` are the texts beside it."""
    code = str(line.get("action") or "")
    data = line.get("data")
    facts: Mapping[str, Any] = data if isinstance(data, dict) else {}
    words = _words(line, facts, said=said, labels=labels)
    form = _form(code, facts, words=words) or (
        "{act}{colon} {actor}, {what}." if facts.get("rights") else "{act}, par {actor}."
    )
    text = form.format_map(words | {"act": action(code)}).strip()
    if line.get("acting_for"):
        text += f" Décision prise en l’absence {wording.of(words['acting_for'])}."
    return f"{text[:1].upper()}{text[1:]}"


def _form(code: str, data: Mapping[str, Any], *, words: Mapping[str, str]) -> str:
    """Return the sentence of an act; empty for one that has none."""
    if code == "delegation.transfer" and words["actor"] == words["grantor"]:
        return _TAKES_OVER
    if code == "firm.two_approvers" and isinstance(data.get("demanded"), bool):
        return _TWO[data["demanded"]]
    return _SENTENCES.get(code, "")


def why(line: Mapping[str, Any], *, said: Mapping[str, str]) -> str:
    """Write the reason and the answer that stand beside a line, and say of one that was erased."""
    data = line.get("data")
    sealed = data.get("said", {}) if isinstance(data, dict) else {}
    parts = [
        f"{label}{NBSP}: {wording.quoted(said[name]) if name in said else 'effacé'}"
        for name, label in (("reason", "Motif"), ("note", "Réponse"))
        if name in sealed or name in said
    ]
    return " ".join(parts)


def _words(
    line: Mapping[str, Any], data: Mapping[str, Any], *, said: Mapping[str, str], labels: Labels
) -> dict[str, str]:
    def person(place: str, value: object) -> str:
        return said.get(place) or (f"la personne {str(value)[:_SHORT]}" if value else "une personne invitée")

    grantee = said.get("grantee") or said.get("invited") or person("grantee", data.get("grantee"))
    service = str(data.get("service") or line.get("object_id") or "")
    rights = data.get("rights")
    named = labels.rights(service, tuple(str(one) for one in rights)) if isinstance(rights, list) else ""
    missing = data.get("missing")
    lacks = [_MISSING.get(str(one), str(one)) for one in missing] if isinstance(missing, list) else []
    member = person("member", line.get("object_id"))
    return {
        "actor": person("actor", line["actor"]) if line.get("actor") else "le serveur",
        "acting_for": person("acting_for", line.get("acting_for")),
        "grantor": person("grantor", data.get("grantor")),
        "grantee": grantee,
        "of_grantee": wording.of(grantee),
        "member": f"{member[:1].upper()}{member[1:]}",
        "of_member": wording.of(member),
        "stand_in": person("stand_in", data.get("stand_in")),
        "of_absent": wording.of(person("absent", data.get("absent"))),
        "service": labels.service(service),
        "what": f"{wording.quoted(named)} sur {labels.service(service)}" if named else labels.service(service),
        "since": _since(line, data),
        "until": f"{_since(line, data)}{_until(data)}",
        "former": _profile(data.get("from")),
        "later": _profile(data.get("to")),
        "setting": _SETTINGS.get(str(data.get("setting")), "un réglage"),
        "absent": person("absent", data.get("absent")),
        "cover": person("cover", data.get("cover")),
        "days": f", du {_day(data.get('starts_on'))} au {_day(data.get('ends_on'))}" if data.get("starts_on") else "",
        "closes_on": _day(data.get("closes_on")),
        "on": _day(data.get("on")),
        "cause": _CAUSES.get(str((data.get("why") or {}).get("cause") or ""), ""),
        "missing": f"Il manque{NBSP}: {wording.joined(lacks)}." if lacks else "Plus rien ne manque.",
        "colon": f"{NBSP}:",
    }


def _since(line: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Say on which later day a right begins; nothing for one that began with its line."""
    try:
        first = date.fromisoformat(str(data.get("valid_from")))
        is_later = first > day_in_france(from_text(str(line.get("at"))))
    except ValueError:
        return ""
    return f", à partir du {wording.day(first)}" if is_later else ""


def _until(data: Mapping[str, Any]) -> str:
    return f", jusqu’au {_day(data['valid_until'])}" if data.get("valid_until") else ""


def _profile(value: object) -> str:
    return wording.quoted(profile_name(str(value))) if value else "sans profil"


def _day(value: object) -> str:
    try:
        return wording.day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value or "")
