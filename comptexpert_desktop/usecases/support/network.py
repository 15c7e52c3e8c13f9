"""Look at the way to the server, and say who we are to the proxy that stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptexpert_desktop.settings import keep

if TYPE_CHECKING:
    from pathlib import Path

    from comptexpert_desktop.domain.network_check import Finding, ProxyAccount, Step
    from comptexpert_desktop.usecases.ports import Gateways


def check(gateways: Gateways, *, step: Step) -> Finding:
    """Look at one step; it ends within a few seconds, whatever it finds."""
    return gateways.network.check(step)


def proxy(gateways: Gateways) -> ProxyAccount:
    """Tell which proxy stands before the server."""
    return gateways.network.proxy()


def sign_in_to_proxy(gateways: Gateways, *, user: str, password: str, folder: Path | None = None) -> bool:
    """Show a name and a password to the proxy from now on; False when they hold for this run only.

    The name is kept among the person's choices, in `folder`; the password is the keyring's alone.
    """
    if folder is not None:
        keep(folder, choices={"proxy_user": user})
    return gateways.network.sign_in_to_proxy(user=user, password=password)


def delete_proxy_account(gateways: Gateways, *, folder: Path | None = None) -> None:
    """Show the proxy no account any more, and keep neither its name nor its password."""
    gateways.network.delete_proxy_account()
    if folder is not None:
        keep(folder, choices={"proxy_user": ""})
