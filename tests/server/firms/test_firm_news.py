"""The page of a cabinet: its people see what concerns them there, nobody else sees that it exists."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptexpert_server.delegations.jobs import run_due
from comptexpert_server.firms.absences import run_due as run_absences
from comptexpert_server.firms.models import Absence, Membership
from tests.server import desk
from tests.server.mail.cabinet import Cabinet

if TYPE_CHECKING:
    from django.db.models import Model

pytestmark = pytest.mark.django_db
NOTHING = "Rien de ce qui vous concerne n’est en cours dans ce cabinet."


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet()


def visit(person: desk.Desk, firm: Model, *, method: str = "get") -> Any:
    browser = Client()
    browser.force_login(person.account)
    return getattr(browser, method)(f"/cabinet/{firm.pk}/")


def words(person: desk.Desk, cabinet: Cabinet) -> str:
    page = visit(person, cabinet.firm)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_its_people_see_it_and_nobody_else(cabinet: Cabinet) -> None:
    for name in ("agathe", "bruno", "chloe", "lea"):
        assert visit(cabinet.people[name], cabinet.firm).status_code == 200, name
    superuser = desk.Desk(desk.account("", "", is_staff=True, is_superuser=True))
    for stranger in (cabinet.yann, desk.staff(), desk.staff(desk.firm("Ailleurs")), superuser):
        assert visit(stranger, cabinet.firm).status_code == 404
    asked = Client().get(f"/cabinet/{cabinet.firm.pk}/")
    assert (asked.status_code, asked.headers["Location"].partition("?")[2]) == (
        302,
        f"next=/cabinet/{cabinet.firm.pk}/",
    )


def test_a_cabinet_that_is_none_and_one_of_others_are_answered_alike(cabinet: Cabinet) -> None:
    browser = Client()
    browser.force_login(cabinet.yann.account)
    unknown, others = uuid.uuid4(), cabinet.firm.pk
    answers = [browser.get(f"/cabinet/{number}/") for number in (unknown, others)]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content.replace(str(unknown).encode(), b"") == answers[1].content.replace(
        str(others).encode(), b""
    )


def test_the_page_changes_nothing(cabinet: Cabinet) -> None:
    assert visit(cabinet.agathe, cabinet.firm, method="post").status_code == 405


def test_who_left_sees_it_no_more(cabinet: Cabinet) -> None:
    Membership.objects.update(ended_at=timezone.now())
    assert visit(cabinet.lea, cabinet.firm).status_code == 404


def test_where_nothing_goes_on_the_page_says_so(cabinet: Cabinet) -> None:
    for person in (cabinet.agathe, cabinet.lea):
        assert NOTHING in words(person, cabinet)
    assert "Réglages en vigueur" in words(cabinet.agathe, cabinet)
    assert "Réglages en vigueur" not in words(cabinet.lea, cabinet)


def test_who_grants_reads_who_is_away_who_decides_until_when_and_why(cabinet: Cabinet) -> None:
    absence = cabinet.ask()
    for name in ("agathe", "bruno", "chloe"):
        page = words(cabinet.people[name], cabinet)
        assert "Suppléance à venir" in page
        assert f"Sans opposition, elle commence le {timezone.localtime(absence.starts_at):%d/%m/%Y}" in page
        assert f"{absence.ends_on:%d/%m/%Y} inclus" in page
        assert "Congé de paternité d’Agathe" in page
    assert "Vous pouvez vous y opposer" in words(cabinet.agathe, cabinet)
    assert "Vous pouvez y renoncer" in words(cabinet.bruno, cabinet)
    assert NOTHING in words(cabinet.lea, cabinet), "why somebody is away is for those who grant"
    run_absences(absence.starts_at)
    assert "Suppléance en cours" in words(cabinet.chloe, cabinet)


def test_a_party_who_grants_no_more_reads_their_own_absence_alone_and_for_some_days(cabinet: Cabinet) -> None:
    cabinet.name()
    chloe, noe = desk.grantor_of(cabinet.chloe), desk.expert(cabinet.firm, surname="Tiers")
    desk.absence(cabinet.firm, absent=chloe, cover=desk.grantor_of(noe), reason="Formation en mer")
    desk.grantor_of(cabinet.bruno).firms.clear()
    run_absences(timezone.now())
    page = words(cabinet.bruno, cabinet)
    assert "Suppléance terminée" in page
    assert "Formation en mer" not in page
    assert "Réglages en vigueur" not in page
    Absence.objects.filter(cover=cabinet.bruno.account.entry_id).update(ended_at=timezone.now() - timedelta(days=31))
    assert visit(cabinet.bruno, cabinet.firm).status_code == 404


def test_a_setting_that_waits_says_who_asks_and_from_when(cabinet: Cabinet) -> None:
    cabinet.set(cabinet.agathe, two_approvers=True)
    cabinet.set(cabinet.agathe, two_approvers=False)
    page = words(cabinet.bruno, cabinet)
    assert "Réglage à alléger" in page
    assert "Sans opposition, ce réglage change le" in page
    assert f"Agathe {cabinet.agathe.account.surname.upper()}" in page
    assert "Réglage à alléger" not in words(cabinet.lea, cabinet)


def test_an_open_review_counts_what_waits_for_the_reader_and_for_whom_they_replace(cabinet: Cabinet) -> None:
    desk.active(desk.staff(), cabinet.bruno)
    desk.active(desk.staff(), cabinet.agathe)
    review = cabinet.review()
    cabinet.name()
    waits, replaced = "Vos droits qui attendent une réponse", "Droits qui attendent, de qui vous remplacez"
    bruno, chloe = words(cabinet.bruno, cabinet), words(cabinet.chloe, cabinet)
    assert f"au plus tard le {review.closes_on:%d/%m/%Y}" in bruno
    assert f"{waits}&nbsp;: <strong>1</strong>" in bruno
    assert f"{replaced}&nbsp;: <strong>2</strong>" in bruno
    assert f"{waits}&nbsp;: <strong>0</strong>" in chloe
    assert replaced not in chloe


def test_a_planned_departure_is_shown_to_who_leaves(cabinet: Cabinet) -> None:
    cabinet.leave()
    day = f"{timezone.localdate() + timedelta(days=10):%d/%m/%Y}"
    assert f"Votre départ de ce cabinet est fixé au {day}" in words(cabinet.lea, cabinet)
    assert NOTHING in words(cabinet.agathe, cabinet)


def test_a_cabinet_without_a_grantor_says_whom_to_turn_to(cabinet: Cabinet) -> None:
    cabinet.orphan()
    page = words(cabinet.lea, cabinet)
    assert "Plus personne ne peut accorder de droits" in page
    assert "tableau@croec-bretagne.example" in page
    assert visit(cabinet.agathe, cabinet.firm).status_code == 404
    cabinet.stand_in()
    until = f"{timezone.localdate() + timedelta(days=20):%d/%m/%Y} inclus"
    page = words(cabinet.lea, cabinet)
    assert f"a désigné Agathe {cabinet.yann.account.surname.upper()}" in page
    assert until in page
    stand_in = words(cabinet.yann, cabinet)
    assert "comme suppléant désigné par un Conseil régional" in stand_in
    assert f"Vous approuvez, refusez et accordez jusqu’au {until}" in stand_in
    run_due(timezone.now() + timedelta(days=21))
    assert visit(cabinet.yann, cabinet.firm).status_code == 404


def test_the_queries_do_not_grow_with_the_cabinet(cabinet: Cabinet) -> None:
    counted = []
    cabinet.review()
    for _ in range(2):
        browser = Client()
        browser.force_login(cabinet.agathe.account)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/cabinet/{cabinet.firm.pk}/").status_code == 200
        counted.append(len(queries))
        for number in range(12):
            one, other = (desk.expert(cabinet.firm, surname=f"{kind}{number}") for kind in ("Un", "Autre"))
            desk.absence(cabinet.firm, absent=desk.grantor_of(one), cover=desk.grantor_of(other))
    assert counted[0] == counted[1]
    assert counted[0] < 20
