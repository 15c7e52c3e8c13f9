"""Ask the server whom a delegation is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptexpert_desktop.domain.identity import Identity
    from comptexpert_desktop.usecases.ports import Gateways


def ask(gateways: Gateways, *, delegation_id: str) -> Identity:
    """Return the other party of a delegation; raises ServerError."""
    return gateways.session.call(
        gateways.browser.refresh, lambda token: gateways.server.identity(delegation_id, token=token)
    )
