"""The words of the codes about an import."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

IMPORT = {
    "DEL_IMPORT_REFUSED": Words(
        "Le tableau n’a pas été appliqué",
        "Une ligne au moins est refusée. Aucune délégation de ce tableau n’a été accordée.",
        "Rouvrez le fichier pour voir les lignes à corriger.",
        "warning",
    ),
}
