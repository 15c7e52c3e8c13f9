"""One command under way: what it opened, how it answers, and what its exit code says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from comptexpert_desktop.app import wiring
from comptexpert_desktop.cli import terminal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from comptexpert_desktop.settings import Settings
    from comptexpert_desktop.usecases.ports import Gateways, Stores, Vault

T = TypeVar("T")


class Exit(IntEnum):
    """What a command says by its exit code."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    WAITS = 3
    NEEDS_YOU = 4
    VAULT = 5
    SIGN_IN_FIRST = 6


def now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


@dataclass
class Run:
    """One command under way, and what it opened; gateways are built only when they are used."""

    settings: Settings
    options: argparse.Namespace

    @cached_property
    def vault(self) -> Vault:
        """The keyring."""
        return wiring.vault_of(self.settings)

    @cached_property
    def stores(self) -> Stores:
        """The local files."""
        return wiring.open_stores(self.settings, vault=self.vault, now=now())

    @cached_property
    def gateways(self) -> Gateways:
        """The network."""
        return wiring.open_gateways(self.settings, vault=self.vault, in_store=self.in_store)

    def in_store(self, work: Callable[[Stores], T], /) -> T:
        """Do a piece of work with what the disk holds now, whatever other programs do to it meanwhile."""
        return self.stores.attempt(work)

    def show(self, document: object, *, lines: list[str]) -> None:
        """Print the answer: one JSON document, or lines for people."""
        if self.options.json:
            terminal.show_document(document)
        else:
            for line in lines:
                terminal.show(line)
