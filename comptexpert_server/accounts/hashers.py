"""How passwords are hashed."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

FORMS: Final = ("NFKC", "NFC", "NFD")


class MeasuredArgon2(Argon2PasswordHasher):
    """argon2id at 19 MiB, t=2, p=1 (OWASP): about 40 ms here, where Django's default takes 350.

    A password is normalised first (NFKC, as NIST SP 800-63B-4 asks): the same phrase is the same password whichever
    keyboard composed its accents or its spaces.
    """

    algorithm = "argon2_nfkc"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash the one form of a password."""
        return super().encode(unicodedata.normalize("NFKC", password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare the one form of a password."""
        return super().verify(unicodedata.normalize("NFKC", password), encoded)


class FormerArgon2(Argon2PasswordHasher):
    """The hashes made before passwords were normalised: each is made anew when its owner signs in."""

    time_cost = MeasuredArgon2.time_cost
    memory_cost = MeasuredArgon2.memory_cost
    parallelism = MeasuredArgon2.parallelism

    def verify(self, password: str, encoded: str) -> bool:
        """Compare what was typed, then its other forms."""
        typed = dict.fromkeys([password, *(unicodedata.normalize(form, password) for form in FORMS)])
        return any(super(FormerArgon2, self).verify(one, encoded) for one in typed)
