"""Somebody signs up and somebody decides with Orca: what it says aloud holds what a listener needs, in this order."""

from __future__ import annotations

import shutil

import pytest

from tests.at_spi import bus, orca
from tests.at_spi.test_walker import Listener, staged

pytestmark = [pytest.mark.campaign, pytest.mark.skipif(shutil.which("orca") is None, reason="Orca is not installed")]

SIGN_UP = (
    (("new_signup",), "Votre profil", "Étape 1 sur 4"),
    (("key", "Down"), "Expert-comptable"),
    (("key", "Return"), "Nom text", "Étape 2 sur 4 : Identité"),
    (("type", "aub"), "3 noms", "1 sur 3 : AUBERIVE Zoé"),
    (("key", "Down"), "2 sur 3 : AUBIER Claire"),
    (("key", "Return"), "Date de naissance text", "Choisi : AUBIER Claire"),
    (("key", "Return"), "Saisissez votre date de naissance."),
    (("type", "01021980"),),
    (("key", "Return"), "Identifiant text", "Étape 3 sur 4 : Identifiant"),
    (("type", "claire.aubier"),),
    (("key", "Tab"), "Confirmez l’identifiant text"),
    (("type", "claire.aubier"),),
    (("key", "Return"), "Envoyer ma demande push button", "Étape 4 sur 4 : Vérification"),
    (
        ("key", "Return"),
        "Voir mes inscriptions push button",
        "Enregistré sur ce poste : Création de compte · Claire AUBIER. Pas encore transmis.",
        "Transmis : Création de compte · Claire AUBIER. Le serveur l’a accepté.",
    ),
    (("open", "vault"), "Identifiants enregistrés"),
    (("focus", "lockDelayChoice"),),
    (("key", "Up"), "15 minutes"),
)
DECISIONS = (
    (("open", "delegations"), "Délégations", "Karim LEROUX, À décider, jesignexpert"),
    (("key", "A"), "Accord pour Karim LEROUX : jesignexpert", "L’envoi attend 6 secondes."),
    (("later", 7),),
    (("synchronise",), "Transmis : Accord · jesignexpert · Karim LEROUX. Le serveur l’a accepté."),
    (("select", 0),),
    (("key", "R"), "Refuser la demande de Karim LEROUX ? dialog", "Note à la personne text"),
    (("type", "Pas de mandat"),),
    (
        ("key", "Return", "Control"),
        "Transmis : Refus · jesignexpert · Karim LEROUX. Le serveur l’a accepté.",
    ),
    (("faults", 20),),
    (("synchronise",), "Hors ligne. Ce que vous faites est gardé sur ce poste."),
    (("mend",),),
    (("synchronise",), "De nouveau en ligne."),
    (("lock",), "Comptexpert est verrouillé."),
    (("click", "unlockButton"), "Comptexpert est déverrouillé."),
)


@pytest.mark.parametrize(("side", "story"), [("out", SIGN_UP), ("expert", DECISIONS)], ids=["sign-up", "decisions"])
def test_orca_says_what_a_listener_needs(side, story, tmp_path):
    with (
        bus.desktop(tmp_path) as desktop,
        orca.listening(desktop, tmp_path) as heard,
        staged(desktop, tmp_path, side) as stage,
    ):
        walk(Listener(desktop, stage), heard, story)


def walk(listener: Listener, heard: orca.Transcript, story) -> None:
    heard.wait_until_quiet()
    for act, *sentences in story:
        begin = len(heard.said)
        listener.do(*act)
        heard.wait_until_quiet()
        said = " ".join(heard.said[begin:]).replace("\N{NO-BREAK SPACE}", " ")
        for sentence in sentences:
            before, found, said = said.partition(sentence)
            assert found, f"{act}: « {sentence} » was not heard in {heard.said[begin:]} (left: {before})"
    assert not any("<" in text for text in heard.said), "markup was heard"
    assert not any("layered pane" in text for text in heard.said), "a part that says nothing was heard"
