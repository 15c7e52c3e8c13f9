"""The words of the codes about people: registry, account, sign-in, keyring.

Places in braces are filled by `messages.py`: {host}, {when}, {list}, {masked_email}, {file}, {reference}.
"""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

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
        "Seul votre Conseil régional peut l’ajouter. Votre dossier est conservé : vous le retrouverez ensuite.",
    ),
    "REG_DOB_MISMATCH": Words(
        "La date de naissance ne correspond pas",
        "Le nom choisi et la date de naissance saisie ne concordent pas avec le tableau.",
        "Vérifiez la date. Si elle est exacte, demandez à votre Conseil régional de la corriger.",
    ),
    "REG_TOO_MANY_TRIES": Words(
        "Trop de tentatives",
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
        "La copie de l’annuaire a plus de 30\u00a0jours.",
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
        "De 6 à 32\u00a0caractères : lettres minuscules sans accent, chiffres, point, tiret, tiret bas. Il commence "
        "par une lettre.",
        "Corrigez l’identifiant.",
        "warning",
    ),
    "ID_IMMUTABLE": Words(
        "Identifiant définitif",
        "Un identifiant ne change jamais, une fois le compte activé.",
        "Gardez celui que vous avez choisi.",
        "warning",
    ),
    "ID_DIFFERS": Words(
        "Les deux saisies diffèrent",
        "L’identifiant saisi la seconde fois n’est pas le même.",
        "Saisissez deux fois le même identifiant : il sera définitif.",
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
        "Le lien reçu par courriel n’est plus valable après 48\u00a0heures.",
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
    "GIVEN_UP": Words("Travail interrompu", "Rien n’a été changé.", "Recommencez quand vous le souhaitez.", "info"),
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
    "SIGN_IN_FIRST": Words("Connectez-vous", "Cette action demande une connexion.", "Connectez-vous.", "info"),
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


VAULT = {
    "PIN_LENGTH": Words(
        "PIN trop court ou trop long",
        "Un PIN compte de 6 à 12\u00a0chiffres, et rien d’autre.",
        "Choisissez-en un autre.",
        "warning",
    ),
    "PIN_WEAK": Words(
        "PIN trop facile à deviner",
        "Une suite, une répétition ou une date se devine en quelques minutes.",
        "Choisissez-en un autre.",
        "warning",
    ),
    "PIN_DIFFERS": Words(
        "Les deux PIN diffèrent",
        "Le second PIN n’est pas le même que le premier.",
        "Saisissez de nouveau le second.",
        "warning",
    ),
    "PIN_WRONG": Words(
        "PIN faux",
        "Ce n’est pas le PIN de ce compte.",
        "Saisissez-le de nouveau, ou déverrouillez par le navigateur.",
        "warning",
    ),
    "PIN_SPENT": Words(
        "PIN suspendu",
        "Cinq PIN faux ont été saisis de suite.",
        "Déverrouillez par le navigateur. Le PIN servira de nouveau ensuite.",
        "warning",
    ),
    "PIN_ABSENT": Words(
        "Aucun PIN sur ce poste",
        "Ce compte n’a pas de PIN dans le trousseau de ce poste.",
        "Déverrouillez par le navigateur.",
        "warning",
    ),
    "PIN_FORBIDDEN": Words(
        "PIN non permis",
        "Géré par votre service informatique. La fenêtre s’ouvre par le navigateur seul.",
        "Déverrouillez par le navigateur.",
        "info",
    ),
    "KEYRING_UNREADABLE": Words(
        "Trousseau illisible",
        "Le trousseau a rendu une valeur que l’application ne reconnaît pas.",
        "Réessayez, ou prévenez votre service informatique.",
    ),
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
    "KEYRING_FORBIDDEN": Words(
        "Rien n’est gardé sur ce poste",
        "Géré par votre service informatique. Le trousseau ne garde rien. La session et les brouillons restent en "
        "mémoire, jusqu’à la fermeture.",
        "Terminez votre inscription avant de fermer l’application.",
        "info",
    ),
    "KEYRING_UNSAFE": Words(
        "Trousseau refusé",
        "Le trousseau configuré garde les secrets en clair. Il n’est pas utilisé : tout reste en mémoire.",
        "Demandez à votre service informatique de configurer le trousseau du système.",
        "warning",
    ),
}
