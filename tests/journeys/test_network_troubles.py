"""What stands between a machine and its server, in the real window: a portal, a server down, nobody, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from comptexpert_desktop.desktop import window
from comptexpert_desktop.rehearsal import embedded, secret_service
from comptexpert_desktop.rehearsal.robot import Robot
from comptexpert_desktop.settings import load
from comptexpert_desktop.ui.destinations import Destination
from comptexpert_desktop.ui.network.check_dialog import CheckDialog
from comptexpert_desktop.ui.settings.bundle_dialog import BundleDialog
from tests import made_once
from tests.desktop.adapters.listening import Listener, TunnelProxy
from tests.journeys.journey_stage import ENTRIES

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\nConnection: close\r\n\r\n<p>Hotel Wi-Fi.</p>"
)
DOWN = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Between(TunnelProxy):
    """A port of this machine behind which a test puts a portal, a failing server, or the real one."""

    def __init__(self, port):
        self.page = PORTAL
        super().__init__(port)

    def _answer(self, spoken):
        if self.page:
            Listener._answer(self, spoken)
        else:
            self._reach(spoken)

    def put(self, page):
        """Answer with a page from now on; with none, lead to the real server."""
        self.page = self.answer = page


@pytest.fixture
def between(tmp_path):
    """Start the real server, a keyring of its own, and what stands between."""
    with (
        secret_service.session() as service,
        service.inside(),
        embedded.running(tmp_path / "server", entries=ENTRIES, cache=made_once.folder()) as server,
    ):
        server.wait_until_ready()
        made = Between(int(server.url.rpartition(":")[2]))
        made.put(PORTAL)
        yield made
        made.close()


@pytest.fixture
def app(between, tmp_path, qapp):
    settings = replace(load(data_dir=str(tmp_path / "data")), server_url=f"http://127.0.0.1:{between.port}")
    running = window.build(settings)
    running.show()
    yield running
    running.close()


def test_each_trouble_is_said_and_the_way_back_needs_no_restart(app, between, tmp_path):
    robot, pictures = Robot(app.window), tmp_path / "pictures"
    pictures.mkdir()

    def picture(name):
        robot.picture(pictures / f"{name}.png")

    robot.wait_for_text("Un portail d’accès répond à la place du serveur")
    picture("01-portal")
    app.window.content.open(Destination("settings"))
    robot.click("networkTestButton")
    found = checked(robot)
    assert found == "Le problème est à l’étape «\u00a0Réponse\u00a0»."
    picture("02-portal-step-by-step")
    robot.click("closeNetworkButton")
    between.put(DOWN)
    robot.click("syncButton")
    robot.wait_for_text("Incident du serveur")
    picture("03-server-down")
    between.put(b"")
    robot.click("syncButton")
    robot.wait_for_text("À jour")
    assert not app.window.content.status.notice.isVisible()
    robot.click("networkTestButton")
    assert checked(robot) == "Tout fonctionne."
    picture("04-everything-works")
    robot.click("closeNetworkButton")
    robot.click("diagnosticButton")
    robot.wait_until(lambda: app.window.findChild(BundleDialog), "le diagnostic")
    picture("05-diagnostic")
    document = json.loads(app.window.findChild(BundleDialog).text.toPlainText())
    assert {step["code"] for step in document["network"]} == {"ok"}
    assert any("NET_PORTAL" in line for line in document["logs"]["window.log"])
    robot.click("closeBundleButton")
    assert len(list(pictures.glob("*.png"))) == 5


def checked(robot):
    """Wait for the end of the test of the connection; return its verdict."""
    robot.wait_until(lambda: _dialog(robot) is not None and _dialog(robot).again_button.isEnabled(), "le résultat")
    return _dialog(robot).verdict.text()


def _dialog(robot):
    found = [one for one in robot.all(CheckDialog) if one.isVisible()]
    return found[-1] if found else None
