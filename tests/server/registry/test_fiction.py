"""The fictitious registry: the same people each time, as mixed as real ones."""

from __future__ import annotations

import pytest

from comptexpert_server.accounts.models import Account
from comptexpert_server.base.typed_values import clean_siren
from comptexpert_server.registry.models import RegistryEntry
from comptexpert_server.registry.profiles import LISTS
from comptexpert_server.registry.selectors import councils
from comptexpert_server.rehearsal.demo_people import PASSWORD, describe
from comptexpert_server.rehearsal.sample_registry import people, siren
from comptexpert_server.rehearsal.seeding import OtherPeopleError, fill

CASES = {
    "ec", "ec_second_of_firm", "ec_other_firm", "staff", "staff_other_firm", "agc_head", "signup_ok",
    "signup_no_email", "signup_struck_off", "signup_already_bound", "homonym_a", "homonym_b", "council_operator",
}  # fmt: skip


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert list(people(4, count=50)) == list(people(4, count=50))
    assert list(people(4, count=50)) != list(people(5, count=50))


def test_the_crowd_has_homonyms_compounds_particles_and_every_list() -> None:
    crowd = list(people(1, count=3000))
    assert len({one.registration_number for one in crowd}) == 3000
    assert sum(one.surname == "Martin" for one in crowd) > 8
    assert any("-" in one.surname for one in crowd)
    assert any(one.surname.startswith("de la ") for one in crowd)
    assert {one.list for one in crowd} == set(LISTS)
    assert {one.status for one in crowd} == {"active", "suspended", "struck_off"}
    assert any(not one.email for one in crowd)
    assert all(one.email.endswith(".example") for one in crowd if one.email)
    assert {one.council for one in crowd} <= {council["code"] for council in councils()}


def test_each_siren_holds_its_key() -> None:
    assert all(clean_siren(siren(rank)) for rank in range(200))


@pytest.mark.django_db
def test_seeding_twice_adds_nothing_and_a_database_with_others_is_refused() -> None:
    assert fill(entries=60, seed=1) == 60 == RegistryEntry.objects.count()
    assert fill(entries=60, seed=1) == 0
    with pytest.raises(OtherPeopleError):
        fill(entries=61, seed=1)


@pytest.mark.django_db
def test_a_database_that_holds_people_is_never_filled() -> None:
    Account.objects.create_user("somebody", email="a@b.example")
    with pytest.raises(OtherPeopleError):
        fill(entries=60, seed=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("crowd")
def test_every_case_of_a_rehearsal_is_there_with_what_it_needs() -> None:
    found = {one["case"]: one for one in describe()}
    assert set(found) == CASES | {f"signup_ok_{code}" for code in LISTS}
    for one in found.values():
        assert bool(one["account_id"]) == bool(one["login_id"]) == bool(one["password"])
        if one["case"].startswith("signup_") or "homonym" in one["case"]:
            assert one["entry_id"]
            assert one["date_of_birth"]
            assert one["firms"]
    assert found["ec"]["firms"] == found["ec_second_of_firm"]["firms"] == found["staff"]["firms"]
    assert found["ec"]["firms"] != found["ec_other_firm"]["firms"] == found["staff_other_firm"]["firms"]
    assert found["homonym_a"]["surname"] == found["homonym_b"]["surname"]
    assert Account.objects.get(login_id=found["ec"]["login_id"]).check_password(PASSWORD)
