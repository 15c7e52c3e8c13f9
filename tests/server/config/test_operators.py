"""Who runs the server says who may sit at a council's desk."""

from __future__ import annotations

import argparse

import pytest

from comptexpert_server.accounts.models import Account
from comptexpert_server.operations.commands import appoint_operator

pytestmark = pytest.mark.django_db


def appoint(login_id: str, council: str = "bretagne", *, end: bool = False) -> int:
    return appoint_operator(argparse.Namespace(login_id=login_id, council=council, end=end))


def test_a_person_sits_at_the_desk_of_one_council_until_it_ends(crowd: None) -> None:
    assert appoint("Nadia.Ferrand") == 0
    nadia = Account.objects.get(login_id="nadia.ferrand")
    assert (nadia.is_staff, nadia.council, nadia.is_superuser) == (True, "bretagne", False)
    assert appoint("nadia.ferrand", end=True) == 0
    nadia.refresh_from_db()
    assert (nadia.is_staff, nadia.council) == (False, "")


def test_nobody_is_appointed_to_a_council_that_is_none_and_no_closed_account_is(crowd: None) -> None:
    assert appoint("nadia.ferrand", "atlantide") == 2
    Account.objects.filter(login_id="nadia.ferrand").update(is_active=False)
    assert appoint("nadia.ferrand") == 1
    assert not Account.objects.get(login_id="nadia.ferrand").is_staff
