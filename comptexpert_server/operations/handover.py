"""A restart that loses no request: this process holds the socket, others answer, and new ones take over on SIGHUP.

The new processes are started from the program as it then lies on the disk, and answer before the old ones leave. If
they do not come up, the old ones go on. What the old ones are told travels on their standard input; its end ends them:
they do not outlive this process, however it dies.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

MAX_START: Final = 60.0
"""Seconds that new processes have to answer."""
LEAVING_SECONDS: Final = 2.0
"""How long the old processes still answer, asking each caller to come back on another connection."""
MAX_END: Final = 15.0
"""Seconds that processes have to end; requests under way have 8 of them."""
LEAVE: Final = b"leave\n"
ENDING: Final = (signal.SIGTERM, signal.SIGINT)


def keep(listener: socket.socket, *, command: Sequence[str], announce: Callable[[], None]) -> int:
    """Serve through processes that are replaced on SIGHUP, until SIGTERM; return the exit code."""
    return _Keeper(listener, command=command).run(announce)


class _Keeper:
    """The processes that answer, one after the other."""

    def __init__(self, listener: socket.socket, *, command: Sequence[str]) -> None:
        self._listener, self._command = listener, command
        self._pending: list[int] = []
        self._bell, bell = os.pipe()
        for end in (self._bell, bell):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(bell)
        for number in (*ENDING, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: self._pending.append(number))
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the end of a process rings the bell

    def run(self, announce: Callable[[], None]) -> int:
        """Serve until a signal ends it, or until the processes end by themselves."""
        serving = self._start()
        if not self._is_ready(serving):
            return self._end(serving) or 1
        announce()
        while serving.poll() is None:
            self._wait(serving)
            if self._is_ending:
                return self._end(serving)
            if self._pending:
                self._pending.clear()
                serving = self._replaced(serving)
        return 0 if self._is_ending else serving.returncode or 1

    def _start(self) -> subprocess.Popen[bytes]:
        handle = self._listener.fileno()
        return subprocess.Popen(  # noqa: S603 - this very program
            [*self._command, "--exit-with-parent", "--listener", str(handle)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[handle],
        )

    def _is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the processes answer; false when they ended, are too slow, or a signal ends everything."""
        until = time.monotonic() + MAX_START
        while (left := until - time.monotonic()) > 0 and not self._is_ending:
            if self._wait(process, timeout=left):
                assert process.stdout is not None
                return bool(process.stdout.readline())
        return False

    @property
    def _is_ending(self) -> bool:
        return any(number in ENDING for number in self._pending)

    def _wait(self, process: subprocess.Popen[bytes], *, timeout: float | None = None) -> bool:
        """Wait for a signal or for a word of the processes; tell whether they spoke or ended."""
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            selector.register(process.stdout, selectors.EVENT_READ)
            found = {key.fileobj for key, _ in selector.select(timeout)}
        with contextlib.suppress(BlockingIOError):
            os.read(self._bell, 4096)
        if process.stdout in found:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.01)
        return process.stdout in found

    def _replaced(self, old: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        """Start new processes, then end the old ones; keep the old ones when the new ones do not answer."""
        new = self._start()
        if not self._is_ready(new):
            self._end(new)
            if not self._is_ending:
                sys.stderr.write("the new processes did not answer: those that serve go on\n")
            return old
        assert old.stdin is not None
        with contextlib.suppress(OSError):
            old.stdin.write(LEAVE)
            old.stdin.flush()
        until = time.monotonic() + LEAVING_SECONDS
        while (left := until - time.monotonic()) > 0 and not self._is_ending and new.poll() is None:
            self._wait(new, timeout=left)
        self._end(old)
        return new

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        """End processes, by force when they do not; return their exit code."""
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            code = process.wait(timeout=MAX_END)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        process.stdout.close()
        return code
