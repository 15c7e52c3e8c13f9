"""`departure` ends somebody's place in a cabinet, now or later, and cancels what is planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.desktop.app.test_commands import DONE, SIGN_IN_FIRST, USAGE
from tests.fakes import FIRM
from tests.fakes_firm import a_firm_page


@pytest.fixture
def terminal(terminal):
    page = replace(a_firm_page(), id=FIRM.id)
    terminal.server.firms[FIRM.id] = page
    terminal.sign_in()
    return terminal


def leaves_on(terminal):
    return [one.leaves_on for one in terminal.server.firms[FIRM.id].members]


def test_a_last_day_is_set_and_cancelled(terminal):
    code, queued = terminal.json("departure", "karim.leroux", "--on", "2026-12-31")
    assert (code, queued["kind"], queued["status"]) == (DONE, "leave", "sent")
    assert leaves_on(terminal) == [date(2026, 12, 31)]
    code, queued = terminal.json("departure", "karim.leroux", "--cancel")
    assert (code, queued["kind"], leaves_on(terminal)) == (DONE, "stay", [None])


def test_without_a_day_the_person_leaves_now(terminal):
    assert terminal.run("departure", "karim.leroux", "--firm", FIRM.id) == DONE
    assert leaves_on(terminal) == []


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["nobody.here"], "person=DEL_WRONG_FIRM"),
        (["karim.leroux", "--firm", "another"], "firm=DEL_NOT_GRANTOR"),
        (["karim.leroux", "--on", "demain"], "on=DATE_INVALID"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_queued(terminal, arguments, fault):
    assert terminal.run("departure", *arguments) == USAGE
    assert fault in terminal.errors
    assert terminal.json("outbox")[1] == []


def test_nobody_leaves_while_nobody_is_signed_in(terminal):
    terminal.run("sign-out")
    assert terminal.run("departure", "karim.leroux") == SIGN_IN_FIRST
