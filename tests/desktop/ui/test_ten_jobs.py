"""The commonest jobs of a cabinet on the real window, with the keys, clicks and fields that they cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from comptexpert_desktop.domain.outbox import Kind
from comptexpert_desktop.ui.destinations import DELEGATIONS, Destination
from comptexpert_desktop.usecases.outbox import outbox
from tests.desktop.ui import kit
from tests.desktop.ui.ten_jobs import CONTROL, FIRMS, LOW, Desk, Hands, ending_soon
from tests.desktop.ui.walks import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REASON = "Envois de la paie du portefeuille"


@pytest.fixture
def desk(tmp_path: Path, qapp: object, qtbot: object) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.window.resize(1366, 698)
    yield made
    made.close()


def queued(desk, qtbot):
    return desk.read(outbox.entries, qtbot)


def at_the_list(desk, qtbot, *made) -> Hands:
    """Stand before the list of delegations, where the day is spent."""
    desk.begin(*made)
    desk.window.open(Destination(DELEGATIONS))
    return Hands(desk, qtbot)


def test_one_request_is_decided_in_one_key(desk, qtbot):
    hands = at_the_list(desk, qtbot, *(kit.delegation(n, **LOW) for n in range(1, 4)))
    hands.press(Qt.Key.Key_A)
    assert [entry.kind for entry in queued(desk, qtbot)] == [Kind.APPROVE]
    assert (hands.acts, hands.fields) == (1, 0)


def test_twenty_are_read_and_decided_in_twenty_keys_and_the_last_is_taken_back(desk, qtbot):
    hands = at_the_list(desk, qtbot, *(kit.delegation(n, **LOW) for n in range(1, 21)))
    for _ in range(20):
        hands.press(Qt.Key.Key_A)
    assert len(queued(desk, qtbot)) == 20
    assert hands.acts <= 20
    hands.press(Qt.Key.Key_Z)
    assert len(queued(desk, qtbot)) == 19


def test_who_can_sign_is_one_key_away(desk, qtbot):
    desk.begin(kit.active(1, firm=FIRMS[0]))
    hands = Hands(desk, qtbot)
    hands.press(Qt.Key.Key_4, CONTROL)
    said = words_of(hands.shown("rightPane"))
    assert "Signer au nom du cabinet" in said
    assert "personne d’autre ne le peut" in said
    assert hands.acts <= 2


def test_what_left_the_machine_is_one_key_away(desk, qtbot):
    desk.begin(kit.delegation(1, **LOW))
    hands = Hands(desk, qtbot)
    hands.press(Qt.Key.Key_7, CONTROL)
    assert hands.shown("outboxScreen")
    assert hands.acts <= 1


def test_what_ends_in_thirty_days_is_renewed_with_a_date_in_four(desk, qtbot):
    desk.begin(*ending_soon())
    hands = Hands(desk, qtbot)
    hands.click("homeEndingButton")
    hands.press(Qt.Key.Key_E)
    assert "prolongé jusqu’au" in hands.question().findChild(object, "bulkNames").item(0).text()
    hands.press(Qt.Key.Key_Return)
    assert [entry.kind for entry in queued(desk, qtbot)] == [Kind.RENEW] * 12
    assert (hands.acts, hands.fields) <= (4, 0)


def test_a_departure_from_three_cabinets_is_four_acts(desk, qtbot):
    hands = at_the_list(desk, qtbot, *(kit.active(n, **LOW, firm=FIRMS[n - 1]) for n in (1, 2, 3)))
    desk.window.stack.current().review.query_bar.filters.choose("live")
    hands.settle()
    desk.window.stack.current().review.table.setFocus()
    first = desk.window.stack.current().review.selection.id()
    others = [firm.id for number, firm in enumerate(FIRMS, start=1) if first != f"del-{number:06}"]
    hands.press(Qt.Key.Key_D)
    for firm_id in others:
        hands.tick(f"departure-{firm_id}")
    hands.press(Qt.Key.Key_Return, CONTROL)
    kinds = [entry.kind for entry in queued(desk, qtbot)]
    assert sorted(kinds) == [Kind.LEAVE] * 3 + [Kind.REVOKE] * 3
    assert len({entry.group for entry in queued(desk, qtbot)}) == 1
    assert (hands.acts, hands.fields) <= (4, 0)


def test_a_new_hire_in_three_cabinets_is_five_acts_and_one_field(desk, qtbot):
    hands = at_the_list(desk, qtbot)
    hands.click("grantButton")
    assert hands.shown("templateBox").hasFocus()
    hands.press(Qt.Key.Key_Down)
    hands.fill("granteeEdit", "nora.petit@cabinet.example")
    hands.tick("everyFirmBox")
    hands.click("sendRequestButton")
    hands.press(Qt.Key.Key_Return)
    entries = queued(desk, qtbot)
    assert [entry.kind for entry in entries] == [Kind.GRANT] * 6
    assert len({entry.group for entry in entries}) == 1
    assert hands.acts <= 5
    assert hands.fields <= 1


def test_four_services_are_asked_in_one_request_of_nine_acts_and_two_fields(desk, qtbot):
    desk.begin(may_grant=False)
    desk.window.open(Destination(DELEGATIONS))
    hands = Hands(desk, qtbot)
    hands.click("askButton")
    form = desk.window.stack.current().form
    first = form.choice.service()
    others = [key for key in form.more._boxes if key[0] != first][:3]
    for service, right in others:
        box = form.more._boxes[service, right]
        hands.acts += 1
        box.click()
    if not form.choice.rights():
        hands.acts += 1
        form.choice._boxes[next(code for code, box in form.choice._boxes.items() if box.isEnabled())].click()
    hands.fill("grantorEdit", "aubier c")
    hands.wait(form.grantor.edit.list.isVisible)
    hands.press(Qt.Key.Key_Return)
    hands.fill("reasonEdit", REASON)
    hands.click("sendRequestButton")
    entries = queued(desk, qtbot)
    assert [entry.kind for entry in entries] == [Kind.REQUEST] * 4
    assert hands.acts <= 9
    assert hands.fields <= 2


def test_an_account_is_asked_in_eight_acts_and_four_fields(desk, qtbot):
    desk.fill()
    desk.show()
    hands = Hands(desk, qtbot)
    hands.click("createAccountButton")
    hands.wait(lambda: desk.is_shown("profileList"))
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    hands.fill("nameEdit", "aubier c")
    hands.wait(lambda: desk.is_shown("nameSuggestions"))
    hands.press(Qt.Key.Key_Return)
    hands.fill("birthDateEdit", "12031980")
    hands.press(Qt.Key.Key_Return)
    hands.fill("loginIdEdit", "claire.aubier")
    hands.fill("loginIdAgainEdit", "claire.aubier")
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Space)
    hands.wait(lambda: desk.is_shown("signupState"))
    assert hands.acts <= 8
    assert hands.fields <= 4


def test_hands_that_count_see_one_act_too_many(desk, qtbot):
    hands = at_the_list(desk, qtbot, *(replace(kit.delegation(n, **LOW)) for n in range(1, 4)))
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_A)
    assert (hands.acts, hands.fields) == (2, 0)
