"""Where one's account is signed in, on every machine and in every browser; end what is not oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptexpert_desktop.domain.session import OwnSession
    from comptexpert_desktop.usecases.ports import Doors


def every(doors: Doors) -> tuple[OwnSession, ...]:
    """List the sessions of the account that is signed in, this one first."""
    found = doors.session.call(doors, lambda token: doors.server.sessions(token=token))
    return tuple(sorted(found, key=lambda one: not one.is_this_one))


def end(doors: Doors, *, session_id: str) -> None:
    """End one of them; it is refused at its next use."""
    doors.session.call(doors, lambda token: doors.server.end_session(session_id, token=token))
