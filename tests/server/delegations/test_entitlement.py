"""« May they? » has one answer: whoever is asked, for any person, right, date and standing (BR-29)."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from comptexpert_server.base.clock import today
from comptexpert_server.catalogue.catalogue import catalogue
from comptexpert_server.delegations import standing, sync
from comptexpert_server.delegations.access import access_of
from comptexpert_server.delegations.imports import preview_grants
from comptexpert_server.delegations.models import Delegation, Status
from comptexpert_server.delegations.selectors import complete
from comptexpert_server.delegations.serializers import delegation_out
from comptexpert_server.firms.models import Membership, TermsAcceptance
from comptexpert_server.me.me import describe as describe_me
from comptexpert_server.registry.models import EntryStatus
from comptexpert_server.sessions.token_families import SignIn
from comptexpert_server.sso import claims
from tests.server import desk

if TYPE_CHECKING:
    from comptexpert_server.accounts.models import Account

pytestmark = pytest.mark.django_db

PROFILES = (
    ("other", "firm_staff"),
    ("other", "student"),
    ("other", "teacher"),
    ("other", "unspecified"),
    ("trainee", ""),
    ("memorialiste", ""),
    ("honorary", ""),
    ("in_company", ""),
    ("cafcac_track", ""),
    ("expert_comptable", ""),
    ("agc_head", ""),
    ("agc_employee_83_ter", ""),
)


class State:
    """One random person with one random right."""

    def __init__(self, dice: random.Random) -> None:
        self.day = today()
        firm = desk.firm()
        grantor = desk.entry(firm)
        self.account = self._grantee(dice)
        service = dice.choice(catalogue().services)
        rights = [right.id for right in service.rights if right.delegable]
        if dice.random() < 0.8:
            TermsAcceptance.objects.create(firm=firm, service=service.id, accepted_by=self.account)
        if dice.random() < 0.1:
            grantor.status = dice.choice(list(EntryStatus))
            grantor.save(update_fields=["status"])
        if dice.random() < 0.1:
            grantor.firms.clear()
        self.delegation = Delegation.objects.create(
            firm=firm,
            service=service.id,
            rights=dice.sample(rights, dice.randint(1, len(rights))),
            grantor=grantor,
            grantee=self.account,
            status=dice.choice((*[Status.ACTIVE] * 12, *Status)),
            valid_from=self.day + timedelta(days=dice.choice((-9, -1, 0, 0, 0, 1, 9))),
            valid_until=self.day + timedelta(days=dice.choice((-1, 0, 1, 30, 30))),
        )
        leaves = dice.choice((None, None, None, -1, 0, 1))
        on = None if leaves is None else self.day + timedelta(days=leaves)
        Membership.objects.create(firm=firm, account=self.account, leaves_on=on)
        self.peer = desk.expert(firm, surname="Ferrand")

    def _grantee(self, dice: random.Random) -> Account:
        profile, kind = dice.choice(PROFILES)
        person = desk.account(profile, kind)
        person.certificate_until = dice.choice((None, *(self.day + timedelta(days=n) for n in (-1, 0, 1))))
        if profile != "other" and dice.random() < 0.8:
            person.entry = desk.entry(kind=profile)
            person.entry.status = dice.choice((EntryStatus.ACTIVE, EntryStatus.ACTIVE, *EntryStatus))
            person.entry.save()
        person.is_active = dice.random() < 0.95
        person.save()
        return person


def assert_every_reader_agrees(state: State) -> None:
    delegation = complete(Delegation.objects.all()).get(pk=state.delegation.pk)
    account = delegation.grantee
    assert account is not None
    shown = delegation_out(delegation, today=state.day)
    (mine,) = [one for one in access_of(account, today=state.day) if one.id == delegation.service]
    by_delegation = set(mine.rights) if mine.access == "delegation" else set()
    told_to_site = {
        right for one in claims.describe(claims.entitled_at(account, service=mine.id)) for right in one["rights"]
    }
    synced = sync.changes(account, cursor="", today=state.day)
    assert synced is not None
    (followed,) = synced.delegations
    assert set(shown.effective_rights) == set(followed.effective_rights) == told_to_site
    assert shown.effective is followed.effective is (set(shown.effective_rights) == set(delegation.rights))
    written = standing.facts(delegation, at=timezone.now())
    assert written["missing"] == shown.missing, "the register says something else is missing"
    assert_the_preview_agrees(state, delegation, missing=set(shown.missing))
    if account.is_active:
        page = describe_me(account)
        (service,) = [one for one in page.services if one.id == mine.id]
        assert set(service.rights) == set(mine.rights)
        assert set(shown.effective_rights) <= set(mine.rights)
        assert (mine.id in claims.open_services(account)) is bool(mine.rights)
    if mine.access == "delegation":
        assert by_delegation == set(shown.effective_rights), (mine.why, shown)


def assert_the_preview_agrees(state: State, delegation: Delegation, *, missing: set[str]) -> None:
    """Let a colleague import the same right again: what the preview shows as missing is what every reader misses."""
    account = delegation.grantee
    assert account is not None
    table = f"grantee;service;rights\n{account.login_id};{delegation.service};{' '.join(delegation.rights)}\n"

    def proof() -> SignIn:
        return SignIn(at=timezone.now(), second_factor=True)

    (line,) = preview_grants(
        state.peer.account, raw=table.encode(), signed_in=proof, now=timezone.now(), today=state.day
    ).lines
    if line.delegation is not None:
        assert set(line.delegation.missing) == missing
    elif "PROFILE_EXCLUDED" in missing:
        assert line.problem is not None
        assert line.problem["errors"] == [{"field": "service", "code": "NOT_FOR_PROFILE"}]


@pytest.mark.parametrize("seed", range(4))
def test_every_reader_gives_the_same_answer(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(30):
        assert_every_reader_agrees(State(dice))


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(100, 150))
def test_every_reader_gives_the_same_answer_ten_thousand_times(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(200):
        assert_every_reader_agrees(State(dice))


def test_a_student_bound_to_an_invitation_reads_the_same_everywhere() -> None:
    firm = desk.firm()
    agathe = desk.expert(firm)
    agathe.post(f"/firms/{firm.pk}/terms", {"service": "jesignexpert"})
    invited = agathe.grant("lou@ecole.example", service="jesignexpert", rights=["prepare", "seal"])
    assert invited.status == 201
    student = desk.Desk(desk.account("other", "student", email="lou@ecole.example"))
    Delegation.objects.filter(pk=invited.body["id"]).update(grantee=student.account, invited_email="", status="ACTIVE")
    (service,) = [one for one in student.get("/me").body["services"] if one["id"] == "jesignexpert"]
    case = agathe.get(f"/delegations/{invited.body['id']}").body
    assert (service["why"], service["rights"]) == ("PROFILE_EXCLUDED", [])
    assert (case["effective"], case["effective_rights"], case["missing"]) == (False, [], ["PROFILE_EXCLUDED"])
    assert claims.entitled_at(student.account, service="jesignexpert") == []


def test_what_needs_no_certificate_works_without_one() -> None:
    firm = desk.firm()
    agathe, lea = desk.expert(firm), desk.staff(firm)
    agathe.post(f"/firms/{firm.pk}/terms", {"service": "jesignexpert"})
    case = agathe.grant(lea.account, service="jesignexpert", rights=["sign", "prepare"]).body
    assert (case["effective"], case["effective_rights"], case["missing"]) == (False, ["prepare"], ["DEL_CERT_REQUIRED"])
    ((_one, rights),) = claims.entitled_at(lea.account, service="jesignexpert")
    assert rights == ("prepare",)
