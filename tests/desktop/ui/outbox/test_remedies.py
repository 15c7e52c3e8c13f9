"""Each refusal of the server has an act, as a button, or a reason why none exists; no try is spent for nothing."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.outbox import Kind, OutboxStatus
from comptexpert_desktop.domain.vocabulary import CODES
from comptexpert_desktop.presentation.errors import remedies
from comptexpert_desktop.presentation.errors.remedies import Act, remedy_of
from comptexpert_desktop.ui.outbox.leading import LEADS
from comptexpert_desktop.ui.outbox.screen import OutboxScreen
from tests.desktop.ui import kit
from tests.desktop.ui.robot import Robot

LIMITED = ("REG_DOB_MISMATCH", "REG_TOO_MANY_TRIES", "REG_NUMBER_UNKNOWN")
"""Refusals whose next try is counted by the server."""


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_has_an_act_or_a_reason_why_none_exists(code):
    assert remedies.is_known(code)
    remedy = remedy_of(code)
    assert (remedy.act is Act.NONE) == bool(remedy.why_none)
    assert bool(remedy.label) != bool(remedy.why_none)


@pytest.mark.parametrize("code", LIMITED)
def test_a_limited_try_is_never_spent_by_a_retry(code):
    assert not remedy_of(code).may_retry


def opened(app_kit, qtbot, code):
    entry = kit.entry(
        1, kind=Kind.APPROVE, delegation_id="del-000001", status=OutboxStatus.NEEDS_YOU, code=code, attempts=1
    )
    app_kit.fill(kit.delegation(1))
    app_kit.queue(entry)
    return Robot(OutboxScreen(app_kit.context()), app_kit, qtbot)


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_button_leads_somewhere_or_says_why_not(app_kit, qtbot, code):
    robot, remedy = opened(app_kit, qtbot, code), remedy_of(code)
    button = robot.find("remedyButton")
    assert button.isVisible() == (remedy.act in LEADS)
    if remedy.act in LEADS:
        assert button.text() == remedy.label
        button.click()
        robot.settle()
        assert len(app_kit.navigator.destinations) == 1
    retry = robot.find("retryButton")
    assert retry.isEnabled() == remedy.may_retry
    if remedy.act is Act.NONE:
        assert remedy.why_none in retry.toolTip().replace("&nbsp;", "\u00a0") or retry.accessibleDescription()
    assert robot.screen.sign_in.isVisible() == (remedy.act is Act.SIGN_IN)
