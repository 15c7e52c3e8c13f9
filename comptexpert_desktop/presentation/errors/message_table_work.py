"""The words of the codes about work: network, delegations, local files, input.

Places in braces are filled by `messages.py`: {host}, {when}, {list}, {masked_email}, {file}, {reference}.
"""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

NETWORK = {
    "NET_OFFLINE": Words(
        "Pas de réseau",
        "Le serveur {host} n’a pas pu être joint. Ce que vous faites est gardé sur ce poste.",
        "L’envoi reprendra de lui-même dès que la connexion reviendra.",
        "warning",
    ),
    "NET_PROXY": Words(
        "Le serveur mandataire bloque l’accès",
        "Le proxy {proxy} n’a pas laissé passer la demande vers {host}.",
        "Transmettez ce message à votre service informatique.",
        "warning",
    ),
    "NET_TLS": Words(
        "Connexion non sûre",
        "Le certificat présenté pour {host} {why}.{issued} Rien n’a été envoyé.",
        "{advice}Transmettez ce message à votre service informatique.",
    ),
    "SERVER_FAULT": Words(
        "Le serveur rencontre un incident",
        "Le serveur {host} a répondu par une erreur. Ce que vous avez préparé est conservé.",
        "L’envoi sera retenté {when}.",
        "warning",
    ),
    "UNEXPECTED_REPLY": Words(
        "Réponse inattendue",
        "La réponse reçue de {host} n’est pas celle du serveur Comptexpert. Elle a été écartée.",
        "Réessayez plus tard. Si cela se reproduit, transmettez ce message à votre service informatique.",
        "warning",
    ),
    "REPLY_TOO_LARGE": Words(
        "Réponse trop volumineuse",
        "La réponse de {host} dépasse ce qui est accepté. Elle a été écartée.",
        "Réessayez plus tard. Si cela se reproduit, prévenez votre service informatique.",
        "warning",
    ),
    "CLOCK_SKEW": Words(
        "L’horloge du poste est décalée",
        "L’heure de ce poste s’écarte de plus de 5\u00a0minutes de l’heure du serveur.",
        "Réglez l’heure du poste, puis réessayez.",
        "warning",
    ),
    "TOO_MANY_REQUESTS": Words(
        "Trop de demandes",
        "Le serveur demande une pause.",
        "Réessayez {when}.",
        "warning",
    ),
}


