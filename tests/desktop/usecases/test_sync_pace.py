"""The server says how often desktops ask what changed; they obey within reason, and not all at once."""

from __future__ import annotations

import pytest

from comptexpert_desktop.usecases.sync import sync


def test_the_server_says_when_to_ask_again(desk):
    desk.turn()
    assert sync.next_wait(desk.stores, now=desk.now) == sync.IDLE_WAIT
    desk.server.asks_again_after = 300.0
    desk.turn()
    assert sync.next_wait(desk.stores, now=desk.now) == 300.0
    spread = [sync.next_wait(desk.stores, now=desk.now, jitter=jitter) for jitter in (0.0, 0.5, 1.0)]
    assert spread == [300.0, 337.5, 375.0]


@pytest.mark.parametrize(("asked", "waited"), [(0.0, sync.MIN_IDLE_WAIT), (1e9, sync.MAX_IDLE_WAIT)])
def test_a_server_that_asks_for_too_much_is_not_obeyed(desk, asked, waited):
    desk.server.asks_again_after = asked
    desk.turn()
    assert sync.next_wait(desk.stores, now=desk.now) == waited
