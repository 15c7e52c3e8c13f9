"""The words of the codes about an import."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

IMPORT = {
    "DEL_IMPORT_CHANGED": Words(
        "La situation a changé depuis l’aperçu",
        "Cette ligne ne donnerait plus ce que l’aperçu disait. Elle n’est pas accordée.",
        "Rouvrez le fichier pour voir ce qu’elle donnerait maintenant.",
        "warning",
    ),
    "DEL_IMPORT_INCOMPLETE": Words(
        "Le tableau n’est pas arrivé en entier",
        "Une partie du tableau manque au serveur. Rien n’a été accordé.",
        "Il n’y a rien à faire. Le tableau repart en entier de lui-même.",
        "warning",
    ),
    "DEL_IMPORT_REFUSED": Words(
        "Le tableau n’a pas été appliqué",
        "Une ligne au moins est refusée. Aucune délégation de ce tableau n’a été accordée.",
        "Rouvrez le fichier pour voir les lignes à corriger.",
        "warning",
    ),
}
