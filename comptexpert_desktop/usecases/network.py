"""Look at the way to the server, and say who we are to the proxy that stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.settings import keep

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.domain.network_check import Finding, ProxyAccount, Step
    from comptexpert_desktop.usecases.ports import Doors


def check(doors: Doors, *, step: Step) -> Finding:
    """Look at one step; it ends within a few seconds, whatever it finds."""
    return doors.network.check(step)


def proxy(doors: Doors) -> ProxyAccount:
    """Tell which proxy stands before the server."""
    return doors.network.proxy()


def sign_in_to_proxy(doors: Doors, *, user: str, password: str, folder: Path | None = None) -> bool:
    """Show a name and a password to the proxy from now on; False when they hold for this run only.

    The name is kept among the person's choices, in `folder`; the password is the keyring's alone.
    """
    if folder is not None:
        keep(folder, choices={"proxy_user": user})
    return doors.network.sign_in_to_proxy(user=user, password=password)


def forget_proxy_account(doors: Doors, *, folder: Path | None = None) -> None:
    """Show the proxy no account any more, and keep neither its name nor its password."""
    doors.network.forget_proxy_account()
    if folder is not None:
        keep(folder, choices={"proxy_user": ""})
