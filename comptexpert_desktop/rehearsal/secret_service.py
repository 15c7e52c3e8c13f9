"""A Secret Service that belongs to the rehearsal: its own D-Bus session and its own gnome-keyring.

Nothing of the person's keyring is read or written. Linux only; elsewhere, or where the programs are missing,
`session` yields a service that is not there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import secretstorage

PASSWORD = "repetition"  # noqa: S105 - opens a keyring that ends with the rehearsal
_PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts no service by itself: no second keyring in place of ours, and no prompt that waits for a person."""


class SecretService:
    """One D-Bus session with one keyring; it can be locked, unlocked and taken away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bus: subprocess.Popen[str] | None = None
        self._keyring: subprocess.Popen[str] | None = None
        self.environment = {
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
        }

    @property
    def is_available(self) -> bool:
        """Tell whether this machine has the programs."""
        return sys.platform == "linux" and all(map(shutil.which, _PROGRAMS))

    def start(self) -> None:
        """Start the bus, then the keyring, unlocked."""
        configuration = self._folder / "bus.conf"
        configuration.write_text(_BUS.format(folder=self._folder), encoding="utf-8")
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._everything(),
            text=True,
        )
        assert self._bus.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._bus.stdout.readline().strip()
        self.unlock()

    def unlock(self) -> None:
        """Open the keyring with its password, as a new session does; what it holds is kept."""
        _end(self._keyring)
        self._keyring = subprocess.Popen(
            ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._everything(),
            text=True,
        )
        assert self._keyring.stdin is not None
        self._keyring.stdin.write(PASSWORD)
        self._keyring.stdin.close()
        self._wait_until_unlocked()

    def lock(self) -> None:
        """Lock the keyring, as a screen lock may do."""
        with self._collection() as collection:
            collection.lock()

    def stop(self) -> None:
        """End both programs."""
        _end(self._keyring)
        _end(self._bus)
        self._keyring = self._bus = None

    def run(self, command: Sequence[str]) -> int:
        """Run a command inside the session and return its exit status."""
        return subprocess.run(list(command), env=self._everything(), check=False).returncode

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Put this process inside the session."""
        saved = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        try:
            yield
        finally:
            for name, value in saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def _everything(self) -> dict[str, str]:
        return os.environ | self.environment

    @contextlib.contextmanager
    def _collection(self) -> Iterator[secretstorage.Collection]:
        import secretstorage  # noqa: PLC0415 - exists on Linux alone
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - idem

        connection = open_dbus_connection(bus=self.environment["DBUS_SESSION_BUS_ADDRESS"])
        try:
            yield secretstorage.get_default_collection(connection)
        finally:
            connection.close()

    def _wait_until_unlocked(self) -> None:
        for _ in range(100):
            with contextlib.suppress(Exception), self._collection() as collection:
                if not collection.is_locked():
                    return
            time.sleep(0.05)
        raise RuntimeError("The keyring of the rehearsal did not open within five seconds.")


def _end(process: subprocess.Popen[str] | None) -> None:
    if process is None:
        return
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


@contextlib.contextmanager
def session() -> Iterator[SecretService]:
    """Yield a Secret Service of our own for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="comptexpert-keyring-", ignore_cleanup_errors=True) as name:
        service = SecretService(Path(name))
        if not service.is_available:
            service.environment = {}
            yield service
            return
        service.start()
        try:
            yield service
        finally:
            service.stop()
