"""Which passwords are taken, and that one phrase is one password however its letters were composed."""

from __future__ import annotations

import unicodedata

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from comptexpert_server.accounts.hashers import FormerArgon2
from comptexpert_server.accounts.models import Account
from tests.server.visitor import PASSWORD, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
PHRASE = "Été brûlant à l’île d’Yeu"


def claire() -> Account:
    return Account.objects.get(login_id="claire.delaunay")


@pytest.mark.parametrize(
    "password",
    [
        "azertyuiopqsdfghjklm",
        "poiuytrezamlkjhgf",
        "aqwzsxedcrfvtgb",
        "AZERTYUIOPqsdfghjklm",
        "leschiffresdumois2026",
        "Cabinet Delaunay 2026",
        "bilan du cabinet 2026",
        "motdepasse2026 cabinet",
        "wxcvbnqsdfghazerty",
        "qsdfghjklmazertyuiop1",
        "mlkjhgfdsq987654",
        "&é\"'(-è_çà)=azerty",
        "jetaimejetaime2026",
        "nantesnantes44000",
        "declarationtva2026",
        "liassefiscale2026",
        "Bonjour Septembre 2026",
    ],
)
def test_what_a_french_keyboard_and_the_trade_suggest_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, claire())


def test_the_name_of_the_cabinet_is_a_known_word() -> None:
    owner = claire()
    assert owner.entry is not None
    firm = owner.entry.firms.first()
    assert firm is not None
    firm.name = "Korrigane Mirabelle Audit"
    firm.save()
    with pytest.raises(ValidationError, match="surtout"):
        validate_password("Korrigane Mirabelle Audit 26", owner)
    validate_password("Korrigane girouette sablier ventouse", owner)


@pytest.mark.parametrize(
    "password", [PASSWORD, "girouette mandarine sablier ventouse", PHRASE, "le kiwi du phare ronronne"]
)
def test_a_phrase_of_four_words_is_taken(password: str) -> None:
    validate_password(password, claire())


@pytest.mark.parametrize(
    "typed",
    [
        unicodedata.normalize("NFD", PHRASE),
        unicodedata.normalize("NFC", PHRASE),
        PHRASE.replace(" ", "\u00a0"),
        PHRASE.replace(" ", "\u202f"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_one_phrase_is_one_password_however_it_was_composed(typed: str, form: str) -> None:
    encoded = make_password(unicodedata.normalize(form, PHRASE))
    assert check_password(typed, encoded)
    assert not check_password(typed + "x", encoded)


@pytest.mark.usefixtures("production_passwords")
def test_the_server_hashes_with_argon2id_at_the_cost_that_owasp_asks() -> None:
    encoded = make_password(PHRASE)
    assert encoded.startswith("argon2_nfkc$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password(PHRASE, encoded)


@pytest.mark.parametrize("typed", [PHRASE, unicodedata.normalize("NFD", PHRASE)])
def test_a_hash_of_before_still_opens_and_is_made_anew(typed: str) -> None:
    former = FormerArgon2()
    account = claire()
    account.password = former.encode(PHRASE, former.salt())
    account.save(update_fields=["password"])
    assert identify_hasher(account.password).algorithm == "argon2"
    assert Visitor().sign_in("claire.delaunay", "une autre phrase de quatre mots").status_code == 200
    assert Visitor().sign_in("claire.delaunay", typed).status_code == 302
    assert identify_hasher(claire().password).algorithm == "argon2_nfkc"
    assert Visitor().sign_in("claire.delaunay", PHRASE).status_code == 302
