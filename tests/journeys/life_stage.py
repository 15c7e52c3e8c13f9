"""One life on the real server and in the real window: a clock that moves, a relay that takes mails, a site that asks."""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget

from comptexpert_desktop.rehearsal.mailbox import Mail
from comptexpert_desktop.rehearsal.stage import PASSWORD
from tests import made_once
from tests.journeys.delegation_stage import DeskStage
from tests.journeys.moved_clock import ahead
from tests.operations.hosting import free_port, wait_for
from tests.sites.parties import AuthlibParty, Site
from tests.sites.person import Person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.mail.relay import StubRelay

ENTRIES = 60
RETURN = "http://127.0.0.1:9/retour"
"""Where nobody listens: the browser of the test stops before it."""


class LifeServer:
    """The server in a process of its own, with its worker, on SQLite or on a database of one's own."""

    def __init__(self, folder: Path, *, relay: StubRelay, database_url: str = "") -> None:
        self.folder, self.relay, self.port = folder, relay, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mails = folder / "mails"
        self._clock = folder / "ahead"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTEXPERT_")}
        self.environment = kept | {
            "COMPTEXPERT_DATA_DIR": str(folder),
            "COMPTEXPERT_DATABASE_URL": database_url,
            "COMPTEXPERT_PUBLIC_URL": self.url,
            "COMPTEXPERT_EMAIL_URL": relay.url,
            "COMPTEXPERT_ADDRESS_LIMITS": "0",
        }
        self._process: subprocess.Popen[bytes] | None = None
        if database_url:
            self.command("migrate")
            self.command("seed", "--entries", str(ENTRIES), "--seed", made_once.SEED)
        else:
            made_once.lay(folder, entries=ENTRIES)

    def start(self) -> None:
        options = ["--with-worker", "--exit-with-parent", "--port", str(self.port)]
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._program(), "serve", *options],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        wait_for(lambda: httpx.get(f"{self.url}/readyz", trust_env=False).status_code == httpx.codes.OK)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            assert self._process.stdin is not None
            self._process.stdin.close()

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._program(), *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def people(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.command("demo-people"))
        return found

    def move(self, days: float) -> None:
        """Move the clock of the server, and with it the one of the window."""
        seconds = ahead(self._clock) + int(timedelta(days=days).total_seconds())
        draft = self._clock.with_suffix(".draft")
        draft.write_text(str(seconds), "ascii")
        draft.replace(self._clock)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=ahead(self._clock))

    def seconds(self) -> float:
        return self.now().timestamp()

    def _program(self) -> list[str]:
        return [sys.executable, "-m", "tests.journeys.moved_clock", str(self._clock)]


class RelayMailbox:
    """The mails that the relay took, oldest first."""

    def __init__(self, relay: StubRelay) -> None:
        self._relay = relay

    def mails(self, *, to: str = "") -> tuple[Mail, ...]:
        found = [_read(recipient, content) for recipient, content in list(self._relay.received)]
        return tuple(one for one in found if not to or one.to.casefold() == to.casefold())

    def last_link(self, *, to: str, containing: str = "") -> str | None:
        links = [link for one in self.mails(to=to) for link in one.links if containing in link]
        return links[-1] if links else None


def _read(recipient: str, content: bytes) -> Mail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    links = tuple(line for line in map(str.strip, text.splitlines()) if line.startswith("http") and " " not in line)
    return Mail(recipient, str(message["Subject"] or ""), text, links)


class LifeStage(DeskStage):
    """The window of one person, and what a site and the server say of them."""

    site: Site
    login: str

    def know_site(self) -> None:
        made = json.loads(self.server.command("create-client", "jesignexpert", RETURN, "--service", "jesignexpert"))
        self.site = Site(
            issuer=self.server.url, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=RETURN
        )

    def ask_site(self) -> dict[str, Any] | None:
        """Go to a site through the sign-in page; return its claims, with `/me` beside, or nothing when kept out."""
        person = Person(self.server.url)
        try:
            with pytest.MonkeyPatch.context() as patch, AuthlibParty(self.site) as party:
                patch.setattr(time, "time", self.server.seconds)  # type: ignore[attr-defined]  # of `LifeServer`
                person.visit(party.begin())
                end = person.sign_in(self.login, PASSWORD)
                if not end.startswith(RETURN):
                    return None
                pair = party.finish(end)
                return party.userinfo(pair.access, subject=str(pair.claims["sub"]))
        finally:
            person.close()

    def see_account(self, *words: str) -> str:
        """Ask for a turn, sign in again where that is asked, and wait until « Mon compte » says these words."""

        def says() -> bool:
            return self.robot.is_shown(QWidget, "accountScreen") and all(
                word.lower() in self.robot.text_of("accountScreen").lower() for word in words
            )

        def must_return() -> bool:
            return self.robot.is_shown(QAbstractButton, "signInButton")

        self.robot.click("syncButton")
        self.robot.settle(400)
        self.robot.click("ownAccountButton")
        self.robot.wait_until(lambda: says() or must_return(), f"« {words} » dans Mon compte", seconds=40)
        if must_return():
            self.sit_down(login_id=self.login)
            self.robot.click("signInButton")
            self.robot.wait_until(lambda: not must_return(), "la session rouverte", seconds=40)
            self.robot.click("ownAccountButton")
        self.robot.wait_until(says, f"« {words} » dans Mon compte", seconds=40)
        return self.robot.text_of("accountScreen")
