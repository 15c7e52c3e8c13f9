"""The command that shows where each setting comes from."""

from __future__ import annotations

from tests.desktop.app.conftest import SERVER


def test_the_policy_tells_where_each_setting_comes_from(terminal):
    code, found = terminal.json("show-policy")
    assert code == 0
    assert found == {
        "server_url": {"value": SERVER, "source": "argument", "locked": False},
        "data_dir": {"value": str(terminal.folder), "source": "argument", "locked": False},
    }
