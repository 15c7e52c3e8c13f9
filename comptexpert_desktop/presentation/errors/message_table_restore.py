"""The words for a server that was put back from a backup: what is offered again, and what must be done again."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

RESTORE = {
    "SERVER_RESTORED": Words(
        "Serveur restauré depuis une sauvegarde",
        "Cet envoi avait été transmis. Le serveur ne s’en souvient peut-être plus : il lui est proposé de nouveau, "
        "sous la même clé. Rien n’est fait deux fois.",
        "Vous n’avez rien à faire.",
        "warning",
    ),
    "SIGNUP_FORGOTTEN": Words(
        "Création de compte à refaire",
        "Le serveur a été restauré depuis une sauvegarde plus ancienne que votre demande. Il ne la connaît plus. "
        "Ni votre date de naissance ni votre adresse e-mail n’étaient gardées ici.",
        "Ouvrez de nouveau le formulaire, complétez-le, puis envoyez-le de nouveau.",
        "warning",
    ),
}
