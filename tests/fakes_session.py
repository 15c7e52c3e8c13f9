"""The session of one program on a folder, with a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from comptexpert_desktop.usecases.session.refresh_tokens import StoredRefreshTokens
from comptexpert_desktop.usecases.token_session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comptexpert_desktop.usecases.session.refresh_tokens import InStore


@dataclass
class FakeClock:
    """A monotonic clock that a test moves."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


def stored_session(in_store: InStore, *, folder: Path, clock: Callable[[], float] | None = None) -> Session:
    """Make the session of one program on a folder."""
    return Session(clock=clock or FakeClock(), refresh_tokens=StoredRefreshTokens(in_store=in_store, folder=folder))


def no_store(_work: object) -> NoReturn:
    raise AssertionError("These gateways were made without a store.")
