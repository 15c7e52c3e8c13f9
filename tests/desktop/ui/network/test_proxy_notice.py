"""A proxy that asks who comes is answered from the notice above every screen; a portal is tried again from there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton

from comptexpert_desktop.ui.network.proxy_dialog import ProxyDialog
from comptexpert_desktop.usecases.support import status
from tests.desktop.ui.window_kit import WindowKit

PLACE = "proxy.cabinet.example:3128"
DATA = {"host": "comptexpert.example", "proxy": PLACE}


@pytest.fixture
def window_kit(tmp_path, qapp, qtbot):
    made = WindowKit(tmp_path)
    made.gateways.network.place = PLACE
    yield made
    made.close()


def told(window_kit, qtbot, code, data):
    window_kit.show()
    summary = window_kit.read(status.summary, qtbot)
    window_kit.window.status._show(replace(summary, network=code, network_data=data))
    notice = window_kit.window.status.notice
    return notice, next(one for one in notice.findChildren(QPushButton) if one.text())


def test_the_person_signs_in_to_the_proxy_from_the_notice(window_kit, qtbot):
    notice, button = told(window_kit, qtbot, "NET_PROXY_AUTH", DATA)
    assert PLACE in notice.text()
    assert button.text() == "S’identifier"
    button.click()
    qtbot.waitUntil(lambda: window_kit.window.findChild(ProxyDialog) is not None)
    dialog = window_kit.window.findChild(ProxyDialog)
    dialog.user_edit.setText("poste")
    dialog.password_edit.setText("canary")
    assert not dialog.confirm_button.isEnabled(), "the way to the proxy can be read: the person agrees first"
    dialog.plain_box.click()
    with qtbot.waitSignal(window_kit.sync.turning):
        dialog.confirm_button.click()
    assert window_kit.gateways.network.logins == [("poste", "canary")]


def test_a_portal_is_tried_again_from_the_notice(window_kit, qtbot):
    notice, button = told(window_kit, qtbot, "NET_PORTAL", DATA)
    assert "Ouvrez votre navigateur" in notice.text()
    with qtbot.waitSignal(window_kit.sync.turning):
        button.click()


def test_a_refused_certificate_is_named_with_its_issuer_and_copied(window_kit, qtbot, qapp):
    data = {"host": "comptexpert.example", "reason": "authority", "issuer": "Inspection du réseau"}
    notice, button = told(window_kit, qtbot, "NET_TLS", data)
    assert "«\u00a0Inspection du réseau\u00a0»" in notice.text()
    button.click()
    copied = qapp.clipboard().text()
    assert "émis par : Inspection du réseau" in copied
    assert "certificat : authority" in copied
