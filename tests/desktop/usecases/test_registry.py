"""The local registry is renewed, never taken backwards, and belongs to its server."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.profile import Profile
from comptexpert_desktop.domain.topics import Topic
from comptexpert_desktop.errors import Refused, ServerFault, UnexpectedReply
from comptexpert_desktop.usecases import catalogue, registry
from comptexpert_desktop.usecases.ports import Snapshot
from tests.fakes import a_catalogue, a_council, an_entry


def snapshot(version, *, base=None, surname="Aubier"):
    rows = (an_entry(surname)._asdict(),)
    return Snapshot(version=version, base_version=base, generated_at="2026-03-12T06:00:00Z", rows=rows)


def found(desk, text):
    return [entry.surname for entry in registry.search(desk.stores, text=text, profile=Profile.AGC_HEAD).entries]


def test_a_turn_fetches_the_snapshot_and_people_are_found_without_network(desk):
    desk.server.snapshots.append(snapshot(3))
    assert Topic.REGISTRY in desk.turn().topics
    assert found(desk, "aub") == ["Aubier"]
    assert registry.snapshot_version(desk.stores) == 3


def test_an_older_snapshot_is_ignored(desk):
    registry.keep_snapshot(desk.stores, snapshot=snapshot(3))
    assert registry.keep_snapshot(desk.stores, snapshot=snapshot(2, surname="Ancien")) == frozenset()
    assert found(desk, "anc") == []


def test_a_delta_is_applied_to_its_base_only(desk):
    registry.keep_snapshot(desk.stores, snapshot=snapshot(3))
    assert registry.keep_snapshot(desk.stores, snapshot=snapshot(5, base=4, surname="Perdu")) == frozenset()
    registry.keep_snapshot(desk.stores, snapshot=snapshot(5, base=3, surname="Nouveau"))
    assert (found(desk, "nou"), found(desk, "aub")) == (["Nouveau"], ["Aubier"])


def test_the_copy_of_another_server_has_no_version_for_this_one(desk):
    registry.keep_snapshot(desk.stores, snapshot=snapshot(3))
    desk.stores.server_url = "https://other.example"
    assert registry.snapshot_version(desk.stores) is None
    registry.keep_snapshot(desk.stores, snapshot=snapshot(1, surname="Ailleurs"))
    assert found(desk, "ail") == ["Ailleurs"]


def test_the_server_answers_for_the_lists_that_are_not_public(desk):
    desk.server.people.append(an_entry()._replace(list="trainee"))
    answer = registry.search_online(desk.gateways, text="aub", profile=Profile.TRAINEE)
    assert [entry.surname for entry in answer.entries] == ["Aubier"]
    assert answer.snapshot_date is None


def test_a_number_is_looked_up_without_what_people_add_to_it(desk):
    desk.server.people.append(an_entry())
    number = "14 00-00.00 0001"
    assert registry.lookup(desk.gateways, registration_number=number, profile=Profile.EXPERT_COMPTABLE) == an_entry()
    with pytest.raises(Refused, match="REG_NUMBER_UNKNOWN"):
        registry.lookup(desk.gateways, registration_number="1", profile=Profile.EXPERT_COMPTABLE)


def test_councils_and_catalogue_are_kept_for_when_there_is_no_network(desk):
    assert registry.council(desk.stores, code="bretagne") is None
    assert catalogue.current(desk.stores) is None
    desk.turn()
    assert registry.councils(desk.stores) == (a_council(),)
    assert registry.council(desk.stores, code="bretagne") == a_council()
    assert catalogue.current(desk.stores) == a_catalogue()
    same = catalogue.keep(desk.stores, catalogue=catalogue.fetch(desk.gateways), now=desk.now)
    assert same == frozenset()


@pytest.mark.parametrize("code", ["SNAPSHOT_UNTRUSTED", "SNAPSHOT_OLDER", "REPLY_TOO_LARGE"])
def test_a_copy_that_was_put_aside_is_told_with_each_answer_until_a_sound_one_comes(desk, code, monkeypatch):
    desk.server.snapshots.append(snapshot(3))
    desk.turn()
    sound = desk.server.snapshot
    found = registry.search(desk.stores, text="aub", profile=Profile.EXPERT_COMPTABLE)

    def touched(**_):
        raise UnexpectedReply(code)

    monkeypatch.setattr(desk.server, "snapshot", touched)
    desk.later(hours=25)
    desk.turn()
    answer = registry.search(desk.stores, text="aub", profile=Profile.EXPERT_COMPTABLE)
    assert (answer.refusal, answer.entries) == (code, found.entries)
    monkeypatch.setattr(desk.server, "snapshot", sound)
    desk.later(hours=25)
    desk.turn()
    assert registry.search(desk.stores, text="aub", profile=Profile.EXPERT_COMPTABLE).refusal == ""


def test_a_server_that_only_failed_gave_no_copy_to_put_aside(desk, monkeypatch):
    def failing(**_):
        raise ServerFault

    monkeypatch.setattr(desk.server, "snapshot", failing)
    desk.turn()
    assert desk.stores.heard.snapshot_refusal == ""
