"""The words of each error code: what happened, and what to do.

Places in braces are filled by `messages.py`: {host}, {when}, {list}, {council}, {masked_email}, {file}, {reference}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from comptexpert_desktop.ui.theme_tokens import Tone


class Words(NamedTuple):
    """A title, what happened, what to do, and how grave it is."""

    title: str
    text: str
    remedy: str
    tone: Tone = "danger"


REGISTRY = {
    "REG_NO_MATCH": Words(
        "Aucun nom ne correspond",
        "Aucun nom de cette liste ne commence ainsi.",
        "Vérifiez l’orthographe, ou utilisez votre numéro d’inscription à l’Ordre.",
        "warning",
    ),
    "REG_NUMBER_UNKNOWN": Words(
        "Numéro d’inscription inconnu",
        "Ce numéro ne figure pas sur la liste de ce profil.",
        "Vérifiez-le sur votre attestation d’inscription, ou contactez votre Conseil régional.",
    ),
    "REG_NOT_SELECTED": Words(
        "Nom à choisir dans la liste",
        "Un nom saisi ne suffit pas : il faut le choisir dans la liste.",
        "Saisissez les premières lettres, puis choisissez la ligne qui convient.",
        "warning",
    ),
    "REG_NO_EMAIL": Words(
        "Aucune adresse électronique au tableau",
        "Votre inscription ne comporte pas d’adresse électronique. Le lien d’activation ne peut donc pas partir.",
        "Seul votre Conseil régional peut l’ajouter. Votre dossier est conservé : vous le reprendrez ensuite.",
    ),
    "REG_DOB_MISMATCH": Words(
        "La date de naissance ne correspond pas",
        "Le nom choisi et la date de naissance saisie ne concordent pas avec le tableau.",
        "Vérifiez la date. Si elle est exacte, demandez à votre Conseil régional de la corriger.",
    ),
    "REG_TOO_MANY_TRIES": Words(
        "Trop d’essais",
        "La vérification de l’identité est suspendue pour cette inscription.",
        "Réessayez {when}, ou adressez-vous à votre Conseil régional.",
        "warning",
    ),
    "REG_PROFILE_MISMATCH": Words(
        "Ce n’est pas le bon profil",
        "Vous êtes inscrit sur une autre liste : {list}.",
        "Recommencez en choisissant ce profil. Votre saisie est conservée.",
        "warning",
    ),
    "REG_ALREADY_BOUND": Words(
        "Un Comptexpert existe déjà",
        "Cette inscription est déjà rattachée à un compte.",
        "Connectez-vous, ou demandez un nouveau mot de passe sur la page de connexion.",
        "warning",
    ),
    "REG_STRUCK_OFF": Words(
        "Inscription inactive",
        "Cette inscription n’est plus active : radiation ou suspension.",
        "Adressez-vous à votre Conseil régional.",
    ),
    "REG_SNAPSHOT_STALE": Words(
        "Annuaire ancien",
        "La copie de l’annuaire a plus de 30 jours.",
        "Votre choix sera confirmé à la prochaine connexion.",
        "warning",
    ),
    "REG_UNCONFIRMED": Words(
        "Identité non confirmée",
        "Les éléments fournis n’ont pas permis de vous reconnaître.",
        "Vérifiez le nom et la date de naissance. S’ils sont exacts, contactez votre Conseil régional.",
    ),
}

ACCOUNT = {
    "ID_TAKEN": Words(
        "Identifiant déjà pris",
        "Une autre personne utilise cet identifiant.",
        "Choisissez-en un autre. Le reste de votre dossier est conservé.",
        "warning",
    ),
    "ID_INVALID": Words(
        "Identifiant à corriger",
        "De 6 à 32 caractères : lettres minuscules sans accent, chiffres, point, tiret, tiret bas. Il commence "
        "par une lettre.",
        "Corrigez l’identifiant.",
        "warning",
    ),
    "ID_IMMUTABLE": Words(
        "Identifiant définitif",
        "Un identifiant ne change jamais, une fois le compte créé.",
        "Gardez celui que vous avez choisi.",
        "warning",
    ),
    "ID_DIFFERS": Words(
        "Les deux saisies diffèrent",
        "L’identifiant saisi la seconde fois n’est pas le même.",
        "Saisissez deux fois le même identifiant : il est définitif.",
        "warning",
    ),
    "ID_REPEATED": Words(
        "Identifiants semblables",
        "Un identifiant de rechange répète un autre identifiant.",
        "Proposez des identifiants différents, ou laissez ces champs vides.",
        "warning",
    ),
    "MAIL_IN_USE": Words(
        "Adresse déjà utilisée",
        "Un compte utilise déjà cette adresse.",
        "Lisez votre messagerie : un courriel explique la marche à suivre.",
        "warning",
    ),
    "ACT_EXPIRED": Words(
        "Lien d’activation expiré",
        "Le lien reçu par courriel n’est plus valable après 48 heures.",
        "Demandez un nouveau courriel. Votre identifiant reste réservé.",
        "warning",
    ),
    "ACT_ALREADY_DONE": Words("Compte déjà actif", "Ce compte est déjà activé.", "Connectez-vous.", "info"),
    "AUTH_FAILED": Words(
        "Connexion refusée",
        "L’identifiant ou le mot de passe ne convient pas.",
        "Réessayez, ou demandez un nouveau mot de passe sur la page de connexion.",
    ),
    "AUTH_SCOPE": Words(
        "Autorisation manquante",
        "La connexion ne donne pas accès à cette application.",
        "Déconnectez-vous, puis reconnectez-vous en acceptant la demande d’accès.",
        "warning",
    ),
    "SESSION_EXPIRED": Words(
        "Reconnectez-vous",
        "Votre session a pris fin. Rien n’est perdu : ce que vous avez préparé partira après la connexion.",
        "Reconnectez-vous.",
        "warning",
    ),
    "AUTH_STEP_UP": Words(
        "Confirmez votre identité",
        "Cette décision demande une connexion récente. Elle attend dans la boîte d’envoi.",
        "Reconnectez-vous dans le navigateur, puis réessayez.",
        "warning",
    ),
    "AUTH_FACTOR_REQUIRED": Words(
        "Second facteur demandé",
        "Cette décision demande un second facteur d’authentification. Elle attend dans la boîte d’envoi.",
        "Ajoutez-le dans le navigateur, reconnectez-vous, puis réessayez.",
        "warning",
    ),
    "SIGN_IN_CANCELLED": Words(
        "Connexion abandonnée", "Vous n’êtes pas connecté.", "Recommencez quand vous le souhaitez.", "info"
    ),
    "SIGN_IN_EXPIRED": Words(
        "Délai dépassé",
        "Le navigateur n’a pas répondu dans le temps prévu.",
        "Recommencez, puis terminez la connexion dans le navigateur.",
        "warning",
    ),
    "SIGN_IN_FORGED": Words(
        "Réponse écartée",
        "La réponse reçue ne venait pas de la connexion que vous avez ouverte. Elle a été écartée.",
        "Recommencez. Si cela se reproduit, prévenez votre service informatique.",
    ),
    "SIGN_IN_REFUSED": Words(
        "Accès refusé",
        "L’accès n’a pas été accordé dans le navigateur.",
        "Recommencez, puis acceptez la demande d’accès de Comptexpert Desktop.",
        "warning",
    ),
    "SIGN_IN_NO_BROWSER": Words(
        "Aucun navigateur",
        "Le navigateur du système n’a pas pu s’ouvrir.",
        "Choisissez un navigateur par défaut dans les réglages du poste, puis recommencez.",
    ),
}

NETWORK = {
    "NET_OFFLINE": Words(
        "Pas de réseau",
        "Le serveur {host} n’a pas pu être joint. Ce que vous faites est gardé sur ce poste.",
        "L’envoi reprendra de lui-même dès que la connexion reviendra.",
        "warning",
    ),
    "NET_PROXY": Words(
        "Le serveur mandataire bloque l’accès",
        "Le proxy du réseau n’a pas laissé passer la demande vers {host}.",
        "Transmettez ce message à votre service informatique.",
        "warning",
    ),
    "NET_TLS": Words(
        "Connexion non sûre",
        "Le certificat présenté pour {host} n’est pas reconnu. Rien n’a été envoyé.",
        "Transmettez ce message à votre service informatique.",
    ),
    "SERVER_FAULT": Words(
        "Le serveur rencontre un incident",
        "Le serveur {host} a répondu par une erreur. Ce que vous avez préparé est conservé.",
        "L’envoi sera retenté {when}.",
        "warning",
    ),
    "UNEXPECTED_REPLY": Words(
        "Réponse inattendue",
        "La réponse reçue de {host} n’est pas celle de notre serveur. Un portail d’accès à Internet répond peut-être "
        "à sa place.",
        "Ouvrez votre navigateur pour vérifier l’accès à Internet, puis réessayez.",
        "warning",
    ),
    "CLOCK_SKEW": Words(
        "L’horloge du poste est décalée",
        "L’heure de ce poste s’écarte de plus de 5 minutes de l’heure du serveur.",
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

VAULT = {
    "KEYRING_LOCKED": Words(
        "Le trousseau est verrouillé",
        "Le trousseau du système garde la clé de vos données. Il est verrouillé.",
        "Déverrouillez-le, puis réessayez.",
        "warning",
    ),
    "KEYRING_ABSENT": Words(
        "Aucun trousseau sur ce poste",
        "Sans trousseau, rien n’est gardé sur le disque : la session et les brouillons restent en mémoire, jusqu’à la "
        "fermeture.",
        "Terminez votre inscription avant de fermer, ou faites installer un trousseau.",
        "warning",
    ),
    "KEYRING_UNSAFE": Words(
        "Trousseau refusé",
        "Le trousseau configuré garde les secrets en clair. Il n’est pas utilisé : tout reste en mémoire.",
        "Demandez à votre service informatique de configurer le trousseau du système.",
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
        "Accordé, pas encore opérationnel",
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
    "DEL_REQUEST_LAPSED": Words(
        "Demande restée sans réponse",
        "Cette demande est caduque : 14 jours ont passé sans décision.",
        "Envoyez une nouvelle demande.",
        "warning",
    ),
    "INTENT_TOO_OLD": Words(
        "Accord à confirmer",
        "Cet accord attendait depuis plus de 24 heures. Il n’a pas été transmis.",
        "Relisez la demande, puis confirmez ou abandonnez.",
        "warning",
    ),
    "OUTBOX_UNKNOWN": Words(
        "Vérification en cours",
        "L’envoi est parti, la réponse s’est perdue. L’application vérifie ce qu’il en est.",
        "Ne refaites pas le geste : il ne comptera qu’une fois.",
        "warning",
    ),
}

APPLICATION = {
    "STORE_TOO_NEW": Words(
        "Données d’une version plus récente",
        "Le fichier {file} a été écrit par une version plus récente de Comptexpert. Il n’a pas été modifié.",
        "Installez la dernière version, ou utilisez un autre dossier de données.",
    ),
    "STORE_DAMAGED": Words(
        "Données illisibles",
        "Le fichier {file} ne peut pas être lu. Il n’a pas été modifié.",
        "Fermez Comptexpert, mettez ce fichier de côté, puis rouvrez. Gardez-en une copie pour votre service "
        "informatique.",
    ),
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
    "SIREN_INVALID": Words(
        "SIREN à corriger", "Ce numéro SIREN n’est pas valable.", "Vérifiez ses 9 chiffres.", "warning"
    ),
    "REASON_TOO_SHORT": Words(
        "Motif à compléter", "Le motif compte au moins 10 caractères.", "Dites en une phrase pourquoi.", "warning"
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
        "Abandonnez-le dans la boîte d’envoi, puis refaites le geste.",
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

TABLE: dict[str, Words] = REGISTRY | ACCOUNT | NETWORK | VAULT | DELEGATION | APPLICATION
"""Every code that the application knows how to word."""
