"""A window whose person is signed in."""

from __future__ import annotations

import pytest

from comptexpert_desktop.usecases.session import session
from tests.desktop.ui.window_kit import WindowKit


@pytest.fixture
def desk(tmp_path, qtbot):
    made = WindowKit(tmp_path)
    made.fill()
    made.sign_in_before()
    made.tasks.write(made.changes, lambda stores: session.restore(stores, session=made.gateways.session))
    made.show()
    qtbot.waitUntil(lambda: made.window.navigation.account.login.text() == "claire.aubier")
    yield made
    made.close()
