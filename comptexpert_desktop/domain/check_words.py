"""« Mot du cabinet »: three words that both screens show of one request, to be compared by voice (domain.md, BR-38).

They come from the number of the request alone, which only its parties know: somebody who pretends to be a colleague may
ask in their name, and the colleague, called by the grantor, reads no such words.
"""

from __future__ import annotations

import hashlib

_LIST = (
    "abeille abricot acacia agneau aiguille ajonc alouette amande ananas ancre anguille antilope arbre ardoise "
    "argile armoire arrosoir artichaut aubergine avocat avoine bagage balai balcon bambou banane barque basilic "
    "bateau belette berger bison bocal bonnet bougie bouleau boussole bouton brique brochet broderie bruyère "
    "buisson cabane cactus cahier calanque canard carafe caribou carotte castor cerise chalet chameau chapeau "
    "charrue cheminée chenille chocolat cigale citron clairière clavier clocher cocotier colibri colline comète "
    "coquille corail corbeau cormoran coton cravate crevette crocus cuillère cygne dauphin diamant dindon domino "
    "dragon dune enclume encrier escargot faisan falaise fauteuil fenouil fenêtre figuier flamant flocon fontaine "
    "forêt fougère fourmi framboise fromage frégate galet gazelle genêt girafe glacier gondole gourde goéland "
    "grenade grenouille grillon guitare hameau haricot hermine hibou hirondelle homard horloge huître hérisson "
    "héron igloo iguane jardin jasmin jonquille jument kayak kiwi koala lagune lampion lanterne laurier lavande "
    "lentille libellule licorne lilas limace lionne lièvre loutre lucarne lutin lézard magnolia mandarine marmite "
    "marmotte marteau maïs melon menthe mimosa mouette moulin moustache myrtille mélèze mésange mûrier navette "
    "navire noisette nuage nénuphar océan oignon olive orange orchidée oursin palmier panier panthère papillon "
    "parasol pastèque perdrix perle perroquet persil pingouin pissenlit pivoine plage planète poireau poivron "
    "pommier poulain prairie prunier pyramide pélican quartz radeau radis raisin renard requin rivière romarin "
    "roseau rossignol ruche sable safran salade sapin sardine sauge saumon savane serrure sifflet sirène soleil "
    "souris spirale tabouret tambour tapis tortue toupie tournesol truite trèfle tulipe valise vanille verger "
    "violette volcan voyage wagon yaourt zeste zèbre écharpe échelle écureuil édredon églantine éléphant émeraude "
    "épinard érable étagère étoile éventail "
)
_WORDS = tuple(_LIST.split())
"""256, one a byte."""
COUNT = 3


def check_words(delegation_id: str) -> str:
    """Return the three words of a request, the same on every screen."""
    return _words(f"comptexpert.check_words\0{delegation_id}")


def own_words(login_id: str) -> str:
    """Return the three words of a person, which « Mon compte » shows them: for a right that nobody asked for.

    They are no secret. A colleague who is called reads those of their own identifiant, never those of another that
    looks like it.
    """
    return _words(f"comptexpert.own_words\0{login_id.strip().lower()}")


def _words(text: str) -> str:
    return " ".join(_WORDS[byte] for byte in hashlib.sha256(text.encode()).digest()[:COUNT])
