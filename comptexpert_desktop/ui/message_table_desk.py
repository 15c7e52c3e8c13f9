"""The words of what may go wrong at the review desk, beside the delegations themselves."""

from __future__ import annotations

from comptexpert_desktop.ui.message_words import Words

DESK = {
    "TOO_MANY_VIEWS": Words(
        "Trop de vues enregistrées",
        "Un compte garde 20 vues au plus.",
        "Supprimez-en une, puis recommencez.",
        "warning",
    ),
}