DELEGATION = {
    "DEL_NOT_GRANTOR": Words(
        "Vous ne pouvez pas décider ici",
        "Seul un expert-comptable du cabinet peut prendre cette décision.",
        "Demandez-la à l’expert-comptable désigné.",
    ),
    "DEL_NOT_GRANTEE": Words(
        "Cette action revient au délégataire",
        "Seule la personne qui reçoit la délégation peut le faire.",
        "Demandez-le-lui.",
    ),
    "DEL_WRONG_STATUS": Words(
        "Action impossible à ce stade",
        "La délégation n’est plus dans l’état qui permet cette action.",
        "Relisez son état actuel.",
        "warning",
    ),
    "DEL_NO_ACCOUNT": Words(
        "Cette personne n’a pas de Comptexpert",
        "Une délégation ne prend effet qu’avec un compte actif.",
        "Invitez-la à créer son Comptexpert.",
        "warning",
    ),
    "DEL_WRONG_FIRM": Words(
        "Cabinet à préciser",
        "Cette personne ne relève pas de ce cabinet, ou relève de plusieurs cabinets.",
        "Choisissez le cabinet concerné, puis renvoyez la demande.",
    ),
    "DEL_RIGHT_NOT_DELEGABLE": Words(
        "Droit personnel",
        "La signature technique est personnelle : elle ne se délègue pas.",
        "Retirez ce droit de la demande.",
    ),
    "DEL_CERT_REQUIRED": Words(
        "Accordé, pas encore utilisable",
        "Le droit de signer est accordé. Le certificat personnel du délégataire manque encore.",
        "Le délégataire doit faire attester son certificat.",
        "warning",
    ),
    "DEL_TERMS": Words(
        "Conditions du service à accepter",
        "Aucun expert-comptable du cabinet n’a accepté les conditions de ce service.",
        "Un expert-comptable du cabinet doit les accepter d’abord.",
        "warning",
    ),
    "DEL_DUPLICATE": Words(
        "Délégation déjà active",
        "La même délégation, ou une plus large, est déjà active.",
        "Prolongez celle qui existe.",
        "warning",
    ),
    "DEL_SELF": Words(
        "Vos propres droits", "Personne ne décide de ses propres droits.", "Demandez à un confrère du cabinet."
    ),
    "DEL_STALE": Words(
        "Le dossier a changé",
        "La délégation a été modifiée depuis que vous l’avez lue. Votre décision n’a pas été appliquée.",
        "Relisez le dossier, puis décidez de nouveau.",
        "warning",
    ),
    "SELECTION_CHANGED": Words(
        "La liste a changé",
        "Des lignes ont bougé depuis que vous les avez sélectionnées. Rien n’a été décidé.",
        "Vérifiez la sélection, puis recommencez.",
        "warning",
    ),
    "DEL_REQUEST_LAPSED": Words(
        "Demande restée sans réponse",
        "Cette demande est caduque : 14\u00a0jours ont passé sans décision.",
        "Envoyez une nouvelle demande.",
        "warning",
    ),
    "INTENT_TOO_OLD": Words(
        "Accord à confirmer",
        "Cet accord attendait depuis plus de 24\u00a0heures. Il n’a pas été transmis.",
        "Relisez la demande, puis confirmez ou abandonnez.",
        "warning",
    ),
    "DEL_SERVICE_CLOSED": Words(
        "Service fermé aux délégations",
        "Ce service n’accepte pas de délégation pour ce profil en ce moment.",
        "Choisissez un autre service.",
        "warning",
    ),
    "DEL_TOO_EARLY": Words(
        "Trop tôt pour prolonger",
        "Une prolongation se demande dans les 45\u00a0jours avant la fin du droit.",
        "Attendez cette date. Un avis vous est envoyé 30\u00a0jours avant la fin.",
        "info",
    ),
    "DEL_TOO_MANY": Words(
        "Trop de décisions à la fois",
        "Un envoi groupé compte 200 décisions au plus.",
        "Envoyez-les en plusieurs fois.",
        "warning",
    ),
    "DEL_PENDING": Words("Demande en attente", "La demande attend une décision.", "Attendez la réponse.", "info"),
    "DEL_REQUIRED": Words(
        "Délégation nécessaire", "Ce service s’ouvre par délégation.", "Demandez une délégation.", "info"
    ),
    "DEL_SCHEDULED": Words(
        "Délégation à venir", "La délégation est accordée, elle prendra effet plus tard.", "Attendez sa date.", "info"
    ),
    "DEL_ENDED": Words(
        "Droit terminé", "Son dernier jour est passé.", "Renouvelez la délégation si le besoin demeure.", "info"
    ),
    "DEL_SUSPENDED": Words(
        "Délégation suspendue", "Les droits sont coupés.", "Adressez-vous à l’expert-comptable.", "warning"
    ),
    "NOT_FOR_PROFILE": Words(
        "Service fermé à ce profil", "Votre profil n’ouvre pas ce service, même par délégation.", "", "info"
    ),
    "NOT_REQUESTED": Words(
        "Droit non demandé", "Ce droit n’était pas dans la demande.", "Relisez la demande.", "warning"
    ),
    "NOT_AGREED": Words(
        "Au-delà du premier accord",
        "Le premier accord ne va pas si loin.",
        "Acceptez la période qu’il fixe, ou une plus courte.",
        "warning",
    ),
    "NEEDS_SECOND": Words(
        "Deux accords nécessaires",
        "Une personne seule ne change pas ce que deux ont accordé.",
        "Révoquez la délégation, puis accordez-la de nouveau.",
        "warning",
    ),
    "AFTER_DEPARTURE": Words(
        "Après le départ",
        "La personne aura quitté le cabinet avant le premier jour.",
        "Choisissez un premier jour avant son départ, ou annulez le départ.",
        "warning",
    ),
    "FIRM_STALE": Words(
        "Le cabinet a changé",
        "Les informations du cabinet ont changé depuis que vous les avez lues.",
        "Relisez-les, puis recommencez.",
        "warning",
    ),
    "OUTBOX_UNKNOWN": Words(
        "Vérification en cours",
        "L’envoi est parti, la réponse s’est perdue. L’application vérifie ce qu’il en est.",
        "Ne recommencez pas : cela ne comptera qu’une fois.",
        "warning",
    ),
}


