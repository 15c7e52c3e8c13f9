"""The words of what may go wrong with a yearly review."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

REVIEW: dict[str, Words] = {
    "REGISTER_BROKEN": Words(
        "Registre altéré sur le serveur",
        "Le registre de ce cabinet n’est plus tel que le serveur l’a écrit. Rien n’a été exporté.",
        "Prévenez le service informatique, et gardez vos exports précédents\u00a0: ils font foi.",
        "danger",
    ),
    "REVIEW_OPEN": Words(
        "Revue déjà ouverte",
        "Une revue de ce cabinet est en cours.",
        "Actualisez la page\u00a0: elle s’affichera.",
        "info",
    ),
    "REVIEW_NOTHING": Words(
        "Rien à revoir", "Aucun droit n’est en cours dans ce cabinet.", "Accordez d’abord un droit.", "info"
    ),
    "REVIEW_CLOSED": Words(
        "Revue close",
        "Cette revue est close\u00a0: elle ne reçoit plus de réponse.",
        "Pour mettre fin à un droit, révoquez-le dans «\u00a0Délégations\u00a0».",
        "info",
    ),
    "REVIEW_ITEM_OVER": Words(
        "Droit déjà terminé", "Ce droit n’est plus en cours\u00a0: il n’attend plus de réponse.", "", "info"
    ),
}
