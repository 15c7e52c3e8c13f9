"""Two accounts of one person count as one: nobody decides on their own right through the other (BR-07, BR-27)."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from comptexpert_server.accounts.models import Account
from comptexpert_server.delegations import eligibility
from comptexpert_server.delegations.models import LIVE, Delegation
from comptexpert_server.delegations.registry_changes import attach
from comptexpert_server.registry.models import Firm, RegistryEntry
from tests.server import desk

if TYPE_CHECKING:
    from collections.abc import Callable

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


# -- Every way that was tried to decide on one's own right -----------------------------------------------------------


@dataclass
class Stage:
    """A cabinet of two who grant, and a third account that is Agathe's too."""

    firm: Firm = field(default_factory=desk.firm)

    def __post_init__(self) -> None:
        self.agathe, self.bruno = desk.expert(self.firm), desk.expert(self.firm, surname="Ferrand")
        self.other = desk.staff(self.firm)
        self.named(self.agathe, "agathe@alba.example")
        self.named(self.bruno, "bruno@alba.example")
        self.named(self.other, "AGATHE@Alba.example")

    @staticmethod
    def named(person: desk.Desk, email: str) -> None:
        """Give an account a proven address, which ends its sessions, and sign it in again."""
        person.account.email, person.account.activated_at = email, timezone.now()
        person.account.save()
        person.token = desk.mint(person.account)

    def entry(self, person: desk.Desk) -> RegistryEntry:
        return desk.grantor_of(person)


def by_two_accounts(stage: Stage) -> list[desk.Answer]:
    asked = stage.other.ask(stage.entry(stage.agathe))
    granted = stage.agathe.grant(stage.other.account)
    own = desk.pending(stage.other, stage.bruno)
    return [asked, granted, *(stage.agathe.decide(own, one) for one in ("approve", "refuse"))]


def by_an_address_in_other_letters(stage: Stage) -> list[desk.Answer]:
    invited = stage.agathe.grant("Agathe@ALBA.example")
    elsewhere = stage.agathe.grant("nouvelle@alba.example").body
    moved = stage.agathe.decide(elsewhere, "edit", email="aGATHE@alba.example")
    unbound = RegistryEntry.objects.create(
        registration_number=str(uuid.uuid4().int)[:12],
        surname="Delorme",
        given_name="Agathe",
        date_of_birth="1975-03-02",
        email="Agathe@alba.example",
        list="agc_employee_83_ter",
        council="bretagne",
        town="Rennes",
        postal_code="35000",
    )
    unbound.firms.set([stage.firm])
    return [invited, moved, stage.other.ask(unbound)]


def by_a_carried_on_account(stage: Stage) -> list[desk.Answer]:
    """Ask an entry that has no account yet, then go on as that entry with the same account."""
    carried = desk.staff(stage.firm)
    stage.named(carried, "carine@alba.example")
    entry = desk.entry(stage.firm, surname="Morvan")
    own = carried.ask(entry, service="rfc").body
    attach(carried.account, entry=entry, at=timezone.now(), actor=None)
    again = desk.Desk(Account.objects.get(pk=carried.account.pk))
    own["version"] = Delegation.objects.get(pk=own["id"]).version
    return [again.decide(own, "approve"), again.grant(again.account)]


def by_a_transfer(stage: Stage) -> list[desk.Answer]:
    held = desk.active(stage.other, stage.bruno)
    asked = desk.pending(stage.other, stage.bruno, service="rfc")
    invited = stage.bruno.grant("neuve@alba.example").body
    stage.named(stage.agathe, "neuve@alba.example")
    to_their_own = stage.bruno.decide(invited, "transfer", grantor=str(stage.entry(stage.agathe).pk))
    stage.named(stage.agathe, "agathe@alba.example")
    to = str(stage.entry(stage.agathe).pk)
    return [to_their_own, *(stage.bruno.decide(one, "transfer", grantor=to) for one in (held, asked))]


def by_a_cover(stage: Stage) -> list[desk.Answer]:
    own = desk.pending(stage.other, stage.bruno)
    desk.absence(stage.firm, absent=stage.entry(stage.bruno), cover=stage.entry(stage.agathe))
    return [stage.agathe.decide(own, "approve"), stage.agathe.decide(own, "refuse", note="Non, merci")]