APPLICATION = {
    "STORE_TOO_NEW": Words(
        "Données d’une version plus récente",
        "Le fichier {file} a été écrit par une version plus récente de Comptexpert. Il n’a pas été modifié.",
        "Installez la dernière version. Pour garder celle-ci, fermez Comptexpert et remettez la copie {copy}, faite "
        "avant la mise à jour, à la place de {file}. Ce qui a été saisi depuis n’y est pas.",
    ),
    "STORE_DAMAGED": Words(
        "Données illisibles",
        "Le fichier {file} ne peut pas être lu, et rien n’a pu en être retrouvé. Il n’a pas été modifié.",
        "Fermez Comptexpert et prévenez votre service informatique, avec le nom de ce fichier.",
    ),
    "DRAFT_ELSEWHERE": Words(
        "Brouillon ouvert deux fois",
        "Ce brouillon a été modifié, envoyé ou abandonné dans une autre fenêtre. Votre saisie est gardée dans une "
        "copie, et l’autre fenêtre garde la sienne.",
        "Comparez les deux dans « Mes inscriptions », puis abandonnez celui qui est de trop.",
        "warning",
    ),
    "STORE_BUSY": Words(
        "Données occupées",
        "Un autre programme utilise le fichier {file}. Rien n’est perdu.",
        "Réessayez dans un instant.",
        "warning",
    ),
    "STORE_CHANGED": Words(
        "Données modifiées ailleurs",
        "Un autre programme a remplacé le fichier {file} pendant l’enregistrement. Votre saisie reste à l’écran.",
        "Réessayez.",
        "warning",
    ),
    "STORE_SALVAGED": Words(
        "Fichier abîmé, mis de côté",
        "Le fichier {file} ne pouvait plus être lu en entier. Envois retrouvés : {kept}. Envois dont il ne "
        "reste qu’une trace : {lost} ; d’autres ont pu disparaître sans trace. Le reste revient du serveur.",
        "Vérifiez la boîte d’envoi, et refaites ce qui manque. L’ancien fichier est gardé sous le nom {aside}.",
        "warning",
    ),
    "STORE_UNREADABLE": Words(
        "Fichier illisible, mis de côté",
        "Rien n’a pu être relu dans le fichier {file}. Ce qui n’était pas encore envoyé est perdu avec lui, et "
        "personne ne peut dire combien c’était. Le reste revient du serveur.",
        "Vérifiez vos demandes récentes, et refaites celles qui manquent. L’ancien fichier est gardé sous le nom "
        "{aside}.",
        "warning",
    ),
    "STORE_LOST": Words(
        "Fichier disparu",
        "Le fichier {file} de ce poste a disparu ou a été vidé. Ce qui n’était pas encore envoyé est perdu avec lui.",
        "Vérifiez vos demandes récentes, et refaites celles qui manquent.",
        "warning",
    ),
    "STORE_NO_LOCKS": Words(
        "Dossier de données sans verrous",
        "Le système de fichiers ne sait pas verrouiller {file}. Rien ne part tant que deux programmes pourraient "
        "envoyer la même chose.",
        "Placez le dossier de données sur un disque de ce poste, ou prévenez votre service informatique.",
    ),
    "STORE_FULL": Words(
        "Disque plein",
        "Il n’y a plus de place pour enregistrer. Votre saisie reste à l’écran.",
        "Libérez de la place, puis réessayez.",
    ),
    "STORE_UNUSABLE": Words(
        "Enregistrement impossible",
        "Le fichier {file} n’a pas pu être utilisé. Votre saisie reste à l’écran.",
        "Réessayez. Si cela se reproduit, vérifiez les droits du dossier de données. Référence : {reference}.",
    ),
    "STORE_KEY_LOST": Words(
        "Clé de chiffrement absente",
        "Le trousseau ne contient plus la clé de ces données. Elles ne peuvent plus être lues.",
        "Restaurez le trousseau, ou refaites la saisie.",
    ),
    "STORE_PAYLOAD_GONE": Words(
        "Envoi illisible", "Le contenu de cet envoi n’est plus lisible.", "Abandonnez-le, puis recommencez."
    ),
    "OUTBOX_NOT_FOUND": Words(
        "Envoi introuvable", "Cet envoi n’est plus dans la boîte d’envoi.", "Actualisez la liste.", "warning"
    ),
    "SNAPSHOT_OLDER": Words(
        "Annuaire écarté",
        "Le serveur propose une copie de l’annuaire plus ancienne que celle de ce poste. Elle a été écartée.",
        "La copie de ce poste reste en place. Prévenez votre service informatique.",
    ),
    "SNAPSHOT_UNTRUSTED": Words(
        "Annuaire écarté",
        "La copie de l’annuaire reçue n’est pas signée comme attendu. Elle a été écartée.",
        "La recherche continue en ligne. Prévenez votre service informatique.",
    ),
    "SERVER_INVALID": Words(
        "Adresse de serveur refusée",
        "L’adresse du serveur commence par https, ou désigne ce poste.",
        "Corrigez l’adresse.",
        "warning",
    ),
    "SERVER_NOT_ALLOWED": Words(
        "Serveur refusé",
        "Votre service informatique n’autorise pas ce serveur.",
        "Choisissez un serveur autorisé, ou adressez-vous à lui.",
        "warning",
    ),
    "SERVER_LOCKED": Words(
        "Serveur imposé", "Votre service informatique a choisi le serveur.", "Adressez-vous à lui.", "warning"
    ),
    "TOO_LONG": Words("Saisie trop longue", "Ce champ est trop long.", "Raccourcissez-le.", "warning"),
    "TOO_SHORT": Words("Saisie trop courte", "Ce champ est trop court.", "Complétez-le.", "warning"),
    "INVALID_INPUT": Words(
        "Saisie à corriger", "Un élément de la saisie n’a pas été accepté.", "Corrigez les champs signalés.", "warning"
    ),
    "FIELD_REQUIRED": Words("À compléter", "Ce champ est nécessaire.", "Complétez ce champ.", "warning"),
    "FIELD_UNKNOWN": Words("Champ inconnu", "Un champ n’est pas reconnu.", "Mettez l’application à jour.", "warning"),
    "DATE_INVALID": Words(
        "Date à corriger", "Cette date n’existe pas ou ne convient pas.", "Saisissez-la ainsi : 31/12/1980.", "warning"
    ),
    "EMAIL_INVALID": Words(
        "Adresse à corriger",
        "Cette adresse électronique n’est pas complète.",
        "Par exemple : nom@cabinet.fr.",
        "warning",
    ),
    "NAME_INVALID": Words(
        "Nom à corriger",
        "Ce nom contient un signe qui n’est pas celui d’un nom, ou dépasse 120\u00a0caractères.",
        "Écrivez-le en lettres, sans chiffre ni adresse.",
        "warning",
    ),
    "SIREN_INVALID": Words(
        "SIREN à corriger", "Ce numéro SIREN n’est pas valable.", "Vérifiez ses 9\u00a0chiffres.", "warning"
    ),
    "REASON_TOO_SHORT": Words(
        "Motif à compléter", "Le motif compte au moins 10\u00a0caractères.", "Dites en une phrase pourquoi.", "warning"
    ),
    "NOTHING_CHOSEN": Words(
        "Rien n’est choisi", "Aucun droit n’est choisi.", "Choisissez au moins un droit.", "warning"
    ),
    "NOT_ALLOWED": Words("Action impossible", "Les règles ne permettent pas cette action.", "Relisez le dossier."),
    "NOT_FOUND": Words(
        "Introuvable", "Cet élément n’existe pas, ou ne vous est pas ouvert.", "Actualisez la liste.", "warning"
    ),
    "REFUSED": Words(
        "Demande refusée",
        "Le serveur n’a pas accepté cette demande. Elle est conservée.",
        "Relisez-la, corrigez-la ou abandonnez-la. Référence : {reference}.",
    ),
    "KEY_REUSED": Words(
        "Envoi refusé",
        "Cet envoi porte le numéro d’un autre envoi.",
        "Vérifiez ce qu’il en est, puis abandonnez-le dans la boîte d’envoi.",
    ),
    "KEY_ANSWER_LOST": Words(
        "Envoi effectif",
        "Le serveur a déjà appliqué cet envoi. Sa réponse ne peut plus être relue.",
        "Il n’y a rien à refaire.",
        "info",
    ),
    "KEY_IN_FLIGHT": Words(
        "Envoi en cours", "Le même envoi est déjà en cours de traitement.", "Attendez quelques instants.", "info"
    ),
    "UNEXPECTED": Words(
        "Erreur inattendue",
        "L’application a rencontré une erreur. Votre saisie est conservée.",
        "Réessayez. Si cela se reproduit, préparez un diagnostic depuis les réglages. Référence : {reference}.",
    ),
}
