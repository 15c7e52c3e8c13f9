"""The error tree, grouped by what the caller does next.

ComptexpertError              code and data; never a French sentence
├── ServerError
│   ├── Unreachable           wait: nothing left the machine, or nobody answered
│   ├── SessionExpired        pause the account and sign in again
│   ├── Refused               the person must change something
│   ├── Stale                 show the case again and ask again
│   ├── ServerFault           back off: the server is at fault
│   └── UnexpectedReply       a bug: log, back off, tell
├── VaultError
│   ├── VaultLocked           unlock the keyring and try again
│   ├── VaultUnavailable      no keyring: keep the session in memory and say so
│   └── VaultUnsafe           a keyring that keeps secrets in the clear: refuse it
├── SignInError
│   ├── SignInCancelled       the person gave up
│   ├── SignInExpired         nobody answered in time
│   └── SignInForged          the answer was not for us
├── StoreError
│   ├── StoreChanged          another program replaced or erased the file: look again, and repeat
│   ├── StoreTooNew           written by a newer version of the application
│   ├── SealBroken            the file is sound, and something sealed in it cannot be opened: one row, not the file
│   └── StoreDamaged          the file cannot be read
├── RegisterRefused           what was read does not hold: keep it, trust nothing of it, and tell
├── PolicyRefused             what the machine imposes cannot be known or met: the program does not start
├── GivenUp                   the person no longer wants what was being made
├── InvalidInput              problems, a field and a code each
└── NotAllowed                the domain says no
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ComptexpertError(Exception):
    """An error with a stable code (domain.md, section 3) and plain data; `ui.messages` words it."""

    default_code = "UNEXPECTED"

    def __init__(self, code: str | None = None, *, data: Mapping[str, object] | None = None) -> None:
        self.code = code or self.default_code
        self.data: dict[str, object] = dict(data or {})
        super().__init__(self.code)


class ServerError(ComptexpertError):
    """The server did not do what was asked."""


class Unreachable(ServerError):
    """Nobody answered, or not our server: NET_OFFLINE, NET_PROXY (_AUTH, _SCHEME), NET_TLS, NET_PORTAL; `host` given.

    SERVER_FAULT is the word of a gateway (502, 503, 504). `sent` tells whether the request may have arrived.
    """

    default_code = "NET_OFFLINE"


class SessionExpired(ServerError):
    """The server answered 401."""

    default_code = "SESSION_EXPIRED"


class Refused(ServerError):
    """The server answered 4xx with a code; `data` holds the members of the problem document."""

    default_code = "REFUSED"


class Stale(ServerError):
    """The case changed since it was shown (409 of a decision, 412)."""

    default_code = "DEL_STALE"


class ServerFault(ServerError):
    """The server answered 5xx or 429, in its own words; `data["retry_after"]` is in seconds when it said so."""

    default_code = "SERVER_FAULT"


class UnexpectedReply(ServerError):
    """The answer is not one that the API describes: another program's page, a document that cannot be read."""

    default_code = "UNEXPECTED_REPLY"


class VaultError(ComptexpertError):
    """The operating system's keyring did not do what was asked."""


class VaultLocked(VaultError):
    """The keyring is locked, or the person dismissed its prompt."""

    default_code = "KEYRING_LOCKED"


class VaultUnavailable(VaultError):
    """There is no keyring, or it cannot be reached."""

    default_code = "KEYRING_ABSENT"


class VaultUnsafe(VaultError):
    """The configured keyring is not on the allow-list."""

    default_code = "KEYRING_UNSAFE"


class SignInError(ComptexpertError):
    """The browser's part of the sign-in did not end well."""


class SignInCancelled(SignInError):
    """The person cancelled."""

    default_code = "SIGN_IN_CANCELLED"


class SignInExpired(SignInError):
    """No answer within 120 seconds."""

    default_code = "SIGN_IN_EXPIRED"


class SignInForged(SignInError):
    """State, nonce, issuer, audience or signature do not match."""

    default_code = "SIGN_IN_FORGED"


class StoreError(ComptexpertError):
    """A local file cannot be used."""


class StoreChanged(StoreError):
    """Another program replaced or erased the file while it was open; nothing of the write was kept."""

    default_code = "STORE_CHANGED"


class StoreTooNew(StoreError):
    """The file was written by a newer version; `data` holds `file`, `found`, `known`."""

    default_code = "STORE_TOO_NEW"


class SealBroken(StoreError):
    """Something sealed in a sound file cannot be opened: its key is not in the vault, or it was changed."""

    default_code = "STORE_KEY_LOST"


class StoreDamaged(StoreError):
    """The file is not a sound database; `data` holds `file`."""

    default_code = "STORE_DAMAGED"


class GivenUp(ComptexpertError):
    """The person stopped a long piece of work; nothing of it stays."""

    default_code = "GIVEN_UP"


class RegisterRefused(ComptexpertError):
    """A register or an attestation does not hold, or is signed by another; `data` holds the `line` where it is known.

    Nothing is answered from it.
    """

    default_code = "REGISTER_BROKEN"


class PolicyRefused(ComptexpertError):
    """What the machine imposes cannot be known or met: the program does not start; `data` holds `file` or `name`."""

    default_code = "POLICY_FILE_INVALID"


class Problem(NamedTuple):
    """One thing to correct: the field that holds it, and its code."""

    field: str
    code: str


class InvalidInput(ComptexpertError):
    """What was entered cannot be accepted; `problems` says what to correct."""

    default_code = "INVALID_INPUT"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems[0].code if self.problems else None)


class NotAllowed(ComptexpertError):
    """The rules of the domain refuse this move; `code` is that of domain.md, section 3."""

    default_code = "NOT_ALLOWED"
