"""The identifiant is final, in the database too."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from comptexpert_server.accounts.login_id import mask_email, suggestions
from comptexpert_server.accounts.models import Account
from comptexpert_server.base.typed_values import clean_login_id

pytestmark = pytest.mark.django_db


def test_no_path_changes_an_identifiant() -> None:
    account = Account.objects.create_user("claire.d", email="c@x.example")
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(login_id="another")
    account.login_id = "another"
    with pytest.raises(DatabaseError), transaction.atomic():
        account.save()
    account.refresh_from_db()
    assert account.login_id == "claire.d"
    Account.objects.filter(pk=account.pk).update(login_id="claire.d", email="d@x.example")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Claire.D", "claire.d"),
        (" claire ", "claire"),
        ("a-b_c.9", "a-b_c.9"),
        ("a" * 32, "a" * 32),
        ("abcde", None),
        ("a" * 33, None),
        ("9abcdef", None),
        (".abcdef", None),
        ("clairé", None),
        ("claire d", None),
        ("a@b.example", None),
        ("ⅽlaire", None),
        ("сlaire", None),
        ("", None),
    ],
)
def test_the_form_of_an_identifiant(typed: str, kept: str | None) -> None:
    assert clean_login_id(typed) == kept


def test_suggestions_are_free_and_well_formed() -> None:
    Account.objects.create_user("eve.oeuvrard", email="c@x.example")
    found = suggestions("eve.oeuvrard", given_name="Ève", surname="Œuvrard")
    assert found[0] == "e.oeuvrard"
    assert all(clean_login_id(one) == one for one in found)
    assert "eve.oeuvrard" not in found
    assert suggestions("z" * 32, given_name="王", surname="李")


@pytest.mark.parametrize(
    ("email", "shown"), [("claire@cabinet.example", "c•••@c•••.example"), ("", ""), ("x", ""), ("a@b", "")]
)
def test_a_masked_address_shows_little(email: str, shown: str) -> None:
    assert mask_email(email) == shown
