"""The description of this installation for support, from a command: what is printed first is what would be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptexpert_desktop.cli import self_check
from comptexpert_desktop.usecases.support import diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Gateways, Stores


def gather(
    settings: Settings, *, stores: Callable[[], Stores], gateways: Callable[[], Gateways], now: datetime
) -> dict[str, Any]:
    """Describe this installation, and what each check and each step to the server came to."""
    checks = self_check.every(settings, stores=stores, gateways=gateways)
    found = diagnostics.gather(stores(), resolved=settings.resolved, now=now)
    return found | {"checks": checks, "network": diagnostics.look(gateways())}
