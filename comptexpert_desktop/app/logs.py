"""The log of this machine: five files of one megabyte, for its person alone, and nothing of anybody in them.

Our own lines are written of codes, hosts and counts; they are redacted all the same. Of a library's line only the
place in its code is kept: its words may quote what it handled.
"""

from __future__ import annotations

import logging
import os
import platform
import time
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from comptexpert_desktop import __version__
from comptexpert_desktop.app import crash, hardening
from comptexpert_desktop.domain.redaction import one_line, redact

if TYPE_CHECKING:
    from io import TextIOWrapper
    from types import TracebackType

    from comptexpert_desktop.settings import Settings

OURS = "comptexpert_desktop"
FOLDER = "logs"
MAX_BYTES = 1_000_000
FILES = 5
LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}

log = logging.getLogger(__name__)


class Log:
    """An open log; `stop` ends it."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler

    def note(self, fact: str) -> None:
        """Write a fact about the program itself."""
        log.info("%s", fact)

    def stop(self) -> None:
        """Write nothing more."""
        crash.also_tell(None)
        logging.getLogger().removeHandler(self._handler)
        logging.getLogger(OURS).setLevel(logging.NOTSET)
        with suppress(OSError):  # a full disk: what the command said stays said
            self._handler.close()


def start(settings: Settings, *, name: str) -> Log:
    """Begin to write `logs/<name>.log` at the level of the settings; a folder that takes nothing stops nobody."""
    handler = _Files(settings.data_dir / FOLDER, name=name)
    logging.getLogger().addHandler(handler)
    follow(settings)
    crash.also_tell(_tell_crash)
    log.info("%s started, version %s, Python %s, %s", name, __version__, platform.python_version(), platform.system())
    for variable in hardening.ignored():
        log.info("%s names other authorities and is not heard", variable)
    return Log(handler)


def follow(settings: Settings) -> None:
    """Write from here on at the level of these settings."""
    logging.getLogger(OURS).setLevel(LEVELS[settings.log_level])


def files(folder: Path) -> list[Path]:
    """List the files of the log, the newest of each name first."""
    return sorted((folder / FOLDER).glob("*.log*"))


def _tell_crash(text: str) -> None:
    log.critical("%s", text)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == OURS


class _Lines(logging.Formatter):
    """A line an event: when, how grave, where, what; the person's own folder is not named."""

    _home = str(Path.home())

    def format(self, record: logging.LogRecord) -> str:
        """Write an event on one line, a bug by its type and its frames."""
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        if _is_ours(record):
            said = record.getMessage()
        else:
            said = f"(words kept back) {os.path.basename(record.pathname)}:{record.lineno}"  # noqa: PTH119  (a text)
        if record.exc_info and record.exc_info[0] is not None:
            said = f"{said} {self.formatException(record.exc_info)}"
        return f"{when} {record.levelname} {record.name} {one_line(redact(said.replace(self._home, '~')))}"

    def formatException(  # noqa: N802  (logging's name)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Write where a bug happened, and never what it held."""
        return crash.words(ei[0], ei[2]) if ei[0] is not None else ""


class _Files(RotatingFileHandler):
    """Files that only their person can read, in a folder of the same kind."""

    def __init__(self, folder: Path, *, name: str) -> None:
        self._folder = folder
        path = folder / f"{name}.log"
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=FILES - 1, encoding="utf-8", delay=True)
        self.setFormatter(_Lines())
        self.addFilter(lambda record: _is_ours(record) or record.levelno >= logging.WARNING)

    def _open(self) -> TextIOWrapper:
        for folder in (self._folder.parent, self._folder):  # each of its own: parents made on the way are for all
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding="utf-8", errors="replace", opener=private)

    def doRollover(self) -> None:  # noqa: N802  (logging's name)
        """Begin a new file; where another program holds this one, go on in it."""
        with suppress(OSError):
            super().doRollover()
        if self.stream is None:
            with suppress(OSError):
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        """Let a full disk or a folder that takes nothing stop nobody."""
