"""What takes rights away is counted until the server has answered."""

from __future__ import annotations

import pytest

from comptexpert_desktop.domain.delegation import Action, Status
from comptexpert_desktop.usecases.support import status


@pytest.mark.parametrize("action", [Action.REVOKE, Action.SUSPEND])
def test_the_status_counts_everything_that_takes_rights_away(desk, action):
    desk.sign_in()
    active = desk.told(status=Status.ACTIVE)
    desk.decide(active, action)
    assert status.summary(desk.stores).unsent_cuts == 1
    desk.turn()
    assert status.summary(desk.stores).unsent_cuts == 0
