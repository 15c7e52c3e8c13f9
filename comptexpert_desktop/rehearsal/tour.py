"""The tour: the whole story on the real parts, a picture at each step, and what came of it in `tour.json`."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from comptexpert_desktop.desktop import window
from comptexpert_desktop.rehearsal import delegation_chapter, signup_chapter
from comptexpert_desktop.rehearsal.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comptexpert_desktop.rehearsal.embedded import EmbeddedServer
    from comptexpert_desktop.rehearsal.secret_service import SecretService
    from comptexpert_desktop.settings import Settings

STEPS: tuple[Callable[[Stage], None], ...] = (*signup_chapter.STEPS, *delegation_chapter.STEPS)


def play(settings: Settings, *, server: EmbeddedServer, service: SecretService, pictures: Path) -> int:
    """Play every step; returns 0 when all held. The first step that fails ends the tour."""
    pictures.mkdir(parents=True, exist_ok=True)
    for old in (*pictures.glob("[0-9][0-9]-*.png"), *pictures.glob("tour.json")):
        old.unlink()
    if not service.is_available:
        sys.stderr.write("The tour needs a Secret Service: dbus-daemon and gnome-keyring-daemon are missing.\n")
        return 1
    server.prepare()
    app = window.build(settings)
    app.show()
    stage = Stage(app, server=server, service=service, folder=settings.data_dir.parent, pictures=pictures)
    results: list[dict[str, Any]] = []
    try:
        for number, step in enumerate(STEPS, start=1):
            results.append(_play_step(stage, step, number=number))
            if not results[-1]["ok"]:
                break
    finally:
        app.close()
    (pictures / "tour.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    held = sum(step["ok"] for step in results)
    sys.stdout.write(f"{held} of {len(STEPS)} steps held; pictures in {pictures}\n")
    return 0 if held == len(STEPS) else 1


def _play_step(stage: Stage, step: Callable[[Stage], None], *, number: int) -> dict[str, Any]:
    name = step.__name__.replace("_", "-")
    stage.picture_now = stage.pictures / f"{number:02d}-{name}.png"
    started = time.monotonic()
    why = ""
    try:
        step(stage)
    except Exception as error:  # noqa: BLE001 - a step that fails in any way is told as such
        why = f"{type(error).__name__}: {error}"
    if why or not stage.picture_now.exists():
        stage.robot.picture(stage.picture_now)
    seconds = round(time.monotonic() - started, 2)
    sys.stdout.write(f"{number:02d} {name}: {why or 'ok'} ({seconds} s)\n")
    sys.stdout.flush()
    return {"step": name, "ok": not why, "seconds": seconds, "picture": stage.picture_now.name}