def by_a_second_approval(stage: Stage) -> list[desk.Answer]:
    """Approve first under one entry, then under another of the same person."""
    twice = desk.expert(stage.firm, surname="Delorme-Bis")
    stage.named(twice, "Agathe@alba.example")
    Firm.objects.filter(pk=stage.firm.pk).update(two_approvers=True)
    lea = desk.staff(stage.firm)
    asked = desk.pending(lea, stage.agathe, service="jesignexpert", rights=["seal"])
    first = stage.agathe.decide(asked, "approve")
    assert first.body["status"] == "PENDING_SECOND"
    own = desk.pending(stage.other, stage.bruno, service="jesignexpert", rights=["seal"])
    waits = stage.bruno.decide(own, "approve").body
    return [twice.decide(first.body, "approve"), stage.agathe.decide(waits, "approve")]


def by_a_template(stage: Stage) -> list[desk.Answer]:
    page = stage.agathe.get(f"/firms/{stage.firm.pk}").body
    grants = [one for template in page["templates"] for one in template["grants"]]
    assert grants
    return [
        stage.agathe.grant(whom, service=one["service"], rights=one["rights"])
        for one in grants
        for whom in (stage.other.account, "agathe@alba.example")
    ]


def by_an_import(stage: Stage) -> list[desk.Answer]:
    answers = []
    for whom in (stage.other.account.login_id, "agathe@alba.example", "AGATHE@alba.example"):
        raw = stage.agathe.client.generic(
            "POST",
            "/api/v1/delegations/imports",
            data=f"grantee;service;rights\n{whom};bibliordre;access\n",
            content_type="text/csv",
            headers={"Authorization": f"Bearer {stage.agathe.token}", "Idempotency-Key": str(uuid.uuid4())},
        )
        body = json.loads(raw.content)
        assert raw.status_code == 422, body
        answers.append(desk.Answer(raw.status_code, body["lines"][0], raw.headers))
    return answers


WAYS: list[Callable[[Stage], list[desk.Answer]]] = [
    by_two_accounts,
    by_an_address_in_other_letters,
    by_a_carried_on_account,
    by_a_transfer,
    by_a_cover,
    by_a_second_approval,
    by_a_template,
    by_an_import,
]


@pytest.mark.parametrize("way", WAYS)
def test_nobody_decides_on_their_own_right(way: Callable[[Stage], list[desk.Answer]]) -> None:
    stage = Stage()
    answers = way(stage)
    expected = {"DEL_SELF", "DEL_NOT_GRANTOR"} if way is by_a_second_approval else {"DEL_SELF"}
    codes: list[Any] = [one.body.get("code") for one in answers]
    assert set(codes) <= expected, codes
    mine = Delegation.objects.filter(grantee__in=[stage.agathe.account, stage.other.account], status__in=LIVE)
    assert not mine.filter(grantor=stage.entry(stage.agathe)).exists()


def test_two_accounts_of_one_person_are_no_two_approvers() -> None:
    stage = Stage()
    stage.named(stage.bruno, "Agathe@Alba.example")
    Firm.objects.filter(pk=stage.firm.pk).update(two_approvers=True)
    asked = desk.pending(desk.staff(), stage.agathe, service="jesignexpert", rights=["seal"])
    assert stage.agathe.decide(asked, "approve").body["status"] == "ACTIVE", "the rule rests: there is one person"


def test_an_invitation_that_comes_back_to_its_grantor_gives_nothing() -> None:
    """The registry moves the grantor's address to the one that they invited, which their other account owns."""
    stage = Stage()
    stage.named(stage.other, "seconde@alba.example")
    invited = desk.Desk(stage.agathe.account).grant("troisieme@alba.example").body
    stage.named(stage.other, "troisieme@alba.example")
    stage.named(stage.agathe, "troisieme@alba.example")
    other = Account.objects.get(pk=stage.other.account.pk)
    assert not eligibility.accept_invitation(other, invitation=uuid.UUID(invited["id"]), at=timezone.now())
    assert Delegation.objects.get(pk=invited["id"]).grantee is None
