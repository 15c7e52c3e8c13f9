"""The words of the codes about the network in between, and about what IT decides."""

from __future__ import annotations

from comptexpert_desktop.presentation.errors.message_words import Words

CERTIFICATE_FAULTS = {
    "authority": "vient d’une autorité que ce poste ne connaît pas",
    "self_signed": "n’est garanti par aucune autorité",
    "expired": "a expiré",
    "not_yet": "n’est pas encore valable",
    "other_host": "appartient à une autre machine",
    "handshake": "n’a pas pu être vérifié",
}
"""What is wrong with a certificate, by the adapter's word for it."""

CERTIFICATE_ADVICE = {
    "authority": "Si cette autorité est celle de votre cabinet, il peut l’ajouter (réglage « Autorité du "
    "cabinet »). Sinon, quittez ce réseau. ",
    "expired": "Vérifiez la date de ce poste. ",
    "not_yet": "Vérifiez la date de ce poste. ",
    "other_host": "Quittez ce réseau s’il n’est pas celui du cabinet. ",
}
"""What to do about it, before telling the IT department."""

SUPPORT = {
    "NET_PROXY_AUTH": Words(
        "Le proxy demande qui vous êtes",
        "Le proxy {proxy} demande un nom et un mot de passe avant de laisser passer vers {host}.",
        "Ce sont souvent ceux de votre session. Ils ne sont montrés qu’à ce proxy.",
        "warning",
    ),
    "NET_PROXY_SCHEME": Words(
        "Identification non prise en charge",
        "Le proxy {proxy} n’admet que {schemes}, que Comptexpert ne parle pas. Aucun mot de passe ne lui a été montré.",
        "Demandez à votre service informatique une exception pour {host}, ou un relais sur ce poste.",
        "warning",
    ),
    "NET_PORTAL": Words(
        "Un portail d’accès répond à la place du serveur",
        "Une page web a répondu au lieu de {host}. Le réseau attend sans doute votre accord, comme dans un hôtel ou "
        "un train. Ce que vous faites est gardé sur ce poste.",
        "Ouvrez votre navigateur, suivez la page qui s’affiche, puis réessayez.",
        "warning",
    ),
    "OFFLINE_EXPIRED": Words(
        "Copies de ce poste effacées",
        "Le serveur n’a pas été joint depuis plus longtemps que votre service informatique ne l’admet. L’annuaire et "
        "les droits gardés sur ce poste ont été effacés. Vos envois en attente restent gardés.",
        "Tout reviendra à la prochaine connexion au serveur.",
        "warning",
    ),
}
