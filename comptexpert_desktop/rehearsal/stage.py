"""Everything that a chapter of the tour plays with: the window, its robot, the server, the keyring, the people."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QWidget

from comptexpert_desktop.rehearsal.mailbox import Mailbox
from comptexpert_desktop.rehearsal.robot import Robot, RobotError
from comptexpert_desktop.rehearsal.visitor import PERSON_FILE, Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.desktop.window import RunningApp
    from comptexpert_desktop.rehearsal.embedded import EmbeddedServer
    from comptexpert_desktop.rehearsal.secret_service import SecretService

PASSWORD = "quatre bougies sur un vieux piano"  # noqa: S105 - of people who do not exist


STAGE_SIZE = (1320, 800)
"""The pictures are of one size, whatever the screen."""


class Stage:
    """The real parts, within reach of the chapters."""

    def __init__(
        self, app: RunningApp, *, server: EmbeddedServer, service: SecretService, folder: Path, pictures: Path
    ) -> None:
        self.app, self.server, self.service = app, server, service
        self.folder, self.pictures = folder, pictures
        app.window.resize(*STAGE_SIZE)
        self.robot = Robot(app.window)
        self.mailbox = Mailbox(server.mails)
        self.picture_now = pictures
        """Where the picture of the step that is being played goes."""
        self._cast: dict[str, dict[str, Any]] = {}

    def person(self, case: str) -> dict[str, Any]:
        """Return a fictitious person of the server by the case that they play."""
        if not self._cast:
            self._cast = {person["case"]: person for person in self.server.people()}
        return self._cast[case]

    def go_to(self, key: str) -> None:
        """Open a screen with the navigation."""
        self.robot.click(f"nav-{key}")

    def choose_profile(self, rows_down: int) -> None:
        """Choose a profile with the arrow keys, and continue."""
        profiles = self.robot.find(QListView, "profileList")
        self.robot.settle()
        profiles.setFocus(Qt.FocusReason.TabFocusReason)
        self.robot.press(Qt.Key.Key_Home, *[Qt.Key.Key_Down] * rows_down, on=profiles)
        self.robot.press(Qt.Key.Key_Space, on=profiles)

    def pick(self, *, edit: str, suggestions: str, typed: str, row: str, shown: bool = False) -> None:
        """Type in a typeahead field, then choose with the arrow keys the line that says `row`."""
        field = self.robot.find(QLineEdit, edit)
        self.robot.enter(field, typed)
        found = self.robot.find(QAbstractItemView, suggestions)
        self.robot.wait_until(
            lambda: found.isVisible() and _row_of(found, row) >= 0, f"«\u00a0{row}\u00a0» dans la liste"
        )
        if shown:
            self.robot.picture(self.picture_now)
        for _ in range(_row_of(found, row) + 1):
            self.robot.press(Qt.Key.Key_Down, on=field)
        self.robot.press(Qt.Key.Key_Return, on=field)

    def enter_identifiant(self, login_id: str) -> None:
        """Type the identifiant twice."""
        self.robot.enter("loginIdEdit", login_id)
        self.robot.enter("loginIdAgainEdit", login_id)

    def open_mail(self, *, to: str, seconds: float = 20.0) -> None:
        """Wait for the activation mail and set the password on the page that it leads to."""
        self.robot.wait_until(lambda: self.mailbox.last_link(to=to) is not None, f"un courriel à {to}", seconds=seconds)
        link = self.mailbox.last_link(to=to)
        assert link is not None
        page = Visitor().set_password(link, PASSWORD)
        if page.status >= 400:  # noqa: PLR2004 - HTTP's own number
            raise RobotError(f"The activation page answered {page.status}.")

    def sit_down(self, *, login_id: str, password: str = PASSWORD) -> None:
        """Put a person in front of the browser that the application will open."""
        file = self.folder / "person.json"
        file.write_text(json.dumps({"login_id": login_id, "password": password}), encoding="utf-8")
        os.environ[PERSON_FILE] = str(file)
        os.environ["BROWSER"] = shlex.join([sys.executable, "-m", "comptexpert_desktop.rehearsal.visitor"])

    def sign_in(self, *, login_id: str, name: str, password: str = PASSWORD) -> None:
        """Sign in through the browser and wait for the person's name in the window."""
        self.sit_down(login_id=login_id, password=password)
        self.robot.click("signInButton")
        self.robot.wait_until(
            lambda: name.lower() in self.robot.text_of("accountName").lower(), f"le nom {name}", seconds=30
        )

    def sign_out(self) -> None:
        """Sign out, with the confirmation."""
        self.robot.click("signOutButton")
        self.robot.click("confirmButton")
        self.robot.find(QWidget, "signInButton")

    def verify_register(self, file: Path) -> None:
        """Let the command line judge an exported register: whole it holds, with one letter changed it does not."""
        if self._verify(file):
            raise RobotError("The exported register does not hold.")
        forged = file.with_name("registre-falsifie.json")
        forged.write_text(file.read_text(encoding="utf-8").replace("approve", "approvE", 1), encoding="utf-8")
        if not self._verify(forged):
            raise RobotError("A register with one letter changed was accepted.")

    def _verify(self, file: Path) -> int:
        settings = self.app.settings
        words = [settings.server_url, str(settings.data_dir), str(file)]
        command = [sys.executable, "-m", "comptexpert_desktop.rehearsal.verifier", *words]
        return subprocess.run(command, capture_output=True, check=False).returncode

    def back_online(self) -> None:
        """Start the server again where it was, and ask for a turn."""
        self.server.start()
        self.server.wait_until_ready()
        self.robot.click("syncButton")


def _row_of(view: QAbstractItemView, text: str) -> int:
    model = view.model()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        shown = " ".join(str(index.data(role) or "") for role in _TEXT_ROLES)
        if text.lower() in shown.lower():
            return row
    return -1


_TEXT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
