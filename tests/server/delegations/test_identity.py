"""Whom one decides about: the identity card, those who may be taken for them, and the first right of high risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from post_office.models import Email

from comptexpert_server.accounts.models import Account
from comptexpert_server.delegations.likeness import Likeness, is_confusable, likeness
from comptexpert_server.firms.models import Membership
from tests.server import desk

if TYPE_CHECKING:
    from typing import Any

    from comptexpert_server.registry.models import Firm

SIGN = {"service": "jesignexpert", "rights": ["seal"]}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Léa Quémener", "QUEMENER Léa", Likeness.SAME),
        ("Léa Quémener", "Lea Quemener", Likeness.SAME),
        ("Jean Bernard", "Jean Bemard", Likeness.CLOSE),
        ("Ilan Morvan", "llan Morvan", Likeness.CLOSE),
        ("Léa Quémener", "Léa Quémenner", Likeness.CLOSE),
        ("Léa Quémener", "Quémenner Léa", Likeness.CLOSE),
        ("Léa Quémener", "Léa Quéemner", Likeness.CLOSE),
        ("Léa Quémener", "Léo Quémener", Likeness.CLOSE),
        ("Zoé Caradec", "Zoé Car\u0430dec", Likeness.CLOSE),
        ("Léa Quémener", "Luc Quémener", None),
        ("Li Bo", "Li Ba", None),
        ("", "", None),
    ],
)
def test_names_are_compared_as_a_hurried_eye_reads_them(one: str, other: str, expected: Likeness | None) -> None:
    assert (likeness(one, other), likeness(other, one)) == (expected, expected)


def test_identifiants_are_compared_by_letters_that_look_alike_alone() -> None:
    assert is_confusable("l.morvan", "i.morvan")
    assert is_confusable("b.cornil", "b.comil")
    assert not is_confusable("expert01", "expert02")


@pytest.fixture
def cabinet() -> Firm:
    return desk.firm()


def card(who: desk.Desk, case: dict[str, Any]) -> dict[str, Any]:
    shown = who.get(f"/delegations/{case['id']}/identity")
    assert shown.status == 200
    found: dict[str, Any] = shown.body
    return found


@pytest.mark.django_db
def test_a_first_request_of_somebody_whom_the_firm_does_not_know(cabinet: Firm) -> None:
    agathe, lea = desk.expert(cabinet), desk.staff(email="lea@alba.example")
    shown = card(agathe, desk.pending(lea, agathe, **SIGN))
    assert (shown["login_id"], shown["masked_email"]) == (lea.account.login_id, "l•••@a•••.example")
    assert (shown["role"], shown["since"], shown["earlier"], shown["alike"]) == ("none", None, 0, [])
    assert shown["is_first_high_risk"]


@pytest.mark.django_db
def test_a_member_is_known_with_their_day_and_what_there_was_before(cabinet: Firm) -> None:
    agathe, lea = desk.expert(cabinet), desk.staff()
    refused = desk.pending(lea, agathe, **SIGN)
    agathe.decide(refused, "refuse", note="Pas encore")
    assert card(agathe, desk.pending(lea, agathe, service="rfc"))["is_first_high_risk"], "a refusal gave nothing"
    desk.active(lea, agathe, **SIGN)
    shown = card(agathe, desk.pending(lea, agathe))
    assert (shown["role"], shown["earlier"], shown["is_first_high_risk"]) == ("staff", 3, False)
    assert shown["since"] is not None


@pytest.mark.django_db
def test_a_homonym_and_a_look_alike_of_the_firm_are_named(cabinet: Firm) -> None:
    agathe = desk.expert(cabinet)
    twin, near = desk.staff(cabinet), desk.staff(cabinet, surname="Quémenner")
    desk.staff(desk.firm("Cabinet Brume")), desk.staff(cabinet, surname="Ferrand")
    asked = desk.pending(desk.staff(), agathe)
    alike = [(one["login_id"], one["likeness"]) for one in card(agathe, asked)["alike"]]
    assert alike == [(twin.account.login_id, "same"), (near.account.login_id, "close")]


@pytest.mark.django_db
def test_an_expert_of_the_registry_may_be_the_one_who_looks_alike(cabinet: Firm) -> None:
    agathe, bruno = desk.expert(cabinet), desk.entry(cabinet, surname="Quémener")
    asked = desk.pending(desk.staff(given_name="Agathe"), agathe)
    assert card(agathe, asked)["alike"] == [
        {"name": f"{bruno.given_name} Quémener", "login_id": "", "likeness": "same"}
    ]


@pytest.mark.django_db
def test_identifiants_that_look_alike_are_named_whatever_the_names(cabinet: Firm) -> None:
    agathe = desk.expert(cabinet)
    account = {"said_profile": "other", "kind": "firm_staff", "is_active": True, "said_given_name": "Léa"}
    other = Account.objects.create(login_id="l.cornil", email="un@alba.example", said_surname="Ferrand", **account)
    Membership.objects.create(firm=cabinet, account=other)
    asker = desk.Desk(Account.objects.create(login_id="l.comil", email="deux@alba.example", **account))
    assert [one["login_id"] for one in card(agathe, desk.pending(asker, agathe))["alike"]] == ["l.cornil"]


@pytest.mark.django_db
def test_the_holder_sees_the_grantor_without_an_address(cabinet: Firm) -> None:
    agathe, lea = desk.expert(cabinet), desk.staff()
    shown = card(lea, desk.pending(lea, agathe, **SIGN))
    assert (shown["surname"], shown["role"], shown["masked_email"]) == ("Delorme", "grantor", "")
    assert shown["is_first_high_risk"]


@pytest.mark.django_db
def test_the_mail_says_whom_one_decides_about_and_to_nobody_else(cabinet: Firm) -> None:
    agathe, lea, twin = desk.expert(cabinet), desk.staff(email="lea@alba.example"), desk.staff(cabinet)
    desk.pending(lea, agathe)
    to_agathe, to_lea = (
        next(one.message for one in Email.objects.all() if one.to == [person.account.email]) for person in (agathe, lea)
    )
    for part in (
        f"Identifiant\u00a0: {lea.account.login_id}",
        "l•••@a•••.example",
        "Pas encore membre du cabinet",
        "première demande",
        f"porte le même nom\u00a0: Léa Quémener ({twin.account.login_id})",
    ):
        assert part in to_agathe
    assert twin.account.login_id not in to_lea
    assert "La personne qui demande" not in to_lea
