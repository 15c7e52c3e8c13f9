"""The gateway to the operating system's keyring; only keyrings that keep secrets sealed are used."""

from __future__ import annotations

import queue
import sys
import threading
from contextlib import suppress
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

from comptexpert_desktop.errors import VaultError, VaultLocked, VaultUnavailable, VaultUnsafe

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

T = TypeVar("T")

ALLOWED = frozenset(
    {
        "keyring.backends.SecretService",
        "keyring.backends.Windows",
        "keyring.backends.macOS",
        "keyring.backends.libsecret",
    }
)
PLATFORM = {
    "linux": ("keyring.backends.SecretService.Keyring", "keyring.backends.libsecret.Keyring"),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
}
"""What each system offers, in the order in which it is tried."""
PLUGINS = "keyring.backends"
NOTHING = frozenset({"keyring.backends.fail", "keyring.backends.null"})
CHAINER = "keyring.backends.chainer"
SERVICE = "fr.comptexpert.desktop"
TIMEOUT = 30.0
"""Seconds that a person has to answer the keyring's own prompt."""


class KeyringVault:
    """The keyring of this session. Implements `ports.Vault`; a service name of its own for each secret."""

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        """Use the keyring that the system offers, found at the first call."""
        self._timeout = timeout
        self._found: KeyringBackend | None = None

    def read(self, name: str) -> bytes | None:
        """Return the secret kept under this name."""
        kept = self._within(lambda: self._backend().get_password(*_place(name)))
        return None if kept is None else kept.encode()

    def write(self, name: str, secret: bytes) -> None:
        """Keep a secret under this name."""
        self._within(lambda: self._backend().set_password(*_place(name), secret.decode("ascii")))

    def delete(self, name: str) -> None:
        """Forget the secret kept under this name, if any."""
        self._within(lambda: _delete(self._backend(), name))

    def backend(self) -> str:
        """Name the keyring in use, for people."""
        return str(self._within(self._backend).name)

    def _backend(self) -> KeyringBackend:
        if self._found is None:
            self._found = choose(_offered())
            if hasattr(self._found, "persist"):
                self._found.persist = "local machine"
        return self._found

    def _within(self, work: Callable[[], T]) -> T:
        """Run on a thread of its own: a keyring that prompts blocks until somebody answers."""
        answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put((work(), None))
            except Exception as error:  # noqa: BLE001  (translated by the one who waits)
                answers.put((None, error))

        threading.Thread(target=run, name="vault", daemon=True).start()
        try:
            value, error = answers.get(timeout=self._timeout)
        except queue.Empty:
            raise VaultLocked from None
        if error is not None:
            raise translated(error) from error
        return value  # type: ignore[return-value]  # None only where T allows it


class ForbiddenVault:
    """What stands in the keyring's place when a policy wants nothing kept. Implements `ports.Vault`."""

    def read(self, name: str) -> bytes | None:  # noqa: ARG002  (the port's names)
        """Refuse."""
        raise VaultUnavailable("KEYRING_FORBIDDEN")

    def write(self, name: str, secret: bytes) -> None:  # noqa: ARG002  (as above)
        """Refuse."""
        raise VaultUnavailable("KEYRING_FORBIDDEN")

    def delete(self, name: str) -> None:
        """Have nothing to forget."""

    def backend(self) -> str:
        """Refuse: there is no keyring to name."""
        raise VaultUnavailable("KEYRING_FORBIDDEN")


def _offered() -> KeyringBackend:
    """Return the keyring that a person or a firm imposed, else this platform's own, else one that keeps nothing.

    The library's own search imports the backends of every system: macOS's alone takes as long as all the rest. It is
    asked where somebody installed another keyring, which may be louder than the system's.
    """
    # Imported here: keyring takes 100 ms that the first window must not wait for.
    from keyring import core  # noqa: PLC0415

    imposed = core.load_env() or core.load_config()
    if imposed is not None:
        return imposed
    if any(not one.value.startswith("keyring.") for one in entry_points(group=PLUGINS)):
        return core.get_keyring()
    return _of_platform(core.load_keyring) or core.load_keyring("keyring.backends.fail.Keyring")


def _of_platform(load: Callable[[str], KeyringBackend]) -> KeyringBackend | None:
    for name in PLATFORM.get(sys.platform, ()):
        with suppress(RuntimeError, ImportError):  # how a backend says that it cannot be used here
            return load(name)
    return None


def choose(found: KeyringBackend) -> KeyringBackend:
    """Return the keyring to use; raises VaultUnavailable when there is none, VaultUnsafe when it is not ours."""
    offered = list(getattr(found, "backends", [])) if type(found).__module__ == CHAINER else [found]
    for backend in offered:
        if type(backend).__module__ in ALLOWED:
            return backend
    if all(type(backend).__module__ in NOTHING for backend in offered):
        raise VaultUnavailable
    raise VaultUnsafe(data={"backend": type(offered[0]).__module__})


def translated(error: BaseException) -> VaultError:
    """Turn an exception of the keyring, or of the bus below it, into ours."""
    if isinstance(error, VaultError):
        return error
    from keyring import errors  # noqa: PLC0415  (as above)

    dismissed = isinstance(error, errors.InitError) and "dismiss" in str(error).lower()
    if isinstance(error, errors.KeyringLocked) or dismissed:
        return VaultLocked()
    return VaultUnavailable(data={"kind": type(error).__name__})


def _place(name: str) -> tuple[str, str]:
    return f"{SERVICE}/{name}", name.rpartition("/")[2]


def _delete(backend: KeyringBackend, name: str) -> None:
    service, username = _place(name)
    if backend.get_password(service, username) is not None:
        backend.delete_password(service, username)
