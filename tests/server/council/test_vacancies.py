"""The council's desk lists the firms in which nobody may grant, and names a stand-in with a reason (BR-35)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comptexpert_server.base.clock import today
from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.desk.models import Correction
from comptexpert_server.firms.models import Vacancy
from comptexpert_server.registry.models import EntryStatus, RegistryEntry
from tests.server import desk
from tests.server.council.test_desk import REASON, operator, token_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crowd")]
PAGE = "/admin/desk/firmwithoutgrantor/"


@pytest.fixture
def vacancy() -> Vacancy:
    firm = desk.firm("Cabinet de la Pointe")
    agathe, lea = desk.expert(firm), desk.staff()
    desk.active(lea, agathe)
    RegistryEntry.objects.filter(pk=agathe.account.entry_id).update(status=EntryStatus.STRUCK_OFF, council="bretagne")
    run_due(timezone.now())
    return Vacancy.objects.get(firm=firm)


def answer(vacancy: Vacancy, **fields: str) -> Any:
    visitor, address = operator(), f"{PAGE}{vacancy.pk}/change/"
    sent = {"act": "name", "number": "", "last_day": "", "reason": REASON}
    return visitor.client.post(
        address, sent | {"csrfmiddlewaretoken": token_of(visitor.get(address))} | fields, follow=True
    )


def able() -> str:
    yann = desk.expert(desk.firm("Autre"), surname="Morvan")
    return desk.grantor_of(yann).registration_number


def test_the_page_lists_the_firms_of_the_council_alone(vacancy: Vacancy) -> None:
    assert "Cabinet de la Pointe" in words_of(operator().get(PAGE))
    vacancy.firm.entries.update(council="grand-est")
    assert "Cabinet de la Pointe" not in words_of(operator().get(PAGE))


def test_an_operator_names_a_stand_in_and_ends_it(vacancy: Vacancy) -> None:
    last = (today() + timedelta(days=20)).isoformat()
    assert "Morvan" in words_of(answer(vacancy, number=able(), last_day=last))
    vacancy.refresh_from_db()
    assert vacancy.ends_on is not None
    assert vacancy.ends_on.isoformat() == last
    answer(vacancy, act="stop")
    vacancy.refresh_from_db()
    assert vacancy.stand_in is None
    assert Correction.objects.filter(object_id=vacancy.firm_id, reason=REASON).count() == 2


@pytest.mark.parametrize(("number", "days"), [("000000000000", 20), ("able", 31), ("able", -1), ("", 20)])
def test_who_may_not_grant_and_a_day_out_of_bounds_are_refused(vacancy: Vacancy, number: str, days: int) -> None:
    last = (today() + timedelta(days=days)).isoformat()
    answer(vacancy, number=able() if number == "able" else number, last_day=last)
    vacancy.refresh_from_db()
    assert vacancy.stand_in is None
    assert not Correction.objects.exists()


def test_there_is_nothing_to_end_where_nobody_stands_in(vacancy: Vacancy) -> None:
    assert "Aucun suppléant" in words_of(answer(vacancy, act="stop"))
