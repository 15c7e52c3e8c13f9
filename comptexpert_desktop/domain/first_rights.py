"""Whether rights that nobody asked for are the first of high risk that a cabinet gives somebody (BR-38)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptexpert_desktop.domain.catalogue import Catalogue


class RightsOfService(Protocol):
    """Some rights of one service: a grant, a line of a template, what somebody holds."""

    @property
    def service(self) -> str:
        """The code of the service."""

    @property
    def rights(self) -> tuple[str, ...]:
        """The codes of the rights."""


def is_high_risk(service: str, rights: Iterable[str], *, catalogue: Catalogue | None) -> bool:
    """Return whether a right of these is of high risk; what this version does not know is."""
    known = catalogue.service(service) if catalogue is not None else None
    risks = {right.id: right.risk for right in known.rights} if known is not None else {}
    return any(risks.get(right, "high") == "high" for right in rights)


def is_first_high_risk(
    given: Iterable[RightsOfService], *, held: Iterable[RightsOfService], catalogue: Catalogue | None
) -> bool:
    """Return whether a grant of these is of high risk, to somebody who holds no such right in the cabinet."""
    if any(is_high_risk(one.service, one.rights, catalogue=catalogue) for one in held):
        return False
    return any(is_high_risk(one.service, one.rights, catalogue=catalogue) for one in given)
