"""Which passwords are refused: context words and those a program guesses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from comptexpert_server.registry.name_folding import fold

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account

MIN_SCORE = 3
MAX_LENGTH = 256
MAX_RATED = 72
MIN_LEFT = 8
MIN_WORD = 3
_OWN_WORDS = ("comptexpert", "expertcomptable", "comptable", "ordre")
_TRADE_WORDS = (
    "annee", "audit", "bilan", "cabinet", "chiffre", "chiffres", "client", "clients", "cloture", "compta", "comptes",
    "declaration", "dossier", "exercice", "expert", "facture", "fiscal", "fiscale", "impot", "liasse", "mois",
    "motdepasse", "paie", "siren", "siret", "societe", "tva", "urssaf",
)  # fmt: skip
"""What a password of the trade is made of, with a year behind."""
_LINKING_WORDS = ("les", "des", "une", "mes", "nos", "vos", "mon", "son", "notre", "votre")
_COMMON_WORDS = (
    "automne", "avril", "bienvenue", "bonjour", "bordeaux", "chouchou", "decembre", "doudou", "fevrier", "france",
    "hiver", "janvier", "jetaime", "juillet", "juin", "lille", "lundi", "lyon", "mars", "marseille", "nantes", "nice",
    "novembre", "octobre", "paris", "printemps", "rennes", "secret", "septembre", "soleil", "strasbourg", "toulouse",
    "vacances", "vendredi",
)  # fmt: skip
"""French words that passwords are often made of: the program that guesses knows English ones."""
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "1234567890")
_RUN = 4
_KEYS = re.compile(
    "|".join(
        run[:length]
        for length in range(10, _RUN - 1, -1)
        for row in (*_ROWS, *(one[::-1] for one in _ROWS))
        for run in (row[start:] for start in range(len(row) - length + 1))
    )
)
"""Keys side by side on a row, from either end; the longest first."""
_AZERTY = str.maketrans("azqwmAZQWM,;:", "qwaz;QWAZ:m,.")
"""The keys of a French keyboard under the letters that a program for the American one expects there."""


class ContextWordsValidator:
    """Refuse a password made mostly of what everybody knows of the person."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError when little is left once the known words are taken away."""
        left = "".join(fold(password))
        for word in sorted(known_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < MIN_LEFT:
            raise ValidationError(
                "Ce mot de passe contient surtout votre nom, votre identifiant ou « Comptexpert ». "
                "Choisissez une phrase qui n’a pas de rapport avec vous.",
                code="password_context",
            )

    def get_help_text(self) -> str:
        """Say what to avoid."""
        return "Évitez votre nom, votre identifiant et le nom du service."


class GuessableValidator:
    """Refuse a password that a guessing program finds early (zxcvbn below 3)."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError when the estimate is too low; only the first 72 letters count."""
        if len(password) > MAX_LENGTH:
            raise ValidationError("Ce mot de passe dépasse 256\u00a0caractères.", code="password_too_long")
        words = [*known_words(user)]
        typed = password[:MAX_RATED]
        if len(_without_habits("".join(fold(typed)))) < MIN_LEFT:
            raise _guessable()
        score = min(zxcvbn(one, user_inputs=words)["score"] for one in (typed, typed.translate(_AZERTY)))
        if score < MIN_SCORE:
            raise _guessable()

    def get_help_text(self) -> str:
        """Say what works."""
        return "Une phrase de quatre mots sans lien entre eux convient."


def _guessable() -> ValidationError:
    return ValidationError(
        "Ce mot de passe se devine trop facilement. Une phrase de quatre mots sans lien entre eux convient.",
        code="password_guessable",
    )


def _without_habits(text: str) -> str:
    """Take away words that many passwords are made of, and keys that stand side by side on a row of the keyboard."""
    for word in sorted(_COMMON_WORDS, key=len, reverse=True):
        text = text.replace(word, " ")
    return _KEYS.sub("", text).replace(" ", "")


def known_words(user: Account | None) -> set[str]:
    """Give the folded words that anybody can connect with the account."""
    words = {*_OWN_WORDS, *_TRADE_WORDS, *_LINKING_WORDS}
    if user is not None:
        own = (user.login_id, user.given_name, user.surname, user.email.partition("@")[0])
        for text in (*own, *_firms_of(user)):
            words.update(word for word in [*fold(text), "".join(fold(text))] if len(word) >= MIN_WORD)
    return words


def _firms_of(user: Account) -> list[str]:
    """List the names of the cabinets where somebody stands or works."""
    names = [] if user.entry is None else list(user.entry.firms.values_list("name", flat=True))
    if not user._state.adding:  # noqa: SLF001 - Django documents it
        names += user.memberships.filter(ended_at=None).values_list("firm__name", flat=True)
    return names
