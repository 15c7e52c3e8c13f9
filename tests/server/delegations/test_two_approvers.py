"""Two approvers count accounts that may grant: nobody is stuck, and who is left is told (BR-35)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from post_office.models import Email

from comptexpert_server.delegations import eligibility
from comptexpert_server.delegations.closing import close_account
from comptexpert_server.registry.models import RegistryEntry
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.registry.models import Firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def cabinet() -> Firm:
    found = desk.firm()
    found.two_approvers = True
    found.save(update_fields=["two_approvers"])
    return found


def asked(grantor: desk.Desk, lea: desk.Desk) -> dict[str, Any]:
    return desk.pending(lea, grantor, service="jesignexpert", rights=["seal"])


def strike_off(person: desk.Desk) -> None:
    entry = desk.grantor_of(person)
    RegistryEntry.objects.filter(pk=entry.pk).update(status="struck_off")
    entry.refresh_from_db()
    eligibility.entry_changed(entry, at=timezone.now())


def test_somebody_without_an_account_is_no_second_approver(cabinet: Firm) -> None:
    agathe, lea = desk.expert(cabinet), desk.staff()
    desk.entry(cabinet, surname="Sanscompte")
    approved = agathe.decide(asked(agathe, lea), "approve")
    assert (approved.status, approved.body["status"]) == (200, "ACTIVE")


def test_two_accounts_are_two_approvers(cabinet: Firm) -> None:
    agathe, bruno, lea = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand"), desk.staff()
    first = agathe.decide(asked(agathe, lea), "approve").body
    assert first["status"] == "PENDING_SECOND"
    assert agathe.decide(first, "approve").status == 403
    assert bruno.decide(first, "approve").body["status"] == "ACTIVE"


def test_what_waits_goes_on_with_one_when_the_second_leaves_and_who_is_left_is_told(cabinet: Firm) -> None:
    agathe, bruno, lea = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand"), desk.staff()
    first = agathe.decide(asked(agathe, lea), "approve").body
    Email.objects.all().delete()
    strike_off(bruno)
    (mail,) = Email.objects.filter(to__contains=agathe.account.email)
    assert "un seul accord suffit" in mail.message
    assert "accepter ou refuser" in mail.message
    assert not Email.objects.filter(to__contains=bruno.account.email).exists()
    approved = agathe.decide(first, "approve")
    assert (approved.status, approved.body["status"]) == (200, "ACTIVE")


def test_the_rule_holds_again_once_there_are_two(cabinet: Firm) -> None:
    agathe, bruno, lea = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand"), desk.staff()
    first = agathe.decide(asked(agathe, lea), "approve").body
    strike_off(bruno)
    desk.expert(cabinet, surname="Lemaire")
    assert agathe.decide(first, "approve").status == 403


def test_three_accounts_stay_two_when_one_leaves_and_nobody_is_told(cabinet: Firm) -> None:
    agathe, bruno, lea = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand"), desk.staff()
    desk.expert(cabinet, surname="Lemaire")
    first = agathe.decide(asked(agathe, lea), "approve").body
    Email.objects.all().delete()
    strike_off(bruno)
    assert not Email.objects.filter(message__contains="un seul accord suffit").exists()
    assert agathe.decide(first, "approve").status == 403


def test_a_closed_account_is_no_second_approver_either(cabinet: Firm) -> None:
    agathe, bruno, lea = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand"), desk.staff()
    first = agathe.decide(asked(agathe, lea), "approve").body
    bruno.account.is_active = False
    bruno.account.save(update_fields=["is_active"])
    Email.objects.all().delete()
    eligibility.account_closed(bruno.account, at=timezone.now())
    assert Email.objects.filter(to__contains=agathe.account.email, message__contains="un seul accord").exists()
    assert agathe.decide(first, "approve").body["status"] == "ACTIVE"


def test_who_closes_their_account_leaves_one_and_who_is_left_is_told(cabinet: Firm) -> None:
    agathe, bruno, lea = desk.expert(cabinet), desk.expert(cabinet, surname="Ferrand"), desk.staff()
    first = agathe.decide(asked(agathe, lea), "approve").body
    Email.objects.all().delete()
    close_account(bruno.account, at=timezone.now(), actor=bruno.account.pk)
    assert Email.objects.filter(to__contains=agathe.account.email, message__contains="un seul accord").exists()
    assert agathe.decide(first, "approve").body["status"] == "ACTIVE"
