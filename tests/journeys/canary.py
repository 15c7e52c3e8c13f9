"""The tour at the loudest, with everything secret noted as it passes: `python -m tests.journeys.canary FOLDER`.

The whole story is played on the real parts with every library logging at DEBUG level, and after each step what lies on
the disk, in the arguments and in the environments of every process is searched for what must never be there in the
clear. Exceptions that quote what is secret are forced in every thread. `findings.json` tells what was found.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer

from comptexpert_desktop.adapters import http
from comptexpert_desktop.adapters.server import HttpServer
from comptexpert_desktop.app import crash
from comptexpert_desktop.desktop import window
from comptexpert_desktop.rehearsal import delegation_chapter, secret_service, signup_chapter
from comptexpert_desktop.rehearsal.embedded import EmbeddedServer
from comptexpert_desktop.rehearsal.robot import Robot, RobotError
from comptexpert_desktop.rehearsal.stage import PASSWORD, Stage
from comptexpert_desktop.settings import load
from tests import made_once
from tests.journeys.journey_stage import ENTRIES

STEPS = (*signup_chapter.STEPS, *delegation_chapter.STEPS)
TIMEOUT = 30.0
"""Seconds that the robot waits for what it looks for: the search between the steps slows everything down."""

MIN = 8
"""Characters; a shorter secret is found everywhere by chance."""


class Canaries:
    """Every secret that passed, by its kind."""

    def __init__(self):
        self.seen = {}
        self.lock = threading.Lock()

    def note(self, kind, *values):
        with self.lock:
            self.seen.setdefault(kind, set()).update(str(one) for one in values if len(str(one)) >= MIN)

    def all(self):
        """List every secret with its kind."""
        with self.lock:
            return {(kind, value) for kind, values in self.seen.items() for value in values}

    def found_in(self, content, *, kinds=None, but=frozenset()):
        """Name the kinds of secrets that some bytes hold in the clear, in UTF-8 or UTF-16; not of those of `but`."""
        return sorted(
            {
                kind
                for kind, value in self.all() - but
                if (kinds is None or kind in kinds)
                and any(form in content for form in (value.encode(), value.encode("utf-16-le")))
            }
        )


def birth_dates(person):
    year, month, day = person["date_of_birth"].split("-")
    return person["date_of_birth"], f"{day}/{month}/{year}", f"{day}.{month}.{year}", f"{year}{month}{day}"


_TOKENS = ("access_token", "refresh_token", "id_token")


def listen(canaries):
    """Note what passes through the doors to the network."""
    exchange, call = http.exchange, HttpServer._call

    def noted_exchange(client, method, url, **options):
        form = options.get("form") or {}
        canaries.note("sign-in", form.get("code", ""), form.get("code_verifier", ""), form.get("refresh_token", ""))
        reply = exchange(client, method, url, **options)
        if "grant_type" in form:
            document = reply.json()
            canaries.note("token", *(document.get(name) or "" for name in _TOKENS))
        return reply

    def noted_call(self, method, path, **options):
        canaries.note("token", options.get("token", ""))
        found = call(self, method, path, **options)
        if isinstance(found, dict):
            canaries.note("claim", found.get("claim") or "")
        return found

    http.exchange, HttpServer._call = noted_exchange, noted_call


def processes():
    """List the arguments and environments of this process and of those that it started."""
    mine = [os.getpid()]
    for pid in mine:
        mine += children_of(Path(f"/proc/{pid}"))
    return [told for pid in mine if (told := arguments_of(Path(f"/proc/{pid}")))]


def children_of(folder):
    """List the processes that the threads of a process started."""
    try:
        listed = [(thread / "children").read_text() for thread in (folder / "task").iterdir()]
    except OSError:  # it ended meanwhile
        return []
    return [int(pid) for pid in " ".join(listed).split()]


def arguments_of(folder):
    try:
        return (folder / "cmdline").read_bytes() + b"\0" + (folder / "environ").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


class Watch:
    """Looks at the processes all the time: a browser lives for a moment only."""

    def __init__(self):
        self.seen = set()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        while not self.ended.wait(0.05):
            self.seen.update(processes())

    def stop(self):
        self.ended.set()
        self.thread.join()


class Play:
    """The stage, its secrets, and what was found in the clear."""

    def __init__(self, folder):
        self.folder = folder
        self.canaries = Canaries()
        self.findings = []
        self.people = Canaries()
        """Who must not be named where letters stand for people."""
        self.played = []
        self.searched = {}
        """The digest of each file as it was last read, and the secrets that were looked for in it."""

    def look(self, step):
        """Search everything that the application keeps for everything that passed so far."""
        for link in self.links():
            self.canaries.note("activation key", urlsplit(link).path.rstrip("/").rpartition("/")[2])
        for path in self.artefacts():
            try:
                content = path.read_bytes()
            except OSError:
                continue
            digest, known = hashlib.sha256(content).digest(), self.canaries.all()
            before, searched = self.searched.get(path, (None, frozenset()))
            for kind in self.canaries.found_in(content, but=searched if before == digest else frozenset()):
                self.findings.append({"step": step, "file": str(path.relative_to(self.folder)), "kind": kind})
            self.searched[path] = digest, known

    def artefacts(self):
        places = ("application", "logs", "outside")
        return [path for place in places for path in (self.folder / place).rglob("*") if path.is_file()]

    def links(self):
        return [link for mail in self.stage.mailbox.mails() for link in mail.links if "activ" in link]

    def run(self, settings, *, server, service):
        listen(self.canaries)
        self.canaries.note("password", PASSWORD)
        server.prepare()
        app = window.build(
            replace(settings, server_url=server.url, data_dir=self.folder / "application", log_level="debug")
        )
        app.show()
        pictures = self.folder / "pictures"
        pictures.mkdir()
        self.stage = Stage(app, server=server, service=service, folder=self.folder, pictures=pictures)
        self.canaries.note("e-mail", signup_chapter.STAFF_EMAIL)
        try:
            for number, step in enumerate(STEPS, start=1):
                self.stage.picture_now = pictures / f"{number:02d}.png"
                began = time.monotonic()
                step(self.stage)
                sys.stdout.write(f"{step.__name__} {time.monotonic() - began:.1f} s\n")
                self.played.append(step.__name__)
                if step is signup_chapter.server_up:
                    self.meet(server)
                self.look(step.__name__)
                if step.__name__ in ("queued", "requests_followed", "revoked"):
                    self.trouble(app)
            self.outside(app.settings)
            self.look("outside")
        except RobotError:
            self.stage.robot.picture(pictures / "failure.png")
            raise
        finally:
            app.close()
            self.look("closed")

    def meet(self, server):
        """Note what is secret of the people of the rehearsal."""
        for person in server.people():
            self.people.note("name", person["surname"], f"{person['given_name']} {person['surname']}")
            self.people.note("name", person.get("login_id") or "", person.get("account_id") or "")
            self.people.note("name", person.get("entry_id") or "", person["registration_number"] or "")
            self.canaries.note("password", person["password"] or "")
            self.canaries.note("e-mail", person.get("email") or "")
            if person.get("date_of_birth"):
                self.canaries.note("birth date", *birth_dates(person))

    def trouble(self, app):
        """Force exceptions that quote every secret, where the program works for real."""
        loud = " ".join(min(values) for values in self.canaries.seen.values() if values)
        done = []

        def burst(_given=None):
            raise RuntimeError(f"forced: {loud}") from ValueError(loud)

        def failing(*arguments, **options):
            HttpServer._call = real
            burst()

        owner = QObject()
        app.tasks.read(owner, burst, done.append, failed=done.append)
        app.tasks.write(owner, burst, failed=done.append)
        app.tasks.call(owner, burst, done.append, failed=done.append)
        QTimer.singleShot(0, burst)
        threading.Thread(target=burst).start()
        self.stage.robot.wait_until(lambda: len(done) == 3, "les exceptions provoquées")
        real, HttpServer._call = HttpServer._call, failing
        self.stage.robot.click("syncButton")
        self.stage.robot.wait_until(lambda: HttpServer._call is real, "l’exception dans l’échange")
        self.stage.robot.settle(500)
        self.stage.robot.click("syncButton")
        self.stage.robot.settle(500)

    def outside(self, settings):
        """What a person may send to somebody: the diagnostics, the clipboard's, the lists of the command line."""
        folder = self.folder / "outside"
        folder.mkdir()
        options = ["--json", "--server", settings.server_url, "--data-dir", str(settings.data_dir)]
        for name in ("diagnostics", "outbox", "accounts", "self-check", "show-policy"):
            more = ["--output", str(folder / "bundle.json")] if name == "diagnostics" else []
            command = [sys.executable, "-m", "comptexpert_desktop", *options, name, *more]
            done = subprocess.run(command, capture_output=True, check=False)
            (folder / f"{name}.out").write_bytes(done.stdout + done.stderr)


