"""The words of the codes about the network in between, and about what IT decides."""

from __future__ import annotations

from comptexpert_desktop.ui.message_words import Words

SUPPORT = {
    "OFFLINE_EXPIRED": Words(
        "Copies de ce poste effacées",
        "Le serveur n’a pas été joint depuis plus longtemps que votre service informatique ne l’admet. L’annuaire et "
        "les droits gardés sur ce poste ont été effacés. Vos envois en attente restent gardés.",
        "Tout reviendra à la prochaine connexion au serveur.",
        "warning",
    ),
}
