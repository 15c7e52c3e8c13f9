"""Two accounts of one person count as one: nobody decides on their own right through the other (BR-07, BR-27)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from tests.server import desk

pytestmark = pytest.mark.django_db


def two_accounts() -> tuple[desk.Desk, desk.Desk]:
    """Agathe, and the account that she opened as a collaboratrice, whose address is hers in other letters."""
    agathe = desk.expert(desk.firm())
    other = desk.staff(desk.grantor_of(agathe).firms.get())
    for account, address in ((agathe.account, "agathe@alba.example"), (other.account, "AGATHE@Alba.example")):
        Account.objects.filter(pk=account.pk).update(email=address, activated_at=timezone.now())
    return desk.Desk(Account.objects.get(pk=agathe.account.pk)), desk.Desk(Account.objects.get(pk=other.account.pk))


def test_one_does_not_ask_the_other() -> None:
    agathe, other = two_accounts()
    assert other.ask(desk.grantor_of(agathe)).code == "DEL_SELF"


def test_one_does_not_grant_to_the_other() -> None:
    agathe, other = two_accounts()
    assert agathe.grant(other.account).code == "DEL_SELF"


def test_one_does_not_decide_on_what_the_other_asked_of_a_peer() -> None:
    agathe, other = two_accounts()
    bruno = desk.expert(desk.grantor_of(agathe).firms.get(), surname="Ferrand")
    own = desk.active(other, bruno)
    for action in ("suspend", "revoke"):
        assert agathe.decide(own, action).code == "DEL_SELF"
    held = desk.active(desk.staff(desk.grantor_of(agathe).firms.get()), bruno)
    assert agathe.decide(held, "suspend").status == 200, "another's right is hers to suspend"


def test_another_person_with_another_address_is_nobody_of_hers() -> None:
    agathe, _other = two_accounts()
    colleague = desk.staff(desk.grantor_of(agathe).firms.get())
    assert agathe.grant(colleague.account).status == 201
