"""The words for the machine itself: files of somebody else, keys of the registry, what the browser was handed."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

MACHINE = {
    "REPLY_PACKED": Words(
        "Réponse inattendue",
        "La réponse de {host} est compressée sans que l’application l’ait demandé. Elle a été écartée.",
        "Prévenez votre service informatique : un équipement du réseau modifie les réponses du serveur.",
        "warning",
    ),
    "SIGN_IN_PAGE_TAKEN": Words(
        "Connexion arrêtée",
        "La page de connexion a été demandée deux fois, peut-être par un autre programme.",
        "Recommencez. Si cela se reproduit, prévenez votre service informatique.",
    ),
    "SNAPSHOT_PINS_DAMAGED": Words(
        "Clé du serveur illisible",
        "Le fichier {file}, qui retient la clé du serveur, est illisible. L’annuaire reçu a été écarté.",
        "La copie de ce poste reste en place. Prévenez votre service informatique.",
    ),
    "SNAPSHOT_PINS_UNWRITTEN": Words(
        "Clé du serveur non retenue",
        "Le fichier {file}, qui retient la clé du serveur, n’a pas pu être écrit. L’annuaire reçu a été écarté.",
        "Vérifiez la place libre et les droits du dossier de données, puis réessayez.",
        "warning",
    ),
    "STORE_LINK": Words(
        "Fichier écarté",
        "Le fichier {file} est un lien vers un autre fichier. Il n’a pas été ouvert.",
        "Prévenez votre service informatique. Rien n’a été modifié.",
    ),
    "STORE_OWNER": Words(
        "Données d’un autre compte",
        "{file} appartient à un autre compte de cet ordinateur. L’application ne s’en sert pas.",
        "Prévenez votre service informatique. Rien n’a été modifié.",
    ),
    "STORE_SHARED": Words(
        "Dossier ouvert à tous",
        "Tous les comptes de cet ordinateur peuvent écrire dans {file}. L’application ne s’en sert pas.",
        "Réservez ce dossier à votre compte, ou choisissez-en un autre. Rien n’a été modifié.",
    ),
    "STORE_NOT_A_FILE": Words(
        "Fichier écarté",
        "{file} n’est pas un fichier ordinaire. Il n’a pas été ouvert.",
        "Prévenez votre service informatique. Rien n’a été modifié.",
    ),
    "POLICY_FILE_INVALID": Words(
        "Réglages du cabinet illisibles",
        "Le fichier {file} contient les réglages imposés à ce poste. Il est illisible.",
        "Prévenez votre service informatique.",
    ),
    "POLICY_FILE_UNREADABLE": Words(
        "Réglages du cabinet inaccessibles",
        "Le fichier {file} contient les réglages imposés à ce poste. Il ne peut pas être lu par votre compte.",
        "Prévenez votre service informatique.",
    ),
    "POLICY_FILE_UNSAFE": Words(
        "Réglages du cabinet non protégés",
        "Le fichier {file} contient les réglages imposés à ce poste. D’autres que l’administrateur peuvent le changer.",
        "Prévenez votre service informatique.",
    ),
    "POLICY_VALUE_INVALID": Words(
        "Réglage du cabinet incompréhensible",
        "Un réglage imposé à ce poste n’a pas de sens. Sans lui, l’application ne démarre pas.",
        "Transmettez le détail ci-dessous à votre service informatique.",
    ),
    "VERSION_TOO_OLD": Words(
        "Version trop ancienne",
        "Votre service informatique demande une version plus récente de Comptexpert.",
        "Installez-la, ou adressez-vous à lui. Vos données sont conservées.",
        "warning",
    ),
    "DATA_DIR_LOCKED": Words(
        "Dossier imposé",
        "Votre service informatique a choisi le dossier des données.",
        "Retirez l’option --data-dir.",
        "warning",
    ),
    "REHEARSAL_ABSENT": Words(
        "Répétition non installée",
        "La répétition est un paquet à part, qui n’est pas sur ce poste.",
        "Demandez à votre service informatique d’installer comptexpert-rehearsal.",
        "warning",
    ),
    "QT_INCOMPLETE": Words(
        "Installation incomplète",
        "Des éléments de l’affichage ne peuvent pas être chargés\u00a0: {name}.",
        "Réinstallez l’application, puis lancez comptexpert-desktop self-check.",
    ),
    "REHEARSAL_OFF": Words(
        "Répétition désactivée",
        "Votre service informatique ne permet pas la répétition sur ce poste.",
        "Adressez-vous à lui.",
        "info",
    ),
    "EXPORTS_OFF": Words(
        "Exports désactivés",
        "Votre service informatique ne permet pas d’enregistrer des exports depuis ce poste.",
        "Adressez-vous à lui.",
        "info",
    ),
    "USER_FILE_INVALID": Words(
        "Vos réglages sont illisibles",
        "Le fichier {file}, qui retient vos réglages, est illisible. Les réglages par défaut s’appliquent.",
        "Il n’est pas modifié. Corrigez-le, ou supprimez-le pour choisir de nouveau.",
        "warning",
    ),
    "STORE_READ_ONLY": Words(
        "Disque en lecture seule",
        "Le fichier {file} est sur un disque en lecture seule. Votre saisie reste à l’écran.",
        "Demandez à votre service informatique un dossier où votre compte peut écrire.",
    ),
    "NET_CA_FILE": Words(
        "Autorité du cabinet illisible",
        "Le fichier {file}, qui contient l’autorité du cabinet, est illisible. Rien n’a été envoyé.",
        "Prévenez votre service informatique.",
    ),
    "FILE_ENCODING": Words(
        "Fichier à convertir",
        "Ce texte n’est ni en UTF-8 ni en UTF-16. Ses accents ne peuvent pas être lus sans risque d’erreur.",
        "Enregistrez-le en UTF-8, puis recommencez.",
        "warning",
    ),
}
