"""Where one's account is signed in, on every machine and in every browser; end what is not oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptexpert_desktop.domain.session import OwnSession
    from comptexpert_desktop.usecases.ports import Gateways


def every(gateways: Gateways) -> tuple[OwnSession, ...]:
    """List the sessions of the account that is signed in, this one first."""
    found = gateways.session.call(gateways.browser.refresh, lambda token: gateways.server.sessions(token=token))
    return tuple(sorted(found, key=lambda one: not one.is_this_one))


def end(gateways: Gateways, *, session_id: str) -> None:
    """End one of them; it is refused at its next use."""
    gateways.session.call(gateways.browser.refresh, lambda token: gateways.server.end_session(session_id, token=token))
