"""The steps between this machine and the server, and what was found at each."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (the default of a field needs it)
from dataclasses import dataclass, field
from enum import StrEnum


class Step(StrEnum):
    """What is looked at, in this order."""

    NAME = "name"
    PROXY = "proxy"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    API = "api"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step came to: a code when it failed, and plain data for the words."""

    step: Step
    code: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    is_needless: bool = False
    """Nothing had to be looked at here: no proxy, no certificate on this machine itself."""

    @property
    def is_ok(self) -> bool:
        """Tell whether nothing is wrong here."""
        return not self.code


@dataclass(frozen=True, slots=True)
class ProxyAccount:
    """The proxy that stands before the server, and who we are to it."""

    place: str
    """Host and port; empty when there is none."""
    user: str
    is_private: bool = False
    """It is spoken to over TLS: a password on its way cannot be read."""
