"""Look at the way to the server, and say who we are to the proxy that stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptexpert_desktop.domain.network_check import Finding, ProxyAccount, Step
    from comptexpert_desktop.usecases.ports import Doors


def check(doors: Doors, *, step: Step) -> Finding:
    """Look at one step; it ends within a few seconds, whatever it finds."""
    return doors.network.check(step)


def proxy(doors: Doors) -> ProxyAccount:
    """Tell which proxy stands before the server."""
    return doors.network.proxy()


def sign_in_to_proxy(doors: Doors, *, user: str, password: str) -> bool:
    """Show a name and a password to the proxy from now on; False when they hold for this run only."""
    return doors.network.sign_in_to_proxy(user=user, password=password)
