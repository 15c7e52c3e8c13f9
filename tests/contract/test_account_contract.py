"""Of one's own account the fake and the real server say the same."""

from __future__ import annotations

import json

import pytest

from comptexpert_desktop.domain.commands import ChangeEmail, ChooseMails, CorrectName
from comptexpert_desktop.domain.profile import GRANTING_PROFILES, REGISTRY_PROFILES
from comptexpert_desktop.errors import Refused, SessionExpired
from tests.fakes import new_uuid
from tests.fakes_wire import ask


def test_another_address_is_answered_masked_and_once_a_key(world):
    key, command = new_uuid(), ChangeEmail(f"karim-{new_uuid()[:8]}@nouveau.example")
    first = ask(world.server, command, token=world.staff.token, key=key)
    assert set(first) == {"masked_email", "passes_at"}
    assert command.email not in str(first)
    assert ask(world.server, command, token=world.staff.token, key=key) == first


def test_a_name_is_corrected_and_shown(world):
    before = world.server.me(token=world.staff.token).account
    command = CorrectName("Anne-Lise", "de Kerouac")
    assert ask(world.server, command, token=world.staff.token, key=new_uuid()) == {
        "given_name": "Anne-Lise",
        "surname": "de Kerouac",
    }
    assert world.server.me(token=world.staff.token).account.surname == "de Kerouac"
    back = CorrectName(before.given_name, before.surname)
    ask(world.server, back, token=world.staff.token, key=new_uuid())


@pytest.mark.parametrize("command", [ChangeEmail("c@nouveau.example"), CorrectName("Claire", "Aubier")])
def test_what_the_registry_says_is_not_changed_here(world, command):
    with pytest.raises(Refused, match="ACCOUNT_OF_REGISTRY"):
        ask(world.server, command, token=world.expert.token, key=new_uuid())


@pytest.mark.parametrize("who", ["staff", "expert"])
def test_one_mail_a_week_is_chosen_and_given_up_again(world, who):
    token = getattr(world, who).token
    for weekly in (True, False):
        answer = ask(world.server, ChooseMails(weekly), token=token, key=new_uuid())
        assert answer == {"weekly_mails": weekly}
        assert world.server.me(token=token).account.weekly_mails is weekly


def test_a_choice_of_mails_under_a_key_of_before_changes_nothing(world):
    token, key = world.staff.token, new_uuid()
    ask(world.server, ChooseMails(weekly=True), token=token, key=key)
    ask(world.server, ChooseMails(weekly=False), token=token, key=new_uuid())
    assert ask(world.server, ChooseMails(weekly=True), token=token, key=key) == {"weekly_mails": True}
    assert world.server.me(token=token).account.weekly_mails is False


def test_ones_data_names_the_account(world):
    told = json.loads(world.server.my_data(token=world.staff.token))
    assert told["login_id"] == world.server.me(token=world.staff.token).account.login_id
    assert "accounts_account" in {table["name"] for table in told["tables"]}


def test_each_other_profile_of_the_registry_is_foreseen(world):
    of_expert = world.server.profile_story(token=world.expert.token)
    assert (of_expert.profile, of_expert.may_grant) == ("expert_comptable", True)
    assert {one.profile for one in of_expert.others} == set(REGISTRY_PROFILES) - {"expert_comptable"}
    assert {one.profile for one in of_expert.others if one.may_grant} <= set(GRANTING_PROFILES)
    assert len(world.server.profile_story(token=world.staff.token).others) == len(REGISTRY_PROFILES)


def test_nobody_reads_or_closes_without_a_token(world):
    for call in (world.server.my_data, world.server.profile_story, world.server.close_account):
        with pytest.raises(SessionExpired):
            call(token="none")
