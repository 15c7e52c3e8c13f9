"""The words of what may go wrong at the review desk, beside the delegations themselves."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

DESK = {
    "DECISION_LEFT": Words(
        "Cette décision est déjà partie",
        "Le serveur l’a reçue, ou son envoi est en cours. Elle ne peut plus être annulée sur ce poste.",
        "Ouvrez le dossier\u00a0: un accord se révoque, une demande refusée peut être faite à nouveau.",
        "warning",
    ),
    "TOO_MANY_VIEWS": Words(
        "Trop de vues enregistrées",
        "Un compte garde 20 vues au plus.",
        "Supprimez-en une, puis recommencez.",
        "warning",
    ),
}
