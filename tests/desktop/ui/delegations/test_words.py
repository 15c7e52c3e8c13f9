"""The words of a delegation: one for each state, none by colour alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comptexpert_desktop.domain.delegation import Action, PendingIntent, Role, Status
from comptexpert_desktop.presentation.delegations import delegation_detail, denial_reasons, words
from comptexpert_desktop.presentation.labels import Labels
from comptexpert_desktop.ui.look import resources
from tests.desktop.ui import kit


def intent(action: Action = Action.APPROVE, status: str = "queued", code: str = "") -> PendingIntent:
    return PendingIntent(outbox_id="o", action=action, status=status, code=code)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("role", list(Role))
def test_every_state_has_a_word_a_sentence_and_an_icon_that_exists(status: Status, role: Role) -> None:
    word = words.server_state(kit.delegation(status=status, effective=True), role=role)
    assert word.word
    assert word.sentence.endswith(".")
    assert resources.path("icons", f"{word.icon}.svg").exists()


def test_states_of_a_live_delegation_are_told_apart_by_word() -> None:
    states = [words.server_state(kit.active(status=status), role=Role.GRANTOR) for status in words.LIVE]
    granted = words.server_state(kit.active(effective=False), role=Role.GRANTOR)
    assert len({state.word for state in [*states, granted]}) == 4


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("status", ["queued", "sending", "unknown", "needs_you"])
def test_no_intent_ever_passes_for_a_fact(action: Action, status: str) -> None:
    word = words.intent_state(intent(action, status))
    assert word.tone in {"warning", "danger"}
    assert word.word not in {words.server_state(kit.active(status=each), role=Role.GRANTOR).word for each in Status}
    assert resources.path("icons", f"{word.icon}.svg").exists()


@pytest.mark.parametrize("action", [Action.REVOKE, Action.SUSPEND])
def test_rights_that_are_still_open_are_said_loudly(action: Action) -> None:
    assert words.intent_state(intent(action)).word == "PAS ENCORE EFFECTIF"
    assert words.intent_title(intent(action)).endswith("\u00a0: PAS ENCORE EFFECTIF")


def test_a_lost_answer_asks_not_to_do_it_again() -> None:
    assert "ne refaites pas" in words.intent_state(intent(status="unknown")).sentence


def test_granted_is_not_operational_while_something_is_missing() -> None:
    state = words.server_state(kit.active(effective=False, missing=("DEL_CERT_REQUIRED",)), role=Role.GRANTOR)
    assert state.tone == "warning"
    assert "certificat" in words.missing("DEL_CERT_REQUIRED").lower()


def test_history_tells_the_request_the_decision_and_the_end_in_order() -> None:
    ended = kit.active(
        status=Status.REVOKED,
        requested_at=kit.NOW - timedelta(days=9),
        decided_at=kit.NOW - timedelta(days=5),
        ended_at=kit.NOW,
        end_cause="relinquished",
    )
    lines = words.history(ended, now=kit.NOW)
    assert [line.split()[0] for line in lines] == ["Demandée", "Décidée", "Révoquée"]
    assert lines[-1].endswith("le délégataire y a renoncé.")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.PENDING, "Ce que Lou pourra faire de plus demain"),
        (Status.ACTIVE, "Ce que cette délégation permet à Lou"),
        (Status.REFUSED, "Ce qui était demandé"),
        (Status.REVOKED, "Ce qui était accordé"),
    ],
)
def test_rights_that_are_over_are_told_in_the_past(status: Status, said: str) -> None:
    assert words.rights_title(kit.delegation(status=status), role=Role.GRANTOR) == said


def test_gain_leaves_out_what_the_person_can_already_do() -> None:
    held = [kit.row(kit.active(2, rights=("prepare",)))]
    found = delegation_detail.gain(kit.row(kit.delegation(1)), held=held)
    assert found == delegation_detail.Gain(added=("sign",), already=("prepare",))


@pytest.mark.parametrize(
    "other",
    [
        kit.active(2, service="jefacture", rights=("prepare",)),
        kit.active(2, firm=kit.QUAY, rights=("prepare",)),
        kit.active(2, grantee=kit.EXPERT, rights=("prepare",)),
        kit.active(2, effective=False, rights=("prepare",)),
    ],
)
def test_gain_counts_only_the_same_person_service_and_firm_and_only_what_works(other) -> None:
    assert delegation_detail.gain(kit.row(kit.delegation(1)), held=[kit.row(other)]).already == ()


def test_a_decision_that_waits_cannot_be_taken_twice() -> None:
    built = delegation_detail.build(
        kit.row(kit.delegation(), intent=intent(Action.APPROVE)),
        held=(),
        me=kit.me(),
        labels=Labels(),
        today=kit.TODAY,
    )
    assert built.actions[Action.APPROVE] == denial_reasons.ALREADY_QUEUED
    assert built.actions[Action.REFUSE] is None


def test_difference_names_what_moved_and_nothing_else() -> None:
    before = kit.delegation()
    after = kit.delegation(rights=("prepare",), version=2)
    assert delegation_detail.difference(before, after, labels=Labels(kit.catalogue())) == (
        ("Droits", "préparer un document à signer et signer au nom du cabinet", "préparer un document à signer"),
    )


@pytest.mark.parametrize("action", [Action.REVOKE, Action.WITHDRAW, Action.RELINQUISH])
def test_a_consequence_names_the_service_and_the_rights(action: Action) -> None:
    text = denial_reasons.consequence(action, kit.active(), labels=Labels(kit.catalogue()))
    assert "Jesignexpert" in text
    assert "signer au nom du cabinet" in text


def test_a_revocation_is_never_promised_before_the_answer() -> None:
    assert "quand le serveur a répondu, pas avant" in denial_reasons.consequence(
        Action.REVOKE, kit.active(), labels=Labels(kit.catalogue())
    )


@pytest.mark.parametrize(
    "code", ["OUTBOX_UNKNOWN", "DEL_WRONG_STATUS", "DEL_NOT_GRANTEE", "DEL_SELF", "DEL_NOT_GRANTOR", "ALREADY_QUEUED"]
)
@pytest.mark.parametrize("status", [Status.PENDING, Status.ACTIVE, Status.REVOKED])
def test_every_refusal_of_the_rules_has_a_reason(code: str, status: Status) -> None:
    for action in Action:
        why = denial_reasons.why_not(code, action=action, delegation=kit.delegation(status=status))
        assert why.endswith(".")
        assert "_" not in why


def test_unknown_services_and_rights_are_shown_by_their_code() -> None:
    labels = Labels(None)
    assert labels.service("new") == "new"
    assert labels.rights("new", ("one", "two")) == "one et two"
