"""The words of the codes about a cabinet: its absences, its settings."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

FIRM = {
    "ABSENCE_DUPLICATE": Words(
        "Absence déjà couverte",
        "Un confrère décide déjà à la place de cette personne, ou l’a demandé.",
        "Mettez d’abord fin à cette suppléance.",
        "warning",
    ),
    "ACCOUNT_OF_REGISTRY": Words(
        "Le tableau de l’Ordre tient votre nom et votre adresse",
        "Ils ne se changent pas ici : votre compte suit le tableau.",
        "Demandez la correction à votre Conseil régional.",
    ),
    "ABSENCE_WRONG_STATUS": Words(
        "Trop tard",
        "La suppléance a commencé, a pris fin ou a été refusée entre-temps.",
        "Relisez son état, puis recommencez s’il le faut.",
        "warning",
    ),
    "ABSENCE_NOT_YOURS": Words(
        "Cela revient à un autre",
        "Celui qui demande une suppléance peut la retirer. Les autres peuvent s’y opposer avant qu’elle commence.",
        "Relisez qui l’a demandée.",
        "warning",
    ),
    "NO_ADDRESS": Words(
        "Cette personne ne peut pas être prévenue",
        "Le tableau de l’Ordre ne porte pas son adresse électronique, et personne n’est suppléé sans le savoir.",
        "Son Conseil régional peut ajouter une adresse.",
        "warning",
    ),
    "NO_ACCOUNT": Words(
        "Cette personne n’a pas de Comptexpert",
        "Il faut un compte actif pour décider à votre place.",
        "Choisissez un autre confrère.",
        "warning",
    ),
    "NOT_A_GRANTOR": Words(
        "Cette personne n’accorde plus de droits",
        "Elle n’est plus au tableau de l’Ordre pour ce cabinet.",
        "Choisissez un autre confrère.",
        "warning",
    ),
    "NOT_EVERY_YEAR": Words(
        "Date à corriger", "Ce jour n’existe pas chaque année.", "Choisissez un autre jour.", "warning"
    ),
    "NO_TERMS": Words(
        "Rien à accepter",
        "Ce service ne demande plus d’accepter de conditions.",
        "Relisez la liste des services.",
        "warning",
    ),
}
