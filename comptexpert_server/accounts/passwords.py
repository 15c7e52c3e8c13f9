"""Which passwords are refused: context words and those a program guesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from comptexpert_server.registry.fold import fold

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account

LEAST_SCORE = 3
LONGEST = 256
LEAST_LEFT = 8
SHORTEST_WORD = 3
_OWN_WORDS = ("comptexpert", "expertcomptable", "comptable", "ordre")


class ContextWordsValidator:
    """Refuse a password made mostly of what everybody knows of the person."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError when little is left once the known words are taken away."""
        left = "".join(fold(password))
        for word in sorted(known_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEAST_LEFT:
            raise ValidationError(
                "Ce mot de passe contient surtout votre nom, votre identifiant ou « Comptexpert ». "
                "Choisissez une phrase qui n'a pas de rapport avec vous.",
                code="password_context",
            )

    def get_help_text(self) -> str:
        """Say what to avoid."""
        return "Évitez votre nom, votre identifiant et le nom du service."


class GuessableValidator:
    """Refuse a password that a guessing program finds early (zxcvbn below 3)."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError when the estimate is too low; only the first 100 letters count."""
        if len(password) > LONGEST:
            raise ValidationError("Ce mot de passe dépasse 256 caractères.", code="password_too_long")
        score = zxcvbn(password[:72], user_inputs=[*known_words(user)])["score"]
        if score < LEAST_SCORE:
            raise ValidationError(
                "Ce mot de passe se devine trop facilement. Une phrase de quatre mots sans lien entre eux convient.",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Say what works."""
        return "Une phrase de quatre mots sans lien entre eux convient."


def known_words(user: Account | None) -> set[str]:
    """Give the folded words that anybody can connect with the account."""
    words = set(_OWN_WORDS)
    if user is not None:
        for text in (user.login_id, user.given_name, user.surname, user.email.partition("@")[0]):
            words.update(word for word in [*fold(text), "".join(fold(text))] if len(word) >= SHORTEST_WORD)
    return words
