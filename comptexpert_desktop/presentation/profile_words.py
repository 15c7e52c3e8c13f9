"""What each profile is called on screen, and how people recognise theirs."""

from __future__ import annotations

from dataclasses import dataclass

from comptexpert_desktop.domain.profile import OtherKind, Profile


@dataclass(frozen=True, slots=True)
class ProfileWord:
    """The name of a profile, a sentence that helps to choose, and an icon."""

    name: str
    help: str
    icon: str


PROFILES = {
    Profile.EXPERT_COMPTABLE: ProfileWord("Expert-comptable", "Vous êtes inscrit au tableau de l’Ordre.", "award"),
    Profile.OTHER: ProfileWord(
        "Collaborateur de cabinet, étudiant, enseignant, autre",
        "Vous travaillez dans un cabinet ou vous n’êtes sur aucune liste de l’Ordre.",
        "users",
    ),
    Profile.TRAINEE: ProfileWord("Expert-comptable stagiaire", "Vous êtes inscrit au stage.", "school"),
    Profile.MEMORIALISTE: ProfileWord(
        "Mémorialiste", "Votre stage est terminé, votre mémoire reste à soutenir.", "file"
    ),
    Profile.AGC_EMPLOYEE_83_TER: ProfileWord(
        "Salarié d’AGC, article 83 ter", "Vous êtes autorisé à exercer au sein d’une AGC.", "briefcase"
    ),
    Profile.AGC_EMPLOYEE_83_QUATER: ProfileWord(
        "Salarié d’AGC, article 83 quater", "Vous êtes autorisé à exercer au sein d’une AGC.", "briefcase"
    ),
    Profile.AGC_HEAD: ProfileWord(
        "Président ou directeur d’AGC", "Vous dirigez une association de gestion et de comptabilité.", "building"
    ),
    Profile.HONORARY: ProfileWord(
        "Expert-comptable honoraire", "Vous n’exercez plus et l’honorariat vous a été accordé.", "award"
    ),
    Profile.IN_COMPANY: ProfileWord("Membre ECE", "Vous êtes expert-comptable en entreprise.", "building"),
    Profile.CAFCAC_TRACK: ProfileWord(
        "Filière CAFCAC", "Vous préparez le certificat d’aptitude aux fonctions de commissaire aux comptes.", "school"
    ),
}
"""In the order of the first screen: the two most frequent first."""

KINDS = {
    OtherKind.FIRM_STAFF: "Collaborateur de cabinet",
    OtherKind.STUDENT: "Étudiant",
    OtherKind.TEACHER: "Enseignant",
    OtherKind.UNSPECIFIED: "Autre",
}


def profile_name(code: object) -> str:
    """Name a profile from its code; a code that this version does not know is shown as it is."""
    text = str(code)
    return PROFILES[Profile(text)].name if text in set(Profile) else text