def main(folder):
    """Play, and write what was found."""
    (folder / "logs").mkdir(exist_ok=True)
    Robot.wait_until.__kwdefaults__["seconds"] = TIMEOUT
    logging.basicConfig(filename=folder / "logs" / "everything.log", level=logging.DEBUG)
    crash.install()
    play, watch = Play(folder), Watch()
    with secret_service.session() as service, service.inside():
        server = EmbeddedServer(folder / "server", entries=ENTRIES, cache=made_once.folder())
        try:
            play.run(load(data_dir=str(folder / "application")), server=server, service=service)
        except RobotError as error:
            sys.stderr.write(f"after {play.played[-1:]}: {error}\n")
            raise
        finally:
            server.stop()
            watch.stop()
    told = {
        "played": play.played,
        "steps": len(STEPS),
        "findings": play.findings,
        "processes": len(watch.seen),
        "in_processes": sorted({kind for seen in watch.seen for kind in play.canaries.found_in(seen)}),
        "canaries": {kind: len(values) for kind, values in play.canaries.seen.items()},
        "in_bundle": play.people.found_in((folder / "outside" / "bundle.json").read_bytes()),
        "in_application_log": play.people.found_in(
            b"".join(path.read_bytes() for path in (folder / "application" / "logs").iterdir())
        ),
        "people": len(play.people.seen["name"]),
        "in_server_log": play.canaries.found_in((folder / "server" / "serve.log").read_bytes()),
        "in_server_files": play.canaries.found_in(
            b"".join(path.read_bytes() for path in (folder / "server").glob("comptexpert.db*")),
            kinds={"password", "token", "claim", "sign-in"},
        ),
    }
    (folder / "findings.json").write_text(json.dumps(told, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
